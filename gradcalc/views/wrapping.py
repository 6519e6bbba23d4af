"""Lines that fit a terminal: broken at spaces and between operators, never inside a number."""

from __future__ import annotations

import re
from itertools import pairwise

from rich.cells import cell_len
from rich.text import Text

# What stays whole: numbers, names, spaces. A line may end behind any other character, too.
UNBROKEN = re.compile(
    r"0x[\da-f.]+(?:p[-+]?\d+)?"
    r"|[-+]?(?:\d{1,3}(?:,\d{3})+|\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
    r"|[^\W\d]\w*|\s+|.",
    re.DOTALL,
)
OPENING = "([{-+√∂"  # these belong to what follows them
CLOSING = ")]},;:.^'"  # and these to what they follow


def wrapped(text: Text, columns: int, later: int | None = None) -> list[Text]:
    """The text as lines of at most so many columns; `later` is that of all lines but the first.

    What can't be broken, a number or a name, may be longer than a line: it gets one of its own.
    """
    later = columns if later is None else later
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        first = later if lines else columns
        lines += [paragraph[a:b] for a, b in _lines(paragraph.plain, first, later)]
    for line in lines:
        line.rstrip()
    return lines


def _lines(text: str, first: int, later: int) -> list[tuple[int, int]]:
    """Where each line begins and ends: at a space if there is one in its second half."""
    if cell_len(text.rstrip()) <= first:
        return [(0, len(text))]
    lines, start, stop, spaced, room = [], 0, 0, 0, first
    for end in (*_stops(text), len(text)):
        while stop > start and cell_len(text[start:end].rstrip()) > room:
            at = spaced if spaced - start > room // 2 else stop
            lines.append((start, at))
            start, room = at, later
        stop = end
        if text[end - 1 : end].isspace():
            spaced = end
    return [*lines, (start, len(text))]


def _stops(text: str) -> list[int]:
    """Places where a line may end."""
    tokens = [match.group() for match in UNBROKEN.finditer(text)]
    stops, place = [], 0
    for token, following in pairwise(tokens):
        place += len(token)
        if token not in OPENING and not following.isspace() and following not in CLOSING:
            stops.append(place)
    return stops
