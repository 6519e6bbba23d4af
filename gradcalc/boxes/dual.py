"""Bounds from below where constraints are open: by what their multipliers would be.

At feasible points all constraints g are 0 or more, so f is at least f - λ·g, whatever numbers
λ >= 0 are; of those that are equations, whatever numbers λ are. With λ chosen so that the slopes
nearly cancel, as they do at a minimum on the border of the feasible region, this is bounded below
far more tightly than f is (weak duality; Kearfott, Rigorous Global Search, 1996, chapter 5).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.conditions import Conditions
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import balls, ends
from gradcalc.boxes.lowering import change, lowest_centre
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction

Arb = Any  # flint.arb

MAX_SWEEPS = 20  # over the multipliers, to balance the slopes


def dual_bound(
    function: Any, slopes: Sequence[Arb], conditions: Conditions, sides: Sides
) -> float | None:
    """What the function is not below at feasible points of a part; None where that says nothing,
    +inf where there are none.

    `slopes` are its generalised derivatives over the part.
    """
    from flint import arb

    open_ones = list(_open(conditions, sides))
    if any(_fails(one, sides) for one in open_ones):
        return math.inf
    multipliers = _balancing(slopes, open_ones, sides)
    pressing = [
        (arb(factor), one.side, one.slopes)
        for factor, one in zip(multipliers, open_ones, strict=True)
        if factor
    ]
    if not pressing:
        return None
    combined = list(slopes)
    for factor, _, steep in pressing:
        combined = [a - factor * b for a, b in zip(combined, steep, strict=True)]
    centre = tuple(map(lowest_centre, sides, combined))
    box = [arb(x) for x in centre]
    try:
        value = function.value(box) - sum(factor * g.value(box) for factor, g, _ in pressing)
    except NotEnclosedError:
        return None
    bound = value + sum(map(change, sides, centre, combined))
    return ends(bound)[0] if bound.is_finite() else None


@dataclass(frozen=True, slots=True)
class _Open:
    """A constraint that is not certain over a part, with its slopes; is it an equation?"""

    side: PathFunction
    slopes: list[Arb]
    is_equation: bool


def _open(conditions: Conditions, sides: Sides) -> Iterator[_Open]:
    """The constraints that are not certain over a part."""
    box = balls(sides)
    constraints = [(side, False) for side, _ in conditions.sides]
    constraints += [(equation, True) for equation in conditions.equations]
    for side, is_equation in constraints:
        try:
            value, slopes = side.slopes(box)
        except NotEnclosedError:
            continue
        if all(slope.is_finite() for slope in slopes) and (is_equation or not value >= 0):
            yield _Open(side, slopes, is_equation)


def _fails(one: _Open, sides: Sides) -> bool:
    """Does a constraint certainly fail all over a part, by its mean value form?"""
    from flint import arb

    middle = [arb((low + high) / 2) for low, high in sides]
    try:
        value = one.side.value(middle)
    except NotEnclosedError:
        return False
    moves = [ball - m for ball, m in zip(balls(sides), middle, strict=True)]
    around = value + sum(a * b for a, b in zip(one.slopes, moves, strict=True))
    return bool(around < 0 or (one.is_equation and around > 0))


def _balancing(slopes: Sequence[Arb], others: Sequence[_Open], sides: Sides) -> list[float]:
    """The multipliers, 0 or more but for equations, by which the slopes cancel best over the part's
    sides."""
    widths = [high - low for low, high in sides]
    rest = [float(slope.mid()) * width for slope, width in zip(slopes, widths, strict=True)]
    rows = [[float(s.mid()) * w for s, w in zip(one.slopes, widths, strict=True)] for one in others]
    multipliers = [0.0] * len(rows)
    for _ in range(MAX_SWEEPS if len(rows) > 1 else 1):
        for k, row in enumerate(rows):
            size = sum(x * x for x in row)
            step = sum(x * y for x, y in zip(row, rest, strict=True)) / size if size > 0 else 0.0
            if not others[k].is_equation:
                step = max(step, -multipliers[k])
            multipliers[k] += step
            rest = [y - step * x for x, y in zip(row, rest, strict=True)]
    return multipliers
