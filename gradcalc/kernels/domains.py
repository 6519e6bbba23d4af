"""Rows that have no value because a step is outside its domain: no run of them has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcalc.kernels.lowering import Derivatives
from gradcalc.kernels.paths import Paths
from gradcalc.kernels.tree import NOWHERE
from gradcalc.kernels.ufuncs import array_kernel
from gradcalc.rules.systems import machine_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.walk import interpret, needed

CHUNK_ROWS = 4096  # whose values at every step are held at once


def outside_domains(paths: Paths, table: Mapping[str, Any], rows: int) -> Any:
    """For each row: does a step on the way to its value make NaN of finite numbers?

    `table` has the inputs as vectors of as many `rows`, or as numbers. What is NaN for another
    reason (an infinity met another one) may have a value that rounding or overflow hid.
    """
    outside = np.zeros(rows, dtype=bool)
    with np.errstate(all="ignore"):
        for low in range(0, rows, CHUNK_ROWS):
            part = slice(low, min(low + CHUNK_ROWS, rows))
            chunk = {name: x[part] if np.ndim(x) else x for name, x in table.items()}
            outside[part] = _outside(paths, chunk, part.stop - low)
    return outside


def _outside(paths: Paths, table: Mapping[str, Any], rows: int) -> Any:
    taken, _ = paths.tree.walk(table, rows)
    outside = taken == NOWHERE
    for number in np.unique(taken[taken >= 0]).tolist():
        own = np.flatnonzero(taken == number)
        inputs = {name: x[own] if np.ndim(x) else x for name, x in table.items()}
        outside[own] = _leaves_a_domain(paths[number].derivatives, inputs, len(own))
    return outside


def _leaves_a_domain(derivatives: Derivatives, inputs: Mapping[str, Any], rows: int) -> Any:
    """The rows of one path in which a step makes NaN of finite numbers."""
    trace = derivatives.trace
    outside = np.zeros(rows, dtype=bool)

    def full(number: Any) -> Any:
        return np.broadcast_to(np.asarray(number, dtype=float), rows)

    def compute(slot: int, arguments: list[Any]) -> Any:
        out = np.empty(rows)
        array_kernel(trace.rules[slot].name)(*arguments, out)
        outside[np.isnan(out) & np.isfinite(arguments).all(axis=0)] = True
        return out

    interpret(
        trace,
        needed(trace, [derivatives.columns["value"]]),
        {},
        read=lambda _, name: full(inputs[name]),
        constant=lambda _, exact: full(exact_number(exact, machine_numbers())),
        compute=compute,
    )
    return outside
