"""CSV and TSV, after RFC 4180: a header, cells in quotes where they hold what divides cells.

Cells are kept as they are spelt, so "007" stays "007" on the way through; only the columns that
are computed with become numbers. Large blocks are taken by pyarrow where there is one. What it
refuses is looked at again by Python's own csv module, which finds the place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from types import TracebackType
from typing import Any, Self

import numpy as np

from gradcalc.tables.arrow import arrow
from gradcalc.tables.cells import MANY, Column, is_arrow, texts
from gradcalc.tables.files import FileWriter
from gradcalc.tables.lines import TEXT_BLOCK, Lines, decoded, line_end
from gradcalc.tables.table import Batch, bad_file, checked_names

LARGE = 256 << 10  # bytes from which on loading pyarrow pays


# records ----------------------------------------------------------------------------------


@cache
def _records(delimiter: str) -> re.Pattern[bytes]:
    """As many whole records as there are. A quote opens a quoted cell only as its first character;
    the possessive repeats make it one pass without a stack."""
    d = re.escape(delimiter)
    cell = rf'(?:"(?:[^"]++|"")*+"[^{d}\n]*+|[^"{d}\n][^{d}\n]*+|)'
    return re.compile(rf"(?:(?:{cell}{d})*+{cell}\n)*+".encode())


def records_end(raw: bytes, delimiter: str) -> int:
    """Where the last whole record ends."""
    if b'"' not in raw:
        return line_end(raw)
    found = _records(delimiter).match(raw)
    return found.end() if found else 0


def _rows(text: str, delimiter: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, and the line each begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = line
    for cells in reader:
        if cells:
            yield start, cells
        start = line + reader.line_num


# reading ----------------------------------------------------------------------------------


class DelimitedReader:
    """A file of CSV or TSV; CSV may be divided by semicolons or tabs."""

    def __init__(self, path: str, delimiter: str, block: int = TEXT_BLOCK) -> None:
        self.delimiter = delimiter
        self._lines = Lines(path, lambda raw: records_end(raw, self.delimiter), block)
        self.path = self._lines.path
        self.total = self._lines.total
        try:
            self.columns = self._header()
        except BaseException:
            self._lines.close()
            raise

    def _header(self) -> tuple[str, ...]:
        line = self._lines.line
        head = self._lines.head()
        if not head:
            raise bad_file(self.path, "is empty", "its first line must name the columns: x,y")
        if b"\r" in head.rstrip(b"\r\n"):
            raise bad_file(self.path, "has line ends of CR alone", "save it with LF or CRLF")
        text = decoded(head, self.path, line)
        if self.delimiter == ",":
            self.delimiter = _delimiter_of(head)
        names = [name.strip() for name in next(_rows(text, self.delimiter, line))[1]]
        if all(map(_is_number, names)):
            raise bad_file(
                self.path,
                f"has no header: its first line is {text.strip()}",
                f"put a line above it that names the columns: {self.delimiter.join('xyz')}",
            )
        return checked_names(self.path, names)

    def blocks(self) -> Iterator[DelimitedBlock]:
        """Pieces of some MB."""
        for raw, line in self._lines.blocks():
            yield DelimitedBlock(raw, line, self.columns, self.path, self.delimiter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.close()


def _delimiter_of(head: bytes) -> str:
    """What divides the names of columns: some programs call CSV what they divide by ; or tabs."""
    bare = re.sub(rb'"[^"]*"', b"", head)
    return max(",;\t", key=lambda sign: bare.count(sign.encode()))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class DelimitedBlock:
    """Whole records as bytes; `line` is where the first stands."""

    raw: bytes
    line: int
    names: tuple[str, ...]
    path: str
    delimiter: str

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.raw)

    def decode(self) -> Batch:
        """Columns of text."""
        large = len(self.raw) >= LARGE and (pa := arrow())
        columns = self._by_arrow(pa) if large else None
        if columns is None:
            columns = self._by_python()
        rows = len(columns[self.names[0]])
        return Batch(columns, rows, self.path, self.line, "line", self._line_of)

    def _by_arrow(self, pa: Any) -> dict[str, Column] | None:
        """None where pyarrow refuses."""
        kinds = dict.fromkeys(self.names, pa.string())
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(self.raw),
                pa.csv.ReadOptions(
                    use_threads=False, block_size=len(self.raw) + 1, column_names=self.names
                ),
                pa.csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=b'"' in self.raw),
                pa.csv.ConvertOptions(column_types=kinds),
            )
        except pa.ArrowInvalid:
            return None
        return {name: _whole(table[name]) for name in self.names}

    def _by_python(self) -> dict[str, Column]:
        text = decoded(self.raw, self.path, self.line)
        kept: list[list[str]] = []
        try:
            for line, cells in _rows(text, self.delimiter, self.line):
                if len(cells) != len(self.names):
                    raise self._ragged(line, cells)
                kept.append(cells)
        except csv.Error as error:
            raise bad_file(self.path, f"can't be read after line {self.line}: {error}") from None
        if not kept:
            return {name: [] for name in self.names}
        return dict(zip(self.names, map(list, zip(*kept, strict=True)), strict=True))

    def _ragged(self, line: int, cells: list[str]) -> Exception:
        hint = f"the columns are {', '.join(self.names)}"
        if len(cells) > len(self.names):
            hint += f"; a cell with '{self.delimiter}' in it needs quotes"
        count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
        return bad_file(
            f"{self.path}, line {line}",
            f"has {count} where there are {len(self.names)} columns",
            hint,
        )

    def _line_of(self, row: int) -> int:
        text = decoded(self.raw, self.path, self.line)
        for at, (line, _) in enumerate(_rows(text, self.delimiter, self.line)):
            if at == row:
                return line
        return self.line


def _whole(column: Any) -> Column:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


# writing ----------------------------------------------------------------------------------


class DelimitedWriter(FileWriter):
    """Rows as text, the header first."""

    textual = True

    def __init__(self, path: str, columns: tuple[str, ...], delimiter: str) -> None:
        super().__init__(path, columns)
        self.delimiter = delimiter
        self._begun = False
        # A blank line is no row: the one cell of a row must not vanish.
        blank = "|^$" if len(columns) == 1 else ""
        self._special = re.compile(f'[{delimiter}"\r\n]{blank}')

    def append(self, encoded: Any) -> None:
        """Bytes; the header before the first, so that a pipe gets nothing where no row is made."""
        if not self._begun:
            self._begun = True
            header = self._joined([[name] for name in self.columns])
            super().append(self.packed(header))
        super().append(encoded)

    def finish(self) -> None:
        """A table without rows has a header too."""
        self.append(b"")

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The rows as bytes."""
        kept = [columns[name] for name in self.columns]
        many = len(kept) * len(kept[0]) >= MANY or any(map(is_arrow, kept))
        encoded = self._by_arrow(kept, pa) if many and (pa := arrow()) else None
        return self.packed(self._joined(map(texts, kept)) if encoded is None else encoded)

    def _by_arrow(self, kept: list[Column], pa: Any) -> Any:
        """None where a cell needs quotes or has a type that pyarrow does not write."""
        sink = pa.BufferOutputStream()
        try:
            arrays = [pa.array(_plain(column, pa)) for column in kept]
            if len(kept) == 1 and not pa.types.is_floating(arrays[0].type):
                return None
            # "needed" would put every text in quotes, numbers that are kept as spelt among them.
            options = pa.csv.WriteOptions(
                include_header=False,
                batch_size=1 << 14,
                delimiter=self.delimiter,
                quoting_style="none",
            )
            pa.csv.write_csv(pa.table(arrays, names=list(self.columns)), sink, options)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            return None
        return sink.getvalue()

    def _joined(self, columns: Any) -> bytes:
        rows = zip(*map(self._quoted, columns), strict=True)
        joined = map(self.delimiter.join, rows)
        return "".join(chain.from_iterable((row, "\n") for row in joined)).encode()

    def _quoted(self, cells: list[str]) -> list[str]:
        special = self._special.search
        return ['"' + cell.replace('"', '""') + '"' if special(cell) else cell for cell in cells]


def _plain(column: Column, pa: Any) -> Column:
    """What pyarrow writes as `texts` does: all floats alike, none of its own spellings."""
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
