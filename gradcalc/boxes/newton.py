"""One root from a start: Newton's method with exact derivatives, to any number of digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.krawczyk import System

Arb = Any  # flint.arb

MAX_STEPS = 200
MAX_HALVINGS = 30
SPARE_BITS = 30  # of the working precision, that the last step need not reach


def newton(system: System, start: Sequence[Arb], bits: int) -> list[Arb] | None:
    """A root to nearly the working precision of `bits`, not proven; None where there is none.

    A step that does not make the equations' left sides smaller is halved. NotEnclosedError where
    they have no value or no derivative at the start.
    """
    from flint import arb, arb_mat

    point = [ball.mid() for ball in start]
    size = _size(system.values(point))
    for _ in range(MAX_STEPS):
        jacobian = arb_mat(system.jacobian(point)).mid()
        values = arb_mat([[value] for value in system.values(point)]).mid()
        try:
            solution = jacobian.solve(values)
        except ZeroDivisionError:
            return None
        step = [solution[i, 0].mid() for i in range(len(point))]
        small = arb(2) ** (SPARE_BITS - bits)
        if all(abs(s) <= max(abs(x), arb(1)) * small for s, x in zip(step, point, strict=True)):
            return [(x - s).mid() for x, s in zip(point, step, strict=True)]
        following = _shorter(system, point, step, size)
        if following is None:
            return None
        point, size = following
    return None


def _shorter(
    system: System, point: list[Arb], step: list[Arb], size: Arb
) -> tuple[list[Arb], Arb] | None:
    """The next point and the size of the left sides there, by the step or a part of it."""
    for halvings in range(MAX_HALVINGS):
        moved = [(x - s / 2**halvings).mid() for x, s in zip(point, step, strict=True)]
        try:
            new = _size(system.values(moved))
        except NotEnclosedError:
            continue
        if new < size:
            return moved, new
    return None


def _size(values: Sequence[Arb]) -> Arb:
    """The largest left side."""
    return max((abs(value).mid() for value in values), key=float)
