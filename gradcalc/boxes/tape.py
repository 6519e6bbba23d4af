"""A trace as steps over Arb's balls: what is computed again and again, over parts of a box.

`trace.replay` runs any number system; this is the same loop for one of them, with its functions and
constants looked up beforehand, and is ten times as fast.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

from gradcalc.boxes.cones import cone_slopes
from gradcalc.numbers import ranges
from gradcalc.rules.enclosures import arb_kernels, range_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

Arb = Any  # flint.arb
NONE: Mapping[int, Arb] = MappingProxyType({})


class Tape:
    """A trace of single numbers, to be run over boxes."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._constants: dict[int, list[Arb]] = {}  # by precision: the slots before a run
        positive = nonnegative(trace)
        self._steps = [
            (slot, _kernel(trace, slot, positive), arguments)
            for slot, arguments in enumerate(trace.arguments)
            if trace.rules[slot] not in (INPUT, CONSTANT)
        ]

    def run(self, inputs: Mapping[str, Arb], fixed: Mapping[int, Arb] = NONE) -> list[Arb]:
        """A ball for each slot, the inputs being balls by name, and some slots `fixed`.

        ValueError or ArithmeticError where a step has no enclosure at all.
        """
        values = self._start()
        for name, slot in self.trace.inputs.items():
            values[slot] = inputs[name]
        steps = self._steps
        if fixed:
            steps = [step for step in steps if step[0] not in fixed]
            for slot, ball in fixed.items():
                values[slot] = ball
        for slot, kernel, arguments in steps:
            if len(arguments) == 2:
                first, second = arguments
                values[slot] = kernel(values[first], values[second])
            else:
                values[slot] = kernel(*[values[a] for a in arguments])
        return values

    def endless(self, values: list[Arb]) -> int | None:
        """The first slot without a finite enclosure."""
        finite = operator.methodcaller("is_finite")
        if all(map(finite, values)):
            return None
        return next((slot for slot, *_ in self._steps if not values[slot].is_finite()), None)

    def _start(self) -> list[Arb]:
        from flint import ctx

        if ctx.prec not in self._constants:
            numbers, trace = range_numbers(), self.trace
            slots: list[Arb] = [None] * len(trace)
            for slot, exact in trace.constants.items():
                slots[slot] = exact_number(exact, numbers).arb
            for slot in trace.inputs.values():
                slots[slot] = None
            self._constants[ctx.prec] = slots
        return self._constants[ctx.prec].copy()


def nonnegative(trace: Trace) -> set[int]:
    """The slots that are never below 0, by what they are made of: x^2 + abs(y).

    A ball around [0, w] reaches a little below 0, by rounding, and so does a sum of such.
    """
    slots: set[int] = set()
    for slot, (row, arguments) in enumerate(zip(trace.rules, trace.arguments, strict=True)):
        if row is CONSTANT:
            exact = trace.constants[slot]
            is_in = isinstance(exact, str) or (isinstance(exact, Fraction) and exact >= 0)
        elif row.name == "ipow":
            exponent = trace.constants.get(arguments[1])
            is_in = isinstance(exponent, Fraction) and exponent.numerator % 2 == 0
        elif row.nonnegative == "of nonnegative":
            is_square = row.name == "mul" and arguments[0] == arguments[1]
            is_in = is_square or slots.issuperset(arguments)
        else:
            is_in = row.nonnegative == "always"
        if is_in:
            slots.add(slot)
    return slots


def _kernel(trace: Trace, slot: int, positive: set[int]) -> Callable[..., Arb]:
    """The function of a step: of a square, or a power by a known integer, a cheaper one; of roots
    of what is never below 0, and of a side over its hypotenuse, one that says so."""
    name, arguments = trace.rules[slot].name, trace.arguments[slot]
    if name in cone_slopes():
        return _slope
    if name == "div" and _is_side(trace, *arguments):
        return _share
    if name in ("sqrt", "cpow") and arguments[0] in positive:
        return partial(_of_nonnegative, arb_kernels()[name])
    if name == "mul" and arguments[0] == arguments[1]:
        return _square
    if name == "ipow" and (exponent := trace.constants.get(arguments[1])) is not None:
        return partial(_power, int(exponent))
    return arb_kernels()[name]


def _is_side(trace: Trace, slot: int, length: int) -> bool:
    """Is a slot one of the sides of which another is the hypotenuse?"""
    return bool(trace.rules[length].cone) and slot in trace.arguments[length]


def _of_nonnegative(kernel: Callable[..., Arb], x: Arb, *others: Arb) -> Arb:
    """A root of a number that is not below 0, whatever its ball says."""
    if not x.contains(0) or (others and not others[0] > 0):
        return kernel(x, *others)
    return type(x)(0).union(kernel(x.upper(), *others))


def _slope(side: Arb, other: Arb) -> Arb:
    """The derivative of hypot by a side."""
    squares = ranges.integer_power(side, 2) + ranges.integer_power(other, 2)
    return _share(side, squares.nonnegative_part().sqrt())


def _share(side: Arb, length: Arb) -> Arb:
    """A side over its hypotenuse: the derivative of hypot, which at its kink, where both are 0, is
    all that lies between -1 and 1."""
    whole = type(side)(0, 1)
    share = ranges.quotient(side, length)
    return share.intersection(whole) if share.is_finite() else whole


def _square(x: Arb, _: Arb) -> Arb:
    return ranges.integer_power(x, 2)


def _power(k: int, x: Arb, _: Arb) -> Arb:
    return ranges.integer_power(x, k)
