"""How a delimited file is written, found out from its beginning where that is beyond doubt."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gradcalc.tables.dialect import Dialect

SAMPLE_RECORDS = 100
SAMPLE_BYTES = 256 << 10
DELIMITERS = (",", ";", "\t", "|")
SPACE = " "
_NUMERIC = re.compile(r"[-+]?(?:[0-9][0-9.,']*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?")
_MISSING = ("", "NA", "N/A", "nan", "NaN", "null", "None")
_SEPARATED = re.compile(r"sep=(?P<sign>[^\w\s]|\t)\r?\n")
_GAP = re.compile(r'("(?:[^"]|"")*")|[ \t]+')
_NAMES = {"\t": "tabs", SPACE: "spaces"}

Record = tuple[int, list[str]]  # the line it ends in, and its cells


@dataclass(frozen=True, slots=True)
class Layout:
    """How a delimited file is written: `skip` counts lines before the header, `names` are the
    names of the columns where the header doesn't simply hold them, `notes` what was found out."""

    delimiter: str
    skip: int = 0
    comment: str = ""
    names: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


def spaces_as_tabs(text: str) -> str:
    """Columns of spaces with one tab between cells; what is in quotes stays."""
    lines = (_GAP.sub(lambda gap: gap[1] or "\t", line.strip(" \t\r")) for line in text.split("\n"))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Beginning:
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
        body = _after(self.text, self.skip)
        if comment:
            lines = body.split("\n")
            body = "\n".join("" if line.startswith(comment) else line for line in lines)
        return _records(body, sign)

    def even(self, comment: str) -> tuple[str, list[Record]] | None:
        """The sign that gives all records the same number of cells, the most, and the records.

        A space does so only where nothing else does, and a column of numbers results. A tab comes
        before all others, since hardly a cell holds one.
        """
        samples = [(sign, self.records(sign, comment)) for sign in self.signs]
        even = [(sign, records) for sign, records in samples if _width(records) > 1]
        told = bool(self.dialect.delimiter or self.dialect.names)
        if len(even) > 1 or (even and not told and not _is_table(even[0][1])):
            even = [(sign, records) for sign, records in even if sign != SPACE]
        return max(even, key=lambda one: (one[0] == "\t", _width(one[1])), default=None)

    def told(self, sign: str) -> tuple[str, ...]:
        """What to say of a delimiter that nobody would expect."""
        if sign in {self.default, self.dialect.delimiter, *",;\t"}:
            return ()
        return (f"its columns are separated by {_NAMES.get(sign, sign)}",)


def layout_of(text: str, default: str, dialect: Dialect) -> Layout:
    """The layout of a file with this beginning; `default` delimits where nothing is found out."""
    beginning = _Beginning(text, default, dialect)
    for supposed in (_separated, _commented, _plain, _with_row_names, _below_preamble):
        if layout := supposed(beginning):
            return layout
    return Layout(_most_frequent(beginning), beginning.skip, dialect.comment)


def _separated(beginning: _Beginning) -> Layout | None:
    """A first line like sep=; as spreadsheets write it."""
    match = _SEPARATED.match(beginning.text)
    if match is None or beginning.dialect.skip is not None or beginning.dialect.delimiter:
        return None
    return Layout(match["sign"], 1, beginning.dialect.comment)


def _plain(beginning: _Beginning) -> Layout | None:
    """A header, and rows with as many cells."""
    comment = beginning.dialect.comment
    if (found := beginning.even(comment)) is None:
        return None
    sign, _ = found
    return Layout(sign, beginning.skip, comment, notes=beginning.told(sign))


def _commented(beginning: _Beginning) -> Layout | None:
    """Lines of comments, the last of which may be the header, then the table."""
    comment = "#"
    body = _after(beginning.text, beginning.skip).lstrip()
    if beginning.dialect.comment or not body.startswith(comment):
        return None
    for sign in beginning.signs:
        records = beginning.records(sign, comment)
        if not records or not _width(records):
            continue
        told = beginning.told(sign)
        if _is_table(records) and _width(records) > 1:
            note = f"lines that begin with {comment} are comments"
            return Layout(sign, beginning.skip, comment, notes=(*told, note))
        names = _last_comment(body, comment, sign)
        fitting = len(names) == _width(records) and not any(map(is_number, names))
        if fitting and all(map(is_number, records[0][1])):
            note = f"its header is the last line that begins with {comment}"
            return Layout(sign, beginning.skip, comment, names, (*told, note))
    return None


def _with_row_names(beginning: _Beginning) -> Layout | None:
    """A table as R writes it: no title above the names of the rows."""
    for sign in (sign for sign in beginning.signs if sign in ("\t", SPACE)):
        header, *rows = beginning.records(sign, beginning.dialect.comment) or [(0, [])]
        names = ("", *header[1])
        if not rows or any(len(cells) != len(names) for _, cells in rows):
            continue
        if _is_table([(0, list(names)), *rows]):
            note = "its header names one column fewer than there are: the first has no name"
            told = (*beginning.told(sign), note)
            return Layout(sign, beginning.skip, beginning.dialect.comment, names, told)
    return None


def _below_preamble(beginning: _Beginning) -> Layout | None:
    """Lines above the header, which have fewer cells than all below."""
    if beginning.dialect.skip is not None:
        return None
    for sign in beginning.signs:
        records = beginning.records(sign, beginning.dialect.comment)
        counts = [len(cells) for _, cells in records]
        for k in range(1, len(records) - 1):
            width = counts[k]
            if width < 2 or any(count != width for count in counts[k:]):
                continue
            if all(count < width for count in counts[:k]) and _is_table(records[k:]):
                skip = records[k - 1][0]
                lines = "first line is" if skip == 1 else f"first {skip} lines are"
                note = f"its {lines} above the header, and skipped (--skip 0 doesn't)"
                told = (*beginning.told(sign), note)
                return Layout(sign, skip, beginning.dialect.comment, notes=told)
    return None


def _most_frequent(beginning: _Beginning) -> str:
    """The sign that the header holds most often: some programs delimit CSV by ; or tabs."""
    lines = _after(beginning.text, beginning.skip).split("\n")
    head = next((line for line in lines if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    signs = [sign for sign in beginning.signs if sign != SPACE] or [SPACE]
    return max(signs, key=bare.count)


def _records(text: str, sign: str) -> list[Record]:
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


def _after(text: str, lines: int) -> str:
    return text.split("\n", lines)[-1] if text.count("\n") >= lines else ""


def _last_comment(body: str, comment: str, sign: str) -> tuple[str, ...]:
    """The cells of the last comment above the first row."""
    above = ""
    for line in body.split("\n"):
        if line.strip() and not line.startswith(comment):
            break
        above = line.removeprefix(comment).strip() or above
    records = _records(above, sign)
    return tuple(cell.strip() for cell in records[0][1]) if records else ()


def _width(records: Sequence[Record]) -> int:
    """The number of cells that all have; 0 where they differ."""
    widths = {len(cells) for _, cells in records}
    return widths.pop() if len(widths) == 1 else 0


def _is_table(records: Sequence[Record]) -> bool:
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
