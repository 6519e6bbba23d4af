"""Forward and reverse mode: the chain rule as two short loops over a trace.

A trace computes v0, v1, v2, …, each from slots before it. Its rules know ∂v/∂a, the partial
derivative of an instruction v by its argument a. From these,

    forward mode, first slot to last:  tangent(v)   = Σ ∂v/∂a · tangent(a)    over the arguments a
    reverse mode, last slot to first:  cotangent(a) = Σ ∂v/∂a · cotangent(v)  over the uses v of a

A tangent is ∂v/∂input: one forward sweep gives the derivative of every slot by one input. A
cotangent is ∂result/∂v: one reverse sweep gives the derivative of the result by every slot.

Both are generic over the number system. Run on floats, they give numbers; on big numbers, the
reference; on traced numbers, the derivative as a trace, which can be differentiated again.

A tangent or cotangent that does not exist is None (absent), not 0, and is skipped, so that 0*inf
is never formed: the derivative of `where(x > 0, log(x), 0)` at 0 is 0, not NaN. Numbers here are
scalars; `modes.arrays` runs the same loops over arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.trace.trace import Trace, Values

NONE_KNOWN: Mapping[tuple[int, int], Any] = MappingProxyType({})
MAX_KEPT_INSTRUCTIONS = 10_000  # of a trace whose partials are kept between sweeps

# What a partial raises where it can't be formed: 1/0, log(-1), a float64 that is exceeded.
UNDEFINED = (ArithmeticError, ValueError)


def forward(
    trace: Trace,
    values: Values,
    numbers: Numbers,
    seeds: Mapping[int, Any],
    nan: Any = None,
    slots: Iterable[int] | None = None,
    known: Mapping[tuple[int, int], Any] = NONE_KNOWN,
) -> list[Any]:
    """The tangent of each slot, `seeds` being those of some slots; None where it is absent.

    With the seed {slot: 1} the tangents are ∂/∂slot. `values` are the trace's values in the number
    system. `nan` is what a partial counts as where it can't be formed: it marks what depends on
    it; None leaves it out. `slots` are those to go through, ascending: all, unless given. `known`
    are partials that a reverse sweep over the same values has kept.
    """
    tangents: list[Any] = [None] * len(trace)
    for slot, seed in seeds.items():
        tangents[slot] = seed
    active, arguments = trace.active, trace.arguments
    for slot in range(min(seeds) + 1, len(trace)) if slots is None else slots:
        if not active[slot] or tangents[slot] is not None:
            continue
        total = None
        for which, argument in enumerate(arguments[slot]):
            tangent = tangents[argument]
            if tangent is None or not active[argument]:
                continue
            if (slot, which) in known:
                partial = known[slot, which]
            else:
                partial = partial_at(trace, slot, which, values, numbers, nan)
            if partial is not None:
                term = partial * tangent
                total = term if total is None else total + term
        tangents[slot] = total
    return tangents


def reverse(
    trace: Trace,
    values: Values,
    numbers: Numbers,
    nan: Any = None,
    slots: Iterable[int] | None = None,
    keep: dict[tuple[int, int], Any] | None = None,
) -> list[Any]:
    """The cotangent of each slot, ∂result/∂slot; None where the result does not depend on it.

    `values` and `nan` are those of `forward`; `slots` are those to go through, descending.
    The partials by slot and position are put into `keep`, for forward sweeps over the same values.
    """
    cotangents: list[Any] = [None] * len(trace)
    cotangents[trace.result] = 1
    rules, active, arguments = trace.rules, trace.active, trace.arguments
    for slot in range(trace.result, -1, -1) if slots is None else slots:
        # All uses of a slot come after it, so its cotangent is complete when the loop gets there.
        cotangent = cotangents[slot]
        if cotangent is None or not active[slot]:
            continue
        row, used = rules[slot], arguments[slot]
        for which, argument in enumerate(used):
            if not active[argument]:
                continue
            # This is partial_at, inlined: the call would take a tenth of the sweep's time.
            rule = row.partials[which]
            if rule is None:
                raise _unknown_derivative(trace, slot, which)
            try:
                partial = rule(numbers, values[slot], *[values[a] for a in used])
            except UNDEFINED as error:
                partial = _unformed(error, numbers, nan)
            if row.selects and partial == 0:
                partial = None
            if keep is not None:
                keep[slot, which] = partial
            if partial is None:
                continue
            term = cotangent * partial
            before = cotangents[argument]
            cotangents[argument] = term if before is None else before + term
    return cotangents


def kept_partials(trace: Trace) -> dict[tuple[int, int], Any] | None:
    """Where the reverse sweep may keep its partials; None where they would fill the memory."""
    return {} if len(trace) <= MAX_KEPT_INSTRUCTIONS else None


def partial_at(
    trace: Trace, slot: int, which: int, values: Values, numbers: Numbers, nan: Any
) -> Any:
    """∂slot/∂argument for the argument at position `which`; None where it is structurally zero.

    `nan` where it can't be formed. Of arrays, the array of each element's partial. GradcalcError
    where the rule does not know this derivative.
    """
    row = trace.rules[slot]
    rule = row.partials[which]
    if rule is None:
        raise _unknown_derivative(trace, slot, which)
    try:
        partial = rule(numbers, values[slot], *[values[a] for a in trace.arguments[slot]])
    except UNDEFINED as error:
        return _unformed(error, numbers, nan)
    # max, abs and the like select an argument: a 0 there says that it was not taken.
    if row.selects and not shape_of(partial) and partial == 0:
        return None
    return partial


def _unformed(error: Exception, numbers: Numbers, nan: Any) -> Any:
    """What stands for a partial that can't be formed; UndecidedError where more digits may tell."""
    bounds = getattr(numbers, "bounds", None)
    if bounds is not None and not bounds.final and isinstance(error, UndecidedError):
        raise error
    return nan


def _unknown_derivative(trace: Trace, slot: int, which: int) -> GradcalcError:
    row = trace.rules[slot]
    parameter = row.parameters[which]
    return GradcalcError(
        "unknown-derivative",
        f"the derivative of {row.name} by {parameter} is not known",
        trace.spans[slot],
        hint=f"make {parameter} a constant, or leave its inputs out of --wrt",
        exit=Exit.REQUEST,
    )
