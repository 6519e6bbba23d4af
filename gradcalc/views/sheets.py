"""The one look of all tables: a rule under the head, no other lines; lists where it is narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from gradcalc.views.console import Screen
from gradcalc.views.plain import as_printed, spoken
from gradcalc.views.wrapping import wrapped

GAP_COLUMNS = 2  # between columns, and between the label and the value of a list
INDENT_COLUMNS = 2  # of a list's values
LABEL_COLUMNS = 9  # of the words before formula, point and value
MAX_LABEL_COLUMNS = 10  # of a list's labels that stand in line
MIN_WRAPPED_COLUMNS = 16  # that a column of words may be narrowed to


class Column(NamedTuple):
    """A heading, and how the cells below it stand: numbers to the right, words may be wrapped.

    The heading of a `named` column is said in lists, too, where the cell heads its part.
    """

    heading: str
    right: bool = False
    words: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table before it is known how it will be shown. Cells may have several lines.

    The first cells of a row, `heads` of them, say what it is about: they head its part of a list.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[Text, ...]] = field(default_factory=list)
    title: str = ""
    heads: int = 1

    def fits(self, out: Screen) -> bool:
        """Is the terminal as wide as the table, its words wrapped as far as they may be?"""
        return not out.plain and self._columns(out) <= out.width

    def _columns(self, out: Screen) -> int:
        widths = [
            min(width, MIN_WRAPPED_COLUMNS) if column.words else width
            for column, width in zip(self.columns, self.widths(), strict=True)
        ]
        return sum(widths) + GAP_COLUMNS * (len(widths) - 1)

    def widths(self) -> list[int]:
        """What each column takes."""
        headings = [Text(column.heading) for column in self.columns]
        return [
            max(cell_len(line) for cell in cells for line in cell.plain.split("\n"))
            for cells in zip(headings, *self.rows, strict=True)
        ]

    def filled(self) -> Sheet:
        """The same without the columns that are empty."""
        kept = [
            k
            for k in range(len(self.columns))
            if k == 0 or any(row[k].plain.strip() for row in self.rows)
        ]
        rows = [tuple(row[k] for k in kept) for row in self.rows]
        heads = sum(k < self.heads for k in kept)
        return Sheet(tuple(self.columns[k] for k in kept), rows, self.title, heads)


def draw(sheet: Sheet, out: Screen) -> None:
    """Print a sheet as a table if it fits the terminal, else as a list; read aloud, line by line.

    Columns without a cell are left out.
    """
    sheet = _as_printed(sheet.filled(), out)
    if out.plain:
        for line in _spoken(sheet):
            out.print(line, soft_wrap=True)
        return
    if sheet.title:
        for line in wrapped(Text(sheet.title, style="bold"), out.width):
            out.print(line, soft_wrap=True)
    lines = _table(sheet, out) if sheet.fits(out) else _list(sheet, out.width)
    out.print(Text("\n").join(lines), soft_wrap=True)


def _as_printed(sheet: Sheet, out: Screen) -> Sheet:
    """The sheet with the characters that the stream has, which may take more columns."""
    if out.encoding.lower().startswith("utf"):
        return sheet

    def spelled(text: Text) -> Text:
        plain = as_printed(text.plain, out.encoding)
        return text if plain == text.plain else Text(plain, text.style)

    columns = (c._replace(heading=as_printed(c.heading, out.encoding)) for c in sheet.columns)
    rows = [tuple(map(spelled, row)) for row in sheet.rows]
    return Sheet(tuple(columns), rows, sheet.title, sheet.heads)


def _table(sheet: Sheet, out: Screen) -> Iterator[Text]:
    """The lines of a table: headings, a rule, rows."""
    widths = _fitted(sheet, out.width)
    yield _line(sheet, [Text(column.heading, style="bold") for column in sheet.columns], widths)
    rule = "─" if out.encoding.lower().startswith("utf") else "-"
    yield Text(rule * (sum(widths) + GAP_COLUMNS * (len(widths) - 1)), style="dim")
    for row in sheet.rows:
        cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=Text("")):
            yield _line(sheet, parts, widths)


def _line(sheet: Sheet, parts: Sequence[Text], widths: Sequence[int]) -> Text:
    """A line of each cell, side by side: to the right of its column, or to the left."""
    line, before = Text(""), 0  # spaces that stand before the next part
    for column, part, width in zip(sheet.columns, parts, widths, strict=True):
        free = width - cell_len(part.plain)
        line.append(" " * (before + free * column.right)).append_text(part)
        before = GAP_COLUMNS + free * (not column.right)
    line.rstrip()
    return line


def _fitted(sheet: Sheet, columns: int) -> list[int]:
    """What each column gets: those of words share what is missing, the widest giving first."""
    widths = sheet.widths()
    excess = sum(widths) + GAP_COLUMNS * (len(widths) - 1) - columns
    words = [k for k, column in enumerate(sheet.columns) if column.words]
    for _ in range(excess):
        widths[max(words, key=lambda k: widths[k])] -= 1
    return widths


def _list(sheet: Sheet, columns: int) -> Iterator[Text]:
    """A row as a heading and a line for each of its cells, under their labels where it is tight."""
    labels = [column.heading for column in sheet.columns[sheet.heads :]]
    short = [cell_len(label) for label in labels if cell_len(label) <= MAX_LABEL_COLUMNS]
    aligned = INDENT_COLUMNS + max(short, default=0) + GAP_COLUMNS
    for row in sheet.rows:
        yield from wrapped(_heading(sheet, row, " " * GAP_COLUMNS), columns)
        for column, cell in zip(sheet.columns[sheet.heads :], row[sheet.heads :], strict=True):
            if cell.plain.strip():
                start = Text(" " * INDENT_COLUMNS + column.heading, style="dim")
                yield from labelled(start, cell, columns, aligned, words=column.words)


def _heading(sheet: Sheet, row: tuple[Text, ...], gap: str) -> Text:
    cells = zip(sheet.columns, row[: sheet.heads], strict=False)
    heading = Text(gap).join(
        Text(f"{column.heading} " if column.named else "").append_text(cell)
        for column, cell in cells
        if cell.plain
    )
    heading.stylize("bold")
    return heading


def labelled(
    label: Text, text: Text, columns: int, indent: int, *, words: bool = True
) -> Iterator[Text]:
    """A label, and beside it a text whose lines are indented so far, or less if they are long.

    What is not words stands below its label if only so it keeps the lines that it has.
    """
    own = cell_len(label.plain)
    start = indent if own < indent else own + GAP_COLUMNS
    kept = text.plain.count("\n") + 1
    lines = wrapped(text, columns - start, columns - indent)
    below = wrapped(text, columns - 2 * INDENT_COLUMNS)
    beside = cell_len(lines[0].plain) <= columns - start
    if not beside or (not words and len(lines) > kept >= len(below)):
        yield label
        lines, start = below, 2 * INDENT_COLUMNS
        indent = start
    else:
        padding = Text(" " * (start - own))
        yield Text().append_text(label).append_text(padding).append_text(lines.pop(0))
    for line in lines:
        shift = max(0, min(indent, columns - cell_len(line.plain)))
        yield Text(" " * shift).append_text(line)


def _spoken(sheet: Sheet) -> Iterator[Text]:
    """A line for each cell, which says what it is of: `d/dx digits: 16 of 16`."""
    if sheet.title:
        yield Text(sheet.title)
    for row in sheet.rows:
        heading = spoken(_heading(sheet, row, " ").plain)
        for column, cell in zip(sheet.columns[sheet.heads :], row[sheet.heads :], strict=True):
            words = " ".join(cell.plain.split()).removesuffix(" ✓")
            if words:
                yield Text(f"{heading} {spoken(column.heading)}: {words}")
