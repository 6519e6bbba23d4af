"""From the recorded trace of a value to one trace of value and derivatives.

The builder shares what is equal and drops what nothing needs; powers by small constants become
products and roots as they are written into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from gradcalc.modes.sweeps import forward, reverse
from gradcalc.rules.rule import EVERYWHERE, Kernel, Rule
from gradcalc.trace.builder import Builder
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import guarded, kinked

MAX_PRODUCT_EXPONENT = 32  # x^33 is computed by a power function, x^32 by products


@dataclass(frozen=True, slots=True)
class Derivatives:
    """Value and derivatives of a run as one trace.

    `columns` gives the slot of each by the name of its column: `value`, `d_x`, `d2_x_y`. `kinks`
    are predicates, with the slots of their arguments: is the row at a kink, or outside the domain
    of a step that the value does not need?
    """

    trace: Trace
    columns: dict[str, int]
    kinks: tuple[tuple[Kernel, tuple[int, ...]], ...]


def column_names(wrt: Sequence[str], hessian: bool) -> list[str]:
    """The columns that are computed, in the order of the output: `value`, `d_x`, `d2_x_y`."""
    pairs = [f"d2_{x}_{y}" for k, x in enumerate(wrt) for y in wrt[k:]] if hessian else []
    return ["value", *(f"d_{x}" for x in wrt), *pairs]


def lower(trace: Trace, wrt: Sequence[str], hessian: bool = False) -> Derivatives:
    """Value and gradient of a scalar trace by the inputs `wrt`; with `hessian` second derivatives.

    Without guards: which rows they hold for is found before. GradcalcError where the derivative of
    a row is not known.
    """
    kink_slots = kinked(trace)
    builder = _builder()
    values = builder.copied(replace(trace, guards=[]))
    backwards = builder.placing(trace, range(trace.result, -1, -1))
    cotangents = reverse(trace, values, builder.numbers, slots=backwards)
    results = [values[trace.result]]
    results += [_number(builder, cotangents[trace.inputs[name]]) for name in wrt]
    results += [values[a] for slot in kink_slots for a in trace.arguments[slot]]
    unused = _unused_partial_functions(trace)
    results += [values[slot] for slot in unused]
    joint, slots = builder.finished(results)
    if hessian:
        joint, slots = _second(joint, slots, wrt)
    names = column_names(wrt, hessian)
    rest = iter(slots[len(names) :])
    kinks = tuple(
        (_kink(trace, slot), tuple(next(rest) for _ in trace.arguments[slot]))
        for slot in kink_slots
    )
    kinks += tuple((_is_nan, (next(rest),)) for _ in unused)
    return Derivatives(joint, dict(zip(names, slots, strict=False)), kinks)


def _unused_partial_functions(trace: Trace) -> list[int]:
    """The slots that neither the value nor a condition needs, of rules with a domain.

    Such a step fails where it is outside its domain, and its run with it: so it does where the run
    is alone, and a row is to have no other answer than its run.
    """
    if not any(_has_domain(row) for row in set(trace.rules)):
        return []
    used = set(guarded(trace, [trace.result]))
    return [k for k, row in enumerate(trace.rules) if k not in used and _has_domain(row)]


def _has_domain(row: Rule) -> bool:
    return row.domain != EVERYWHERE


def _is_nan(x: Any) -> Any:
    return x != x  # noqa: PLR0124 - in numbers of any kind: registers of machine code too


def _second(trace: Trace, slots: list[int], wrt: Sequence[str]) -> tuple[Trace, list[int]]:
    """The trace with second derivatives, by forward mode over the gradient: after the gradient's
    slots come those of its derivatives, then the rest."""
    builder = _builder()
    values = builder.copied(trace)
    count = 1 + len(wrt)
    second = []
    for k, name in enumerate(wrt):
        seed = trace.inputs[name]
        onwards = builder.placing(trace, range(seed + 1, len(trace)))
        tangents = forward(trace, values, builder.numbers, {seed: 1}, slots=onwards)
        second += [_number(builder, tangents[slot]) for slot in slots[1 + k : count]]
    first, rest = slots[:count], slots[count:]
    return builder.finished([*(values[s] for s in first), *second, *(values[s] for s in rest)])


def _kink(trace: Trace, slot: int) -> Kernel:
    kink = trace.rules[slot].kink
    assert kink is not None
    return kink


def _number(builder: Builder, derivative: Any) -> Any:
    """A derivative as a traced number: an absent one is 0, a plain one a constant."""
    if derivative is None or isinstance(derivative, int):
        return builder.constant(Fraction(derivative or 0))
    return derivative


# powers -----------------------------------------------------------------------------------


def _builder() -> Builder:
    """A builder that writes powers by small constants as products and roots."""
    builder = Builder()
    for name in ("ipow", "cpow"):
        builder.numbers.__dict__[name] = partial(_power, builder, name)
    return builder


def _power(builder: Builder, name: str, x: Any, k: Any) -> Any:
    exact = builder.exact(k)
    if exact is None or not is_power_by_products(exact):
        return builder.record(name, x, k)
    return power_by_products(x, exact, partial(builder.record, "sqrt"))


def is_power_by_products(exponent: Any) -> bool:
    """Is a power with this exponent written as products?"""
    if not isinstance(exponent, Fraction) or exponent.denominator not in (1, 2):
        return False
    return 0 < abs(exponent) <= MAX_PRODUCT_EXPONENT


def power_by_products(x: Any, exponent: Fraction, sqrt: Kernel) -> Any:
    """x to a small constant power, by products and at most one root, in numbers of any kind."""
    whole, half = divmod(abs(exponent), 1)
    power = _product(x, int(whole))
    if half:
        root = sqrt(x)
        power = root if power is None else power * root
    return 1 / power if exponent < 0 else power


def _product(x: Any, k: int) -> Any:
    """x to the power k by repeated squaring; None for k = 0."""
    power = None
    while k:
        if k & 1:
            power = x if power is None else power * x
        k >>= 1
        if k:
            x = x * x
    return power
