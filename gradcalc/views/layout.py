"""What the tables are made of: numbers, labelled lines, and tables that know when they fit."""

from __future__ import annotations

from typing import Any

from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from gradcalc.views.console import box
from gradcalc.views.numbers import shortest, trusted
from gradcalc.views.plain import spelt

LABEL = 9  # columns of the words before formula, point and value
PAGE = 100  # columns that a line of numbers takes at most


def number(value: float | None, digits: int | None = None) -> Text:
    """A number, the digits that are wrong dimmed."""
    if value is None:
        return Text("")
    shown = shortest(value)
    right = trusted(value, digits)
    return Text(shown[:right]).append(shown[right:], style="dim")


def fits(made: Table, out: Console) -> bool:
    """Does the table stand within the terminal?"""
    return Measurement.get(out, out.options.update(width=10_000), made).maximum <= out.width


def width(out: Console) -> int:
    """The columns that a line of numbers may take."""
    return min(out.width, PAGE)


def line(out: Console, label: str, text: Text) -> None:
    """A label and a text, whose further lines stand under its first."""
    first, *more = text.split("\n")
    out.print(Text(f"{label:<{LABEL}}").append(first))
    for further in more:
        out.print(Text(" " * LABEL).append(further))


class _Table(Table):
    """A table whose cells are as wide as the stream shows them, though it lacks characters."""

    def __init__(self, encoding: str, **given: Any) -> None:
        super().__init__(**given)
        self.encoding = encoding

    def add_column(self, header: RenderableType = "", *rest: Any, **given: Any) -> None:
        super().add_column(self._spelt(header), *rest, **given)

    def add_row(self, *cells: RenderableType | None, **given: Any) -> None:
        super().add_row(*map(self._spelt, cells), **given)

    def _spelt(self, cell: Any) -> Any:
        if isinstance(cell, str):
            return spelt(cell, self.encoding)
        if isinstance(cell, Text) and (plain := spelt(cell.plain, self.encoding)) != cell.plain:
            return Text(plain, cell.style)
        return cell


def table(
    out: Console, title: str | None, left: tuple[str, ...], right: tuple[str, ...] = ()
) -> Table:
    """A table with columns set to the left, then columns of numbers."""
    made = _Table(out.encoding, box=box(out), title=title, title_justify="left", title_style="bold")
    for name in left:
        made.add_column(name, overflow="fold")
    for name in right:
        made.add_column(name, justify="right", overflow="fold")
    return made
