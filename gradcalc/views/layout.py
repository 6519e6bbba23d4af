"""What answers are made of on a screen: numbers, labelled lines, and the colours of all of them."""

from __future__ import annotations

from rich.text import Text

from gradcalc.views.console import Screen
from gradcalc.views.numbers import shortest, trusted
from gradcalc.views.plain import spoken
from gradcalc.views.sheets import LABEL_COLUMNS, Column, Sheet, labelled
from gradcalc.views.wrapping import wrapped

MAX_LINE_COLUMNS = 100  # that a line of numbers takes

# Colours that can be told from dark and from light backgrounds. What they say is said in words too.
RIGHT = "green"
WRONG = "bold red"
ROUGH = "magenta"  # not smooth
LOST = "red"  # digits that are wrong


def number(value: float | None, digits: int | None = None) -> Text:
    """A number, the digits that are wrong in colour."""
    if value is None:
        return Text("")
    text = shortest(value)
    right = trusted(value, digits)
    return Text(text[:right]).append(text[right:], style=LOST)


def rounded(value: float, digits: int) -> str:
    """The shortest text of a number of at most so many digits."""
    return shortest(float(f"{value:.{digits}g}"))


def width(out: Screen) -> int:
    """The columns that a line of numbers may take."""
    return min(out.width, MAX_LINE_COLUMNS)


def line(
    out: Screen, label: str, text: Text, style: str = "bold", indent: int = LABEL_COLUMNS
) -> None:
    """A label and a text, whose further lines are aligned with its first."""
    if out.plain:
        start = f"{spoken(label)}: " if label else ""
        for each in text.split("\n"):
            out.print(Text(start + each.plain), soft_wrap=True)
        return
    for part in labelled(Text(label, style=style), text, out.width, indent):
        out.print(part, soft_wrap=True)


def gap(out: Screen) -> None:
    """An empty line between the parts of an answer."""
    if not out.plain:
        out.print()


def sentence(out: Screen, text: Text, indent: int = 0) -> None:
    """A text on lines of its own, those after the first indented."""
    for k, part in enumerate(wrapped(text, out.width, out.width - indent)):
        start = " " * indent if k else ""
        out.print(Text(start).append_text(part), soft_wrap=True)


def sheet(
    left: tuple[str, ...], numbers: tuple[str, ...] = (), last: tuple[str, ...] = ()
) -> Sheet:
    """A table to be, of columns of texts, then of numbers, then of texts."""
    columns = (Column(heading, right=True) for heading in numbers)
    return Sheet((*map(Column, left), *columns, *map(Column, last)))
