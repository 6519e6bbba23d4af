"""A kernel on a record batch of pyarrow: the batch comes back with its columns added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError


def extended(
    kernel: Callable[[dict[str, Any]], Mapping[str, Any]], inputs: Sequence[str], batch: Any
) -> Any:
    """A pyarrow record batch, or table, with value and derivatives after its own columns.

    GradcalcError where a column that is read is missing, holds nulls or does not hold numbers.
    """
    import pyarrow as pa

    names = [name for name in inputs if name in batch.schema.names]
    answers = kernel({name: _floats(batch.column(name), name) for name in names})
    taken = [name for name in answers if name in batch.schema.names]
    if taken:
        raise GradcalcError(
            "column-taken",
            f"the table already has a column {taken[0]}",
            hint="rename it, or drop it",
        )
    columns = {name: batch.column(name) for name in batch.schema.names}
    rows = batch.num_rows
    columns |= {  # of a formula without columns the answer is a single number
        name: pa.array(column if len(column) == rows else np.repeat(column, rows))
        for name, column in answers.items()
    }
    return type(batch).from_arrays(list(columns.values()), names=list(columns))


def _floats(column: Any, name: str) -> Any:
    """A column of numbers as float64."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count:
        row = pc.index(pc.is_null(column), True).as_py()
        raise GradcalcError("bad-cell", f"column {name} is null in row {row + 1}", exit=Exit.FILE)
    try:
        return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise GradcalcError(
            "bad-cell", f"column {name} must hold numbers: {error}", exit=Exit.FILE
        ) from None
