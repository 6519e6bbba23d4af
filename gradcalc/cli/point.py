"""Reading --at: `x=1,v=[1, 2],W=@weights.npy`, several times, or `@point.json`, `@arrays.npz`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.pieces import pieces
from gradcalc.run.limits import ELEMENTS

_FOREIGN = (";", "&", ":", "->", "→", "==", " ")  # in what may be a slip
_DIVIDED = re.compile(r"\d[., '’\u00a0\u202f]+\d")


def read_at(
    texts: Iterable[str], elements: int = ELEMENTS, *, option: str = "--at"
) -> dict[str, Any]:
    """The inputs by name: what is typed stays text (and so exact), files hold float64.

    `elements` bounds each array that is read; `option` is what the texts were given by.
    GradcalcError where a text is malformed, an input has two values, or a file holds no values;
    OSError where it can't be read.
    """
    at: dict[str, Any] = {}
    for text in texts:
        for name, value, span in _values(text, elements, option):
            if name in at:
                raise GradcalcError(
                    "repeated-value",
                    f"{name} is given twice",
                    span,
                    hint="give each input one value",
                    source=text if span else None,
                )
            at[name] = value
    return at


def _values(text: str, elements: int, option: str) -> Iterator[tuple[str, Any, Span | None]]:
    """The inputs that one text sets: names, values, and where the text has them."""
    if text.startswith("@"):
        from gradcalc.cli.files import point_from

        for name, value in point_from(text[1:], elements).items():
            yield name, value, None
        return
    _refuse_commas(text)
    if any(sign in text for sign in _FOREIGN):
        from gradcalc.cli.point_slips import refuse_signs

        refuse_signs(text)
    for start, end in pieces(text):
        piece = text[start:end]
        if piece.strip():
            span = Span(start, end)
            yield *_assignment(piece, text, span, elements, option), span


def _refuse_commas(text: str) -> None:
    """An error for the first value that is a number with commas: `x=1,5`, `x=1 000`."""
    spans: list[Span] = []
    for start, end in pieces(text):
        if "=" in text[start:end] or not spans:
            spans.append(Span(start, end))
        else:  # it goes on with the value before it
            spans[-1] = Span(spans[-1].start, end)
    for span in spans:
        _refuse_comma(text, span)


def _refuse_comma(text: str, span: Span) -> None:
    name, _, value = text[span.start : span.end].partition("=")
    if not _DIVIDED.search(value):
        return
    from gradcalc.commas import written

    number = written(value)
    if number is not None:
        raise GradcalcError(
            "decimal-comma",
            "a number can't contain a comma" if "," in value else "a number can't have gaps",
            span,
            hint=f"write {name.strip()}={number}",
            source=text,
        )


def _assignment(piece: str, text: str, span: Span, elements: int, option: str) -> tuple[str, Any]:
    """The name and the value of `name=value`, a piece of the text."""
    name, equals, value = piece.partition("=")
    name, value = unicodedata.normalize("NFKC", name.strip()), value.strip()  # x₁ is x1
    quoted = len(name) > 2 and name[0] == name[-1] == "`"
    name = name[1:-1].strip() if quoted else name
    if not equals or not (quoted or name.isidentifier()):
        raise GradcalcError(
            "bad-point",
            "this is not of the form name=value",
            span,
            hint=f"write {option} x=1,y=2",
            source=text,
        )
    if not value:
        raise GradcalcError(
            "missing-value",
            f"{name} has no value",
            span,
            hint=f"write a number: {name}=1",
            source=text,
        )
    if value.startswith("@"):
        from gradcalc.cli.files import array_from

        return name, array_from(value[1:], elements)
    return name, value
