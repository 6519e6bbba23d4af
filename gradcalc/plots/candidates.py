"""Where along the axis a decider changes its sign or its step, or touches 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.errors import Span
from gradcalc.kernels.deciders import Decider, columns, deciders
from gradcalc.numbers.distinct import distinct
from gradcalc.plots.paths import Ways
from gradcalc.trace.trace import Trace

GRID_POINTS = 799  # of the interval, besides its ends
GRID_SHIFT = 0.382  # of a cell: no root that can be written is on the grid
END_SHARE = 1e-9  # of the interval, from its ends to the outermost points
FIRST_BISECTIONS = 12  # until a number that can be written is tried
BISECTIONS = 60
LEAST_BISECTIONS = 10  # more, where there are very many roots
TOUCH_BISECTIONS = 34
TOUCH_STEP = 1e-5  # of a cell, the least distance at which both sides of a minimum are compared
TOUCH_RATIO = 0.5  # of its neighbours' value, below which a minimum may be 0
TOUCHED = 1e-7  # of its neighbours' value, what is left of 0 by rounding
TOUCH_ERROR = 1e-6  # of a cell, of a minimum
TIGHT = 1e-15  # of a cell, at which bisection ends
ROOT_ULPS = 4  # units in the last place that rounding may move a root by
NEARLY_ZERO = 1e-12  # of a decider at an end of the interval
MAX_DECIMALS = 5  # of a number that is tried
PI_PARTS = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A root of a decider, right to `error`; `divides`: it is that of a denominator."""

    x: float
    error: float
    span: Span | None
    divides: bool


@dataclass(slots=True)
class _Bracket:
    trace: Trace
    which: Decider
    low: float
    high: float
    before: float  # the state at low
    after: float
    width: float = 0.0  # at first
    exact: bool = False


@dataclass(slots=True)
class Search:
    """The search for candidates; `evaluations` counts points at which the program was computed,
    `left_out` the roots for which there were none left."""

    ways: Ways
    most: int  # evaluations
    evaluations: int = 0
    left_out: int = 0

    def candidates(self, low: float, high: float) -> list[Candidate]:
        """All candidates strictly between two numbers, in ascending order."""
        x = grid(low, high)
        cell = (high - low) / GRID_POINTS
        brackets: list[_Bracket] = []
        touches: list[_Bracket] = []
        seen: set[tuple[Any, ...]] = set()
        self.evaluations += len(x)
        for trace, own in list(self.ways.groups(x)):
            near = distinct(np.clip(np.concatenate([own - 1, own, own + 1]), 0, len(x) - 1))
            which = deciders(trace)
            for one, column in zip(which, self._columns(trace, which, x[near]), strict=True):
                state = states(one, column)
                for k in np.flatnonzero(_changes(state) & (np.diff(near) == 1)).tolist():
                    key = (near[k], one.span, column[k], column[k + 1])
                    if key not in seen:
                        seen.add(key)
                        brackets.append(_bracket(trace, one, x, near, state, k, k + 1))
                if not one.steps:
                    for k in _minima(column, near):
                        touches.append(_bracket(trace, one, x, near, state, k - 1, k + 1))
        found = list(self._roots(brackets, cell))
        found += self._touches(touches, cell)
        return sorted(found, key=lambda candidate: candidate.x)

    def decided_at(self, x: float) -> bool:
        """Is a decider 0 there, or unknown, or does the run have no value?"""
        self.evaluations += 1
        for trace, _ in list(self.ways.groups(np.array([x]))):
            which = deciders(trace)
            found = self._columns(trace, which, np.array([x]))
            return (
                any(
                    one.steps or not abs(column[0]) > NEARLY_ZERO * max(1.0, abs(x))
                    for one, column in zip(which[1:], found[1:], strict=True)
                )
                or not found[0][0]
            )
        return True

    def _columns(self, trace: Trace, which: list[Decider], x: Any) -> list[Any]:
        self.evaluations += len(x)
        return columns(trace, which, self.ways.table(x), len(x))

    def _at(self, brackets: list[_Bracket], x: Any) -> Any:
        """For each bracket its decider at its own number."""
        answers = np.empty(len(brackets))
        by_trace: dict[int, list[int]] = {}
        for k, one in enumerate(brackets):
            by_trace.setdefault(id(one.trace), []).append(k)
        for group in by_trace.values():
            which = list(dict.fromkeys(brackets[k].which for k in group))
            found = self._columns(brackets[group[0]].trace, which, x[group])
            for place, k in enumerate(group):
                answers[k] = found[which.index(brackets[k].which)][place]
        return answers

    def _afford(self, brackets: list[_Bracket], each: int) -> list[_Bracket]:
        most = max(0, (self.most - self.evaluations) // each)
        self.left_out += max(0, len(brackets) - most)
        return brackets[:most]

    def _roots(self, brackets: list[_Bracket], cell: float) -> Iterator[Candidate]:
        """Bisect all brackets side by side; what remains of a bracket is searched again."""
        while brackets := self._afford(brackets, FIRST_BISECTIONS + 4):
            rest = [(one, one.high, one.after) for one in brackets]
            for _ in range(FIRST_BISECTIONS):
                self._halve(brackets)
            for proposal in (_decimal, _part_of_pi):
                self._try(brackets, proposal)
            open_ones = self._afford([one for one in brackets if not one.exact], LEAST_BISECTIONS)
            each = (self.most - self.evaluations) // max(1, len(open_ones))
            for _ in range(min(BISECTIONS, each)):
                open_ones = [one for one in open_ones if not _is_tight(one, cell)]
                if not open_ones:
                    break
                self._halve(open_ones)
            for one in brackets:
                if one.which.is_output and self._is_zero(one):
                    continue
                x = one.low if one.exact else one.low / 2 + one.high / 2
                error = 0.0 if one.exact else ROOT_ULPS * math.ulp(x) + (one.high - one.low)
                yield Candidate(x, error, one.which.span, one.which.divides)
            brackets = [
                _Bracket(one.trace, one.which, one.high, high, one.after, after)
                for one, high, after in rest
                if one.which.steps and one.high < high and not _same(one.after, after)
            ]

    def _halve(self, brackets: list[_Bracket]) -> None:
        middles = np.array([one.low / 2 + one.high / 2 for one in brackets])
        for one, x, c in zip(brackets, middles, self._at(brackets, middles), strict=True):
            state = float(states(one.which, np.array([c]))[0])
            if _same(state, one.before):
                one.low = float(x)
            else:
                one.high, one.after = float(x), state

    def _try(self, brackets: list[_Bracket], proposal: Callable[[float, float], float]) -> None:
        """Is the root a number that can be written? Then its two neighbours are on both sides."""
        tried = [
            (one, x)
            for one in brackets
            if not one.exact and one.low < (x := proposal(one.low, one.high)) < one.high
        ]
        ends = [
            np.array([math.nextafter(x, way) for _, x in tried]) for way in (-math.inf, math.inf)
        ]
        some = [one for one, _ in tried]
        if not some:
            return
        left, right = (self._at(some, end) for end in ends)
        for (one, x), a, b, beyond in zip(tried, left, right, ends[1], strict=True):
            before, after = (float(states(one.which, np.array([c]))[0]) for c in (a, b))
            if _same(before, one.before) and not _same(after, before):
                one.low, one.high, one.after, one.exact = x, float(beyond), after, True

    def _is_zero(self, one: _Bracket) -> bool:
        """Does the output of a row with poles change its sign by way of 0? That breaks nothing."""
        beside = np.array([one.low - one.width / 4, one.low])
        further, near = np.abs(self._at([one, one], beside))
        return bool(near < further)

    def _touches(self, brackets: list[_Bracket], cell: float) -> Iterator[Candidate]:
        """Bisect the slope of |decider|, and see whether it is 0 at the minimum."""
        brackets = self._afford(brackets, 2 * TOUCH_BISECTIONS + 3)
        if not brackets:
            return
        outer = [np.array([[o.low, o.high][k] for o in brackets]) for k in (0, 1)]
        ends = np.minimum(*(np.abs(self._at(brackets, x)) for x in outer))
        for _ in range(TOUCH_BISECTIONS):
            middles = np.array([one.low / 2 + one.high / 2 for one in brackets])
            steps = np.array([max((o.high - o.low) / 4, TOUCH_STEP * cell) for o in brackets])
            left, right = (np.abs(self._at(brackets, middles + s * steps)) for s in (-1, 1))
            for one, x, a, b in zip(brackets, middles, left, right, strict=True):
                if a == b:
                    one.low = one.high = float(x)
                elif a > b:
                    one.low = float(x)
                else:
                    one.high = float(x)
        middles = np.array([one.low / 2 + one.high / 2 for one in brackets])
        for one, x, c, end in zip(
            brackets, middles, self._at(brackets, middles), ends, strict=True
        ):
            if not abs(c) > TOUCHED * end:
                yield Candidate(float(x), TOUCH_ERROR * cell, one.which.span, one.which.divides)


def grid(low: float, high: float) -> Any:
    """Points of an interval, off the numbers that people write."""
    shares = (np.arange(GRID_POINTS) + GRID_SHIFT) / GRID_POINTS
    shares = np.concatenate([[END_SHARE], shares, [1 - END_SHARE]])
    return low * (1 - shares) + high * shares


def states(which: Decider, column: Any) -> Any:
    """What changes at a root: the sign, or the step."""
    return column if which.steps else np.sign(column)


def _changes(state: Any) -> Any:
    """Between which neighbours does it change, where it is known on both sides?"""
    return (state[1:] != state[:-1]) & ~np.isnan(state[1:]) & ~np.isnan(state[:-1])


def _minima(column: Any, near: Any) -> list[int]:
    """The inner points where |column| is least and may come to 0 without a change of sign."""
    c = np.abs(column)
    with np.errstate(all="ignore"):
        a, b, d = c[:-2], c[1:-1], c[2:]
        bend = a - 2 * b + d
        vertex = b - (d - a) ** 2 / (8 * bend)
        least = (b <= a) & (b < d) & (vertex < TOUCH_RATIO * np.maximum(a, d))
        same = np.sign(column[:-2]) * np.sign(column[2:]) > 0
    return (np.flatnonzero(least & same & (near[2:] - near[:-2] == 2)) + 1).tolist()


def _bracket(
    trace: Trace, which: Decider, x: Any, near: Any, state: Any, k: int, end: int
) -> _Bracket:
    low, high = float(x[near[k]]), float(x[near[end]])
    return _Bracket(trace, which, low, high, float(state[k]), float(state[end]), high - low)


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _is_tight(one: _Bracket, cell: float) -> bool:
    return one.high - one.low <= max(2 * math.ulp(one.low), TIGHT * cell)


def _decimal(low: float, high: float) -> float:
    """The shortest decimal between two numbers; NaN: none is short."""
    digits = 1 - math.floor(math.log10(high - low)) if high > low else 0
    for places in range(digits - MAX_DECIMALS, digits + 1):
        x = round(low / 2 + high / 2, places)
        if low < x < high:
            return x
    return math.nan


def _part_of_pi(low: float, high: float) -> float:
    """The twelfth of π between two numbers; NaN: there is none."""
    x = round((low + high) / 2 / math.pi * PI_PARTS) * math.pi / PI_PARTS
    return x if low < x < high else math.nan
