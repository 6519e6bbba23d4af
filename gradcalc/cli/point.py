"""Reading --at: `x=1,y=pi/2`, several times, or `@point.json`."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping

from gradcalc.errors import Exit, GradcalcError, Span


def read_at(texts: Iterable[str]) -> dict[str, float | int | str]:
    """The inputs by name: what is typed stays text (and so exact), JSON numbers are float64."""
    at: dict[str, float | int | str] = {}
    for text in texts:
        found = _from_file(text[1:]) if text.startswith("@") else _split(text)
        for name, value in found.items():
            if name in at:
                raise GradcalcError(
                    "repeated-value",
                    f"{name} is given twice: {at[name]} and {value}",
                    None,
                    "give each input one value",
                )
            at[name] = value
    return at


def _split(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for start, end in _pieces(text):
        name, equals, value = text[start:end].partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # x₁ is x1, as in the text
        if not text[start:end].strip():
            continue
        if not equals or not name.isidentifier():
            raise GradcalcError(
                "bad-point",
                "this is not of the form name=value",
                Span(start, end),
                "write --at x=1,y=2",
                source=text,
            )
        if name in found:
            raise GradcalcError(
                "repeated-value",
                f"{name} is given twice",
                Span(start, end),
                "give each input one value",
                source=text,
            )
        if not value.strip():
            raise GradcalcError(
                "missing-value",
                f"{name} has no value",
                Span(start, end),
                f"write a number: {name}=1",
                source=text,
            )
        found[name] = value.strip()
    return found


def _pieces(text: str) -> list[tuple[int, int]]:
    """The places between commas that stand in no bracket."""
    pieces, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            pieces.append((start, place))
            start = place + 1
    return [*pieces, (start, len(text))]


def _from_file(path: str) -> dict[str, float | int | str]:
    with open(path, encoding="utf-8") as file:
        try:
            data = json.load(file)
        except ValueError as error:
            raise GradcalcError(
                "bad-json", f"{path} is not JSON: {error}", exit=Exit.FILE
            ) from None
    return checked(data, path)


def checked(data: object, where: str) -> dict[str, float | int | str]:
    """An object of numbers and texts, or an error that says which member is neither."""
    if not isinstance(data, Mapping):
        raise GradcalcError(
            "bad-point", f"{where} is no object of values", None, 'write {"x": 1, "y": 2}'
        )
    for name, value in data.items():
        if isinstance(value, bool) or not isinstance(value, float | int | str):
            raise GradcalcError(
                "bad-point", f"{where}: {name} is not a number", None, 'write {"x": 1.5}'
            )
    return dict(data)
