"""What the header of a text file may hold: quotes, blanks, rows of units below."""

from __future__ import annotations

from collections.abc import Sequence

from gradcalc.errors import listed
from gradcalc.tables.beginning import is_number
from gradcalc.tables.rules import LENIENT


def unquoted(titles: Sequence[str]) -> tuple[str, ...]:
    """The titles without single quotes, where all have them."""
    stripped = [title.strip() for title in titles]
    if all(len(title) > 2 and title[0] == title[-1] == "'" for title in stripped):
        return tuple(title[1:-1] for title in stripped)
    return tuple(titles)


def named_blanks(titles: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The titles, several blank ones by the number of their column, c3; and a note that says so.

    One blank title stays: it is that of the row names.
    """
    blank = [k for k, title in enumerate(titles) if not title]
    if len(blank) < 2:
        return tuple(titles), ()
    names, taken = list(titles), set(titles)
    for k in blank:
        name = f"c{k + 1}"
        while name in taken:
            name += "_"
        taken.add(name)
        names[k] = name
    called = listed([names[k] for k in blank])
    return tuple(names), (f"its columns without a title are called {called}",)


def is_of_units(cells: Sequence[str]) -> bool:
    """Can it be a row of units: has it words, and no number?"""
    words = [cell for cell in cells if cell.strip() not in LENIENT.missing]
    return bool(words) and not any(map(is_number, words))
