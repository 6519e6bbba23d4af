"""Where claims are compared: at one point, or at points drawn from a box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcalc.claims.boxes import Box, fitted, read_over, surplus
from gradcalc.claims.notation import inputs_of

Point = Mapping[str, Any]
DEFAULT_BOUNDS = "-2:2"


def points_for(
    source: str, at: Point, box: Box, *, count: int, seed: int
) -> tuple[list[Point], list[str]]:
    """The point of `at`, or `count` points of the box, and notes on names that are not inputs.

    Without a point and a box, each input is drawn from DEFAULT_BOUNDS. GradcalcError where an input
    has neither a value nor bounds, or both.
    """
    names = inputs_of(source, {*at, *box.bounds})
    notes = surplus(names, at)
    if not box.bounds:
        free = ",".join(f"{name}={DEFAULT_BOUNDS}" for name in names if name not in at)
        if at or not free:  # a program without inputs
            return [at], notes
        box = read_over([free])
    box, more = fitted(box, at, names)
    return [{**at, **point} for point in box.draw(count, seed)], [*notes, *more]
