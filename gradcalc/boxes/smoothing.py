"""Kinks that are smoothed out: x*abs(x) has a derivative at 0, for abs(x) is multiplied by 0 there.

Where a step like abs(u) has its kink, u is 0; where max(u, v) has it, they are equal. If the
derivative of the result by the step is 0 there, both sides of the kink have the same gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcalc.boxes.tape import Tape
from gradcalc.errors import GradcalcError
from gradcalc.modes.sweeps import reverse
from gradcalc.rules.enclosures import range_numbers
from gradcalc.trace.builder import Builder
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Trace

Arb = Any  # flint.arb


class Smoothing:
    """The kinks of a trace of single numbers, and whether they are smoothed out."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._tapes: dict[int, tuple[Tape, list[int]] | None] = {}

    def removes(self, slot: int, inputs: Mapping[str, Arb]) -> bool:
        """Is the kink of a step certainly none of the result, over a box of the inputs?"""
        row = self.trace.rules[slot]
        if not row.selects or row.arity not in (1, 2):
            return False
        if slot not in self._tapes:
            self._tapes[slot] = self._influence(slot)
        found = self._tapes[slot]
        if found is None:
            return False
        tape, arguments = found
        try:
            values = tape.run(inputs, _at_kink(tape.trace, arguments, equal=row.commutes))
        except (ValueError, ArithmeticError):
            return False
        return bool(values[tape.trace.result].is_zero())

    def _influence(self, slot: int) -> tuple[Tape, list[int]] | None:
        """The derivative of the result by a step, and where in it the step's arguments are; None
        where it is not known."""
        builder = Builder()
        values = builder.copied(self.trace)
        try:
            influence = reverse(self.trace, values, builder.numbers)[slot]
        except GradcalcError:
            return None
        if influence is None or isinstance(influence, int):
            return None
        arguments = [values[a] for a in self.trace.arguments[slot]]
        trace, places = builder.finished([influence, *arguments])
        return Tape(trace), places[1:]


def _at_kink(trace: Trace, arguments: list[int], *, equal: bool) -> dict[int, Arb]:
    """What is known of slots at the kink of a step with these arguments: the first is 0, or the two
    are `equal`, and so their difference is 0."""
    from flint import arb

    if not equal:
        return {arguments[0]: arb(0)}
    known = {
        slot: arb(0)
        for slot, (row, sides) in enumerate(zip(trace.rules, trace.arguments, strict=True))
        if row.name == "sub" and {*sides} == {*arguments}
    }
    for one, other in (arguments, arguments[::-1]):
        exact = trace.constants.get(other)
        if exact is not None and one not in trace.constants:
            known[one] = exact_number(exact, range_numbers()).arb
    return known
