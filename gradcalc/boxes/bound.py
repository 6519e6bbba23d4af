"""`bound`: what a function and its derivatives can come to over a whole box, proven."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradcalc.boxes.curvature import is_convex
from gradcalc.boxes.elements import arrays_of, in_order
from gradcalc.boxes.extents import Bend, Extent, Extents
from gradcalc.boxes.extremes import (
    BITS,
    LEAST_SLACK,
    Extreme,
    LeastValue,
    greatest_value,
    least_value,
)
from gradcalc.boxes.forms import Partial
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import Ends, Setting, refuse_bad_box
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction
from gradcalc.boxes.search import Limits as SearchLimits
from gradcalc.boxes.steepness import Slope, Steepness
from gradcalc.errors import Exit, GradcalcError, not_used
from gradcalc.numbers.ranges import working
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given

TOLERANCE = 1e-6
MAX_PARTS = 1000  # that Lipschitz constants and convexity are worth
COARSE = 1e-3  # the least tolerance of Lipschitz constants, whose greatest places may be curves
MAX_BENT = 6  # inputs, up to which second derivatives make the range of the value tighter
NARROW = 1e-9  # the width of a part that is not cut again, with one input
MOST_NARROW = 1000  # such parts along each face of the box, with more inputs


def bound(
    source: str,
    over: Mapping[str, Ends],
    *,
    held: Mapping[str, Given] | None = None,
    tolerance: float = TOLERANCE,
    search: SearchLimits | None = None,
    limits: Limits | None = None,
) -> Extents:
    """The ranges of a formula and of its derivatives over the box `over`, and what follows of them.

    `held` has the values of the other inputs. Of an input that is an array each element has an
    interval of its own, "v[0]". Each end is enclosed to `tolerance` times the
    greatest magnitude in the range, or as far as the limits of `search` let it. GradcalcError where
    the text can't be read, an interval is empty or infinite, the formula has no value in the box,
    or none that can be enclosed, or python-flint is missing.

    >>> found = bound("x^2 - y", {"x": (-1, 2), "y": (0, 1)})
    >>> found.value.outer, found.monotone, found.convex
    ((-1.0, 4.0), {'x': 'neither', 'y': 'decreasing'}, True)
    """
    refuse_bad_box(over)
    over = {name: (float(over[name][0]), float(over[name][1])) for name in in_order(over)}
    for name in arrays_of(over):
        if name in (held or {}):
            raise GradcalcError(
                "usage", f"{name} is set by both --at and --over", hint="use one of them"
            )
    setting = Setting(tuple(over), held or {}, limits)
    with working(BITS):
        try:
            function = setting.function(source)
            study = Study(function, tuple(over.values()), tolerance, search or SearchLimits())
            return study.bounds(source, over, tuple(held or ()))
        except NotEnclosedError as error:
            raise _not_enclosed(error) from None


def _not_enclosed(error: NotEnclosedError) -> GradcalcError:
    return GradcalcError(
        "not-enclosed",
        f"the formula can't be enclosed over the box: {error.reason}",
        error.span,
        exit=Exit.NO_ANSWER,
    )


class Study:
    """A function over a box, and the questions that are asked of it, one after the other.

    Each has its share of the time that is left.
    """

    def __init__(
        self, function: PathFunction, sides: Sides, tolerance: float, search: SearchLimits
    ) -> None:
        self.function = function
        self.sides = sides
        self.tolerance = tolerance
        self.search = search
        self.questions = 2 * len(sides) + 2 + (4 if len(sides) > 1 else 0)
        more = len(sides) - 1
        self.least_width = max(NARROW, MOST_NARROW ** (-1 / more)) if more else NARROW
        self.parts = 0
        self.causes: set[str] = set()

    def bounds(self, source: str, over: dict[str, Ends], held: tuple[str, ...]) -> Extents:
        """The answer."""
        names = self.function.names
        value = self._value()
        gradient = {name: self._extent(Slope(self.function, k)) for k, name in enumerate(names)}
        lipschitz = self._lipschitz(list(gradient.values()))
        (convex, down), (concave, up) = self._bent(1), self._bent(-1)
        return Extents(
            expr=source,
            over=over,
            tolerance=self.tolerance,
            value=value,
            gradient=gradient,
            monotone={name: _monotone(extent) for name, extent in gradient.items()},
            lipschitz=lipschitz,
            convex=convex,
            concave=concave,
            bends=tuple(self._named(bend) for bend in (down, up) if bend is not None),
            parts=self.parts,
            causes=tuple(sorted(self.causes)),
            notes=tuple(not_used(name for name in held if name not in self.function.held.traces)),
        )

    def _value(self) -> Extent:
        value = self._extent(self.function, second=len(self.sides) <= MAX_BENT)
        if value.inner[0] <= value.inner[1]:
            return value
        if value.undecided:
            reason = value.undecided[0][1]
            raise NotEnclosedError(reason.reason, reason.span)
        raise GradcalcError(
            "undefined",
            "the formula has no value anywhere in the box",
            hint="move the box into the formula's domain",
            exit=Exit.NO_ANSWER,
        )

    def _extent(self, function: Partial, *, second: bool = False) -> Extent:
        floor = self.least_width if isinstance(function, Slope) else 0.0
        question = LeastValue(function, second, self.least_width, floor)
        low, size = least_value(question, self.sides, self.tolerance, self._share())
        high, size = greatest_value(question, self.sides, self.tolerance, self._share(), size)
        return self._told(low, high, size)

    def _told(self, low: Extreme, high: Extreme, size: float) -> Extent:
        gaps = {sides: reason for one in (low, high) for sides, reason in one.undecided}
        self.parts += low.parts + high.parts
        self.causes |= {one.cause for one in (low, high) if one.cause is not None}
        outer = (
            -math.inf if low.undecided else low.outer,
            math.inf if high.undecided else high.outer,
        )
        return Extent(
            outer=outer,
            inner=(low.inner, high.inner),
            at=tuple(
                None if end.at is None else dict(zip(self.function.names, end.at, strict=True))
                for end in (low, high)
            ),
            slack=max(self.tolerance * size, LEAST_SLACK),
            undecided=tuple(gaps.items()),
        )

    def _share(self, max_parts: int | None = None) -> SearchLimits:
        """The limits of the next question."""
        deadline, left = self.search.deadline, max(1, self.questions)
        self.questions -= 1
        now = time.monotonic()
        if deadline is not None:
            deadline = now + max(0.0, deadline - now) / left
        return replace(self.search, deadline=deadline, max_parts=max_parts or self.search.max_parts)

    # what follows of the derivatives --------------------------------------------------------------

    def _lipschitz(self, gradient: list[Extent]) -> dict[str, Ends]:
        """By the norm of the ways, 1, 2 or infinity: the least Lipschitz constant lies between two
        numbers."""
        sizes = [(_least(one.inner), max(map(abs, one.outer))) for one in gradient]
        greatest = (max(low for low, _ in sizes), max(high for _, high in sizes))
        if len(sizes) == 1:
            return dict.fromkeys(("1", "2", "inf"), greatest)
        if greatest[1] == math.inf:
            return {"1": greatest, **dict.fromkeys(("2", "inf"), (greatest[0], math.inf))}
        return {
            "1": greatest,
            "2": self._steepest(squared=True),
            "inf": self._steepest(squared=False),
        }

    def _steepest(self, *, squared: bool) -> Ends:
        steepness, width = Steepness(self.function, squared), self.least_width
        question = LeastValue(steepness, False, width, width)
        tolerance = max(COARSE, self.tolerance)
        found, _ = greatest_value(question, self.sides, tolerance, self._share(MAX_PARTS))
        self.parts += found.parts
        return found.inner, math.inf if found.undecided else found.outer

    def _bent(self, sign: int) -> tuple[bool | None, Any]:
        share = self._share(MAX_PARTS)
        return is_convex(self.function, self.sides, self.least_width, share, sign)

    def _named(self, bend: Any) -> Bend:
        names = self.function.names
        return Bend(
            dict(zip(names, bend.at, strict=True)), dict(zip(names, bend.direction, strict=True))
        )


def _least(inner: Ends) -> float:
    """The greatest size that is known of numbers that come down to one end and up to the other."""
    return max(-inner[0], inner[1], 0.0) if inner[0] <= inner[1] else 0.0


def _monotone(extent: Extent) -> str | None:
    """How a function runs along an input, as far as the range of its derivative proves it."""
    low, high = extent.outer
    if low >= 0:
        return "constant" if high <= 0 else "increasing" if low > 0 else "nondecreasing"
    if high <= 0:
        return "decreasing" if high < 0 else "nonincreasing"
    return "neither" if extent.inner[0] < 0 < extent.inner[1] else None
