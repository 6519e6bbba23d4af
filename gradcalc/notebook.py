"""How answers look in Python: a line or two as text, and a small table in a notebook.

The table takes its colours from the page around it, light or dark; it has no script, and whatever
it shows is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_ELEMENTS = 6  # of an array, or entries of a mapping, that are written out
MAX_CHARACTERS = 80  # of a text
MAX_ROWS = 30  # of a table

TABLE = "border-collapse: collapse; color: inherit; background: transparent"
CELL = "text-align: left; padding: 0.2em 0.8em; border-bottom: 1px solid currentColor"


def brief(value: Any) -> str:
    """A number as it is, of an array or a long text the beginning or the shape."""
    shape = getattr(value, "shape", ())
    if shape:
        size = "x".join(map(str, shape))
        return repr(value.tolist()) if value.size <= MAX_ELEMENTS else f"<array of {size}>"
    return cut(repr(value.item() if hasattr(value, "item") else value))


def briefs(values: Mapping[str, Any]) -> str:
    """The entries of a mapping: {x: 1.5, y: <array of 30x4>}."""
    shown = [f"{name}: {brief(value)}" for name, value in list(values.items())[:MAX_ELEMENTS]]
    return f"{{{', '.join(shown + more(len(values), MAX_ELEMENTS))}}}"


def cut(text: str) -> str:
    """A text on one line, at most MAX_CHARACTERS of it."""
    line = "; ".join(filter(None, map(str.strip, text.splitlines())))
    return line if len(line) <= MAX_CHARACTERS else f"{line[: MAX_CHARACTERS - 2]} …"


def more(count: int, most: int) -> list[str]:
    """What is said where not all is shown; nothing where it is."""
    return [f"… and {count - most} more"] if count > most else []


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *notes: str) -> str:
    """A table of HTML with a title above it and notes below."""
    cells = [_row("th", head), *(_row("td", row) for row in rows)]
    notes = (*more(len(cells) - 1, MAX_ROWS), *notes)
    return "\n".join(
        [
            f"<div><p><code>{plain(title)}</code></p>",
            f'<table style="{TABLE}">',
            *cells[: MAX_ROWS + 1],
            "</table>",
            *map(_note, notes),
            "</div>",
        ]
    )


def plain(text: str) -> str:
    """A text as HTML shows it: escaped, without control characters."""
    from html import escape  # only notebooks need it

    return escape(
        "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
    )


def _row(tag: str, cells: Iterable[str]) -> str:
    inner = "".join(f'<{tag} style="{CELL}">{plain(cell)}</{tag}>' for cell in cells)
    return f"<tr>{inner}</tr>"


def _note(text: str) -> str:
    return f"<p>{plain(text)}</p>"
