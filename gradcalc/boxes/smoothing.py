"""Kinks that are smoothed out: x*abs(x) has a derivative at 0, for abs(x) is multiplied by 0 there.

Where a step like abs(u) has its kink, u is 0. If the derivative of the result by the step is 0
wherever u is, both sides of the kink have the same gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcalc.boxes.tape import Tape
from gradcalc.errors import GradcalcError
from gradcalc.modes.sweeps import reverse
from gradcalc.trace.builder import Builder
from gradcalc.trace.trace import Trace

Arb = Any  # flint.arb


class Smoothing:
    """The kinks of a trace of single numbers, and whether they are smoothed out."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._tapes: dict[int, tuple[Tape, int] | None] = {}

    def removes(self, slot: int, inputs: Mapping[str, Arb]) -> bool:
        """Is the kink of a step certainly none of the result, over a box of the inputs?"""
        row = self.trace.rules[slot]
        if not row.selects or row.arity != 1:
            return False
        if slot not in self._tapes:
            self._tapes[slot] = self._influence(slot)
        found = self._tapes[slot]
        if found is None:
            return False
        from flint import arb

        tape, argument = found
        try:
            values = tape.run(inputs, {argument: arb(0)})
        except (ValueError, ArithmeticError):
            return False
        return bool(values[tape.trace.result].is_zero())

    def _influence(self, slot: int) -> tuple[Tape, int] | None:
        """The derivative of the result by a step, and where in it the step's argument is; None
        where it is not known."""
        builder = Builder()
        values = builder.copied(self.trace)
        try:
            influence = reverse(self.trace, values, builder.numbers)[slot]
        except GradcalcError:
            return None
        if influence is None or isinstance(influence, int):
            return None
        argument = values[self.trace.arguments[slot][0]]
        trace, places = builder.finished([influence, argument])
        return Tape(trace), places[1]
