"""The range of a function over a box: both ends, each enclosed from outside and from inside.

Branch and bound, once for the least value and once for the greatest. A part whose values are all
above one that is attained elsewhere is dropped; a side along which the function certainly falls or
rises is left for the end where it is least; else the part is cut. What can't be enclosed is cut
until it is narrow, and listed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from gradcalc.boxes.forms import Enclosure, Partial, Point, enclosed, where_defined
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import ends
from gradcalc.boxes.parts import Look, Looker, Part, Sides, halves, relative_width, widest
from gradcalc.boxes.search import Limits, search
from gradcalc.boxes.steepness import Negative

BITS = 64
FIRST = -1e280  # rank of parts without an enclosure, over their width: the narrowest first
UNKNOWN = -1e250  # ranks below it say nothing of the values
SIGN_TOLERANCE = 1e-10
LEAST_SLACK = sys.float_info.min  # below it float64 has not all its digits
MAX_GAPS = 20  # narrow parts without an enclosure, after which a search ends
Arb = Any  # flint.arb


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least value of a function over a box lies between `outer` and `inner`, which it attains,
    or something below, at the point `at` (None where no point was found).

    `outer` holds outside the parts that are `undecided`: narrow ones over which the function has no
    enclosure, each with its reason. `cause` says why the search ended early, time or room, or None.
    """

    outer: float
    inner: float
    at: Point | None
    undecided: tuple[tuple[Sides, NotEnclosedError], ...]
    parts: int
    cause: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that is attained at a point, or undercut; and the size of the values at hand."""

    value: float
    at: Point
    size: float


@dataclass(frozen=True, slots=True)
class Floor:
    """A part that is not cut any more: its values are not below this.

    `at_edge`: it is narrow, and the function is not defined all over it.
    """

    value: float
    at_edge: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A narrow part without an enclosure."""

    sides: Sides
    reason: NotEnclosedError


@dataclass(frozen=True, slots=True)
class LeastValue:
    """What is the least value over a part? A `Question`."""

    function: Partial
    second: bool  # use second derivatives
    least_width: float  # of a part without an enclosure
    floor_width: float = 0.0  # of a part without slopes
    bits: int = BITS

    def looker(self) -> Looker:
        """Looks at a part, knowing a value that is attained."""
        return self._look

    def _look(self, part: Part, known: float) -> Look:
        edge: Enclosure | None = None
        try:
            found = enclosed(self.function, part.sides, second=self.second, above=known)
        except NotEnclosedError as error:
            edge = None if error.empty else where_defined(self.function, part.sides)
            if edge is None:
                return self._gap(part, error)
            found = edge
        low, size = ends(found.low)[0], 0.0
        seen: tuple[Any, ...] = ()
        if found.least.is_finite():
            least = ends(found.least)[1]
            known = min(known, least)
            size = max(abs(least), abs(float(found.greatest.mid())))
            seen = (Seen(least, found.lowest, size),)
        if low >= known:
            return Look(seen)
        at_edge = edge is not None
        floor_width = self.least_width if at_edge else self.floor_width
        narrow = max(map(relative_width, part.sides)) < floor_width
        parts = None if narrow and found.slopes is None else _cut(part.sides, found)
        if parts is None:
            return Look((*seen, Floor(low, at_edge)))
        return Look(seen, tuple(Part(sides, max(low, part.rank)) for sides in parts))

    def _gap(self, part: Part, error: NotEnclosedError) -> Look:
        if error.empty:
            return Look()
        width = max(map(relative_width, part.sides))
        parts = halves(part.sides, widest(part.sides)) if width > self.least_width else None
        if parts is None or not error.divisible:
            return Look((Gap(part.sides, error),))
        return Look((), tuple(Part(sides, FIRST / width) for sides in parts))


def _cut(sides: Sides, found: Enclosure) -> tuple[Sides, ...] | None:
    """What is left of a part: one that is smaller, or both halves; None where it is a point."""
    if found.slopes is None:
        return halves(sides, widest(sides))
    ends = [
        (low, low) if slope >= 0 else (high, high) if slope <= 0 else (low, high)
        for (low, high), slope in zip(sides, found.slopes, strict=True)
    ]
    left = tuple(ends)
    if sum(a != b for a, b in left) < sum(a != b for a, b in sides):
        return (left,) if any(low < high for low, high in left) else None
    steepness = [float(abs(slope).upper()) for slope in found.slopes]
    return halves(sides, widest(sides, steepness))


@dataclass(slots=True)
class Ledger:
    """The least value that is known to be attained, and what else was found."""

    tolerance: float
    size: float
    inner: float = math.inf
    at: Point | None = None
    floor: float = math.inf
    gaps: list[Gap] = field(default_factory=list)
    edges: int = 0  # narrow parts that are defined in part

    def known(self) -> float:
        """The least value that is attained."""
        return self.inner

    def enter(self, part: Part, look: Look) -> Iterable[Part]:
        """Keep what was found; parts that are above what is attained are dropped."""
        for one in look.findings:
            match one:
                case Seen(value, at, size):
                    self.size = max(self.size, size)
                    if value < self.inner:
                        self.inner, self.at = value, at
                case Floor(value, at_edge):
                    self.floor = min(self.floor, value)
                    self.edges += at_edge
                case Gap():
                    self.gaps.append(one)
        return [rest for rest in look.rest if rest.rank < self.inner]

    def done(self, first: Part) -> bool:
        """Is the least value known closely enough, or can't it be enclosed anyway?"""
        if self.gaps and (first.rank > UNKNOWN or len(self.gaps) >= MAX_GAPS):
            return True
        if self.edges >= MAX_GAPS:
            return True
        tolerance = self.tolerance
        if first.rank < 0 <= self.inner:  # the sign is worth more work
            tolerance = min(tolerance, SIGN_TOLERANCE)
        return first.rank >= self.inner - max(tolerance * self.size, LEAST_SLACK)


def least_value(
    question: LeastValue, sides: Sides, tolerance: float, limits: Limits, size: float = 0.0
) -> tuple[Extreme, float]:
    """The least value of a function over a box, to `tolerance` times the size of its values: the
    greatest magnitude that is known, `size` or more. The extreme, and that size."""
    ledger = Ledger(tolerance, size)
    whole = Part(sides)
    look = question.looker()(whole, math.inf)
    start = list(ledger.enter(whole, look))
    ending = search(question, start, ledger, limits)
    lows = [part.rank if part.rank > UNKNOWN else -math.inf for part in ending.left]
    outer = min([ledger.floor, ledger.inner, *lows])
    gaps = tuple((gap.sides, gap.reason) for gap in ledger.gaps)
    extreme = Extreme(outer, ledger.inner, ledger.at, gaps, ending.parts + 1, ending.cause)
    return extreme, ledger.size


def greatest_value(
    question: LeastValue, sides: Sides, tolerance: float, limits: Limits, size: float = 0.0
) -> tuple[Extreme, float]:
    """As `least_value`, of the greatest."""
    negative = replace(question, function=Negative(question.function))
    found, size = least_value(negative, sides, tolerance, limits, size)
    upper = Extreme(
        0.0 - found.outer, 0.0 - found.inner, found.at, found.undecided, found.parts, found.cause
    )
    return upper, size
