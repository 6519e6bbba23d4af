"""Which operation is at fault where there is no finite answer."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from gradcalc.errors import Exit, GradcalcError
from gradcalc.modes.sweeps import partial_at
from gradcalc.trace.failures import formatted
from gradcalc.trace.trace import Trace

if TYPE_CHECKING:
    from gradcalc.checks.probe import OneSided
    from gradcalc.checks.reference import Reference


def hidden_pole(trace: Trace, truth: Reference) -> int | None:
    """The first step that is infinite in truth, where float64 has a number."""
    isinf = truth.numbers.context.isinf
    for slot, value in enumerate(truth.values):
        if isinf(value) and math.isfinite(trace.values[slot]):
            return slot
    return None


class Fault(NamedTuple):
    """A step that is to blame; `text` says of what, with {} for the operation on its arguments."""

    code: str
    slot: int
    text: str


def culprit(
    trace: Trace,
    source: str,
    by: str | None,
    number: float,
    sides: Mapping[str, OneSided],
    truth: Reference | None,
) -> GradcalcError:
    """Why there is no finite answer: the operation at fault, with its arguments.

    The answer is the derivative by the input `by`, or the value, and `number` what it comes to,
    infinite or nan; `sides` are what the probe found along each input.
    """
    fault = _fault(trace, truth, by, sides)
    row = trace.rules[fault.slot]
    arguments = [trace.values[a] for a in trace.arguments[fault.slot]]
    operation = formatted(row, arguments) if arguments else "the function"
    word = "infinite" if math.isinf(number) else "undefined"
    if fault.code == "not-determined" and math.isnan(number):
        word = "undefined or not determined"
    if by is not None and by in sides and sides[by].status in ("not determined", "oscillating"):
        sides = {name: side for name, side in sides.items() if name != by or side.mean is not None}
    what = "the value" if by is None else f"d/d{by}"
    remedy = row.infinite if fault.code in ("pole", "overflow", "undefined") else None
    return GradcalcError(
        fault.code,
        "; ".join([f"{what} is {word}: {fault.text.format(operation)}", *_descriptions(sides)]),
        trace.spans[fault.slot],
        hint=remedy or None,
        exit=Exit.NO_ANSWER,
        source=source,
    )


def _fault(
    trace: Trace, truth: Reference | None, by: str | None, sides: Mapping[str, OneSided]
) -> Fault:
    """The first value that is not finite is to blame; else a pole that rounding hides; else a nan
    that came with the inputs; else the derivative of a step."""
    open_names = {name for name, side in sides.items() if side.status == "not determined"}
    for slot, arguments in enumerate(trace.arguments):
        finite = all(math.isfinite(trace.values[a]) for a in arguments)
        if arguments and finite and not math.isfinite(trace.values[slot]):
            return _not_finite(trace, slot, truth, is_open=bool(open_names))
    if truth is not None and (pole := hidden_pole(trace, truth)) is not None:
        near = f"{trace.values[pole]:.6g}"
        return Fault("pole", pole, f"{{}} is a pole; float64 only comes near it and gives {near}")
    for slot, value in enumerate(trace.values):
        if math.isnan(value) and not any(
            math.isnan(trace.values[a]) for a in trace.arguments[slot]
        ):
            return Fault("undefined", slot, "{} is not a number")
    if by is not None and by in sides and sides[by].status == "oscillating":
        text = "the function's difference quotients oscillate without a limit"
        return Fault("no-derivative", trace.result, text)
    if by in open_names:
        text = "neither its limits nor its difference quotients settle it"
        return Fault("not-determined", trace.result, text)
    if by is not None and truth is not None and _is_too_large(truth, by, sides.get(by)):
        text = "the derivative of {} is larger than float64 can hold (1.8e308)"
        return Fault("overflow", steepest(trace), text)
    return Fault("no-derivative", steepest(trace), "{} has no finite derivative")


def _is_too_large(truth: Reference, by: str, side: OneSided | None) -> bool:
    """Is there a derivative, though float64 can't hold it?"""
    true = truth.reverse[by] if side is None else side.mean
    if true is None or not truth.numbers.context.isfinite(true):
        return False
    return bool(abs(true) > sys.float_info.max)


def _not_finite(trace: Trace, slot: int, truth: Reference | None, *, is_open: bool) -> Fault:
    """What is wrong with a step that makes finite numbers infinite, or nan."""
    if math.isnan(trace.values[slot]):
        return Fault("undefined", slot, "{} is not a number")
    if truth is None:
        nonzero = all(trace.values[a] for a in trace.arguments[slot])
        # No reference tells an overflow from a pole: the row does.
        overflows = trace.rules[slot].grows and nonzero
    elif is_open and not truth.settled:
        text = "{} is infinite, perhaps only because its argument was rounded to this"
        return Fault("not-determined", slot, text)
    else:
        true = truth.values[slot]
        overflows = bool(truth.numbers.context.isfinite(true))
        if overflows and abs(true) < sys.float_info.max:
            text = "{} is infinite because its argument was rounded to this"
            return Fault("underflow", slot, text)
    if overflows:
        return Fault("overflow", slot, "{} is larger than float64 can hold (1.8e308)")
    return Fault("pole", slot, "{} is infinite")


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


def _descriptions(sides: Mapping[str, OneSided]) -> Iterator[str]:
    """What the probe found, in words."""
    for name, side in sides.items():
        if side.status == "removable":
            limit = f"along {name} the gap is removable: limit {float(side.limit):.12g}"
            mean = "no derivative" if side.mean is None else f"derivative {float(side.mean):.12g}"
            yield f"{limit}, {mean}"
        elif side.status == "not determined":
            yield f"along {name}: not determined"
        elif side.status == "oscillating" and side.mean is None:
            yield f"along {name}: oscillating, without a limit"
        elif side.status != "smooth":
            left, right = (
                "none" if slope is None else f"{float(slope):.6g}"
                for slope in (side.left, side.right)
            )
            yield f"along {name}: {side.status} [left {left}, right {right}]"
