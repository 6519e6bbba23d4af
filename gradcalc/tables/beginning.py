"""The beginning of a delimited file, cut into cells by one sign or another."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradcalc.tables.dialect import Dialect

SAMPLE_RECORDS = 100
SAMPLE_BYTES = 256 << 10
DELIMITERS = (",", ";", "\t", "|")
SPACE = " "
_NUMERIC = re.compile(r"[-+]?(?:[0-9][0-9.,']*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?")
_MISSING = ("", "NA", "N/A", "nan", "NaN", "null", "None")
_POINT = re.compile(r"(?<![0-9.])[0-9]*\.[0-9]+(?![0-9.])")  # 1.5, and no date as 01.02.2003
_COMMA = re.compile(r"[-+]?[0-9]*,[0-9]+(?:[eE][-+]?[0-9]+)?")
_GROUP = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}")  # 1,234 may be 1234
_GAP = re.compile(r'("(?:[^"]|"")*")|[ \t]+')
_NAMES = {"\t": "tabs", SPACE: "spaces"}

Record = tuple[int, list[str]]  # the line it ends in, and its cells


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is written: `skip` counts lines before the header, `names` are the
    names of the columns where the header doesn't simply hold them, or, of a `headless` file, there
    is none; `notes` say what was found out. `decimal` is its numbers' sign, where they show it."""

    delimiter: str
    skip: int = 0
    comment: str = ""
    names: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()
    headless: bool = False
    decimal: str = ""


def spaces_as_tabs(text: str) -> str:
    """Columns of spaces with one tab between cells; what is in quotes stays."""
    lines = (_GAP.sub(lambda gap: gap[1] or "\t", line.strip(" \t\r")) for line in text.split("\n"))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first lines of a file, what delimits where nothing is found out, and what is given."""

    text: str
    default: str
    dialect: Dialect

    @property
    def skip(self) -> int:
        """How many lines come before the header for certain."""
        return self.dialect.skip or 0

    @property
    def signs(self) -> tuple[str, ...]:
        """What may stand between cells."""
        if self.dialect.delimiter:
            return (self.dialect.delimiter,)
        return tuple(dict.fromkeys((self.default, *DELIMITERS, SPACE)))

    def records(self, sign: str, comment: str = "") -> list[Record]:
        """The records that are not blank; none where the sign can't divide them."""
        body = after(self.text, self.skip)
        if comment:
            lines = body.split("\n")
            body = "\n".join("" if line.startswith(comment) else line for line in lines)
        return records_of(body, sign)

    def even(self, comment: str) -> tuple[str, list[Record]] | None:
        """The sign that gives all records the same number of cells, the most, and the records.

        A space does so only where nothing else does, and a column of numbers results. A tab comes
        before all others, since hardly a cell holds one.
        """
        samples = [(sign, self.records(sign, comment)) for sign in self.signs]
        even = [(sign, records) for sign, records in samples if width_of(records) > 1]
        told = bool(self.dialect.delimiter or self.dialect.names)
        if len(even) > 1 or (even and not told and not is_table(even[0][1])):
            even = [(sign, records) for sign, records in even if sign != SPACE]
        return max(even, key=lambda one: (one[0] == "\t", width_of(one[1])), default=None)

    def lines(self) -> list[str]:
        """The lines that are not blank; the last one may be cut off."""
        return [line for line in after(self.text, self.skip).split("\n") if line.strip()]

    def told(self, sign: str) -> tuple[str, ...]:
        """What to say of a delimiter that nobody would expect."""
        if sign in {self.default, self.dialect.delimiter, *",;\t"}:
            return ()
        return (f"its columns are separated by {_NAMES.get(sign, sign)}",)


def is_row(cells: Sequence[str]) -> bool:
    """Are they numbers, some of which may be missing?"""
    return any(map(is_number, cells)) and all(
        is_number(cell) or cell.strip() in _MISSING for cell in cells
    )


def records_of(text: str, sign: str) -> list[Record]:
    if sign == SPACE:
        text, sign = spaces_as_tabs(text), "\t"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    records: list[Record] = []
    try:
        for cells in reader:
            if cells:
                records.append((reader.line_num, cells))
            if len(records) >= SAMPLE_RECORDS:
                break
    except csv.Error:
        return []
    return records


def after(text: str, lines: int) -> str:
    return text.split("\n", lines)[-1] if text.count("\n") >= lines else ""


def width_of(records: Sequence[Record]) -> int:
    """The number of cells that all have; 0 where they differ."""
    widths = {len(cells) for _, cells in records}
    return widths.pop() if len(widths) == 1 else 0


def is_table(records: Sequence[Record]) -> bool:
    """Is the first one a header of words, with at least one column of numbers below?"""
    if len(records) < 2 or any(map(is_number, records[0][1])):
        return False
    columns = zip(*(cells for _, cells in records[1:]), strict=True)
    return any(
        any(map(is_number, column)) and all(is_number(c) or c.strip() in _MISSING for c in column)
        for column in columns
    )


def is_number(cell: str) -> bool:
    """Does it look like a number, with a decimal point or a comma?"""
    return _NUMERIC.fullmatch(cell.strip()) is not None


def shows_decimal_comma(cells: Iterable[str]) -> bool:
    """Is a comma in these cells a decimal sign beyond doubt: where it can't be a sign between
    thousands, and no number has a point?"""
    stripped = [cell.strip() for cell in cells if "," in cell or "." in cell]
    if any(map(_POINT.search, stripped)):
        return False
    commas = [cell for cell in stripped if _COMMA.fullmatch(cell)]
    return any(_GROUP.fullmatch(cell) is None for cell in commas)
