"""Low values that are attained: what bounds a minimum from above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.conditions import Conditions
from gradcalc.boxes.descent import descended, descended_within
from gradcalc.boxes.feasible import feasible_box
from gradcalc.boxes.forms import exact
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inputs import ends
from gradcalc.boxes.parts import Sides

Arb = Any  # flint.arb
Side = tuple[float, float]

ROUNDED_DECIMALS = (0, 1, 2, 4)  # of a low point: minimisers of formulas are often short numbers

# Of the way from a point on the border of the feasible region to one inside it.
BACK_INSIDE = (0.0, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-4)


@dataclass(frozen=True, slots=True)
class Attained:
    """A point of the box, and a number that its value certainly does not exceed; where there are
    equations, that of a point which is next to it and fulfils them."""

    at: tuple[float, ...]
    value: float


class Lowering:
    """The least value that is known to be attained, lowered from point to point.

    Only points of the domain count, for which `holds` is certain.
    """

    def __init__(self, function: Any, holds: Conditions, domain: Sides, best: float) -> None:
        self.function, self.holds, self.domain = function, holds, domain
        self.best = best
        self.findings: list[Attained] = []

    def attempt(self, point: tuple[float, ...]) -> Arb | None:
        """The value at a point; where it is the least so far, points further down are tried too."""
        try:
            value: Arb = self.function.value(exact(point))
        except NotEnclosedError:
            return None
        if self.holds.equations or not self._enter(point, value, exact(point)):
            return value
        lower = descended(self.function, point, self.domain)
        for place in (lower, *_rounded(lower, self.domain)):
            self._try(place)
        if self.holds.sides:
            self._slide(self.findings[-1].at)
        return value

    def attempt_beside(self, point: tuple[float, ...]) -> None:
        """The value at a point near by that fulfils the equations, and at points further down."""
        if self._try(point):
            self._slide(self.findings[-1].at)

    def _slide(self, point: tuple[float, ...]) -> None:
        """Go down along the constraints, and from there back inside as far as is needed."""
        lower = descended_within(self.function, self.holds, point, self.domain)
        for share in BACK_INSIDE:
            place = tuple(x + share * (y - x) for x, y in zip(lower, point, strict=True))
            if self._try(place):
                return

    def _try(self, point: tuple[float, ...]) -> bool:
        """Is the value at a point, or with equations at one near by, the least so far?"""
        from flint import ctx

        box: Box | None = exact(point)
        if self.holds.equations:
            box = feasible_box(self.holds.equations, point, self.domain, ctx.prec)
        if box is None:
            return False
        try:
            value = self.function.value(box)
        except NotEnclosedError:
            return False
        return self._enter(tuple(float(ball.mid()) for ball in box), value, box)

    def _enter(self, point: tuple[float, ...], value: Arb, box: Box) -> bool:
        above = ends(value)[1]
        if not above < self.best or self.holds.within(box) is not True:
            return False
        self.best = above
        self.findings.append(Attained(point, above))
        return True


def _rounded(point: tuple[float, ...], domain: Sides) -> Iterator[tuple[float, ...]]:
    for decimals in ROUNDED_DECIMALS:
        place = tuple(round(x, decimals) + 0.0 for x in point)
        if all(low <= x <= high for x, (low, high) in zip(place, domain, strict=True)):
            yield place


# The mean value form (Baumann, Optimal centered forms, BIT 28, 1988) ---------------------------


def lowest_centre(side: Side, slope: Arb) -> float:
    """The coordinate from which the bound of the mean value form from below is tightest."""
    low, high = side
    up, down = max(float(slope.upper()), 0.0), max(-float(slope.lower()), 0.0)
    if not 0 < up + down < float("inf"):
        return (low + high) / 2
    centre = low + (high - low) * (down / (up + down))
    return min(max(centre, low), high)


def change(side: Side, centre: float, slope: Arb) -> Arb:
    """The least that a function of this slope changes by, from the centre to anywhere in the side:
    0 or less."""
    arb = type(slope)
    low, high = (arb(end) - centre for end in side)
    return (low * slope.upper()).min(high * slope.lower()).min(arb(0))
