"""Choices and calls that run from left to right: `case when … end`, `x |> sin`, `3 → a: a*x`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.foreign.items import AbsentError, Slip
from gradcalc.language.mending.mend import Mend, Text

_CASE = re.compile(r"\bcase\s+(when\b.+?)\s*\bend\b(?:\s+case\b)?", re.IGNORECASE | re.DOTALL)
_WHEN = re.compile(r"\s*\bwhen\b\s*(.+?)\s*\bthen\b\s*(.+?)\s*(?=\bwhen\b|\belse\b|$)", re.I | re.S)
_ELSE = re.compile(r"\belse\b\s*(.+)$", re.IGNORECASE | re.DOTALL)
_EQUALS = re.compile(r"(?<![<>=!:])=(?!=)")
_PIECES = re.compile(r"^\s*(?:[^\W\d]\w*\s*=\s*)?\{([^{}]*?:[^{}=]*)\}\s*$")
_NAMED_PIECES = re.compile(r"^\s*[^\W\d]\w*\s*(?:\([^()]*\)\s*)?=(?!=)\s*")
_PIECE = re.compile(r"([^{}]+?)\s+(?:if|for|when|where)\s+([^{}]*[<>=≤≥≠][^{}]*?)")
_OTHERWISE = re.compile(r"(?:otherwise|else)\s+(.+)|(.+?)\s+(?:otherwise|else)")
_OPPOSITES = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_STORED = re.compile(r"(?:^|(?<=[;:\n]))\s*([^;:\n→]+?)\s*→\s*([^\W\d]\w*)\s*(?::|(?=[;\n]|$))")
_EVALUATED = re.compile(
    r"^(.*\S)\s*\|\s*_?\{?\(?\s*([^\W\d]\w*)\s*=\s*([-+\w./]+)\s*[})]?\s*$", re.S
)
_PIPED = re.compile(r"[^\W\d][\w.]*|[^\W\d]\w*\s*->.+|\(.+\)", re.DOTALL)  # sin, t -> t + 1
_DOTS = re.compile(r"^\s*@\.\s*")
_TYPED = re.compile(r"(?<=[\w)\]])::\s*(?!PI\b|E\b)[A-Z]\w*(?:\{\w+\})?")
_COLONS = re.compile(r"(?<=\()(\w+):(\w+)(?=\))")
_RANGE = re.compile(r"(?<==)\s*(\w+):(\w+)(?=\s*(?:[;\n]|$))")
_CHOICE = "a choice is written a if c else b"


def choices(text: Text) -> Iterator[Mend]:
    """SQL's `case when c then a else b end`, Desmos' `{c: a, b}`."""
    for found in _CASE.finditer(text.source):
        pairs = _WHEN.findall(found[1])
        other = _ELSE.search(found[1])
        if pairs and other is not None and not text.is_value("when"):
            yield Mend(Span(*found.span()), _chain(pairs, other[1]), _CHOICE)
    if found_all := _PIECES.match(text.source):
        parts = [part.strip() for part in found_all[1].split(",")]
        pairs = [(c, a) for c, sign, a in (part.partition(":") for part in parts[:-1]) if sign]
        last = parts[-1]
        if last.count(":") == 1 and pairs and _is_other(pairs[-1][0], last.partition(":")[0]):
            last = last.partition(":")[2]
        if len(pairs) == len(parts) - 1 and ":" not in last and pairs:
            yield Mend(Span(*found_all.span()), _chain(pairs, last), _CHOICE)
    elif meant := _pieces(text.source):
        yield Mend(Span(0, len(text.source)), meant, _CHOICE)


def _pieces(source: str) -> str | None:
    """`x^2 if x > 1, x otherwise`: each piece before its condition, the last one for the rest."""
    bare = _NAMED_PIECES.sub("", source).strip()
    if bare.startswith("{") and bare.endswith("}"):
        bare = bare[1:-1]
    *parts, last = re.split(r"\s*[,;\n]\s*(?:and\s+)?", bare.strip(" ,;."))
    pieces = [_PIECE.fullmatch(part) for part in parts]
    pairs = [(piece[2], piece[1]) for piece in pieces if piece]
    if not pairs or len(pairs) < len(parts):
        return None
    if found := _OTHERWISE.fullmatch(last):
        return _chain(pairs, found[1] or found[2])
    found = _PIECE.fullmatch(last)
    if found and len(pairs) == 1 and _is_other(pairs[0][0], found[2]):
        return _chain(pairs, found[1])
    return None


def _is_other(condition: str, other: str) -> bool:
    """Does one condition hold where the other does not: `x > 1` and `x <= 1`?"""
    one, another = (
        re.fullmatch(r"\s*([^<>=]+?)\s*([<>]=?|[≤≥])\s*([^<>=]+?)\s*", text)
        for text in (condition, other)
    )
    if one is None or another is None:
        return False
    sign = another[2].replace("≤", "<=").replace("≥", ">=")
    opposite = _OPPOSITES[one[2].replace("≤", "<=").replace("≥", ">=")]
    return one.group(1, 3) == another.group(1, 3) and sign == opposite


def _chain(pairs: list[tuple[str, str]], other: str) -> str:
    texts = (f"({a.strip()}) if {_EQUALS.sub('==', c.strip())} else " for c, a in pairs)
    return f"({''.join(texts)}({other.strip()}))"


def pipes(text: Text) -> Iterator[Mend]:
    """`x |> sin |> exp`, as `exp(sin(x))`."""
    source = text.source
    if "|>" not in source:
        return
    head, *functions = (part.strip().removesuffix("()") for part in source.split("|>"))
    if head and all(map(_PIPED.fullmatch, functions)):
        place = source.index("|>")
        for function in functions:
            named = function.isidentifier() or "->" not in function + function[:1]
            head = f"{function}({head})" if named else f"({function})({head})"
        yield Mend(Span(0, place), "", "a function stands before its argument", "bad-sign")
        yield Mend(Span(place, len(source)), head, "a function stands before its argument")


def stored(text: Text) -> Iterator[Mend]:
    """`3→a: a*x` of calculators; AbsentError for `x^2 | x=3`."""
    found = _EVALUATED.match(text.source)
    if found and found[1].count("|") % 2 == 0:
        hint = f"write {found[1]} --at {found[2]}={found[3]}"
        message = "values are given beside the formula"
        raise AbsentError(Slip(Span(found.end(1), len(text.source)), "foreign-word", message, hint))
    for found in _STORED.finditer(text.source):
        meant = f"{found[2]} = {found[1]}; "
        yield Mend(Span(*found.span()), meant, "a name is assigned with =", "bad-sign")


def julia(text: Text) -> Iterator[Mend]:
    """`@. f(x)`, `x::Float64`, and MATLAB's ranges `(1:3)` and `v = 1:3`, which hold their end."""
    if found := _DOTS.match(text.source):
        yield Mend(Span(*found.span()), "", "functions of arrays need no point", "bad-sign")
    for found in _TYPED.finditer(text.source):
        yield Mend(Span(*found.span()), "", "numbers need no type")
    for pattern in (_COLONS, _RANGE):
        for found in pattern.finditer(text.source):
            stop = str(int(found[2]) + 1) if found[2].isdigit() else f"{found[2]} + 1"
            meant = f"arange({found[1]}, {stop})"
            yield Mend(Span(*found.span()), meant, "a range is written arange(start, end + 1)")
