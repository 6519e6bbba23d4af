"""The numbers of a run whose roots make breaks, as columns along the axis.

They are what the table calls a row's crossing (the argument of a kink, a denominator), the
difference that each guard compares, and whether the value is finite.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.errors import Span
from gradcalc.kernels.ufuncs import array_kernel
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import nan_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Guard, Trace
from gradcalc.trace.walk import contributing, guarded, interpret


@dataclass(frozen=True, slots=True)
class Decider:
    """A guard, or a slot whose row has a crossing; neither: whether the value is finite.

    `steps`: any change of it counts, not only one of its sign. `row` is that of the slot.
    """

    slot: int
    guard: Guard | None
    steps: bool
    span: Span | None
    row: Rule | None = None

    @property
    def is_value(self) -> bool:
        """Does it tell whether the value is finite?"""
        return self.guard is None and self.row is None

    @property
    def divides(self) -> bool:
        """Is it a denominator? It is where a pole's crossing is not the output itself."""
        row = self.row
        if row is None or row.crossing is None:
            return False
        return row.poles and not math.isnan(row.crossing(math.nan, *[1.5] * row.arity))

    @property
    def is_output(self) -> bool:
        """Is it the output of a row that has poles?"""
        return self.row is not None and self.row.poles and not self.divides


def deciders(trace: Trace) -> list[Decider]:
    """All that decides in a trace."""
    found = [Decider(-1, None, True, trace.spans[trace.result])]
    for slot in contributing(trace):
        row = trace.rules[slot]
        if row.crossing is not None:
            found.append(Decider(slot, None, row.steps, trace.spans[slot], row))
    found += [
        Decider(-1, guard, guard.op == "is", guard.span)
        for guard in trace.guards
        if trace.active[guard.left] or trace.active[guard.right]
    ]
    return found


def columns(trace: Trace, which: list[Decider], table: Mapping[str, Any], rows: int) -> list[Any]:
    """The deciders for the inputs of a table, each as a vector of so many rows; NaN where there is
    none."""
    slots = guarded(trace, [trace.result])
    with np.errstate(all="ignore"):
        values = interpret(
            trace,
            slots,
            {},
            read=lambda _, name: table[name],
            constant=lambda _, exact: exact_number(exact, nan_numbers()),
            compute=lambda slot, arguments: _step(trace, slot, arguments, rows),
        )
        return [_column(trace, one, values, rows) for one in which]


def _step(trace: Trace, slot: int, arguments: list[Any], rows: int) -> Any:
    name = trace.rules[slot].name
    if not any(map(np.ndim, arguments)):
        return getattr(nan_numbers(), name)(*arguments)
    out = np.empty(rows)
    array_kernel(name)(*arguments, out)
    return out


def _column(trace: Trace, one: Decider, values: Mapping[int, Any], rows: int) -> Any:
    if one.guard is not None:
        column = values[one.guard.left] - values[one.guard.right]
    elif one.slot >= 0:
        row, arguments = trace.rules[one.slot], trace.arguments[one.slot]
        assert row.crossing is not None
        column = row.crossing(values[one.slot], *(values[a] for a in arguments))
    else:
        column = 1.0 * np.isfinite(values[trace.result])
    return np.broadcast_to(np.asarray(column, dtype=float), rows)
