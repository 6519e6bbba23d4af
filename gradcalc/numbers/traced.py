"""Traced numbers: slots of a new trace, so that a derivative becomes a trace again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

Recording = Callable[..., "Traced"]


class Traced:
    """A number that is not known yet, only where it will stand; its operators record.

    `record(name, *arguments)` appends the row of that name, an int being a constant.
    """

    __slots__ = ("record", "slot")

    def __init__(self, slot: int, record: Recording) -> None:
        self.slot = slot
        self.record = record

    def __add__(self, other: Traced | int) -> Traced:
        return self.record("add", self, other)

    def __radd__(self, other: int) -> Traced:
        return self.record("add", other, self)

    def __sub__(self, other: Traced | int) -> Traced:
        return self.record("sub", self, other)

    def __rsub__(self, other: int) -> Traced:
        return self.record("sub", other, self)

    def __mul__(self, other: Traced | int) -> Traced:
        return self.record("mul", self, other)

    def __rmul__(self, other: int) -> Traced:
        return self.record("mul", other, self)

    def __truediv__(self, other: Traced | int) -> Traced:
        return self.record("div", self, other)

    def __rtruediv__(self, other: int) -> Traced:
        return self.record("div", other, self)

    def __neg__(self) -> Traced:
        return self.record("neg", self)


Given = Traced | int | Fraction
