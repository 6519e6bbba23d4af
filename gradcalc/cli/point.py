"""Reading --at: `x=1,v=[1, 2],W=@weights.npy`, several times, or `@point.json`, `@arrays.npz`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.pieces import pieces
from gradcalc.run.limits import ELEMENTS


def read_at(texts: Iterable[str], elements: int = ELEMENTS) -> dict[str, Any]:
    """The inputs by name: what is typed stays text (and so exact), files hold float64.

    `elements` bounds the arrays that are read.
    """
    at: dict[str, Any] = {}
    for text in texts:
        found = _many(text[1:], elements) if text.startswith("@") else _split(text, elements)
        for name, value in found.items():
            if name in at:
                raise GradcalcError(
                    "repeated-value", f"{name} is given twice", hint="give each input one value"
                )
            at[name] = value
    return at


def _many(path: str, elements: int) -> dict[str, Any]:
    from gradcalc.cli.files import point_from

    return point_from(path, elements)


def _split(text: str, elements: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for start, end in pieces(text):
        name, equals, value = text[start:end].partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # x₁ is x1, as in the text
        if not text[start:end].strip():
            continue
        if not equals or not name.isidentifier():
            raise GradcalcError(
                "bad-point",
                "this is not of the form name=value",
                Span(start, end),
                hint="write --at x=1,y=2",
                source=text,
            )
        if name in found:
            raise GradcalcError(
                "repeated-value",
                f"{name} is given twice",
                Span(start, end),
                hint="give each input one value",
                source=text,
            )
        if not value.strip():
            raise GradcalcError(
                "missing-value",
                f"{name} has no value",
                Span(start, end),
                hint=f"write a number: {name}=1",
                source=text,
            )
        value = value.strip()
        if value.startswith("@"):
            from gradcalc.cli.files import array_from

            found[name] = array_from(value[1:], elements)
        else:
            found[name] = value
    return found
