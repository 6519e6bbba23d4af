"""What is the same in all rows: values that depend on no column, computed once for a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradcalc.rules.systems import nan_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import interpret, needed


def uniform_values(trace: Trace, numbers: Mapping[str, float], slots: Sequence[int]) -> list[Any]:
    """The values of slots that depend only on inputs in `numbers`: arrays of shape ().

    NaN where an instruction is outside its domain.
    """
    if not slots:
        return []
    machine: Any = nan_numbers()
    values: dict[int, float] = {}
    interpret(
        trace,
        needed(trace, slots),
        values,
        read=lambda _, name: float(numbers[name]),
        constant=lambda _, exact: exact_number(exact, machine),
        compute=lambda slot, arguments: getattr(machine, trace.rules[slot].name)(*arguments),
    )
    return [np.array(values[slot]) for slot in slots]
