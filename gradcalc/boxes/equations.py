"""Equations as they are written: x*sin(x) = cos(x); x^2 + y^2 = 1; y = x^3.

Each statement that has an equals sign is an equation, unless its left side is the name of something
that is not solved for: r = x/2 is a definition, for the equations after it. A formula without one
is to be 0.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gradcalc.errors import GradcalcError, Span
from gradcalc.run.forms import functions

EQUALS = re.compile(r"(?<![<>=!+\-*/%^@])=(?!=)|==")
FUNCTION = re.compile(r"(\w+)\s*\([\w\s,]*\)")

STATEMENT = re.compile(r"(for|while|if)\b")


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation as a program whose value is to be 0, and the text that it stands for."""

    source: str
    text: str


def equations(
    source: str, unknowns: Collection[str], held: Collection[str] = ()
) -> tuple[Equation, ...]:
    """The equations of a text; GradcalcError where there are none, or one can't be read.

    `held` are the inputs with a value.
    """
    known, callable_names = {*unknowns, *held}, functions()
    definitions: list[str] = []
    found: list[Equation] = []
    for start, end in _statements(source):
        text = source[start:end].strip()
        if not text:
            continue
        signs = [
            sign
            for sign in EQUALS.finditer(source, start, end)
            if not _depth(source, start, sign.start())
        ]
        if STATEMENT.match(text):
            definitions.append(text)
            continue
        if not signs:
            found.append(Equation("; ".join([*definitions, text]), text))
            continue
        left, right = source[start : signs[0].start()].strip(), source[signs[0].end() : end].strip()
        if len(signs) > 1:
            raise GradcalcError(
                "bad-equation",
                "an equation has one equals sign",
                Span(signs[1].start(), signs[1].end()),
                hint="write a; between equations: x = y; y = 2",
                source=source,
            )
        if not left or not right:
            raise GradcalcError(
                "bad-equation",
                "one side of the equation is missing",
                Span(signs[0].start(), signs[0].end()),
                hint="write both: x^2 = 2",
                source=source,
            )
        called = FUNCTION.fullmatch(left)
        name = left if left.isidentifier() else called[1] if called else ""
        if name and name not in known and not (called and name in callable_names):
            definitions.append(text)
            known.add(name)
        else:
            found.append(Equation("; ".join([*definitions, f"({left}) - ({right})"]), text))
    if not found:
        raise GradcalcError(
            "bad-equation", "there is no equation", hint='write "x^2 = 2"', source=source
        )
    return tuple(found)


def with_double_signs(condition: str) -> str:
    """A condition whose equals signs are those of a comparison: x + y = 1 as x + y == 1."""
    return EQUALS.sub("==", condition)


def _depth(source: str, start: int, place: int) -> int:
    """How many brackets are open at a place."""
    before = source[start:place]
    return sum(before.count(c) for c in "([{") - sum(before.count(c) for c in ")]}")


def _statements(source: str) -> Iterator[tuple[int, int]]:
    """The places between semicolons and line ends that stand in no bracket, without comments."""
    depth = start = place = 0
    while place < len(source):
        character = source[place]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and (character in ";\n#"):
            yield start, place
            if character == "#":
                place = source.find("\n", place) if "\n" in source[place:] else len(source)
            start = place + 1
        place += 1
    yield min(start, len(source)), len(source)
