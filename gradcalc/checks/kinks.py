"""Where a derivative is in doubt: kinks and comparisons of equals, in float64 and in truth.

A derivative by the rules alone is trusted only where the run meets neither; elsewhere the
one-sided probe decides.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcalc.errors import Span
from gradcalc.trace.replay import broken_guards
from gradcalc.trace.trace import Trace, decides
from gradcalc.trace.walk import compared, contributing, edged, kinked

if TYPE_CHECKING:
    from gradcalc.checks.reference import Reference

# How much a continuous function may change, as a multiple of the rounding of its arguments.
MAX_CONTINUOUS_CHANGE = 1000
MAX_DECIMAL_BITS = 1_000_000  # of the size of numbers that are rounded to decimal digits


class Kinks(NamedTuple):
    """What a run meets: `touched` by a kink, a comparison of equals or an infinity.

    `by_rounding` are the branches and the steps that come out otherwise in float64 than in truth.
    """

    touched: bool
    by_rounding: tuple[Span | None, ...] = ()


def touches_kink(trace: Trace) -> bool:
    """Does the float64 run touch a kink that matters, or hold a comparison of equals?"""
    values = trace.values
    for slot in kinked(trace):
        row = trace.rules[slot]
        if row.kink is not None and row.kink(*[values[a] for a in trace.arguments[slot]]):
            return True
    for slot in edged(trace):
        if _holds(trace.rules[slot].edge, [values[a] for a in trace.arguments[slot]]):
            return True
    return any(values[g.left] == values[g.right] for g in trace.guards if decides(trace, g))


def kinks(trace: Trace, truth: Reference) -> Kinks:
    """Look for kinks and comparisons again, in the reference's numbers."""
    met = [slot for slot in kinked(trace) if _at_kink(trace, truth, slot)]
    broken = broken_guards(trace, truth.values, truth.difference)
    spans = [guard.span for guard in broken]
    spans += [trace.spans[slot] for slot in met if _jumps(trace, truth, slot)]
    equals = any(truth.difference(g.left, g.right) == 0 for g in trace.guards if decides(trace, g))
    edges = any(
        _holds(trace.rules[slot].edge, _true_arguments(trace, truth, slot)) for slot in edged(trace)
    )
    touched = met or equals or edges or any(decides(trace, guard) for guard in broken)
    return Kinks(bool(touched) or _infinite(trace, truth), tuple(spans))


def _holds(predicate: Any, numbers: list[Any]) -> bool:
    return bool(predicate(*numbers))


def _at_kink(trace: Trace, truth: Reference, slot: int) -> bool:
    kink = trace.rules[slot].kink
    return kink is not None and bool(kink(*_true_arguments(trace, truth, slot)))


def _jumps(trace: Trace, truth: Reference, slot: int) -> bool:
    """Is a step's float64 value further from the true one than rounded arguments account for?"""
    exact = _true_arguments(trace, truth, slot)
    true = getattr(truth.numbers, trace.rules[slot].name)(*exact)
    machine = [trace.values[a] for a in trace.arguments[slot]]
    rounding = max(abs(a - b) for a, b in zip(exact, machine, strict=True))
    value = trace.values[slot]
    return bool(abs(true - value) > MAX_CONTINUOUS_CHANGE * (rounding + math.ulp(value)))


def _true_arguments(trace: Trace, truth: Reference, slot: int) -> list[Any]:
    """A step's arguments in truth, to three quarters of the reference's digits."""
    context: Any = truth.numbers.context
    digits = context.dps * 3 // 4
    return [_rounded(truth.still(a), digits, context) for a in trace.arguments[slot]]


def _infinite(trace: Trace, truth: Reference) -> bool:
    """Does the result, or a branch, depend on a step that makes something infinite of finite
    numbers?"""
    isfinite, values = truth.numbers.context.isfinite, truth.values
    return any(
        not isfinite(values[slot]) and all(isfinite(values[a]) for a in trace.arguments[slot])
        for slot in (*contributing(trace), *compared(trace))
        if trace.arguments[slot]
    )


def decimal_digits(bits: int) -> int:
    """A number of bits, of any size and sign, as decimal digits, rounded towards 0."""
    return int(bits) * 30_103 // 100_000 if bits >= 0 else -(-int(bits) * 30_103 // 100_000)


def _rounded(number: Any, digits: int, context: Any) -> Any:
    """Rounded to fewer digits, so that 0.99…9 becomes the 1 that it is in truth."""
    if not context.isfinite(number) or not number:
        return context.mpf(number)
    if abs(context.mag(number)) > MAX_DECIMAL_BITS:
        with context.workdps(digits):
            return +number
    places = digits - decimal_digits(context.mag(number))
    unit = context.mpf(10) ** abs(places)  # exact: the power of -1 would not be
    if places < 0:
        return context.nint(number / unit) * unit
    return context.nint(number * unit) / unit
