"""What is worth saying about a run: lost digits and where, underflow, kinks, branch boundaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gradcalc.checks.kinks import decimal_digits
from gradcalc.checks.reference import Reference, is_noise
from gradcalc.errors import GradcalcError, Span
from gradcalc.modes.sweeps import partial_at
from gradcalc.numbers.big import brief
from gradcalc.trace.trace import Trace, decides
from gradcalc.trace.walk import kinked

NOTED_DIGITS = 4  # digits lost by one step, from which on a note says so


def place(source: str, span: Span | None) -> str:
    """A part of the text and where it is."""
    if span is None:
        return "a step"
    line = source.count("\n", 0, span.start) + 1
    column = span.start - (source.rfind("\n", 0, span.start) + 1) + 1
    text = " ".join(source[span.start : span.end].split())
    part = text if len(text) <= 40 else text[:38] + " …"
    where = f"line {line}, column {column}" if "\n" in source.strip() else f"column {column}"
    return f"{part} at {where}"


def left_by_rounding(source: str, left: GradcalcError) -> str:
    """That a float64 run left a domain, and the exact run did not; the operation and its operands
    are in the error."""
    reason = left.message.split(": ")[0]
    return (
        f"{place(source, left.span)} leaves its domain only by rounding: in float64, {reason}; "
        "the answer is that of the exact run"
    )


def lost_digits(source: str, trace: Trace, truth: Reference) -> Iterator[str]:
    """The subtraction that cancels most digits; without one, the step that is ill-conditioned."""
    cancelled = _worst_cancellation(trace, truth)
    if cancelled is not None and cancelled[0] >= NOTED_DIGITS:
        where = place(source, trace.spans[cancelled[1]])
        nothing = truth.still(cancelled[1]) == 0
        yield f"{where} cancels {'all' if nothing else cancelled[0]} digits"
        return
    worst = _worst_conditioned(trace, truth)
    if worst is not None and worst[0] >= NOTED_DIGITS:
        yield (
            f"{place(source, trace.spans[worst[1]])} is ill-conditioned here: "
            f"it magnifies the relative error of its argument by 1e{worst[0]}"
        )


def _worst_cancellation(trace: Trace, truth: Reference) -> tuple[int, int] | None:
    """The subtraction that loses most digits: (digits, slot)."""
    context: Any = truth.numbers.context
    worst: tuple[int, int] | None = None
    for slot, row in enumerate(trace.rules):
        if row.name not in ("add", "sub"):
            continue
        left, right = (truth.values[a] for a in trace.arguments[slot])
        out = truth.values[slot]
        if not out or not left or not right or not context.isfinite(out):
            continue
        lost = decimal_digits(context.mag(max(abs(left), abs(right))) - context.mag(out))
        exact = trace.values[slot] == out
        if not exact and (worst is None or lost > worst[0]):
            worst = lost, slot
    return worst


def _worst_conditioned(trace: Trace, truth: Reference) -> tuple[int, int] | None:
    """The step that magnifies a relative error most: (power of ten, slot)."""
    context: Any = truth.numbers.context
    worst: tuple[int, int] | None = None
    for slot, arguments in enumerate(trace.arguments):
        out = truth.values[slot]
        if not arguments or not out or not context.isfinite(out):
            continue
        for which, argument in enumerate(arguments):
            if not trace.active[argument]:
                continue
            partial = partial_at(trace, slot, which, truth.values, truth.numbers, None)
            factor = abs(partial * truth.values[argument] / out) if partial is not None else 0
            if factor and context.isfinite(factor):
                power = decimal_digits(context.mag(factor))
                if worst is None or power > worst[0]:
                    worst = power, slot
    return worst


def underflow(source: str, trace: Trace, truth: Reference) -> Iterator[str]:
    """The first step that is 0 in float64 and not in truth."""
    context: Any = truth.numbers.context
    for slot, value in enumerate(trace.values):
        true = truth.values[slot]
        if value == 0 and true and abs(true) < 1e-300 and not is_noise(true, truth.digits, context):
            yield (
                f"{place(source, trace.spans[slot])} underflows: {brief(context.nstr(true, 3))} is "
                "too small for float64"
            )
            return


def conventions(source: str, trace: Trace) -> Iterator[str]:
    """The kinks that the run meets, with the table's convention for each."""
    for slot in kinked(trace):
        row = trace.rules[slot]
        arguments = [trace.values[a] for a in trace.arguments[slot]]
        if row.kink is not None and row.convention and row.kink(*arguments):
            yield f"{place(source, trace.spans[slot])}: {row.convention}"


def boundaries(source: str, trace: Trace) -> Iterator[str]:
    """The comparisons whose two sides are equal: the point lies between two branches."""
    for guard in trace.guards:
        equal = trace.values[guard.left] == trace.values[guard.right]
        if equal and decides(trace, guard):
            yield f"{place(source, guard.span)} compares equal numbers: a branch boundary"


def domain_edge(way: Mapping[str, tuple[int, int]]) -> str:
    """That the function is undefined off the axes: the inputs' multiples of h and of h^2 there."""
    there = ", ".join(_moved(name, step) for name, step in way.items())
    return f"at the edge of the domain: undefined at {there}"


def _moved(name: str, step: tuple[int, int]) -> str:
    by, unit = (step[0], "h") if step[0] else (step[1], "h^2")
    times = "" if abs(by) == 1 else f"{abs(by)}*"
    return f"{name} {'-' if by < 0 else '+'} {times}{unit}"
