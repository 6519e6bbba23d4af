"""What is wrong at a point that was evaluated, and which operation is at fault."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.checks.faults import steepest
from gradcalc.errors import Span
from gradcalc.numbers.shapes import shape_of
from gradcalc.trace.elements import TooManyElementsError, elements_of
from gradcalc.trace.trace import Trace

ROUNDED_ZERO = 1e-12  # what float64 may leave of a truth that is 0 without anything being wrong
MAX_ELEMENTWISE = 40_000  # instructions of a run with arrays, taken apart into its elements
CANCELLATION = 1e3  # by which an operand is larger than the difference
MAX_SIDES = 3  # inputs whose one-sided derivatives are listed


def at_fault(result: Result) -> Span | None:
    """The first operation at a kink, comparison of equals, or step without a finite derivative.

    In a run with arrays it is looked for among their elements; None where those are too many.
    """
    trace = result.steps.trace
    columns = [trace.values, *result.steps.tangents.values()]
    if trace.statics:
        try:
            trace = elements_of(trace, MAX_ELEMENTWISE).trace
        except TooManyElementsError:
            return None
        columns = [trace.values]
    spans = chain(_kinks(trace), _ties(trace), _infinities(trace, columns))
    return next(spans, trace.spans[steepest(trace)])


def _kinks(trace: Trace) -> Iterator[Span | None]:
    for slot, row in enumerate(trace.rules):
        if row.kink is None or row.array is not None or not trace.active[slot]:
            continue
        arguments = [trace.values[a] for a in trace.arguments[slot]]
        if not any(map(shape_of, arguments)) and row.kink(*arguments):
            yield trace.spans[slot]


def _ties(trace: Trace) -> Iterator[Span | None]:
    """The comparisons of equals."""
    for guard in trace.guards:
        left, right = trace.values[guard.left], trace.values[guard.right]
        if not shape_of(left) and not shape_of(right) and left == right:
            yield guard.span


def _infinities(trace: Trace, columns: Sequence[Sequence[Any]]) -> Iterator[Span | None]:
    """The steps whose value, or derivative, is not finite."""
    for slot in range(len(trace)):
        if any(_is_infinite(column[slot]) for column in columns if slot < len(column)):
            yield trace.spans[slot]


def _is_infinite(number: Any) -> bool:
    return isinstance(number, float) and not math.isfinite(number)


def cancelling(trace: Trace) -> Span | None:
    """The sum that cancels most; without one, the step that gave the value."""
    worst, span = CANCELLATION, trace.spans[trace.result]
    for slot, row in enumerate(trace.rules):
        arguments = [trace.values[a] for a in trace.arguments[slot]]
        out = trace.values[slot]
        if row.name not in ("add", "sub") or any(map(shape_of, [*arguments, out])):
            continue
        largest = max(map(abs, arguments))
        ratio = largest / abs(out) if out else math.inf if largest else 0.0
        if ratio > worst:
            worst, span = ratio, trace.spans[slot]
    return span


def least_digits(result: Result) -> int | None:
    """The least count of correct digits of value and gradient, 0 to 16; None where none is known.

    Digits of a truth that is 0, or as good as 0 to float64, don't count: there are none.
    """
    pairs = [(result.digits, result.reference, result.value)]
    pairs += [(row.digits, row.reference, row.gradient) for row in result.derivatives]
    if any(hasattr(digits, "min") for digits, _, _ in pairs):
        return result.worst_digits
    counted = [(d, float(true), n) for d, true, n in pairs if d is not None and true is not None]
    least = sys.float_info.min
    return min(
        (d for d, true, n in counted if abs(true) >= least or abs(n) > ROUNDED_ZERO), default=None
    )


def sides(result: Result) -> str:
    """A clause with the derivatives from both sides, of the first inputs that are not smooth."""
    parts = (part for row in result.derivatives for part in row.parts or (row,))
    clauses = [
        f"d/d{part.by[0]} is {_side(part.left)} from the left, {_side(part.right)} from the right"
        for part in parts
        if part.status != "smooth"
    ]
    return "; ".join(clauses[:MAX_SIDES])


def _side(side: float | None) -> str:
    return "undefined" if side is None else f"{side:.6g}"
