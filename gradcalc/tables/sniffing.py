"""How a delimited file is written, found out from its beginning where that is beyond doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gradcalc.tables.beginning import (
    SPACE,
    Beginning,
    Layout,
    Record,
    after,
    is_number,
    is_row,
    is_table,
    records_of,
    shows_decimal_comma,
    width_of,
)
from gradcalc.tables.dialect import Dialect, numbered

MAX_UNITS = 3  # rows of units below a header
MIN_ROWS = 3  # that show what a table is like
# A title may begin with % or ! as well: a comment has a blank behind it, or the sign again.
_COMMENT = re.compile(r"(?P<sign>#|[%!](?=[%! ])|//(?=[/ ]))")
_SEPARATED = re.compile(r"sep=(?P<sign>[^\w\s]|\t)\r?\n")


def layout_of(text: str, default: str, dialect: Dialect) -> Layout:
    """The layout of a file with this beginning; `default` delimits where nothing is found out."""
    beginning = Beginning(text, default, dialect)
    layout = _divided(beginning)
    records = beginning.records(layout.delimiter, layout.comment)
    # Programs separate cells by ; where the comma is the decimal sign, and for that.
    if layout.delimiter != ";" or not shows_decimal_comma(c for _, cells in records for c in cells):
        return layout
    note = "the commas in its numbers are decimal signs"
    return replace(layout, decimal=",", notes=(*layout.notes, note))


def _divided(beginning: Beginning) -> Layout:
    """What stands between cells, what is above them, and how they are called."""
    for supposed in (
        _separated,
        _padded_title,
        _commented,
        _numbers_alone,
        _plain,
        _with_row_names,
        _with_delimiter_too_many,
        _below_preamble,
    ):
        if layout := supposed(beginning):
            return layout
    return Layout(_most_frequent(beginning), beginning.skip, beginning.dialect.comment)


def _separated(beginning: Beginning) -> Layout | None:
    """A first line like sep=; as spreadsheets write it."""
    match = _SEPARATED.match(beginning.text)
    if match is None or beginning.dialect.skip is not None or beginning.dialect.delimiter:
        return None
    return Layout(match["sign"], 1, beginning.dialect.comment)


def _plain(beginning: Beginning) -> Layout | None:
    """A header, and rows with as many cells."""
    comment = beginning.dialect.comment
    if (found := beginning.even(comment)) is None:
        return None
    sign, _ = found
    return Layout(sign, beginning.skip, comment, notes=beginning.told(sign))


def _commented(beginning: Beginning) -> Layout | None:
    """Lines of comments, the last of which may be the header, then the table."""
    body = after(beginning.text, beginning.skip).lstrip()
    match = _COMMENT.match(body)
    if beginning.dialect.comment or match is None:
        return None
    comment = match["sign"]
    for sign in beginning.signs:
        records = beginning.records(sign, comment)
        if not records or not width_of(records):
            continue
        told = beginning.told(sign)
        if is_table(records) and width_of(records) > 1:
            note = f"lines that begin with {comment} are comments"
            return Layout(sign, beginning.skip, comment, notes=(*told, note))
        names = _last_comment(body, comment, sign)
        fitting = len(names) == width_of(records) and not any(map(is_number, names))
        if fitting and all(map(is_number, records[0][1])):
            note = f"its header is the last line that begins with {comment}"
            return Layout(sign, beginning.skip, comment, names, (*told, note))
    return None


def _padded_title(beginning: Beginning) -> Layout | None:
    """Lines above the header that end in as many delimiters as it has, as spreadsheets save a
    title above a table."""
    if beginning.dialect.skip is not None or beginning.dialect.names:
        return None
    for sign in (sign for sign in beginning.signs if sign != SPACE):
        records = beginning.records(sign, beginning.dialect.comment)
        width = width_of(records)
        filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in records]
        first = next((k for k, count in enumerate(filled) if count == width), 0)
        above = records[:first]
        if width < 2 or not above or any(cells[-1].strip() for _, cells in above):
            continue
        if is_table(records[first:]) and not is_table(records):
            return _skipping(beginning, sign, above[-1][0])
    return None


def _skipping(beginning: Beginning, sign: str, skip: int) -> Layout:
    """The layout of a table with lines above the header."""
    lines = "first line is" if skip == 1 else f"first {skip} lines are"
    note = f"its {lines} above the header, and skipped (--skip 0 doesn't)"
    told = (*beginning.told(sign), note)
    return Layout(sign, skip, beginning.dialect.comment, notes=told)


def _with_row_names(beginning: Beginning) -> Layout | None:
    """A table as R writes it: no title above the names of the rows."""
    quoted = all(line.startswith('"') for line in beginning.lines())
    for sign in beginning.signs if quoted else ("\t", SPACE):
        header, *rows = beginning.records(sign, beginning.dialect.comment) or [(0, [])]
        names = ("", *header[1])
        if not rows or any(len(cells) != len(names) for _, cells in rows):
            continue
        if is_table([(0, list(names)), *rows]):
            note = "its header names one column fewer than there are: the first has no name"
            told = (*beginning.told(sign), note)
            return Layout(sign, beginning.skip, beginning.dialect.comment, names, told)
    return None


def _numbers_alone(beginning: Beginning) -> Layout | None:
    """Rows of numbers without a header, maybe below comments, or lines that have fewer cells."""
    dialect = beginning.dialect
    if dialect.names or dialect.units:
        return None
    hashed = after(beginning.text, beginning.skip).lstrip().startswith("#")
    comment = dialect.comment or "#" * hashed
    found = [
        (width, sign, skip)
        for sign in beginning.signs
        for width, skip in _rows_alone(beginning, beginning.records(sign, comment))
    ]
    if not found:
        return None
    width, sign, skip = max(found, key=lambda one: one[0])
    names = numbered(width)
    shown = ", ".join(names) if width <= 3 else f"{names[0]}, {names[1]}, … {names[-1]}"
    called = f"it has no header: its columns are called {shown}, unless --names names them"
    notes = [*beginning.told(sign), called]
    if skip > beginning.skip:
        notes.append(f"what is above line {skip + 1} is skipped")
    return Layout(sign, skip, comment, names, tuple(notes), headless=True)


def _rows_alone(beginning: Beginning, records: list[Record]) -> Iterator[tuple[int, int]]:
    """How many cells the rows of numbers have, and how many lines are above the first of them."""
    full = (k for k, (_, cells) in enumerate(records) if is_row(cells) and all(cells))
    first = next(full, None)
    if first is None:
        return
    width = len(records[first][1])
    if any(len(cells) != width or not is_row(cells) for _, cells in records[first:]):
        return
    if first == 0:
        yield width, beginning.skip
        return
    # A header may lack one name and still be one: what is no header lacks more.
    unlike = all(len(cells) < width - 1 for _, cells in records[:first])
    if unlike and beginning.dialect.skip is None and len(records) >= first + MIN_ROWS:
        yield width, records[first - 1][0]


def _with_delimiter_too_many(beginning: Beginning) -> Layout | None:
    """All rows, or the header alone, end in a delimiter, maybe below lines with fewer cells."""
    for sign in (sign for sign in beginning.signs if sign != SPACE):
        records = beginning.records(sign, beginning.dialect.comment)
        width = len(records[-1][1]) if len(records) > MIN_ROWS else 0
        first = next((k for k, (_, cells) in enumerate(records) if len(cells) == width), 0) - 1
        if first < 0 or (first and beginning.dialect.skip is not None):
            continue
        header, rows = records[first][1], [cells for _, cells in records[first + 1 :]]
        if any(len(cells) != width for cells in rows):
            continue
        if len(header) == width + 1 and not header[-1].strip():
            names, note = tuple(header[:-1]), "its header ends in a delimiter that its rows lack"
        elif len(header) == width - 1 and not any(cells[-1].strip() for cells in rows):
            names, note = (*header, ""), "its rows end in a delimiter that its header lacks"
        else:
            continue
        if any(map(is_number, names)) or len(set(names)) < len(names):
            continue
        skip = records[first - 1][0] if first else beginning.skip
        above = (f"the lines above line {skip + 1} are skipped",) if first else ()
        told = (*beginning.told(sign), *above, note)
        return Layout(sign, skip, beginning.dialect.comment, names, told)
    return None


def _below_preamble(beginning: Beginning) -> Layout | None:
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
            below = (records[k : k + 1] + records[k + units :] for units in range(1, MAX_UNITS + 2))
            if all(count < width for count in counts[:k]) and any(map(is_table, below)):
                return _skipping(beginning, sign, records[k - 1][0])
    return None


def _most_frequent(beginning: Beginning) -> str:
    """The sign that the header holds most often: some programs delimit CSV by ; or tabs."""
    lines = after(beginning.text, beginning.skip).split("\n")
    head = next((line for line in lines if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    signs = [sign for sign in beginning.signs if sign != SPACE] or [SPACE]
    return max(signs, key=bare.count)


def _last_comment(body: str, comment: str, sign: str) -> tuple[str, ...]:
    """The cells of the last comment above the first row."""
    above = ""
    for line in body.split("\n"):
        if line.strip() and not line.startswith(comment):
            break
        above = line.lstrip(comment).strip() or above
    records = records_of(above, sign)
    return tuple(cell.strip() for cell in records[0][1]) if records else ()
