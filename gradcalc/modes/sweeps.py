"""Forward and reverse mode: the chain rule as two short loops over a trace.

Both are generic over the number system. A tangent or cotangent that does not exist is None
(absent), not 0, and is skipped, so that 0*inf is never formed. Where a partial derivative can't
be formed (1/0), it is `nan`, which the caller takes for doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.trace.trace import Trace, Values


def partial_at(
    trace: Trace, slot: int, which: int, values: Values, numbers: Numbers, nan: Any
) -> Any:
    """∂slot/∂argument, or None where it is structurally zero."""
    row = trace.rules[slot]
    rule = row.partials[which]
    if rule is None:
        raise GradcalcError(
            "unknown-derivative",
            f"the derivative of {row.name} by {row.parameters[which]} is not known",
            trace.spans[slot],
            hint=f"make {row.parameters[which]} a constant, or leave its inputs out of --wrt",
            exit=Exit.REQUEST,
        )
    try:
        partial = rule(numbers, values[slot], *[values[a] for a in trace.arguments[slot]])
    except (ZeroDivisionError, ValueError, OverflowError):
        return nan
    if row.selects and not shape_of(partial) and partial == 0:
        return None
    return partial


def forward(
    trace: Trace, values: Values, numbers: Numbers, seeds: Mapping[int, Any], nan: Any = None
) -> list[Any]:
    """The tangent of each slot, `seeds` being those of some slots; None where absent.

    With the seed {slot: 1} the tangents are ∂/∂slot.
    """
    tangents: list[Any] = [None] * len(trace)
    for slot, seed in seeds.items():
        tangents[slot] = seed
    active, arguments = trace.active, trace.arguments
    for slot in range(min(seeds) + 1, len(trace)):
        if not active[slot] or tangents[slot] is not None:
            continue
        total = None
        for which, argument in enumerate(arguments[slot]):
            tangent = tangents[argument]
            if tangent is None or not active[argument]:
                continue
            partial = partial_at(trace, slot, which, values, numbers, nan)
            if partial is not None:
                term = partial * tangent
                total = term if total is None else total + term
        tangents[slot] = total
    return tangents


def reverse(trace: Trace, values: Values, numbers: Numbers, nan: Any = None) -> list[Any]:
    """The cotangent of each slot: ∂result/∂slot; None where the result does not depend on it."""
    cotangents: list[Any] = [None] * len(trace)
    cotangents[trace.result] = 1
    rules, active, arguments = trace.rules, trace.active, trace.arguments
    for slot in range(trace.result, -1, -1):
        cotangent = cotangents[slot]
        if cotangent is None or not active[slot]:
            continue
        used = arguments[slot]
        row = rules[slot]
        for which, argument in enumerate(used):
            if not active[argument]:
                continue
            rule = row.partials[which]
            try:
                partial = rule(numbers, values[slot], *[values[a] for a in used])  # type: ignore[misc]
            except (TypeError, ArithmeticError, ValueError):
                partial = partial_at(trace, slot, which, values, numbers, nan)
            if partial is None or (row.selects and partial == 0):
                continue
            before = cotangents[argument]
            term = cotangent * partial
            cotangents[argument] = term if before is None else before + term
    return cotangents
