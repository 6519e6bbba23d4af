"""Low values that are attained: what bounds a minimum from above."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.descent import descended, descended_within
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import Conditions, ends
from gradcalc.boxes.parts import Sides

Arb = Any  # flint.arb
Side = tuple[float, float]

ROUNDED_DECIMALS = (0, 1, 2, 4)  # of a low point: minimisers of formulas are often short numbers

# Of the way from a point on the border of the feasible region to one inside it.
BACK_INSIDE = (0.0, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-4)


@dataclass(frozen=True, slots=True)
class Attained:
    """A point of the box, and a number that its value certainly does not exceed."""

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
        value = self._tried(point)
        if self.findings and self.findings[-1].at == point:
            lower = descended(self.function, point, self.domain)
            for place in (lower, *_rounded(lower, self.domain)):
                self._tried(place)
            if self.holds.sides:
                self._slide(self.findings[-1].at)
        return value

    def _slide(self, point: tuple[float, ...]) -> None:
        """Go down along the constraints, and from there back inside as far as is needed."""
        lower = descended_within(self.function, self.holds, point, self.domain)
        for share in BACK_INSIDE:
            place = tuple(x + share * (y - x) for x, y in zip(lower, point, strict=True))
            before = len(self.findings)
            self._tried(place)
            if len(self.findings) > before:
                return

    def _tried(self, point: tuple[float, ...]) -> Arb | None:
        from flint import arb

        box = [arb(x) for x in point]
        try:
            value = self.function.value(box)
        except NotEnclosedError:
            return None
        above = ends(value)[1]
        if above < self.best and self.holds(box) is True:
            self.best = above
            self.findings.append(Attained(point, above))
        return value


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
