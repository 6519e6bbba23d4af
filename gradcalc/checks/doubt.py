"""Where a derivative is in doubt, and which operation is at fault when there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gradcalc.checks.probe import OneSided
from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.trace.failures import spelt
from gradcalc.trace.trace import Trace

REMEDIES = {
    "exp": "float64 ends at exp(709.78); log(exp(…)+…) is logaddexp or softplus",
    "log": "log is -inf at 0; x*log(x) is xlogy(x, x), which is 0 there",
}


def doubtful(trace: Trace) -> bool:
    """Does the run touch a kink, or hold a comparison of equals?"""
    values, active = trace.values, trace.active
    for slot, row in enumerate(trace.rules):
        if (
            row.kink is not None
            and active[slot]
            and row.kink(*[values[a] for a in trace.arguments[slot]])
        ):
            return True
    return any(values[guard.left] == values[guard.right] for guard in trace.guards)


def culprit(trace: Trace, source: str, what: str, sides: Mapping[str, OneSided]) -> GradcalcError:
    """The first operation that turned finite numbers into no number, with its arguments."""
    values = trace.values
    found = f"; {described}" if (described := _described(sides)) else ""
    for slot, row in enumerate(trace.rules):
        arguments = trace.arguments[slot]
        if not arguments or math.isfinite(values[slot]):
            continue
        if all(math.isfinite(values[a]) for a in arguments):
            shown = spelt(row, [values[a] for a in arguments])
            kind = "is not a number" if math.isnan(values[slot]) else "is infinite"
            overflows = not math.isnan(values[slot]) and row.name in (
                "exp", "exp2", "expm1", "sinh", "cosh", "mul", "add", "sub", "ipow", "cpow", "pow",
                "gamma", "factorial",
            ) and all(values[a] != 0 for a in arguments)  # fmt: skip
            code = "overflow" if overflows else "pole"
            if overflows:
                kind = "is larger than float64 can hold (1.8e308)"
            return GradcalcError(
                code, f"{what} is not finite: {shown} {kind}{found}",
                trace.spans[slot], REMEDIES.get(row.name), Exit.NO_ANSWER, source,
            )  # fmt: skip
    return GradcalcError(
        "no-derivative",
        f"{what} is not finite here{found}",
        _steepest(trace),
        None,
        Exit.NO_ANSWER,
        source,
    )


def _steepest(trace: Trace) -> Span | None:
    """The place of the first active step whose own derivative can't be formed or is infinite."""
    from gradcalc.rules import machine_numbers

    numbers = machine_numbers()
    for slot, row in enumerate(trace.rules):
        if not trace.active[slot]:
            continue
        arguments = [trace.values[a] for a in trace.arguments[slot]]
        for which, used in enumerate(trace.arguments[slot]):
            rule = row.partials[which]
            if rule is None or not trace.active[used]:
                continue
            try:
                partial = rule(numbers, trace.values[slot], *arguments)
            except (ZeroDivisionError, ValueError, OverflowError):
                return trace.spans[slot]
            if partial is not None and not math.isfinite(partial):
                return trace.spans[slot]
    return trace.spans[trace.result]


def _described(sides: Mapping[str, OneSided]) -> str:
    """What the probe found, in words."""
    told = []
    for name, side in sides.items():
        if side.status == "removable":
            told.append(
                f"along {name} the gap is removable: limit {float(side.limit):.12g}"
                + (f", derivative {float(side.mean):.12g}" if side.mean is not None else "")
            )
        elif side.status != "smooth":
            left, right = (
                "none" if s is None else f"{float(s):.6g}" for s in (side.left, side.right)
            )
            told.append(f"along {name}: {side.status} [left {left}, right {right}]")
    return "; ".join(told)
