"""The steps of a run in single numbers: arrays element by element."""

from __future__ import annotations

import math

from gradcalc.answers.result import Result, Steps
from gradcalc.errors import GradcalcError
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.systems import machine_numbers
from gradcalc.trace.elements import TooManyElementsError, elements_of


def single_steps(result: Result, limit: int) -> Steps:
    """Both sweeps over a run whose value is one number, by the elements of its inputs.

    GradcalcError where the value is an array, or there are more than `limit` steps.
    """
    trace = result.steps.trace
    if shape_of(result.value):
        raise GradcalcError(
            "not-a-number",
            "the value is an array: its elements have sweeps and paths of their own",
            hint="take one element, such as v[0] at the end, or add --steps",
        )
    if not trace.statics and not any(shape_of(value) for value in trace.values):
        return result.steps
    try:
        found = elements_of(trace, limit)
    except TooManyElementsError:
        raise GradcalcError(
            "too-long",
            f"the run has more than {limit:,} steps, element by element",
            hint="gradcalc graph shows it array by array",
        ) from None
    numbers, single = machine_numbers(), found.trace
    names = [each for row in result.derivatives for each in found.names[row.by[0]]]
    tangents = {
        name: forward(single, single.values, numbers, {single.inputs[name]: 1}, math.nan)
        for name in names
    }
    return Steps(single, tangents, reverse(single, single.values, numbers, math.nan))
