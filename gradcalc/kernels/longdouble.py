"""A kernel's columns in wider floats: where they differ from float64, it has lost digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.paths import Path
from gradcalc.numbers.distinct import distinct
from gradcalc.rules.array_systems import extended_arrays, through_big_numbers
from gradcalc.trace.replay import replay

BLOCK_ROWS = 1 << 16  # computed at a time
MAX_BIG_NUMBER_ROWS = 2000  # of a formula with functions that have no longdouble kernel


def rows_in_longdouble(kernel: Kernel, inputs: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """Value and derivatives of each row, computed with NumPy's longdouble and rounded to float64.

    `inputs` are vectors of so many `rows`, or numbers. NaN where nothing is known: the row's path
    was not compiled, there are too many rows for a function that goes through big numbers, or
    longdouble isn't wider than float64 on this machine.
    """
    columns = {name: np.full(rows, np.nan) for name in kernel.columns}
    if np.finfo(np.longdouble).precision <= np.finfo(float).precision:
        return columns
    for low in range(0, rows, BLOCK_ROWS):
        part = slice(low, min(low + BLOCK_ROWS, rows))
        table = {name: x[part] if np.ndim(x) else x for name, x in inputs.items()}
        with np.errstate(all="ignore"):
            paths, _ = kernel.paths.tree.walk(table, part.stop - low)
            for number in distinct(paths[paths >= 0]).tolist():
                chosen = np.flatnonzero(paths == number)
                _replay_rows(kernel.paths[number], table, low, chosen, columns)
    return columns


def _replay_rows(
    path: Path, table: Mapping[str, Any], low: int, chosen: Any, columns: Mapping[str, Any]
) -> None:
    """Replay some rows of the block that begins at row `low`, all on one path, into `columns`."""
    trace = path.derivatives.trace
    if any(row.name in through_big_numbers() for row in trace.rules):
        chosen = chosen[: max(0, MAX_BIG_NUMBER_ROWS - low)]
    if not chosen.size:
        return
    inputs = {
        name: table[name][chosen].astype(np.longdouble)
        if np.ndim(table[name])
        else np.longdouble(table[name])
        for name in trace.inputs
    }
    values = replay(trace, extended_arrays(), inputs)
    for name, slot in path.derivatives.columns.items():
        columns[name][low + chosen] = np.asarray(values[slot], dtype=float)
