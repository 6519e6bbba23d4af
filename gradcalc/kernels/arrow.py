"""A kernel on a record batch of pyarrow: the batch comes back with its columns added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError


def extended(
    kernel: Callable[[dict[str, Any]], Mapping[str, Any]], inputs: Sequence[str], batch: Any
) -> Any:
    """The record batch (or table) with value and derivatives behind its own columns.

    GradcalcError where a column that is read is missing, holds nulls or is not made of numbers.
    """
    import pyarrow as pa

    names = [name for name in inputs if name in batch.schema.names]
    made = kernel({name: _floats(batch.column(name), name) for name in names})
    taken = [name for name in made if name in batch.schema.names]
    if taken:
        raise GradcalcError(
            "column-taken", f"there is a column {taken[0]} already", hint="rename it, or drop it"
        )
    columns = {name: batch.column(name) for name in batch.schema.names}
    rows = batch.num_rows
    columns |= {  # a formula of no column is a single number
        name: pa.array(column if len(column) == rows else np.repeat(column, rows))
        for name, column in made.items()
    }
    return type(batch).from_arrays(list(columns.values()), names=list(columns))


def _floats(column: Any, name: str) -> Any:
    """A column of numbers as float64."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count:
        row = pc.index(pc.is_null(column), True).as_py()
        raise GradcalcError(
            "bad-cell", f"column {name} has no number in row {row + 1}", exit=Exit.FILE
        )
    try:
        return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise GradcalcError(
            "bad-cell", f"column {name} is not of numbers: {error}", exit=Exit.FILE
        ) from None
