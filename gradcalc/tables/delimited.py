"""CSV and TSV, after RFC 4180: a header, and quotes around cells that hold a delimiter.

Cells stay text, so "007" is "007" on the way through; only the columns that are computed with
become numbers. Large blocks are parsed by pyarrow where it is installed. What it refuses is parsed
again by Python's own csv module, which finds the place of the error.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from gradcalc.tables.arrow import arrow
from gradcalc.tables.cells import MIN_ARROW_NUMBERS, Column, is_arrow, texts
from gradcalc.tables.files import FileWriter
from gradcalc.tables.lines import BLOCK_BYTES, TextBlock, TextReader, decoded, line_end
from gradcalc.tables.table import Batch, bad_file, checked_names

MIN_ARROW_BYTES = 256 << 10  # of a block: below it loading pyarrow takes longer than it saves


# records ----------------------------------------------------------------------------------


@cache
def _records(delimiter: str) -> re.Pattern[bytes]:
    """A pattern of as many whole records as there are.

    A quote opens a quoted cell only as its first character; the possessive repeats make it one
    pass without a stack.
    """
    d = re.escape(delimiter)
    cell = rf'(?:"(?:[^"]++|"")*+"[^{d}\n]*+|[^"{d}\n][^{d}\n]*+|)'
    return re.compile(rf"(?:(?:{cell}{d})*+{cell}\n)*+".encode())


def records_end(raw: bytes, delimiter: str) -> int:
    """Where the last whole record ends."""
    if b'"' not in raw:
        return line_end(raw)
    match = _records(delimiter).match(raw)
    return match.end() if match else 0


def _rows(text: str, delimiter: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = line
    for cells in reader:
        if cells:
            yield start, cells
        start = line + reader.line_num


# reading ----------------------------------------------------------------------------------


class DelimitedReader(TextReader):
    """A file of CSV or TSV; CSV may be delimited by semicolons or tabs."""

    def __init__(self, path: str, delimiter: str, block: int = BLOCK_BYTES) -> None:
        self.delimiter = delimiter
        self._block = block
        super().__init__(path)

    def open(self, path: str) -> tuple[str, ...]:
        """Read the header."""
        # The header may change the delimiter, so it is looked up with every block.
        self.open_lines(path, lambda raw: records_end(raw, self.delimiter), self._block)
        return self._header()

    def _header(self) -> tuple[str, ...]:
        line = self.lines.line
        head = self.lines.head()
        if not head:
            raise bad_file(self.path, "is empty", "its first line must name the columns: x,y")
        if b"\r" in head.rstrip(b"\r\n"):
            raise bad_file(self.path, "has CR line endings", "save it with LF or CRLF line endings")
        text = decoded(head, self.path, line)
        if self.delimiter == ",":
            self.delimiter = _delimiter_of(head)
        names = [name.strip() for name in next(_rows(text, self.delimiter, line))[1]]
        if all(map(_is_number, names)):
            raise bad_file(
                self.path,
                f"has no header: its first line is {text.strip()}",
                f"add a first line that names the columns: {self.delimiter.join('xyz')}",
            )
        return checked_names(self.path, names)

    def blocks(self) -> Iterator[DelimitedBlock]:
        """Pieces of some MB."""
        for raw, line in self.lines.blocks():
            yield DelimitedBlock(raw, line, self.columns, self.path, self.delimiter)


def _delimiter_of(head: bytes) -> str:
    """The delimiter of a header: some programs delimit CSV by ; or tabs."""
    bare = re.sub(rb'"[^"]*"', b"", head)
    return max(",;\t", key=lambda sign: bare.count(sign.encode()))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class DelimitedBlock(TextBlock):
    """Whole records of CSV or TSV."""

    delimiter: str

    def decode(self) -> Batch:
        """Columns of text."""
        large = len(self.raw) >= MIN_ARROW_BYTES and (pa := arrow())
        columns = self._by_arrow(pa) if large else None
        if columns is None:
            columns = self._by_python()
        rows = len(columns[self.names[0]])
        return Batch(columns, rows, self.path, self.line, "line", self._line_of)

    def _by_arrow(self, pa: Any) -> dict[str, Column] | None:
        """The columns as pyarrow parses them; None where it refuses."""
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
        return {name: _one_chunk(table[name]) for name in self.names}

    def _by_python(self) -> dict[str, Column]:
        text = self.text()
        rows: list[list[str]] = []
        try:
            for line, cells in _rows(text, self.delimiter, self.line):
                if len(cells) != len(self.names):
                    raise self._ragged(line, cells)
                rows.append(cells)
        except csv.Error as error:
            raise bad_file(self.path, f"can't be read after line {self.line}: {error}") from None
        if not rows:
            return {name: [] for name in self.names}
        return dict(zip(self.names, map(list, zip(*rows, strict=True)), strict=True))

    def _ragged(self, line: int, cells: list[str]) -> Exception:
        hint = f"the columns are {', '.join(self.names)}"
        if len(cells) > len(self.names):
            hint += f"; a cell with '{self.delimiter}' in it needs quotes"
        count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
        return bad_file(
            f"{self.path}, line {line}",
            f"has {count}, but there are {len(self.names)} columns",
            hint,
        )

    def _line_of(self, row: int) -> int:
        text = self.text()
        for at, (line, _) in enumerate(_rows(text, self.delimiter, self.line)):
            if at == row:
                return line
        return self.line


def _one_chunk(column: Any) -> Column:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


# writing ----------------------------------------------------------------------------------


class DelimitedWriter(FileWriter):
    """Rows as text, the header first."""

    textual = True

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
            super().append(self.gzipped(header))
        super().append(encoded)

    def finish(self) -> None:
        """A table without rows has a header too."""
        self.append(b"")

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The rows as bytes."""
        chosen = [columns[name] for name in self.columns]
        many = len(chosen) * len(chosen[0]) >= MIN_ARROW_NUMBERS or any(map(is_arrow, chosen))
        encoded = self._by_arrow(chosen, pa) if many and (pa := arrow()) else None
        return self.gzipped(self._joined(map(texts, chosen)) if encoded is None else encoded)

    def _by_arrow(self, columns: list[Column], pa: Any) -> Any:
        """The rows as bytes; None where a cell needs quotes or pyarrow can't write its type."""
        sink = pa.BufferOutputStream()
        try:
            arrays = [pa.array(_plain(column, pa)) for column in columns]
            if len(columns) == 1 and not pa.types.is_floating(arrays[0].type):
                return None
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
        return sink.getvalue()

    def _joined(self, columns: Any) -> bytes:
        rows = zip(*map(self._quoted, columns), strict=True)
        joined = map(self.delimiter.join, rows)
        return "".join(chain.from_iterable((row, "\n") for row in joined)).encode()

    def _quoted(self, cells: list[str]) -> list[str]:
        special = self._special.search
        return ['"' + cell.replace('"', '""') + '"' if special(cell) else cell for cell in cells]


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
