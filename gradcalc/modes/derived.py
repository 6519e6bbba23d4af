"""The derivative as a trace: a sweep run over traced numbers.

The answer is an ordinary trace, to be replayed, swept or differentiated again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.modes.sweeps import forward, reverse
from gradcalc.trace.builder import Builder
from gradcalc.trace.trace import Trace


def gradient_trace(trace: Trace, wrt: tuple[str, ...]) -> tuple[Trace, dict[str, int]]:
    """Value and gradient as one trace: its result is the value, the derivatives stand by name."""
    builder = Builder()
    values = builder.copied(trace)
    cotangents = reverse(trace, values, builder.numbers)
    zero = builder.constant(Fraction(0))
    found = [_traced(builder, cotangents[trace.inputs[name]], zero) for name in wrt]
    made, slots = builder.finished([values[trace.result], *found])
    return made, dict(zip(wrt, slots[1:], strict=True))


def derivative(trace: Trace, name: str, order: int = 1) -> Trace:
    """The trace of ∂ⁿresult/∂nameⁿ, by forward mode, which swells less than reverse mode does.

    GradcalcError where a row can't be differentiated so often.
    """
    for _ in range(order):
        builder = Builder()
        values = builder.copied(trace)
        tangents = forward(trace, values, builder.numbers, {trace.inputs[name]: 1})
        zero = builder.constant(Fraction(0))
        trace, _slots = builder.finished([_traced(builder, tangents[trace.result], zero)])
    return trace


def _traced(builder: Builder, number: Any, zero: Any) -> Any:
    """A derivative as a traced number: an absent one is 0, a plain one a constant."""
    if number is None:
        return zero
    return builder.constant(Fraction(number)) if isinstance(number, int) else number
