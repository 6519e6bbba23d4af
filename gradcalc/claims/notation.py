"""How claims and points are written: `x=2*x`, lists in the order of the inputs, `x=1,y=2`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gradcalc.commas import written
from gradcalc.errors import GradcalcError, Span, listed
from gradcalc.language.pieces import pieces

NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)\s*(.*)", re.DOTALL)  # x=…, not x==…


def inputs_of(source: str, values: Iterable[str] = ()) -> tuple[str, ...]:
    """The inputs of a program, in order of appearance: what has one of the `values` is one."""
    from gradcalc.run.reading import read_program

    return tuple(read_program(source, frozenset(values))[1])


def readings(texts: Iterable[str], values: Iterable[str] = ()) -> list[str]:
    """Notes on parts of programs and claims that some would read otherwise, each once."""
    from gradcalc.run.reading import read_program

    named = frozenset(values)
    return list(dict.fromkeys(n for text in texts for n in read_program(text, named)[0].notes))


def claims_of(source: str, texts: Iterable[str], values: Iterable[str] = ()) -> dict[str, str]:
    """The claims by input: `x=…` by name, a list in the order of the inputs.

    `values` are the names that have a value at the point. GradcalcError where a claim names what
    is not an input, or an input has two claims.
    """
    claims: dict[str, str] = {}
    parts = [text[start:end].strip() for text in texts for start, end in pieces(text)]
    order = inputs_of(source, {*values, *_names(parts)})
    for part in parts:
        by, formula = _name_and_formula(part, order)
        if not by:
            by = next((name for name in order if name not in claims), "")
        if not by:
            raise _bad_claim("there are more claims than inputs", order)
        if by in claims:
            raise _bad_claim(f"{by} is claimed twice: {claims[by]} and {formula}", order)
        claims[by] = formula
    return claims


def _names(parts: Iterable[str]) -> Iterator[str]:
    """The names that claims begin with: what a claim is by is an input, not a constant."""
    for part in parts:
        named = NAMED.fullmatch(part)
        if named is not None and not re.search(r"[;\n]", named[2]):
            yield named[1]


def _name_and_formula(part: str, order: tuple[str, ...]) -> tuple[str, str]:
    """The input that a claim names, or "", and its formula."""
    named = NAMED.fullmatch(part)
    if named is None:
        return "", part
    if named[1] in order:
        return named[1], named[2].strip()
    if re.search(r"[;\n]", named[2]):
        return "", part  # a program, which begins with an assignment
    raise _bad_claim(f"the claim {part} names {named[1]}, which is not an input", order)


def _bad_claim(message: str, order: tuple[str, ...]) -> GradcalcError:
    hint = "the formula has no inputs"
    if order:
        hint = f"the inputs are {listed(order)}: write --claim {order[0]}=…"
    return GradcalcError("usage", message, hint=hint)


def point_of(text: str) -> dict[str, str]:
    """A point as it is written after --at; GradcalcError where it is not name=value, …"""
    point: dict[str, str] = {}
    name = ""
    for start, end in pieces(text):
        named = NAMED.fullmatch(text[start:end])
        if not named and name and (number := written(f"{point[name]},{text[start:end]}")):
            raise GradcalcError(
                "decimal-comma",
                f"{name} has a comma in its value",
                Span(start, end),
                hint=f"write {name}={number}",
                source=text,
            )
        if not named:
            raise GradcalcError(
                "bad-point",
                f"'{text[start:end].strip()}' is not of the form name=value",
                hint="write x=1,y=2",
                source=text,
            )
        name = named[1]
        point[name] = named[2].strip()
    return point
