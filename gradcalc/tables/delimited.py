"""CSV and TSV, after RFC 4180: a header, and quotes around cells that hold a delimiter.

Cells stay text, so "007" is "007" on the way through; only the columns that are computed with
become numbers. Large blocks are parsed by pyarrow where it is installed. What it refuses is parsed
again by Python's own csv module, which finds the place of the error.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from gradcalc.errors import listed
from gradcalc.tables.arrow import arrow
from gradcalc.tables.beginning import SAMPLE_BYTES, SPACE, Layout, spaces_as_tabs
from gradcalc.tables.cells import Column
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.elsewhere import elsewhere
from gradcalc.tables.files import Source
from gradcalc.tables.lines import BLOCK_BYTES, TextBlock, TextReader, decoded, line_end
from gradcalc.tables.sniffing import layout_of
from gradcalc.tables.table import Batch, bad_file, checked_names
from gradcalc.tables.titles import is_of_units, named_blanks, unquoted

END_OF_TEXT = "\x1a"
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


def _rows(text: str, delimiter: str, line: int, path: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = line
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = line + reader.line_num
    except csv.Error as error:
        raise bad_file(f"{path}, line {start}", f"can't be read: {error}") from None


# reading ----------------------------------------------------------------------------------


class DelimitedReader(TextReader):
    """A file of CSV or TSV, or one written likewise; how, is told or found out."""

    def __init__(
        self, source: Source, delimiter: str, dialect: Dialect = PLAIN, block: int = BLOCK_BYTES
    ) -> None:
        self._default = delimiter
        self._block = block
        super().__init__(source, dialect)

    def open(self) -> tuple[str, ...]:
        """Find out how it is written, and read the header."""
        # The layout is known only after some lines, so it is looked up with every block.
        self.layout = Layout(self._default)
        self.open_lines(lambda raw: records_end(raw, self.layout.delimiter), self._block)
        self.layout = self._found()
        self.notes += tuple(f"{self.path}: {note}" for note in self.layout.notes)
        self.lines.drop(self.layout.skip)
        names = self.layout.names
        if self.dialect.names:
            names = self.dialect.names
        elif names is None or not (self.layout.comment or self.layout.headless):
            header = self._header()
            names = header if names is None else names
        if self.dialect.units:
            self._drop_units()
        titles, notes = named_blanks([name.strip() for name in names])
        self.notes += tuple(f"{self.path}: {note}" for note in notes)
        return checked_names(self.path, titles)

    def _drop_units(self) -> None:
        """Leave out the line below the header, and those below it that hold no number either."""
        self.lines.head()
        while head := self.lines.head():
            line = self.lines.line - head.count(b"\n")
            if not is_of_units(self._cells(decoded(head, self.path, line), line)):
                self.lines.push(head)
                break

    def _found(self) -> Layout:
        raw = self.lines.beginning(SAMPLE_BYTES)
        if len(raw) == SAMPLE_BYTES:
            raw = raw[: line_end(raw)] or raw
        if b"\r" in raw and b"\n" not in raw:
            raise bad_file(
                self.path,
                "has lines that end in CR alone",
                "save it with LF or CRLF line ends, or put them in: tr '\\r' '\\n' < old > new",
            )
        self._beginning = raw.decode("utf-8", "replace")
        return layout_of(self._beginning, self._default, self.dialect)

    def _header(self) -> tuple[str, ...]:
        comment = self.layout.comment.encode()
        while (head := self.lines.head()) and comment and head.startswith(comment):
            pass
        if not head:
            raise bad_file(self.path, "is empty", "its first line must name the columns: x,y")
        if b"\0" in head:
            hint = "save a spreadsheet as CSV in UTF-8"
            raise bad_file(self.path, "is not a text file", hint)
        line = self.lines.line - head.count(b"\n")
        text = decoded(head, self.path, line)
        names = unquoted(self._cells(text, line))
        if all(_is_number(part) for name in names for part in name.split() or ("",)):
            sign = self.layout.delimiter
            raise bad_file(
                self.path,
                f"has no header: its first line is {text.strip()}",
                f"name the columns: with a first line, {sign.join('xyz')}, or with --names x,y,z",
            )
        return names

    def _cells(self, header: str, line: int) -> list[str]:
        """The cells of the first record."""
        delimiter = self.layout.delimiter
        if delimiter == SPACE:
            header, delimiter = spaces_as_tabs(header), "\t"
        return next(_rows(header, delimiter, line, self.path))[1]

    def elsewhere(self, name: str) -> str:
        """The option that finds a column which the header does not name; else ""."""
        return elsewhere(self._beginning, self.layout.skip, name, len(self.columns))

    def pieces(self) -> Iterator[DelimitedBlock]:
        """Pieces of some MB."""
        for raw, line in self.lines.blocks():
            yield DelimitedBlock(raw, line, self.columns, self.path, self.layout)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class DelimitedBlock(TextBlock):
    """Whole records of CSV or TSV."""

    layout: Layout

    def decode(self) -> Batch:
        """Columns of text."""
        block = self._tidied()
        large = len(block.raw) >= MIN_ARROW_BYTES and (pa := arrow())
        columns = block._by_arrow(pa) if large else None
        if columns is None:
            columns = block._by_python()
        rows = len(columns[self.names[0]])
        sign = self.layout.decimal
        finder = block._line_of
        return Batch(columns, rows, self.path, self.line, "line", finder, True, sign)

    def _tidied(self) -> DelimitedBlock:
        """Without comments, which leave blank lines, and with tabs for columns of spaces."""
        layout, raw = self.layout, self.raw
        if layout.comment:
            sign = re.escape(layout.comment.encode())
            raw = re.sub(rb"(?m)^" + sign + rb"[^\n]*", b"", raw)
        if layout.delimiter == SPACE:
            text = decoded(raw, self.path, self.line)
            raw, layout = spaces_as_tabs(text).encode(), replace(layout, delimiter="\t")
        return replace(self, raw=raw, layout=layout) if raw is not self.raw else self

    @property
    def _delimiter(self) -> str:
        return self.layout.delimiter

    def _by_arrow(self, pa: Any) -> dict[str, Column] | None:
        """The columns as pyarrow parses them; None where it refuses."""
        kinds = dict.fromkeys(self.names, pa.string())
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(self.raw),
                pa.csv.ReadOptions(
                    use_threads=False, block_size=len(self.raw) + 1, column_names=self.names
                ),
                pa.csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=b'"' in self.raw),
                pa.csv.ConvertOptions(column_types=kinds),
            )
        except pa.ArrowInvalid:
            return None
        return {name: _one_chunk(table[name]) for name in self.names}

    def _by_python(self) -> dict[str, Column]:
        text = self.text()
        rows: list[list[str]] = []
        for line, cells in _rows(text, self._delimiter, self.line, self.path):
            if len(cells) != len(self.names):
                raise self._ragged(line, cells)
            rows.append(cells)
        if not rows:
            return {name: [] for name in self.names}
        return dict(zip(self.names, map(list, zip(*rows, strict=True)), strict=True))

    def _ragged(self, line: int, cells: list[str]) -> Exception:
        if "\0" in cells[0]:
            raise bad_file(
                f"{self.path}, line {line}", "is not text", "copy the file again: it is damaged"
            )
        hint = f"the columns are {listed(self.names)}"
        if cells == [END_OF_TEXT]:
            hint = "remove it: it is the sign of MS-DOS for the end, Ctrl-Z"
        word = cells[0].split(" ")[0]
        if len(cells) < len(self.names) and word.isprintable() and not _is_number(word or "0"):
            hint += f"; --comment {shlex.quote(word)} leaves out lines that begin so"
        if len(cells) > len(self.names):
            hint += f"; a cell with '{self._delimiter}' in it needs quotes"
        count = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
        return bad_file(
            f"{self.path}, line {line}",
            f"has {count} where there are {len(self.names)} columns",
            hint,
        )

    def _line_of(self, row: int) -> int:
        text = self.text()
        for at, (line, _) in enumerate(_rows(text, self._delimiter, self.line, self.path)):
            if at == row:
                return line
        return self.line


def _one_chunk(column: Any) -> Column:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
