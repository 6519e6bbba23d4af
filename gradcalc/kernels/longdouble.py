"""A kernel's columns in wider floats: where they differ from float64, it has lost digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.paths import Path
from gradcalc.rules.systems import extended_arrays, through_big_numbers
from gradcalc.trace.replay import replay

BLOCK = 1 << 16  # rows at a time
SLOW = 2000  # rows where a function has no wide kernel, and goes through big numbers


def widened(kernel: Kernel, given: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """Value and derivatives of each row, computed with NumPy's longdouble and rounded.

    NaN where nothing is known: the path of the row was not compiled, its rows are too many for a
    function that goes through big numbers, or longdouble is no wider than float64.
    """
    made = {name: np.full(rows, np.nan) for name in kernel.columns}
    if np.finfo(np.longdouble).precision <= np.finfo(float).precision:
        return made
    for low in range(0, rows, BLOCK):
        part = slice(low, min(low + BLOCK, rows))
        table = {name: x[part] if np.ndim(x) else x for name, x in given.items()}
        with np.errstate(all="ignore"):
            paths, _ = kernel.paths.tree.walk(table, part.stop - low)
            for number in np.unique(paths[paths >= 0]).tolist():
                chosen = np.flatnonzero(paths == number)
                _replayed(kernel.paths.compiled[number], table, low, chosen, made)
    return made


def _replayed(
    path: Path, table: Mapping[str, Any], low: int, chosen: Any, made: Mapping[str, Any]
) -> None:
    """Some rows of a block, all on one path."""
    trace, columns = path.lowered.trace, path.lowered.columns
    if any(row.name in through_big_numbers() for row in trace.rules):
        chosen = chosen[: max(0, SLOW - low)]
    if not chosen.size:
        return
    inputs = {
        name: table[name][chosen].astype(np.longdouble)
        if np.ndim(table[name])
        else np.longdouble(table[name])
        for name in trace.inputs
    }
    values = replay(trace, extended_arrays(), inputs)
    for name, slot in columns.items():
        made[name][low + chosen] = np.asarray(values[slot], dtype=float)
