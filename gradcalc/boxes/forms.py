"""How a function lies over a part of a box: enclosures by several forms, and what they have in
common.

Each form encloses all values over the part, and none is best: the natural one (each operation over
ranges) where the part is wide, the mean value form where it is narrow, for its excess falls with
the square of the width, Taylor's with its cube. The mean value form has a centre of its own for
each end, which makes that end as tight as it can be (Baumann, Optimal centered forms, BIT 28,
1988): of a coordinate in which the function is monotone it is the end where the value is least.
Values at the centres are attained, so they bound the ends from inside.

A part is given by its sides, ends that are exact, so that centres lie in it and its borders belong
to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.parts import Sides

Arb = Any  # flint.arb
Side = tuple[Arb, Arb]  # the ends of an interval, exact
Point = tuple[Arb, ...]  # exact coordinates
Matrix = list[list[Arb]]


class Function(Protocol):
    """A scalar function over boxes; NotEnclosedError where it has no enclosure."""

    def value(self, box: Box) -> Arb:
        """All values in the box."""

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """All values, and all generalised derivatives."""

    def hessian(self, box: Box) -> Matrix:
        """All second derivatives; the function is smooth in the box."""


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


def enclosed(function: Function, sides: Sides, *, second: bool = False) -> Enclosure:
    """Enclose a function over a part, with `second` by its second derivatives too.

    NotEnclosedError where it has no enclosure there: the part may be cut, if it is `divisible`.
    """
    from flint import arb

    part = [(arb(low), arb(high)) for low, high in sides]
    box = [low.union(high) for low, high in part]
    try:
        natural, slopes = function.slopes(box)
    except NotEnclosedError:
        return _without_slopes(function, part, function.value(box))
    low, high = natural.lower(), natural.upper()
    hessian = _hessian(function, box) if second else None
    if hessian is not None:
        taylor = _taylor(function, part, hessian)
        if taylor is not None:
            low, high = low.max(taylor[0]), high.min(taylor[1])
            slopes = [a.intersection(b) for a, b in zip(slopes, taylor[2], strict=True)]
    lowest = tuple(_centre(side, slope) for side, slope in zip(part, slopes, strict=True))
    highest = tuple(_centre(side, -slope) for side, slope in zip(part, slopes, strict=True))
    at_lowest, at_highest = _at(function, lowest), _at(function, highest)
    drops = [_drop(side, x, slope) for side, x, slope in zip(part, lowest, slopes, strict=True)]
    rises = [_drop(side, x, -slope) for side, x, slope in zip(part, highest, slopes, strict=True)]
    if at_lowest is not None:
        low = low.max((at_lowest + sum(drops)).lower())
    if at_highest is not None:
        high = high.min((at_highest - sum(rises)).upper())
    return Enclosure(
        low.lower(),
        high.upper(),
        _infinite(natural) if at_lowest is None else at_lowest.upper(),
        -_infinite(natural) if at_highest is None else at_highest.lower(),
        lowest,
        highest,
        tuple(slopes),
        hessian,
    )


def _middle(part: Sequence[Side]) -> Point:
    """The middle of a part."""
    return tuple(((low + high) / 2).mid() for low, high in part)


def _without_slopes(function: Function, part: Sequence[Side], natural: Arb) -> Enclosure:
    middle = _middle(part)
    value = _at(function, middle)
    least = _infinite(natural) if value is None else value.upper()
    greatest = -_infinite(natural) if value is None else value.lower()
    return Enclosure(natural.lower(), natural.upper(), least, greatest, middle, middle, None, None)


def _at(function: Function, point: Point) -> Arb | None:
    try:
        return function.value(point)
    except NotEnclosedError:
        return None


def _hessian(function: Function, box: list[Arb]) -> Matrix | None:
    try:
        return function.hessian(box)
    except NotEnclosedError:
        return None


# the mean value form ---------------------------------------------------------------------------


def _centre(side: Side, slope: Arb) -> Arb:
    """The coordinate from which the drop of a function with this slope is least."""
    low, high = side
    if slope >= 0:
        return low
    if slope <= 0:
        return high
    up, down = slope.upper(), -slope.lower()
    centre = ((low * up + high * down) / (up + down)).mid()
    return centre if low <= centre <= high else ((low + high) / 2).mid()


def _drop(side: Side, centre: Arb, slope: Arb) -> Arb:
    """The least that a function of this slope changes by, from the centre to anywhere in the side:
    0 or less."""
    low, high = side
    return ((low - centre) * slope.upper()).min((high - centre) * slope.lower()).min(0 * low)


# Taylor's form of the second order ---------------------------------------------------------------


def _taylor(
    function: Function, part: Sequence[Side], hessian: Matrix
) -> tuple[Arb, Arb, list[Arb]] | None:
    """The ends, and the derivatives, by a parabola in each coordinate around the middle."""
    middle = _middle(part)
    try:
        value, gradient = function.slopes(middle)
    except NotEnclosedError:
        return None
    radii = [(high - x).max(x - low).upper() for (low, high), x in zip(part, middle, strict=True)]
    size = range(len(radii))
    mixed = sum(
        (abs(hessian[i][j]).upper() * radii[i] * radii[j] for i in size for j in range(i)),
        0 * value,
    )
    down = [_parabola(gradient[k], hessian[k][k].lower(), radii[k]) for k in size]
    up = [_parabola(gradient[k], -hessian[k][k].upper(), radii[k]) for k in size]
    moves = [type(value)(0, radius) for radius in radii]
    slopes = [gradient[i] + sum(hessian[i][j] * moves[j] for j in size) for i in size]
    return (value + sum(down) - mixed).lower(), (value - sum(up) + mixed).upper(), slopes


def _parabola(slope: Arb, bend: Arb, radius: Arb) -> Arb:
    """A lower bound of slope*t + bend*t^2/2 for |t| <= radius, 0 or less."""
    steep = abs(slope).upper()
    at_end = (bend * radius / 2 - steep) * radius
    if bend > 0 and not steep >= bend * radius:
        return -steep * steep / (2 * bend)
    return at_end.min(0 * at_end)


def _infinite(like: Arb) -> Arb:
    return type(like).pos_inf()
