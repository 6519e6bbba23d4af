"""What a candidate is: by germs where its number can be written, else by what is on both sides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.checks.neighbourhoods import Neighbourhood, neighbourhood
from gradcalc.kernels.program import RowProgram
from gradcalc.numbers.bounded import NotDeterminedError
from gradcalc.numbers.germs import InexpressibleError
from gradcalc.plots.candidates import Candidate
from gradcalc.plots.curves import Break, Kind, Limits, place_of
from gradcalc.run.point import Given, point
from gradcalc.run.recorder import record
from gradcalc.search.simplicity import ROOT_DIGITS, ROOT_TOLERANCE, spellings

SHORT = 8  # characters of a number that a root is meant to be, if it is as near as can be told
TOUCH_TOLERANCE = 1e-6  # of a cell, of a number that may be meant by a root
STEPS = (1e-3, 1e-5, 7e-7, 1e-7)  # of a cell, from the root to what is compared on its sides
UNBOUNDED = 0.9  # of the change per power of e, left 100 times nearer: a pole, if a logarithm's
STEEPER = 3.0  # times, of a slope 100 times nearer: it grows without bound
SETTLING = 0.15  # of the change from far to near, that a slope with a limit changes by from there
NOISE = 1e-9  # relative, of limits that are the same
EQUAL = 1e-30  # relative, of limits by germs that are the same
BENT = 1e-5  # relative, of slopes that are not the same
CONSISTENT = 0.05  # of the change per power of e, that a value which grows has changed by at least
BREAK_CHANGE = 0.1  # relative, of the break of a kink from nearer by
SPLIT = 1e-2  # relative, of the slopes on both sides of a cusp
SLACK = 100.0  # times the change that slopes explain

Columns = Callable[[Any], tuple[Any, ...]]  # x to the function and its derivatives, as vectors
Sides = tuple[Limits, ...]


@dataclass(frozen=True, slots=True)
class Classifier:
    """Classifies candidates along the axis `name`; `held` has the other inputs, `cell` is the
    distance of neighbouring grid points, `order` the greatest derivative wanted."""

    program: RowProgram
    name: str
    held: Mapping[str, Given]
    columns: Columns
    cell: float
    order: int

    def classify(self, candidate: Candidate) -> Break | None:
        """The break at a candidate; None where the function and the derivatives are smooth."""
        wide = max(TOUCH_TOLERANCE * self.cell, 2 * math.ulp(candidate.x))
        tolerance = min(ROOT_TOLERANCE * max(1.0, abs(candidate.x)), wide)
        for text in spellings(candidate.x, tolerance):
            written = self.at(text)
            if written is None:
                continue
            if isinstance(written, Break):
                return self._placed(written, candidate)
            if len(text) <= SHORT and abs(written - candidate.x) <= candidate.error:
                return None
        return self._by_sides(candidate)

    def at(self, text: str) -> Break | float | None:
        """The break at a number, or the number where all is smooth; None: germs don't tell."""
        where = point({**self.held, self.name: text}, limits=self.program.limits)
        x = float(where.machine()[self.name])

        def rerun(n: Any, moved: Any) -> Any:
            inputs = {**where.numbers(n), self.name: moved}
            trace = record(self.program.body, n, inputs, (self.name,), limits=self.program.limits)
            return trace.values[trace.result]

        def exact(n: Any) -> Any:
            return where.numbers(n)[self.name]

        try:
            around = neighbourhood(rerun, exact, max(self.order, 1))
        except (NotDeterminedError, InexpressibleError, TypeError):
            return None
        kind = _kind(around)
        sides = _sides(around)
        value = None if around.value is None else float(around.value)
        if kind is None:
            if all(_same(*pair) for pair in sides[: self.order + 1]) or None in sides[0]:
                return x
            kind = "bend"
        return Break(kind, x, text, True, value, sides[: self.order + 1])

    def _placed(self, found: Break, candidate: Candidate) -> Break:
        span = candidate.span
        place = place_of(self.program.source, span)
        return Break(
            found.kind, found.x, found.text, found.exact, found.value, found.sides, span, place
        )

    def _by_sides(self, candidate: Candidate) -> Break | None:
        """What the numbers on both sides tell."""
        left, right = (self._side(candidate.x, way) for way in (-1, 1))
        kind = _kind_of(left, right, candidate.divides)
        if kind is None:
            return None
        value = _finite(self.columns(np.array([candidate.x]))[0][0])
        limits = [(left.limits[k], right.limits[k]) for k in range(self.order + 1)]
        if kind in ("kink", "cusp", "vertical"):
            limits[0] = value, value
        elif kind == "hole":
            value, middle = None, (left.far_limit + right.far_limit) / 2
            limits[0] = middle, middle
        elif kind in ("pole", "undefined"):
            value = None
        text = f"{candidate.x:.{ROOT_DIGITS}g}"
        return self._placed(Break(kind, candidate.x, text, False, value, tuple(limits)), candidate)

    def _side(self, x: float, way: int) -> _Side:
        steps = np.array(STEPS) * self.cell * way
        columns = self.columns(x + steps)
        (far, near, *_), (*slopes, nearer, closest) = columns[0], columns[1]
        none: tuple[float | None, ...] = (None,) * (self.order + 1)
        if not math.isfinite(near):
            return _Side(False, none)
        far_change, change = np.abs(slopes * steps[:2]).tolist()
        counts = change > NOISE * abs(near)
        grows = counts and change > UNBOUNDED * far_change
        if grows and not abs(near - far) > CONSISTENT * change:
            return _Side(True, none, wild=True)
        limit = math.copysign(math.inf, near) if grows else float(near - slopes[1] * steps[1])
        steep = counts and abs(slopes[1]) > STEEPER * abs(slopes[0])
        steep = steep and abs(closest) > abs(nearer) > abs(slopes[1])
        slope: float | None = float(slopes[1])
        if steep or grows:
            slope = math.copysign(math.inf, slopes[1])
        elif not all(_settles(slopes[0], slopes[1], s) for s in (nearer, closest)):
            slope = None
        limits = (limit, slope, *(_finite(column[1]) for column in columns[2:]))
        far_limit = float(far - slopes[0] * steps[0])
        both = float(slopes[0]), float(slopes[1])
        return _Side(True, limits, far_limit, both, abs(steps[1]), closest=float(closest))


@dataclass(frozen=True, slots=True)
class _Side:
    """A side of a root: the limits of the function and its derivatives, the function's as it looks
    from further off, and the slopes further off, near, and closest. `wild`: it has no limit."""

    exists: bool
    limits: tuple[float | None, ...]
    far_limit: float = math.nan
    slopes: tuple[float, ...] = ()
    size: float = 0.0
    wild: bool = False
    closest: float = math.nan


def _settles(far: float, near: float, nearer: float) -> bool:
    """May slopes towards a place have a limit? What oscillates is as different there as before."""
    return abs(nearer - near) <= SETTLING * abs(near - far) + BENT * abs(nearer)


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def _kind_of(left: _Side, right: _Side, divides: bool) -> Kind | None:
    if not left.exists and not right.exists:
        return None
    if left.wild or right.wild:
        return "undefined"
    ends = [side.limits[0] for side in (left, right) if side.limits[0] is not None]
    if any(map(math.isinf, ends)):
        return "pole"
    if len(ends) < 2:
        return "edge"
    explained = SLACK * left.size * (abs(left.slopes[1]) + abs(right.slopes[1]))
    size = max(map(abs, ends))
    if abs(ends[1] - ends[0]) > explained + NOISE * size:
        return "jump"
    if not divides and any(math.isinf(side.limits[1] or 0.0) for side in (left, right)):
        return "vertical" if left.limits[1] == right.limits[1] else "cusp"
    far, near = (b - a for a, b in zip(left.slopes, right.slopes, strict=True))
    steepest = max(map(abs, (*left.slopes, *right.slopes)))
    # From nearer by, a cusp's break is ten times as large, a kink's is the same, a curvature's a
    # hundredth: what is left without it. Rounding's grows as well, and is small.
    if not divides and abs(near) > max(STEEPER * abs(far), SPLIT * steepest):
        return "cusp"
    left_over = near - (far - near) / (STEPS[0] / STEPS[1] - 1)
    off = min(abs(near - far), abs(right.closest - left.closest - left_over))
    known = left.limits[1] is not None and right.limits[1] is not None
    if known and off < BREAK_CHANGE * abs(left_over) and abs(left_over) > BENT * steepest:
        return "kink"
    return "hole" if divides else None


def _kind(around: Neighbourhood) -> Kind | None:
    """The kind by what germs tell; None where the function is smooth, or exists on neither side."""
    sides = [side for side in (around.left, around.right) if side is not None]
    if not sides:
        return None
    limits, slopes = [side[0] for side in sides], [side[1] for side in sides]
    if any(map(math.isinf, limits)):
        return "pole"
    if len(sides) < 2:
        return "edge"
    if not _equal(*limits):
        return "jump"
    if around.value is None:
        return "hole"
    if not _equal(limits[0], around.value):
        return "jump"
    if any(map(math.isinf, slopes)):
        return "cusp" if slopes[0] == -slopes[1] else "vertical"
    return None if _equal(*slopes) else "kink"


def _equal(one: Any, other: Any) -> bool:
    """Are two limits, right to 40 digits, the same?"""
    return bool(one == other or abs(one - other) <= EQUAL * max(abs(one), abs(other)))


def _sides(around: Neighbourhood) -> Sides:
    sides = [side for side in (around.left, around.right) if side is not None]
    orders = range(len(sides[0]) if sides else 2)
    return tuple((_limit(around.left, k), _limit(around.right, k)) for k in orders)


def _limit(side: tuple[Any, ...] | None, order: int) -> float | None:
    return None if side is None else float(side[order])


def _same(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return left == right or abs(left - right) <= NOISE * max(abs(left), abs(right))
