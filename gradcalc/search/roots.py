"""Along each axis: where a quantity of the run changes its sign, or the value ceases to exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from gradcalc.checks.kinks import touches_kink
from gradcalc.claims.boxes import Box
from gradcalc.numbers.shapes import shape_of
from gradcalc.search.axis import Axis
from gradcalc.search.candidates import held_points
from gradcalc.search.crossings import Key, crossing
from gradcalc.search.examiner import Examiner
from gradcalc.search.finding import Finding, Point
from gradcalc.search.simplicity import spellings
from gradcalc.trace.trace import Trace

GRID_POINTS = 41  # along an axis
GRID_SHIFT, GRID_SCALE = (
    0.0137,
    0.9996,
)  # keep the grid off simple numbers, so that no root is on it
BISECTIONS = 60  # halve an interval to the last bit of float64
MAX_ELEMENTS = 50  # of an array whose signs are looked at


def roots(examiner: Examiner, box: Box) -> Iterator[Point | Finding]:
    """The roots along each axis, as points to look at.

    Where no number that can be written shows trouble, both sides of a root may; then it is a
    finding already.
    """
    for name, (low, high) in box.bounds.items():
        for held in held_points(box, name):
            axis = Axis(examiner, name, held)
            for start, end in _intervals(low, high):
                for root, key in _between(axis, start, end):
                    candidate: Point | Finding | None = _writable(axis, root)
                    if candidate is None and key is not None and not _smooth(axis, root):
                        candidate = crossing(axis, root, key)
                    if candidate is not None:
                        yield candidate


def _intervals(low: float, high: float) -> Iterator[tuple[float, float]]:
    shares = [(k + GRID_SHIFT) * GRID_SCALE / (GRID_POINTS - 1) for k in range(GRID_POINTS)]
    # Not low + (high - low)*share: the difference may overflow.
    yield from pairwise(low * (1 - share) + high * share for share in shares)


def _between(axis: Axis, start: float, end: float) -> Iterator[tuple[float, Key | None]]:
    """The roots in an interval, each with what changes its sign: None at the edge of the domain."""
    first, last = axis.trace(start), axis.trace(end)
    if first is None and last is None:
        return
    if first is None or last is None:
        has_value = first is not None
        yield bisected(lambda x: (axis.trace(x) is not None) == has_value, start, end), None
        return
    before, after = signs(first), signs(last)
    for key in sorted(before.keys() & after.keys()):
        if before[key] != after[key]:

            def has_first_sign(x: float, key: Key = key) -> bool:
                trace = axis.trace(x)
                return trace is not None and signs(trace).get(key) == before[key]

            yield bisected(has_first_sign, start, end), key


def signs(trace: Trace) -> dict[Key, float]:
    """The signs of what decides a branch, or must not be zero; of arrays the first elements'."""
    by_key: dict[Key, float] = {}
    for slot, row in enumerate(trace.rules):
        if row.crossing is None:
            continue
        arguments = [trace.values[a] for a in trace.arguments[slot]]
        for k, x in enumerate(_elements(row.crossing(trace.values[slot], *arguments))):
            by_key[row.name, slot, k] = x if row.steps else x > 0
    for k, guard in enumerate(trace.guards):
        left, right = trace.values[guard.left], trace.values[guard.right]
        if not shape_of(left) and not shape_of(right):
            by_key["guard", k, 0] = left > right
    return by_key


def _elements(numbers: Any) -> list[float]:
    return numbers.ravel()[:MAX_ELEMENTS].tolist() if hasattr(numbers, "ravel") else [numbers]


def bisected(holds: Callable[[float], bool], start: float, end: float) -> float:
    """Where a property that holds at the start is lost."""
    for _ in range(BISECTIONS):
        middle = start / 2 + end / 2
        if holds(middle):
            start = middle
        else:
            end = middle
    return start / 2 + end / 2


def _smooth(axis: Axis, root: float) -> bool:
    """Is the root a number that can be written, where one-sided limits say that all is smooth?

    abs(x)^1.1 is smooth at 0, though its derivatives beside it look like those of a kink.
    """
    for text in spellings(root):
        trace = axis.trace(text)
        if trace is None or any(map(shape_of, trace.values)):  # of single numbers only
            continue
        if touches_kink(trace):
            return True  # no trouble: `_writable` has looked
    return False


def _writable(axis: Axis, root: float) -> Point | None:
    """The root, in the shortest form that shows trouble: a fraction, a multiple of pi, a decimal.

    Lost digits are trouble of what is near a root, not of the root.
    """
    for text in spellings(root):
        point = axis.point(text)
        if any(finding.kind != "digits" for finding in axis.examiner.findings(point)):
            return point
    return None
