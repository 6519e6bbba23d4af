"""The local derivatives of a run: ∂v/∂a for each step v and each of its arguments a."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from gradcalc.modes.sweeps import partial_at
from gradcalc.rules.systems import machine_numbers
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import contributing


class Local(NamedTuple):
    """∂step/∂argument at the point, for the argument at position `which` of the step."""

    argument: int
    which: int
    partial: float


Edges = dict[int, list[Local]]  # by step, in ascending order


def local_derivatives(trace: Trace, slots: Iterable[int] | None = None) -> Edges:
    """The edges into each step that the value depends on (or into `slots`), of single numbers.

    An edge is left out where its argument depends on no input, and where the derivative is
    structurally zero: max does not lead on from the argument that it did not take. A derivative
    that can't be formed is NaN. GradcalcError where a rule does not know one.
    """
    numbers, active = machine_numbers(), trace.active
    edges: Edges = {}
    for slot in contributing(trace) if slots is None else slots:
        edges[slot] = into = []
        for which, argument in enumerate(trace.arguments[slot]):
            if active[argument]:
                partial = partial_at(trace, slot, which, trace.values, numbers, math.nan)
                if partial is not None:
                    into.append(Local(argument, which, float(partial)))
    return edges
