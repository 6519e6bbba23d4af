"""Run a trace again in another number system, and see whether its guards still hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradcalc.numbers.system import COMPARISONS, Numbers
from gradcalc.trace.trace import CONSTANT, INPUT, Exact, Guard, Trace


def exact_number(exact: Exact, numbers: Any) -> Any:
    """An exact constant as a number of the system; an array of float64 as one of its arrays."""
    if isinstance(exact, Fraction):
        return numbers.number(exact)
    return numbers.constant(exact) if isinstance(exact, str) else numbers.from_floats(exact)


def replay(trace: Trace, numbers: Numbers, inputs: Mapping[str, Any]) -> list[Any]:
    """The value of each slot, with the inputs (by name) as numbers of the system.

    ValueError where an instruction leaves its domain: the trace's own run did not.
    """
    by_slot = {slot: inputs[name] for name, slot in trace.inputs.items()}
    kernels = {row: getattr(numbers, row.name) for row in set(trace.rules) - {INPUT, CONSTANT}}
    values: list[Any] = []
    statics = trace.statics
    for slot, (row, arguments) in enumerate(zip(trace.rules, trace.arguments, strict=True)):
        if row is CONSTANT:
            values.append(exact_number(trace.constants[slot], numbers))
        elif row is INPUT:
            values.append(by_slot[slot])
        elif slot in statics:
            given = [values[a] for a in arguments]
            values.append(kernels[row](*([given] if row.many else given), *statics[slot]))
        else:
            values.append(kernels[row](*[values[a] for a in arguments]))
    return values


def broken_guards(
    trace: Trace, values: Sequence[Any], difference: Callable[[int, int], Any] | None = None
) -> list[Guard]:
    """The guards that come out otherwise with these values.

    `difference(left, right)` may say how two slots differ where plain subtraction won't do.
    """

    def plain(left: int, right: int) -> Any:
        return values[left] - values[right]

    between = difference or plain
    return [
        guard
        for guard in trace.guards
        if bool(COMPARISONS[guard.op](between(guard.left, guard.right), 0)) != guard.outcome
    ]
