"""What is wrong at a point, and which operation is at fault."""

from __future__ import annotations

import math
import sys
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.checks.faults import steepest
from gradcalc.errors import Span
from gradcalc.trace.elements import TooManyElementsError, elements_of
from gradcalc.trace.trace import Trace

NOTHING = 1e-12  # what is left of a truth that is 0, where all is well
ELEMENTS = 40_000  # instructions of a run that is taken apart
CANCELS = 1e3  # by which an operand is larger than the difference


def at_fault(result: Result) -> Span | None:
    """The first operation at a kink, comparison of equals, or step without a finite derivative.

    Of a run with arrays it is looked for among its elements; None where those are too many.
    """
    trace = result.steps.trace
    columns = [trace.values, *result.steps.tangents.values()]
    if trace.statics:
        try:
            trace = elements_of(trace, ELEMENTS).trace
        except TooManyElementsError:
            return None
        columns = [trace.values]
    for slot, row in enumerate(trace.rules):
        given = [trace.values[a] for a in trace.arguments[slot]]
        plain = row.array is None and not any(hasattr(x, "shape") for x in given)
        if row.kink is not None and plain and trace.active[slot] and row.kink(*given):
            return trace.spans[slot]
    for guard in trace.guards:
        left, right = trace.values[guard.left], trace.values[guard.right]
        if not hasattr(left, "shape") and not hasattr(right, "shape") and left == right:
            return guard.span
    for slot in range(len(trace)):
        if any(_is_infinite(column[slot]) for column in columns if slot < len(column)):
            return trace.spans[slot]
    return trace.spans[steepest(trace)]


def _is_infinite(number: Any) -> bool:
    return isinstance(number, float) and not math.isfinite(number)


def cancelling(trace: Trace) -> Span | None:
    """The sum that cancels most; without one, the step that gave the value."""
    worst, span = CANCELS, trace.spans[trace.result]
    for slot, row in enumerate(trace.rules):
        given = [trace.values[a] for a in trace.arguments[slot]]
        out = trace.values[slot]
        if row.name not in ("add", "sub") or any(hasattr(x, "shape") for x in [*given, out]):
            continue
        largest = max(map(abs, given))
        ratio = largest / abs(out) if out else math.inf if largest else 0.0
        if ratio > worst:
            worst, span = ratio, trace.spans[slot]
    return span


def least_digits(result: Result) -> int | None:
    """The least count of correct digits, but for what is 0, or as good as 0 to float64."""
    pairs = [(result.digits, result.reference, result.value)]
    pairs += [(row.digits, row.reference, row.gradient) for row in result.derivatives]
    if any(hasattr(digits, "min") for digits, _, _ in pairs):
        return result.worst_digits
    counted = [(d, float(true), n) for d, true, n in pairs if d is not None and true is not None]
    least = sys.float_info.min
    return min(
        (d for d, true, n in counted if abs(true) >= least or abs(n) > NOTHING), default=None
    )


def sides(result: Result) -> str:
    """The derivatives from both sides, of up to three inputs."""
    told = []
    for row in result.derivatives:
        for part in row.parts or (row,):
            if part.status != "smooth":
                ends = [_side(side) for side in (part.left, part.right)]
                told.append(f"d/d{part.by[0]} is {ends[0]} from the left, {ends[1]} from the right")
    return "; ".join(told[:3])


def _side(side: float | None) -> str:
    return "undefined" if side is None else f"{side:.6g}"
