"""Slips of typing in a text that can't be read: the ways to mend it that are near at hand.

A bracket that is missing or too many, two operators in a row, a comma or a sign that is left out.
What is proposed here need not be readable: who asks has to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.rewriting import rewritten

_OPERATOR = re.compile(r"\*\*|[-+*/^%@×·÷−]")
_ENDS_VALUE = re.compile(r"[\w)\]!²³]\s*$")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def repairs(error: GradcalcError, source: str) -> Iterator[str]:
    """Texts to try instead of one with an error, the likeliest first."""
    span = error.span
    if span is None:
        return
    match error.code:
        case "unclosed":
            yield from _closed(source, span)
        case "unexpected-close":
            yield span.rewritten(source, "")
            yield "(" + source
            for close in re.finditer(r"\)", source[: span.start]):
                yield Span(*close.span()).rewritten(source, "")
        case "missing-value":
            yield from _with_one_operator(source, span)
        case "missing-operator":
            before = source[: span.start]
            for sign in ",*" if before.count("[") > before.count("]") else "*,":
                yield _between(source, span, sign)
        case "ambiguous-product":
            for gap in re.finditer(r"(?<=[\w)\]])[ \t]+(?=[\w(\[])", source):
                yield Span(*gap.span()).rewritten(source, ", ")


def _closed(source: str, opening: Span) -> Iterator[str]:
    """The bracket closed at the end, or before one of the operators on the way there."""
    close = _CLOSING.get(source[opening.start])
    if close is None:  # a command of LaTeX
        return
    places = [len(source.rstrip(" \t;\n"))]
    for place in range(opening.end, len(source)):
        if _OPERATOR.match(source, place) and _ENDS_VALUE.search(source[:place]):
            places.append(len(source[:place].rstrip()))
    for place in places:
        yield Span(place, place).rewritten(source, close)


def _with_one_operator(source: str, span: Span) -> Iterator[str]:
    """One of two operators in a row left out."""
    pair = re.compile(rf"({_OPERATOR.pattern})(\s*)({_OPERATOR.pattern})")
    for found in pair.finditer(source):
        if not found.start() <= span.start <= found.end():
            continue
        first, blank, second = found.groups()
        whole = Span(*found.span())
        yield whole.rewritten(source, first + blank)
        if first != second:
            yield whole.rewritten(source, blank + second)
        return


def _between(source: str, span: Span, sign: str) -> str:
    """A sign at the first blank of the span, or before a bracket in it."""
    place = re.search(
        r"(?<=\S)\s+(?=\S)|(?<=[\w)\]])(?=[(\[])|(?<=[\])!])(?=\w)", source[span.start :]
    )
    if place is None:
        return source
    gap = Span(span.start + place.start(), span.start + place.end())
    return rewritten(source, [(gap, ", " if sign == "," else sign)])
