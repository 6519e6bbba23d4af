"""Sums with their bounds beside the sign: `Σ_{k=1}^3 k*x`, `∏_{k=1}^{3} (x + k)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.mend import Mend, Text

_BOUND = r"(?:\{([^{}]+)\}|\(([^()]+)\)|(\w+))"
_SCRIPTED = re.compile(
    rf"(?:(?P<sum>[∑Σ]|\bsum(?=_))|(?P<product>[∏Π]|\bprod(?:uct)?(?=_)))\s*_\s*[{{(]\s*"
    rf"([^\W\d]\w*)\s*=\s*([^{{}}()]+?)\s*[)}}]\s*\^\s*{_BOUND}\s*▒?\s*"
)
_FROM_TO = re.compile(
    r"\b(?P<what>sum|product)\s+(?:of\s+)?(?P<of>[^,;=]+?)\s*,?\s+(?:from|for|as)?\s*"
    r"(?P<name>[^\W\d]\w*)\s*=\s*(?P<start>\w+)\s*(?:to|\.\.|…|through)\s*(?P<stop>\w+)\s*$",
    re.IGNORECASE,
)
_BEFORE = re.compile(  # Σ(k=1..3) k*x, ∑ k=1..3 k*x
    r"(?P<sign>[∑Σ∏Π]|\b(?:sum|prod))\s*\(?\s*([^\W\d]\w*)\s*=\s*(\w+)\s*(?:\.\.|…|to)\s*(\w+)\s*\)?\s*"
    r"(?=[\w(])"
)
_AFTER = re.compile(  # ∑ x^k k=1..3
    r"(?P<sign>[∑Σ∏Π])\s*(?P<of>[^=;]+?)\s*,?\s+([^\W\d]\w*)\s*=\s*(\w+)\s*(?:\.\.|…|to)\s*(\w+)\s*$"
)
_MESSAGE = "a sum over a counter is a loop"
_GROUPING = str.maketrans("〖〗", "()")  # of Word's linear format
_OPENING, _CLOSING = "([{〖", ")]}〗"


def scripted(text: Text) -> Iterator[Mend]:
    """The term behind the bounds is what is summed up: up to a sum, a comma, or a comparison."""
    end = 0
    for found in _SCRIPTED.finditer(text.source):
        if found.start() < end:
            continue
        end = _end_of_term(text.source, found.end())
        body = text.source[found.end() : end].strip().translate(_GROUPING)
        name = "sum" if found["sum"] else "prod"
        counter, start, *stops = found.groups()[2:]
        stop = next(stop for stop in stops if stop)
        if body:
            meant = f"{name}({body}, {counter}, {start}, {stop})"
            yield Mend(Span(found.start(), end), meant, _MESSAGE, "bad-sign")
    for pattern in () if end else (_BEFORE, _AFTER):
        for found in pattern.finditer(text.source):
            *_, counter, start, stop = found.groups()
            end = len(text.source) if pattern is _AFTER else _end_of_term(text.source, found.end())
            body = found["of"] if pattern is _AFTER else text.source[found.end() : end].strip()
            name = "sum" if found["sign"] in "∑Σsum" else "prod"
            meant = f"{name}({body}, {counter}, {start}, {stop})"
            yield Mend(Span(found.start(), end), meant, _MESSAGE, "bad-sign")
            return
    if found_all := _FROM_TO.search(text.source):
        name = "sum" if found_all["what"].lower() == "sum" else "prod"
        parts = ", ".join(found_all[key] for key in ("of", "name", "start", "stop"))
        yield Mend(Span(*found_all.span()), f"{name}({parts})", _MESSAGE)


def _end_of_term(source: str, start: int) -> int:
    """Where the term that begins at a place ends."""
    depth = 0
    for place in range(start, len(source)):
        character = source[place]
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            if depth == 0:
                return place
            depth -= 1
        elif (
            depth == 0
            and place > start
            and character in "+-,;=<>\n"
            and source[place - 1] not in "^*/"
        ):
            return place
    return len(source)
