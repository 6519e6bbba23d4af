"""Stationary points in a part, on a piece of the border too: Krawczyk's operator on the gradient by
the coordinates that vary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.conditions import Test
from gradcalc.boxes.forms import parabola
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inputs import balls, ends
from gradcalc.boxes.krawczyk import Matrix, System, narrowed, unique_root
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.pinned import Pinned
from gradcalc.boxes.stationary import Gradient

Arb = Any  # flint.arb

# Of the whole box's side, times the largest share that the part has of one: what a part is widened
# by for a proof, so that points on cuts are inside, and a side that is narrow already is not too
# narrow beside the others.
GROWS_BY = 0.1


@dataclass(frozen=True, slots=True)
class Lone:
    """Exactly one stationary point is in `unique`; it is in `at`, and its value in `value`.

    Of a piece of the border, the sides that are a single number are held. `inside` is False where
    it may lie just outside the box, or where a constraint does not hold.
    """

    at: Sides
    unique: Sides
    value: tuple[float, float]
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Bend:
    """A function over a part by its second derivatives: `low`, which its values are not below, and
    its derivatives, more tightly enclosed; at the middle of the part its gradient."""

    low: Arb
    slopes: list[Arb]
    gradient: list[Arb]


def bend(function: Any, sides: Sides, hessian: Matrix) -> Bend | None:
    """Taylor's form of the second order around the middle; None where it has none."""
    from flint import arb

    middle = [arb((low + high) / 2) for low, high in sides]
    try:
        value, gradient = function.gradient(middle)
    except NotEnclosedError:
        return None
    moves = [ball - m for ball, m in zip(balls(sides), middle, strict=True)]
    radii = [abs(move).upper() for move in moves]
    size = range(len(sides))
    slopes = [gradient[i] + sum(hessian[i][j] * moves[j] for j in size) for i in size]
    falls = sum(parabola(gradient[k], hessian[k][k].lower(), radii[k]) for k in size)
    mixed = sum(abs(hessian[i][j]).upper() * radii[i] * radii[j] for i in size for j in range(i))
    return Bend((value + falls - mixed).lower(), slopes, gradient)


def less(sides: Sides, free: Sequence[int], hessian: Matrix, gradient: list[Arb]) -> Sides | None:
    """What of a part may hold a stationary point, `gradient` being that at its middle; None where
    there is none."""
    from flint import arb

    middle = [arb((sides[k][0] + sides[k][1]) / 2) for k in free]
    moves = [ball - m for ball, m in zip((balls(sides)[k] for k in free), middle, strict=True)]
    rows = [[hessian[i][j] for j in free] for i in free]
    left = narrowed(rows, [gradient[k] for k in free], moves)
    return None if left is None else moved(sides, free, middle, left)


def moved(sides: Sides, free: Sequence[int], middle: list[Arb], moves: list[Arb]) -> Sides:
    """What is left of a part, the moves being from the middle of its coordinates `free`."""
    left = list(sides)
    for k, m, move in zip(free, middle, moves, strict=True):
        low, high = ends(m + move)
        side = max(low, sides[k][0]), min(high, sides[k][1])
        if side[0] >= side[1]:  # a single number
            side = math.nextafter(side[1], -math.inf), math.nextafter(side[0], math.inf)
            side = max(side[0], sides[k][0]), min(side[1], sides[k][1])
        left[k] = side
    return tuple(left)


def lone_point(
    function: Any, sides: Sides, free: Sequence[int], domain: Sides, holds: Test
) -> tuple[Lone, ...] | None:
    """The one stationary point of a part made a little wider; () where it certainly lies outside
    the domain, or on its border. None where that there is exactly one is not proven."""
    box, wide = balls(sides), widened(sides, free, domain)
    system = Gradient(Pinned(function, box, free))
    try:
        root = unique_root(system, [one for k, one in enumerate(balls(wide)) if k in free])
    except NotEnclosedError:
        return None
    if root is None:
        return None
    at = list(box)
    for k, ball in zip(free, root.at, strict=True):
        at[k] = ball
    within = [is_within_side(system, root.at, place, domain[k]) for place, k in enumerate(free)]
    feasible = holds(at)
    if False in within or feasible is False:
        return ()
    inside = all(within) and feasible is True
    return (Lone(tuple(map(ends, at)), wide, ends(function.value(at)), inside),)


def widened(sides: Sides, free: Sequence[int], domain: Sides) -> Sides:
    """A part made a little wider along the coordinates `free`."""
    wide = list(sides)
    widths = [high - low for low, high in domain]
    share = max((sides[k][1] - sides[k][0]) / widths[k] for k in free)
    for k in free:
        low, high = sides[k]
        more = GROWS_BY * share * widths[k] + 2.0**-50 * max(1.0, abs(low), abs(high))
        wide[k] = low - more, high + more
    return tuple(wide)


def is_within_side(system: System, at: Box, place: int, side: tuple[float, float]) -> bool | None:
    """Does a coordinate of a stationary point lie between the borders? Not on one, which is looked
    at by itself."""
    from flint import arb

    low, high = map(arb, side)
    if at[place] < low or at[place] > high:
        return False
    if at[place] > low and at[place] < high:
        return True
    border = [one.mid() for one in at]
    border[place] = low if at[place].contains(low) else high
    try:
        is_border = all(value.is_zero() for value in system.values(border))
    except NotEnclosedError:
        return None
    return False if is_border else None
