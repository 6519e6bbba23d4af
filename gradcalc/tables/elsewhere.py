"""Where a column may be that the header of a text file does not name."""

from __future__ import annotations

import re

from gradcalc.language.names import is_plain
from gradcalc.tables.beginning import DELIMITERS, SPACE, spaces_as_tabs
from gradcalc.tables.looks import quoted

MAX_LINES = 100  # that are searched for a header
MAX_LINE_CHARS = 10_000


def elsewhere(text: str, header: int, name: str, titles: int) -> str:
    """The option that finds a column: in a line below the `header` (a line by its number, from 0),
    or in its only title, of so many `titles`, which a sign divides that was not thought of. Empty
    where there is none."""
    lines = [line[:MAX_LINE_CHARS] for line in text.split("\n", MAX_LINES)[:MAX_LINES]]
    if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", "\n".join(lines)):
        return ""
    title = lines[header] if titles == 1 and header < len(lines) else ""
    for sign in dict.fromkeys((*DELIMITERS, *re.findall(r"[:/^~&*!]", title), SPACE)):
        cells = _cells(title, sign)
        if name in cells and all(map(is_plain, cells)):
            word = "space" if sign == SPACE else "tab" if sign == "\t" else quoted(sign)
            return f"--delimiter {word} divides its header"
    for k, line in enumerate(lines[header + 1 :], header + 1):
        if any(name in _cells(line, sign) for sign in (*DELIMITERS, SPACE)):
            return f"line {k + 1} names it: --skip {k}, if that is the header"
    return ""


def _cells(line: str, sign: str) -> list[str]:
    if sign == SPACE:
        line, sign = spaces_as_tabs(line), "\t"
    return [cell.strip(" \t\r\"'") for cell in line.split(sign)]
