"""Tables that a Python program holds: columns by name, or a structured array of NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np

from gradcalc.errors import GradcalcError, listed
from gradcalc.tables.cells import Column
from gradcalc.tables.files import BLOCK_ROWS
from gradcalc.tables.table import Batch, DecodedBlock, Holds

NAME = "the table"  # in errors, where a file would have its path


class MemoryReader:
    """Columns of one length, read block by block."""

    def __init__(self, table: Any, block: int = BLOCK_ROWS) -> None:
        self._columns = {str(name): _column(name, table[name]) for name in _names(table)}
        lengths = {name: len(column) for name, column in self._columns.items()}
        if len(set(lengths.values())) > 1:
            sizes = listed(f"{name} {length}" for name, length in lengths.items())
            raise GradcalcError("shape", f"columns must have one length, not {sizes}")
        self.path = NAME
        self.columns = tuple(self._columns)
        self.notes: tuple[str, ...] = ()
        self.schema = None
        self.total: int | None = max(lengths.values(), default=0)
        self._block = block

    def blocks(self) -> Iterator[DecodedBlock]:
        """The rows, as many at a time as a thread is handed."""
        for start in range(0, self.total or 0, self._block):
            part = {name: col[start : start + self._block] for name, col in self._columns.items()}
            rows = min(self._block, (self.total or 0) - start)
            yield DecodedBlock(Batch(part, rows, self.path, start + 1), rows)

    def elsewhere(self, name: str) -> str:
        """There are no other columns."""
        return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


class MemoryWriter:
    """Columns as arrays, put together when all rows are there."""

    holds: Holds = "floats"

    def __init__(self, columns: Sequence[str]) -> None:
        self._parts: dict[str, list[Any]] = {name: [] for name in columns}

    def encode(self, columns: Mapping[str, Column]) -> Mapping[str, Any]:
        """Some rows, each column an array."""
        return {name: np.asarray(columns[name]) for name in self._parts}

    def write(self, encoded: Mapping[str, Any]) -> None:
        """Append some rows."""
        for name, part in encoded.items():
            self._parts[name].append(part)

    def columns(self) -> dict[str, Any]:
        """All rows: a 1-D array for each column."""
        return {n: np.concatenate(p) if p else np.empty(0) for n, p in self._parts.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


def _names(table: Any) -> Sequence[Any]:
    """The names of the columns; GradcalcError for what has none."""
    if isinstance(table, Mapping):
        return tuple(table)
    names = getattr(getattr(table, "dtype", None), "names", None)
    if names is None:
        raise GradcalcError(
            "usage",
            f"a table can't be a {type(table).__name__}",
            hint="pass a dict of columns, a structured array, or the path of a file",
        )
    return tuple(names)


def _column(name: Any, values: Any) -> Any:
    array = np.asarray(values)
    if array.ndim != 1:
        raise GradcalcError(
            "shape",
            f"column {name} must be a vector, not an array of {array.ndim} axes",
            hint="pass one value a row",
        )
    return array if array.dtype.kind in "fiu" else array.tolist()
