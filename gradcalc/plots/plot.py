"""A function of one input over an interval: its breaks first, then the curves between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from gradcalc.claims.boxes import Box, fitted
from gradcalc.errors import Exit, GradcalcError, blaming, not_used
from gradcalc.kernels.kernel import Kernel
from gradcalc.plots.candidates import GRID_POINTS, Candidate, Search
from gradcalc.plots.classify import Classifier
from gradcalc.plots.curves import Break, Member, Plot, Tangent
from gradcalc.plots.paths import Ways
from gradcalc.plots.refusals import refuse_arrays, refuse_width
from gradcalc.plots.sampling import curve, sample, view
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given, point
from gradcalc.search.simplicity import spellings

MAX_EVALUATIONS = 4000  # of one function
SAMPLES = 1000  # of them, for the curve
MAX_ORDER = 2
MAX_MEMBERS = 20  # of a family
SAME = 1e-7  # of the interval: candidates as near as this are one break


def plot(
    source: str,
    box: Box,
    *,
    held: Mapping[str, Given] | None = None,
    family: Mapping[str, Sequence[str]] | None = None,
    order: int = 1,
    tangent_at: str | None = None,
    data: tuple[tuple[float, float], ...] = (),
    limits: Limits | None = None,
) -> Plot:
    """The curves of a function and its derivatives up to `order` (2 at most) over an interval.

    `box` bounds one input, `held` has the values of the others, `family` several values for some:
    one member for each combination. `tangent_at` is where to draw the tangent. GradcalcError where
    the text can't be read, the interval is empty, an input has no value, or the function has no
    value anywhere in the interval.
    """
    held, family = dict(held or {}), dict(family or {})
    with blaming(source):
        fixed = {**held, **family}
        kernel = Kernel(
            source, tuple(box.bounds), hessian=order > 1, limits=limits, names=fixed, native=False
        )
        box, notes = fitted(box, fixed, kernel.inputs)
        notes += not_used(name for name in fixed if name not in kernel.inputs)
        (name, (low, high)), *more = box.bounds.items()
        if more:
            raise GradcalcError("usage", "a curve has one input with bounds")
        refuse_width(name, low, high)
        choices = list(product(*family.values()))
        if len(choices) > MAX_MEMBERS:
            raise GradcalcError(
                "usage",
                f"--with gives {len(choices)} curves, more than {MAX_MEMBERS}",
                hint="give fewer values",
            )
        members = []
        for values in choices:
            parameters = dict(zip(family, values, strict=True))
            used = {k: v for k, v in {**held, **parameters}.items() if k in kernel.inputs}
            axis = _Axis(kernel, name, low, high, used, order)
            member, more_notes = axis.member(parameters, tangent_at)
            members.append(member)
            notes += [note for note in more_notes if note not in notes]
        if not any(member.curves[0].pieces for member in members):
            raise _nowhere(kernel, name, low, high, members, axis)
    views = tuple(_view(members, k, low, high, data) for k in range(order + 1))
    return Plot(source, name, low, high, tuple(members), views, data, tuple(notes))


@dataclass(slots=True)
class _Axis:
    """One function along an axis."""

    kernel: Kernel
    name: str
    low: float
    high: float
    held: Mapping[str, Given]
    order: int
    evaluations: int = 0

    def member(
        self, parameters: Mapping[str, str], tangent_at: str | None
    ) -> tuple[Member, list[str]]:
        numbers = point(self.held).machine()
        refuse_arrays(numbers)
        ways = Ways(self.kernel.program, self.name, numbers)
        search = Search(ways, MAX_EVALUATIONS - SAMPLES)
        inner = search.candidates(self.low, self.high)
        cell = (self.high - self.low) / GRID_POINTS
        classifier = Classifier(
            self.kernel.program, self.name, self.held, self.columns, cell, self.order
        )
        ends = [end for end in (self.low, self.high) if search.decided_at(end)]
        self.evaluations = search.evaluations
        breaks = self._breaks(classifier, ends, inner)
        most = MAX_EVALUATIONS - self.evaluations
        x, columns = sample(self.columns, self.low, self.high, breaks, min(most, SAMPLES))
        curves = tuple(curve(k, x, columns[k], breaks) for k in range(self.order + 1))
        tangent = None if tangent_at is None else self._tangent(tangent_at, classifier)
        notes = []
        if search.left_out:
            notes.append(
                f"there are {search.left_out} more places that may be breaks: plot a part of the"
                " interval to see them"
            )
        return Member(parameters, curves, breaks, tangent, self.evaluations), notes

    def columns(self, x: Any) -> tuple[Any, ...]:
        """The function and its derivatives at a vector of points; NaN where there is none."""
        self.evaluations += len(x)
        table = {**point(self.held).machine(), self.name: x}
        found = self.kernel(table)
        names = ("value", f"d_{self.name}", f"d2_{self.name}_{self.name}")
        with np.errstate(all="ignore"):
            return tuple(found[name] for name in names[: max(self.order, 1) + 1])

    def _breaks(
        self, classifier: Classifier, ends: list[float], inner: list[Candidate]
    ) -> tuple[Break, ...]:
        """Those at ends of the interval, and those between, in ascending order."""
        width = self.high - self.low
        found: list[Break] = []
        for end in ends:
            text = next(spellings(end, math.ulp(end) / 2), repr(end))
            one = classifier.at(text)
            if isinstance(one, Break):
                found.append(one)
        last: Candidate | None = None
        for candidate in inner:
            if last is not None and abs(candidate.x - last.x) <= SAME * width * 1e-2:
                continue
            one = classifier.classify(candidate)
            if one is None:
                continue
            last = candidate
            if all(abs(one.x - other.x) > SAME * width for other in found):
                found.append(one)
        return tuple(sorted(found, key=lambda one: one.x))

    def _tangent(self, text: str, classifier: Classifier) -> Tangent:
        x = float(point({self.name: text}).machine()[self.name])
        value, slope = (float(column[0]) for column in self.columns(np.array([x]))[:2])
        broken = classifier.at(text)
        none = isinstance(broken, Break) and broken.kind != "bend"
        if none or not (math.isfinite(value) and math.isfinite(slope)):
            raise GradcalcError(
                "undefined",
                f"there is no tangent at {self.name} = {text}",
                hint=f"gradcalc eval --at {self.name}={text} says why",
                exit=Exit.NO_ANSWER,
            )
        return Tangent(x, value, slope)


def _view(
    members: Sequence[Member], order: int, low: float, high: float, data: Sequence[Any]
) -> tuple[float, float]:
    """The range of a derivative that is worth showing, of all members together."""
    ranges = []
    for member in members:
        pieces = member.curves[order].pieces
        if not pieces:
            continue
        x, y = (np.concatenate([getattr(p, axis) for p in pieces]) for axis in "xy")
        unbounded = [b.x for b in member.breaks if _may_grow(b, order)]
        ranges.append(view(x, y, unbounded, low, high))
    ranges = ranges or [(-1.0, 1.0)]
    if order == 0 and data:
        inside = [y for x, y in data if low <= x <= high]
        if inside:
            ranges.append((min(inside), max(inside)))
    return min(r[0] for r in ranges), max(r[1] for r in ranges)


def _may_grow(one: Break, order: int) -> bool:
    """May a derivative grow without bound there?"""
    return one.kind == "undefined" or any(s and math.isinf(s) for s in one.sides[order])


def _nowhere(
    kernel: Kernel, name: str, low: float, high: float, members: Any, axis: _Axis
) -> GradcalcError:
    from gradcalc.answers.evaluate import evaluate
    from gradcalc.answers.request import Options

    reason, span, hint = "", None, None
    try:
        evaluate(
            kernel.source, {**axis.held, name: low / 2 + high / 2}, options=Options(check="off")
        )
    except GradcalcError as error:
        reason, span, hint = f": {error.message}", error.span, error.hint
    return GradcalcError(
        "undefined",
        f"nothing to draw: the formula has no value anywhere in {name} = {low:g} to {high:g}"
        + reason,
        span,
        hint=hint or "choose another interval with --over",
        exit=Exit.NO_ANSWER,
    )
