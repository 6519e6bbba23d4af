"""What PyTorch and JAX answer: their own chain rule, in the float64 that they compute with.

It is reverse mode as in `arrays.py`, but for what the table's `frameworks` say of a row, and with
nothing left out: where a step has the cotangent 0 and an infinite derivative, their product is NaN,
as of sqrt(x^2) at 0. A derivative that is 0 by its structure, as floor's, is absent in JAX; in
PyTorch it is the number 0, which the steps before multiply by theirs.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from gradcalc.errors import GradcalcError
from gradcalc.modes.arrays import Step
from gradcalc.modes.jacobian import MAX_SWEPT_NUMBERS, by_rows, size_of
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.array_systems import ieee_arrays
from gradcalc.trace.trace import Trace, Values

Framework = Literal["torch", "jax"]


def framework_jacobian(trace: Trace, wrt: tuple[str, ...], framework: Framework) -> dict[str, Any]:
    """By input the Jacobian that a framework answers with, of shape result + input.

    GradcalcError where reverse mode from each element of the result would need too much memory.
    """
    outputs = int(np.prod(shape_of(trace.values[trace.result])))
    if outputs > 1 and outputs * size_of(trace) > MAX_SWEPT_NUMBERS:
        raise GradcalcError(
            "too-large",
            f"a Jacobian of {outputs:,} rows is too large for {framework}'s reverse mode",
            trace.spans[trace.result],
            hint="choose an element, sum them, or leave out --kink",
        )
    values = [value if shape_of(value) else np.float64(value) for value in trace.values]
    numbers = ieee_arrays()
    step = _FrameworkStep(trace, values, numbers, framework)
    return by_rows(trace, values, wrt, numbers, step)[0]


class _FrameworkStep(Step):
    """How a framework pulls cotangents back through one instruction."""

    def __init__(self, trace: Trace, values: Values, numbers: Any, framework: Framework) -> None:
        super().__init__(trace, values, numbers)
        self.framework = framework

    def _scaled(self, slot: int, which: int, moving: Any) -> Any:
        row = self.trace.rules[slot]
        arguments = [self.values[a] for a in self.trace.arguments[slot]]
        if stated := row.frameworks.get(self.framework):
            return stated[which](self.numbers, moving, self.values[slot], *arguments)
        rule = row.partials[which]
        if rule is None:
            return super()._scaled(slot, which, moving)  # which says that it is not known
        partial = rule(self.numbers, self.values[slot], *arguments)
        if partial is None:
            return None if self.framework == "jax" else np.zeros_like(moving)
        return moving * partial

    def _pull_linear(self, slot: int, which: int, cotangent: Any) -> Any:
        trace = self.trace
        stated = trace.rules[slot].frameworks.get(self.framework)
        if not stated:
            return super()._pull_linear(slot, which, cotangent)
        arguments = [self.values[a] for a in trace.arguments[slot]]
        statics = trace.statics.get(slot, ())
        return stated[which](self.numbers, cotangent, self.values[slot], *arguments, *statics)
