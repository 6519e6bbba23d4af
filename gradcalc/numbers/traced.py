"""Traced numbers: slots of a trace, so that what is computed with them becomes a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

Recording = Callable[..., Any]


class Traced:
    """A number, or an array, known by where it stands; its operators record.

    `record(name, *arguments)` appends the row of that name, an int being a constant.
    """

    __slots__ = ("record", "shape", "slot")

    def __init__(self, slot: int, record: Recording, shape: tuple[int, ...] = ()) -> None:
        self.slot = slot
        self.record = record
        self.shape = shape

    def __add__(self, other: Traced | int) -> Any:
        return self.record("add", self, other)

    def __radd__(self, other: int) -> Any:
        return self.record("add", other, self)

    def __sub__(self, other: Traced | int) -> Any:
        return self.record("sub", self, other)

    def __rsub__(self, other: int) -> Any:
        return self.record("sub", other, self)

    def __mul__(self, other: Traced | int) -> Any:
        return self.record("mul", self, other)

    def __rmul__(self, other: int) -> Any:
        return self.record("mul", other, self)

    def __truediv__(self, other: Traced | int) -> Any:
        return self.record("div", self, other)

    def __rtruediv__(self, other: int) -> Any:
        return self.record("div", other, self)

    def __neg__(self) -> Any:
        return self.record("neg", self)


Given = Traced | int | Fraction


def folded(name: str, given: Sequence[Any]) -> Any:
    """What an operation with a plain 0 or 1 comes to without being recorded; None: record it.

    A plain int stands for what is structurally so: an element that is not there, a unit tangent.
    """
    match name, given:
        case ("add", [int(x), int(y)]):
            return x + y
        case ("sub", [int(x), int(y)]):
            return x - y
        case ("mul", [int(x), int(y)]):
            return x * y
        case ("max", [int(x), int(y)]):
            return max(x, y)
        case ("neg", [int(x)]):
            return -x
        case ("add", [0, x]) | ("mul", [1, x]) | (("add" | "sub"), [x, 0]):
            return x
        case (("mul" | "div"), [x, 1]):
            return x
        case ("mul", [0, _]) | ("mul", [_, 0]) | ("div", [0, _]):
            return 0
        case ("mul", [-1, x]) | ("mul" | "div", [x, -1]) | ("sub", [0, x]):
            return -x
    return None
