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
    """The trace of value and gradient, and by each name of `wrt` the slot of its derivative in it;
    the value is the result."""
    builder = Builder()
    values = builder.copied(trace)
    cotangents = reverse(trace, values, builder.numbers)
    zero = builder.constant(Fraction(0))
    gradient = [_traced(builder, cotangents[trace.inputs[name]], zero) for name in wrt]
    joint, slots = builder.finished([values[trace.result], *gradient])
    return joint, dict(zip(wrt, slots[1:], strict=True))


def hessian_trace(trace: Trace, wrt: tuple[str, ...]) -> tuple[Trace, list[int], list[list[int]]]:
    """The trace of value, gradient and second derivatives; the slots of the gradient in it, and
    those of the second derivatives row by row, as far as the diagonal. The value is the result."""
    first, slots = gradient_trace(trace, wrt)
    builder = Builder()
    values = builder.copied(first)
    zero = builder.constant(Fraction(0))
    results = [values[first.result], *(values[slots[name]] for name in wrt)]
    for k, name in enumerate(wrt):
        tangents = forward(first, values, builder.numbers, {first.inputs[name]: 1})
        results += [_traced(builder, tangents[slots[other]], zero) for other in wrt[: k + 1]]
    joint, places = builder.finished(results)
    left = iter(places[1:])
    gradient = [next(left) for _ in wrt]
    return joint, gradient, [[next(left) for _ in range(k + 1)] for k in range(len(wrt))]


def derivative(trace: Trace, name: str, order: int = 1) -> Trace:
    """The trace of ∂ⁿresult/∂nameⁿ, n being the `order`.

    By forward mode, whose traces grow less with the order than those of reverse mode.
    GradcalcError where the derivative of a row is not known.
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
