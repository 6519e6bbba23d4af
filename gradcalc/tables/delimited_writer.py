"""CSV and TSV written: the header, then rows as text, in quotes only where a cell needs them.

Large blocks are written by pyarrow where it is installed; what it would write otherwise than
Python does is written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

from gradcalc.tables.arrow import arrow
from gradcalc.tables.cells import MIN_ARROW_NUMBERS, Column, is_arrow, texts
from gradcalc.tables.files import FileWriter

MAX_NUMBER_BYTES = 24  # of a float64 or an integer of 64 bits as text: -2.2250738585072014e-308


class DelimitedWriter(FileWriter):
    """Rows as text, the header first."""

    holds = "text"

    def __init__(self, path: str, columns: tuple[str, ...], delimiter: str) -> None:
        super().__init__(path, columns)
        self.delimiter = delimiter
        self._has_header = False
        # A blank line is not a row: an empty cell that is alone in its row needs quotes.
        blank = "|^$" if len(columns) == 1 else ""
        self._special = re.compile(f'[{delimiter}"\r\n]{blank}')

    def append(self, encoded: Any) -> None:
        """Write bytes, the header before the first: without any row a pipe gets nothing."""
        if not self._has_header:
            self._has_header = True
            header = self._joined([[name] for name in self.columns])
            super().append(self.compressed(header))
        super().append(encoded)

    def finish(self) -> None:
        """A table without rows has a header too."""
        self.append(b"")

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The rows as bytes."""
        chosen = [columns[name] for name in self.columns]
        many = len(chosen) * len(chosen[0]) >= MIN_ARROW_NUMBERS or any(map(is_arrow, chosen))
        encoded = self._by_arrow(chosen, pa) if many and (pa := arrow()) else None
        return self.compressed(self._joined(map(texts, chosen)) if encoded is None else encoded)

    def _by_arrow(self, columns: list[Column], pa: Any) -> Any:
        """The rows as bytes; None where a cell needs quotes or pyarrow can't write its type."""
        try:
            arrays = [pa.array(_plain(column, pa)) for column in columns]
            if len(columns) == 1 and not pa.types.is_floating(arrays[0].type):
                return None
            # A stream that grows would copy what it holds again and again.
            room = pa.allocate_buffer(_most_bytes(arrays, pa))
            sink = pa.FixedSizeBufferWriter(room)
            # "needed" would put every text in quotes, also a number that passes through as text.
            options = pa.csv.WriteOptions(
                include_header=False,
                batch_size=1 << 14,
                delimiter=self.delimiter,
                quoting_style="none",
            )
            pa.csv.write_csv(pa.table(arrays, names=list(self.columns)), sink, options)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            return None
        return room.slice(0, sink.tell())

    def _joined(self, columns: Any) -> bytes:
        rows = zip(*map(self._quoted, columns), strict=True)
        joined = map(self.delimiter.join, rows)
        return "".join(chain.from_iterable((row, "\n") for row in joined)).encode()

    def _quoted(self, cells: list[str]) -> list[str]:
        special = self._special.search
        return ['"' + cell.replace('"', '""') + '"' if special(cell) else cell for cell in cells]


def _most_bytes(arrays: list[Any], pa: Any) -> int:
    """How many bytes the cells can take at most, with a sign between any two."""
    numbers = sum(not pa.types.is_string(array.type) for array in arrays)
    texts = sum(array.nbytes for array in arrays if pa.types.is_string(array.type))
    rows = len(arrays[0]) if arrays else 0
    return rows * (MAX_NUMBER_BYTES * numbers + len(arrays)) + int(texts)


def _plain(column: Column, pa: Any) -> Column:
    """A column that pyarrow writes exactly as `texts` does: floats as float64, the rest as text."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        return np.ascontiguousarray(column, dtype=np.float64)
    if is_arrow(column):
        kind = column.type
        if pa.types.is_floating(kind):
            return column.cast(pa.float64())
        if pa.types.is_string(kind) or pa.types.is_integer(kind):
            return column
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        return column
    return texts(column)
