"""Names that are given a value beside a formula: `let a = 2 in a*x`, `x^2 /. x -> 2 y`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.mend import Mend, Text

_LET = re.compile(r"^\s*let\s+(.+?)\s+in\s+(.+)$", re.DOTALL)
_RULES = re.compile(r"^\s*(.+?)\s*/\.\s*\{?\s*(.+?)\s*\}?\s*$", re.DOTALL)  # x^2 /. x -> y
_BEHIND = re.compile(
    r"^\s*(.+?)\s*[,|]\s*([^\W\d]\w*\s*=(?!=)(?!.*(?:\bto\b|\.\.))[^,;:]+)$", re.S
)  # x^2, x=y
_BEFORE = re.compile(r"^\s*((?:[^\W\d]\w*\s*=(?!=)[^,;:=]+,\s*)+)([^=;:]+)$")  # u = x^2, y*u
_ASSIGNED = re.compile(r"[^\W\d]\w*\s*=(?!=)\s*\S.*", re.DOTALL)
_COMPUTED = re.compile(r"=\s*[^,]*(?<![\w.])(?!(?:pi|e)\b)[^\W\d]")  # a value that reads a name
_MESSAGE = "a name is assigned with ="


def bindings(text: Text) -> Iterator[Mend]:
    """Assignments before the formula, or `subs(x = 2*y, f)`, which is said in our words later.

    Values that are numbers are given with --at: they are no business of this.
    """
    source = text.source
    whole = Span(0, len(source))
    if found := _LET.match(source):
        parts = _parts(found[1])
        if all(map(_ASSIGNED.fullmatch, parts)):
            yield Mend(whole, "; ".join([*parts, found[2]]), _MESSAGE)
    elif (found := _RULES.match(source)) and "->" in found[2]:
        rules = [part.replace("->", "=") for part in _parts(found[2])]
        message = "values are given beside the formula"
        yield Mend(whole, f"subs({', '.join(rules)}, {found[1]})", message, "bad-sign")
    elif (found := _BEFORE.match(source)) and _COMPUTED.search(found[1]):
        parts = _parts(found[1].rstrip(", \t\n"))
        yield Mend(whole, "; ".join([*parts, found[2]]), "statements are divided by ;")
    elif (found := _BEHIND.match(source)) and _COMPUTED.search(found[2]) and _is_whole(found[1]):
        message = "values are given beside the formula"
        yield Mend(whole, f"subs({found[2]}, {found[1]})", message, "bad-sign")


def _is_whole(source: str) -> bool:
    """Is a text a formula, with its brackets and bars closed, and nothing assigned?"""
    closed = all(source.count(a) == source.count(b) for a, b in ("()", "[]", "{}"))
    return closed and source.count("|") % 2 == 0 and "=" not in source


def _parts(source: str) -> list[str]:
    """The parts between the commas that are in no bracket."""
    parts, depth = [""], 0
    for character in source:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
