"""What the tables are made of: numbers, labelled lines, and tables that know when they fit."""

from __future__ import annotations

from typing import Any

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from gradcalc.views.console import box
from gradcalc.views.numbers import shortest, trusted
from gradcalc.views.plain import as_printed

LABEL_COLUMNS = 9  # of the words before formula, point and value
MAX_LINE_COLUMNS = 100  # that a line of numbers takes


def number(value: float | None, digits: int | None = None) -> Text:
    """A number, the digits that are wrong dimmed."""
    if value is None:
        return Text("")
    text = shortest(value)
    right = trusted(value, digits)
    return Text(text[:right]).append(text[right:], style="dim")


def fits(sheet: Table, out: Console) -> bool:
    """Does the table fit the terminal?"""
    return Measurement.get(out, out.options.update(width=10_000), sheet).maximum <= out.width


def width(out: Console) -> int:
    """The columns that a line of numbers may take."""
    return min(out.width, MAX_LINE_COLUMNS)


def line(out: Console, label: str, text: Text) -> None:
    """A label and a text, whose further lines are aligned with its first."""
    first, *more = text.split("\n")
    out.print(Text(f"{label:<{LABEL_COLUMNS}}").append(first))
    for further in more:
        out.print(Text(" " * LABEL_COLUMNS).append(further))


class EncodedTable(Table):
    """A table whose cells are as wide as the stream shows them, though it lacks characters."""

    def __init__(self, encoding: str, **options: Any) -> None:
        super().__init__(**options)
        self.encoding = encoding

    def add_column(self, header: RenderableType = "", *rest: Any, **options: Any) -> None:
        super().add_column(self._as_printed(header), *rest, **options)

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        super().add_row(*map(self._as_printed, cells), **options)

    def _as_printed(self, cell: Any) -> Any:
        if isinstance(cell, str):
            return as_printed(cell, self.encoding)
        if isinstance(cell, Text):
            plain = as_printed(cell.plain, self.encoding)
            return cell if plain == cell.plain else Text(plain, cell.style)
        return cell


def table(
    out: Console, title: str | None, left: tuple[str, ...], right: tuple[str, ...] = ()
) -> Table:
    """A table with columns set to the left, then columns of numbers."""
    sheet = EncodedTable(
        out.encoding, box=box(out), title=title, title_justify="left", title_style="bold"
    )
    for name in left:
        sheet.add_column(name, overflow="fold")
    for name in right:
        sheet.add_column(name, justify="right", overflow="fold")
    return sheet
