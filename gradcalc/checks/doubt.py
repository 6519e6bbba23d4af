"""Where a derivative is in doubt, and which operation is at fault when there is none."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.modes.sweeps import partial_at
from gradcalc.trace.failures import spelt
from gradcalc.trace.replay import broken_guards
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import contributing, kinked

if TYPE_CHECKING:
    from gradcalc.checks.probe import OneSided
    from gradcalc.checks.reference import Reference

JUMPS = 1000  # times the rounding of the arguments: no continuous row changes by so much


def doubtful(trace: Trace) -> bool:
    """Does the float64 run touch a kink that matters, or hold a comparison of equals?"""
    values = trace.values
    for slot in kinked(trace):
        row = trace.rules[slot]
        if row.kink is not None and row.kink(*[values[a] for a in trace.arguments[slot]]):
            return True
    return any(values[guard.left] == values[guard.right] for guard in trace.guards)


@dataclass(frozen=True, slots=True)
class Exactly:
    """What the run meets in exact numbers: kinks, equal sides, and where rounding decided."""

    doubtful: bool
    decided: tuple[Span | None, ...]  # branches and steps that come out otherwise in float64


def exactly(trace: Trace, truth: Reference) -> Exactly:
    """Look for kinks and comparisons again, in the reference's numbers."""
    context: Any = truth.numbers.context
    digits = context.dps * 3 // 4
    decided = [guard.span for guard in broken_guards(trace, truth.values, truth.difference)]
    touched = any(truth.difference(guard.left, guard.right) == 0 for guard in trace.guards)
    touched = touched or _infinite(trace, truth)
    for slot in kinked(trace):
        row = trace.rules[slot]
        arguments = [_rounded(truth.still(a), digits, context) for a in trace.arguments[slot]]
        if row.kink is not None and row.kink(*arguments):
            touched = True
            here = getattr(truth.numbers, row.name)(*arguments)
            given = [trace.values[a] for a in trace.arguments[slot]]
            rounding = max(abs(a - g) for a, g in zip(arguments, given, strict=True))
            # A jump is what rounded arguments don't account for.
            if abs(here - trace.values[slot]) > JUMPS * (rounding + math.ulp(trace.values[slot])):
                decided.append(trace.spans[slot])
    return Exactly(touched or bool(decided), tuple(decided))


def _infinite(trace: Trace, truth: Reference) -> bool:
    """Does the result depend on a step that makes something infinite of finite numbers?"""
    isfinite, values = truth.numbers.context.isfinite, truth.values
    return any(
        not isfinite(values[slot]) and all(isfinite(values[a]) for a in trace.arguments[slot])
        for slot in contributing(trace)
        if trace.arguments[slot]
    )


def decimals(bits: int) -> int:
    """So many bits as decimal digits; of integers of any size."""
    return int(bits) * 30_103 // 100_000 if bits >= 0 else -(-int(bits) * 30_103 // 100_000)


def _rounded(number: Any, digits: int, context: Any) -> Any:
    """Rounded to fewer digits, so that 0.99…9 is the 1 it stands for."""
    if not context.isfinite(number) or not number:
        return context.mpf(number)
    unit = context.mpf(10) ** (digits - decimals(context.mag(number)))
    return context.nint(number * unit) / unit


def hidden_pole(trace: Trace, truth: Reference) -> int | None:
    """The first step whose value only grows with the precision, where float64 has a number."""
    context: Any = truth.numbers.context
    huge = context.mpf(10) ** (context.dps * 3 // 4)
    for slot in range(len(trace)):
        if abs(truth.values[slot]) > huge and abs(truth.before[slot]) * 10 < abs(
            truth.values[slot]
        ):
            return slot
    return None


def culprit(
    trace: Trace,
    source: str,
    what: str,
    number: float,
    sides: Mapping[str, OneSided],
    truth: Reference | None,
) -> GradcalcError:
    """The first operation that turned finite numbers into no number, with its arguments."""
    word = "infinite" if math.isinf(number) else "undefined"
    code, slot, kind = _fault(trace, truth)
    row = trace.rules[slot]
    shown = spelt(row, [trace.values[a] for a in trace.arguments[slot]])
    found = f"; {described}" if (described := _described(sides)) else ""
    remedy = None if code in ("no-derivative", "underflow") else row.infinite or None
    return GradcalcError(
        code,
        f"{what} is {word}: {kind.format(shown)}{found}",
        trace.spans[slot],
        hint=remedy,
        exit=Exit.NO_ANSWER,
        source=source,
    )


def _fault(trace: Trace, truth: Reference | None) -> tuple[str, int, str]:
    """An error's code, the slot at fault, and what is wrong with it."""
    values = trace.values
    for slot, arguments in enumerate(trace.arguments):
        if not arguments or math.isfinite(values[slot]):
            continue
        if not all(math.isfinite(values[a]) for a in arguments):
            continue
        if math.isnan(values[slot]):
            return "undefined", slot, "{} is not a number"
        if truth is None:
            # No reference tells an overflow from a pole: the row does.
            overflows = trace.rules[slot].grows and all(values[a] for a in arguments)
        else:
            true = truth.values[slot]
            overflows = bool(truth.numbers.context.isfinite(true))
            if overflows and abs(true) < sys.float_info.max:
                return "underflow", slot, "{} is infinite, for its argument was rounded to this"
        if overflows:
            return "overflow", slot, "{} is larger than float64 can hold (1.8e308)"
        return "pole", slot, "{} is infinite"
    if truth is not None and (pole := hidden_pole(trace, truth)) is not None:
        near = f"gives {values[pole]:.6g}"
        return "pole", pole, f"{{}} is a pole, though float64, which only comes near it, {near}"
    for slot, value in enumerate(values):
        if math.isnan(value) and not any(math.isnan(values[a]) for a in trace.arguments[slot]):
            return "undefined", slot, "{} is not a number"
    return "no-derivative", steepest(trace), "{} has no finite derivative"


def steepest(trace: Trace) -> int:
    """The first active step whose own derivative can't be formed or is infinite; or the result."""
    from gradcalc.rules.systems import machine_numbers

    numbers = machine_numbers()
    for slot, arguments in enumerate(trace.arguments):
        if not trace.active[slot]:
            continue
        for which, used in enumerate(arguments):
            if not trace.active[used] or trace.rules[slot].partials[which] is None:
                continue
            partial = partial_at(trace, slot, which, trace.values, numbers, math.nan)
            if partial is not None and not math.isfinite(partial):
                return slot
    return trace.result


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
