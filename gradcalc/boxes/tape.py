"""A trace as steps over Arb's balls: what is computed again and again, over parts of a box.

`trace.replay` runs any number system; this is the same loop for one of them, with its functions and
constants looked up beforehand, and is ten times as fast.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradcalc.numbers import ranges
from gradcalc.rules.enclosures import arb_kernels, range_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

Arb = Any  # flint.arb


class Tape:
    """A trace of single numbers, to be run over boxes."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._constants: dict[int, list[Arb]] = {}  # by precision: the slots before a run
        self._steps = [
            (slot, _kernel(trace, slot), arguments)
            for slot, arguments in enumerate(trace.arguments)
            if trace.rules[slot] not in (INPUT, CONSTANT)
        ]

    def run(self, inputs: Mapping[str, Arb]) -> list[Arb]:
        """A ball for each slot, the inputs being balls by name.

        ValueError or ArithmeticError where a step has no enclosure at all.
        """
        values = self._start()
        for name, slot in self.trace.inputs.items():
            values[slot] = inputs[name]
        for slot, kernel, arguments in self._steps:
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


def _kernel(trace: Trace, slot: int) -> Callable[..., Arb]:
    """The function of a step: of a square, or a power by a known integer, a cheaper one."""
    name, arguments = trace.rules[slot].name, trace.arguments[slot]
    if name == "mul" and arguments[0] == arguments[1]:
        return _square
    if name == "ipow" and (exponent := trace.constants.get(arguments[1])) is not None:
        return partial(_power, int(exponent))
    return arb_kernels()[name]


def _square(x: Arb, _: Arb) -> Arb:
    return ranges.integer_power(x, 2)


def _power(k: int, x: Arb, _: Arb) -> Arb:
    return ranges.integer_power(x, k)
