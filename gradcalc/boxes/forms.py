"""How a function lies over a part of a box: enclosures by several forms, and what they have in
common.

Each form encloses all values over the part, and none is best: the natural one (each operation over
ranges) where the part is wide, the mean value form where it is narrow, for its excess falls with
the square of the width, Taylor's with its cube. The mean value form has a centre of its own for
each end, which makes that end as tight as it can be (Baumann, Optimal centered forms, BIT 28,
1988): of a coordinate in which the function is monotone it is the end where the value is least.
Values at the centres are attained, so they bound the ends from inside.

A part is given by its sides, float64 that are taken exactly, as centres are: these lie in it, and
its borders belong to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Protocol

from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inputs import ball, balls
from gradcalc.boxes.parts import Sides

Arb = Any  # flint.arb
Side = tuple[float, float]
Point = tuple[float, ...]
Matrix = list[list[Arb]]


class Function(Protocol):
    """A scalar function over boxes; NotEnclosedError where it has no enclosure."""

    def value(self, box: Box) -> Arb:
        """All values in the box."""

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """All values, and all generalised derivatives."""

    def hessian(self, box: Box) -> Matrix:
        """All second derivatives; the function is smooth in the box."""


class Partial(Function, Protocol):
    """A function that may be bounded where it is defined in some of a part alone."""

    def where_defined(self, box: Box, part: Sides) -> tuple[Arb, Arb]:
        """The ends, which may be infinite, of its values in the part, and the box around it,
        wherever it has one; NotEnclosedError where it does not certainly run the same."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What is known of a function over a part.

    Its values lie between `low` and `high`, and come down to `least` at the point `lowest`, up to
    `greatest` at `highest`: the minimum lies between `low` and `least`. (Where no value could be
    enclosed at the centres, `least` is +inf.) `slopes` are the generalised derivatives, None where
    they are not enclosed; `hessian` the second ones, None where they were not asked for, or the
    function is not smooth.
    """

    low: Arb
    high: Arb
    least: Arb
    greatest: Arb
    lowest: Point
    highest: Point
    slopes: tuple[Arb, ...] | None
    hessian: Matrix | None


def enclosed(
    function: Function, sides: Sides, *, second: bool = False, above: float = math.inf
) -> Enclosure:
    """Enclose a function over a part, with `second` by its second derivatives too, unless its
    values are found to be above `above` without them.

    NotEnclosedError where it has no enclosure there: the part may be cut, if it is `divisible`.
    """
    box = balls(sides)
    try:
        natural, slopes = function.slopes(box)
    except NotEnclosedError:
        return _without_slopes(function, sides, function.value(box))
    if not all(slope.is_finite() for slope in slopes):
        return _without_slopes(function, sides, natural)
    found = _centred(function, sides, (natural.lower(), natural.upper()), slopes)
    if not second or found.low >= above or found.low >= found.least:
        return found
    hessian = _hessian(function, box)
    taylor = None if hessian is None else _taylor(function, sides, hessian)
    if taylor is None:
        return found
    low, high = found.low.max(taylor[0]), found.high.min(taylor[1])
    slopes = [a.intersection(b) for a, b in zip(slopes, taylor[2], strict=True)]
    return replace(_centred(function, sides, (low, high), slopes), hessian=hessian)


def where_defined(function: Partial, sides: Sides) -> Enclosure | None:
    """What is known of a function that is defined in some of a part; None where that is nothing of
    its lower end."""
    try:
        low, high = function.where_defined(balls(sides), sides)
    except NotEnclosedError:
        return None
    if not low.is_finite():
        return None
    found = _without_slopes(function, sides, low)
    return replace(found, high=high)


def _centred(
    function: Function, sides: Sides, ends: tuple[Arb, Arb], slopes: list[Arb]
) -> Enclosure:
    """The mean value form, within ends that are known."""
    lowest = tuple(_centre(side, slope) for side, slope in zip(sides, slopes, strict=True))
    highest = tuple(_centre(side, -slope) for side, slope in zip(sides, slopes, strict=True))
    at_lowest, at_highest = _at(function, lowest), _at(function, highest)
    drops = [_drop(side, x, slope) for side, x, slope in zip(sides, lowest, slopes, strict=True)]
    rises = [_drop(side, x, -slope) for side, x, slope in zip(sides, highest, slopes, strict=True)]
    (low, high), infinite = ends, type(ends[0]).pos_inf()
    if at_lowest is not None:
        low = low.max((at_lowest + sum(drops)).lower())
    if at_highest is not None:
        high = high.min((at_highest - sum(rises)).upper())
    return Enclosure(
        low.lower(),
        high.upper(),
        infinite if at_lowest is None else at_lowest.upper(),
        -infinite if at_highest is None else at_highest.lower(),
        lowest,
        highest,
        tuple(slopes),
        None,
    )


def exact(point: Point) -> list[Arb]:
    """A point as balls without a radius."""
    from flint import arb

    return list(map(arb, point))


def middle_of(sides: Sides) -> Point:
    """The middle of a part."""
    return tuple(map(_middle, sides))


def _middle(side: Side) -> float:
    low, high = side
    return min(max(low / 2 + high / 2, low), high)


def _without_slopes(function: Function, sides: Sides, natural: Arb) -> Enclosure:
    """The natural form, with values at the middle and at two corners."""
    points = (middle_of(sides), *zip(*sides, strict=True))
    seen = [(value, point) for point in points if (value := _at(function, point)) is not None]
    infinite = type(natural).pos_inf()
    least, lowest = min(
        ((value.upper(), point) for value, point in seen),
        key=lambda one: float(one[0]),
        default=(infinite, points[0]),
    )
    greatest, highest = max(
        ((value.lower(), point) for value, point in seen),
        key=lambda one: float(one[0]),
        default=(-infinite, points[0]),
    )
    return Enclosure(natural.lower(), natural.upper(), least, greatest, lowest, highest, None, None)


def _at(function: Function, point: Point) -> Arb | None:
    try:
        return function.value(exact(point))
    except NotEnclosedError:
        return None


def _hessian(function: Function, box: list[Arb]) -> Matrix | None:
    try:
        return function.hessian(box)
    except NotEnclosedError:
        return None


# the mean value form ---------------------------------------------------------------------------


def _centre(side: Side, slope: Arb) -> float:
    """The coordinate from which a function with this slope drops the least."""
    low, high = side
    if slope >= 0:
        return low
    if slope <= 0:
        return high
    up, down = float(slope.upper()), -float(slope.lower())
    if not up + down > 0:  # too small for float64
        return _middle(side)
    centre = (low * up + high * down) / (up + down)
    return centre if low <= centre <= high else _middle(side)


def _drop(side: Side, centre: float, slope: Arb) -> Arb:
    """The least that a function of this slope changes by, from the centre to anywhere in the side:
    0 or less."""
    low, high = side
    left, right = (slope * 0 + low - centre), (slope * 0 + high - centre)
    return (left * slope.upper()).min(right * slope.lower()).min(0)


# Taylor's form of the second order ---------------------------------------------------------------


def _taylor(function: Function, sides: Sides, hessian: Matrix) -> tuple[Arb, Arb, list[Arb]] | None:
    """The ends, and the derivatives, by a parabola in each coordinate around the middle."""
    middle = middle_of(sides)
    try:
        value, gradient = function.slopes(exact(middle))
    except NotEnclosedError:
        return None
    if not all(slope.is_finite() for slope in gradient):
        return None
    ways = [ball(side) - x for side, x in zip(sides, middle, strict=True)]
    radii = [abs(way).upper() for way in ways]
    size = range(len(radii))
    mixed = sum(
        (abs(hessian[i][j]).upper() * radii[i] * radii[j] for i in size for j in range(i)),
        0 * value,
    )
    down = [parabola(gradient[k], hessian[k][k].lower(), radii[k]) for k in size]
    up = [parabola(gradient[k], -hessian[k][k].upper(), radii[k]) for k in size]
    slopes = [gradient[i] + sum(hessian[i][j] * ways[j] for j in size) for i in size]
    return (value + sum(down) - mixed).lower(), (value - sum(up) + mixed).upper(), slopes


def parabola(slope: Arb, bend: Arb, radius: Arb) -> Arb:
    """A lower bound of slope*t + bend*t^2/2 for |t| <= radius, 0 or less."""
    steep = abs(slope).upper()
    at_end = (bend * radius / 2 - steep) * radius
    if bend > 0 and not steep >= bend * radius:
        return -steep * steep / (2 * bend)
    return at_end.min(0)
