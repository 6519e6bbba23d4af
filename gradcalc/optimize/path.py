"""The way that a method takes: its iterates, told to whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcalc.optimize.layout import Vector

MAX_KEPT_NUMBERS = 1_000_000  # of all points of a path


@dataclass(frozen=True, slots=True)
class Iterate:
    """An iterate: its number, the value there, the norm of the gradient (None: not taken), the
    point (None where a path is too long to be kept), and the method that came to it."""

    number: int
    value: float
    gradient_norm: float | None
    point: tuple[float, ...] | None
    method: str


Watch = Callable[[Iterate], None]


class Path:
    """Iterates as they come. Values are those of the program, whatever is minimized."""

    def __init__(self, sign: int, watch: Watch | None) -> None:
        self.sign = sign
        self.watch = watch
        self.iterates: list[Iterate] = []
        self.kept = 0
        self.method = ""
        self.last: Vector = None

    def add(self, x: Vector, value: float, gradient_norm: float | None) -> None:
        """The next iterate."""
        self.last = x
        self.kept += len(x)
        point: Any = tuple(x.tolist()) if self.kept <= MAX_KEPT_NUMBERS else None
        iterate = Iterate(
            len(self.iterates), self.sign * value + 0.0, gradient_norm, point, self.method
        )
        self.iterates.append(iterate)
        if self.watch is not None:
            self.watch(iterate)
