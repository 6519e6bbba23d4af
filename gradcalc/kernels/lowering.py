"""From a recorded trace to the one that is run: value and derivatives, made cheap.

The builder shares what is equal and drops what nothing needs; here powers by small constants
become products and roots as they are written into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from gradcalc.modes.sweeps import forward, reverse
from gradcalc.rules.rule import Kernel
from gradcalc.trace.builder import Builder
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import kinked

MOST = 32  # of an exponent whose power is written as products


@dataclass(frozen=True, slots=True)
class Lowered:
    """A trace of value and derivatives.

    `columns` says in which slot each of them stands, by the name of its column: `value`, `d_x`,
    `d2_x_y`. `kinks` are predicates and the slots they are asked of: does the row touch a kink?
    """

    trace: Trace
    columns: dict[str, int]
    kinks: tuple[tuple[Kernel, tuple[int, ...]], ...]


def column_names(wrt: Sequence[str], hessian: bool) -> list[str]:
    """What is computed for each row, in the order of the output."""
    pairs = [f"d2_{x}_{y}" for k, x in enumerate(wrt) for y in wrt[k:]] if hessian else []
    return ["value", *(f"d_{x}" for x in wrt), *pairs]


def lowered(trace: Trace, wrt: Sequence[str], hessian: bool = False) -> Lowered:
    """Value and gradient of a scalar trace by some of its inputs, and the second derivatives."""
    touching = kinked(trace)
    builder = _builder()
    values = builder.copied(replace(trace, guards=[]))
    cotangents = reverse(trace, values, builder.numbers)
    found = [values[trace.result]]
    found += [_number(builder, cotangents[trace.inputs[name]]) for name in wrt]
    found += [values[a] for slot in touching for a in trace.arguments[slot]]
    made, slots = builder.finished(found)
    if hessian:
        made, slots = _second(made, slots, wrt)
    names = column_names(wrt, hessian)
    rest = iter(slots[len(names) :])
    kinks = tuple(
        (_kink(trace, slot), tuple(next(rest) for _ in trace.arguments[slot])) for slot in touching
    )
    return Lowered(made, dict(zip(names, slots, strict=False)), kinks)


def _second(trace: Trace, slots: list[int], wrt: Sequence[str]) -> tuple[Trace, list[int]]:
    """The trace with second derivatives, by forward mode over the gradient: after the gradient's
    slots come those of its derivatives, then the rest."""
    builder = _builder()
    values = builder.copied(trace)
    count = 1 + len(wrt)
    second = []
    for k, name in enumerate(wrt):
        tangents = forward(trace, values, builder.numbers, {trace.inputs[name]: 1})
        second += [_number(builder, tangents[slot]) for slot in slots[1 + k : count]]
    first, rest = slots[:count], slots[count:]
    return builder.finished([*(values[s] for s in first), *second, *(values[s] for s in rest)])


def _kink(trace: Trace, slot: int) -> Kernel:
    kink = trace.rules[slot].kink
    assert kink is not None
    return kink


def _number(builder: Builder, found: Any) -> Any:
    """A derivative as a traced number: an absent one is 0, a plain one a constant."""
    if found is None or isinstance(found, int):
        return builder.constant(Fraction(found or 0))
    return found


# powers -----------------------------------------------------------------------------------


def _builder() -> Builder:
    """A builder that writes powers by small constants as products and roots."""
    made = Builder()
    for name in ("ipow", "cpow"):
        made.numbers.__dict__[name] = partial(_power, made, name)
    return made


def _power(builder: Builder, name: str, x: Any, k: Any) -> Any:
    exact = builder.exact(k)
    if exact is None or not is_small(exact):
        return builder.record(name, x, k)
    return powered(x, exact, partial(builder.record, "sqrt"))


def is_small(exponent: Any) -> bool:
    """Is a power with this exponent written as products?"""
    if not isinstance(exponent, Fraction) or exponent.denominator not in (1, 2):
        return False
    return 0 < abs(exponent) <= MOST


def powered(x: Any, exponent: Fraction, sqrt: Kernel) -> Any:
    """x to a small constant power, as products, in numbers of any kind."""
    whole, half = divmod(abs(exponent), 1)
    made = _product(x, int(whole))
    if half:
        root = sqrt(x)
        made = root if made is None else made * root
    return 1 / made if exponent < 0 else made


def _product(x: Any, k: int) -> Any:
    """x to the power k by repeated squaring; None for k = 0."""
    made = None
    while k:
        if k & 1:
            made = x if made is None else made * x
        k >>= 1
        if k:
            x = x * x
    return made
