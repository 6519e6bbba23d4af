"""Derivatives as textbooks write them: `d/dx (x^2)`, `∂f/∂x`, `d²y/dx²`, `∇f`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.foreign.items import AbsentError, Slip
from gradcalc.language.mending.mend import Mend, Text

_ORDER = r"(?:\s*\^?\s*([2-9²³]))?"
_BY = rf"\s*/\s*[d∂]\s*([^\W\d_]\w*?){_ORDER}(?!\w)"
_OPERATOR = re.compile(rf"(?<!\w)[d∂]{_ORDER}{_BY}\s*(?=[(\[])")  # d/dx (…)
_OF_BRACKET = re.compile(rf"(?<!\w)[d∂]{_ORDER}\s*(?=\()")  # d(…)/dx
_BEHIND = re.compile(_BY)
_QUOTIENT = re.compile(rf"(?<!\w)([d∂]){_ORDER}\s*([^\W\d]\w*){_BY}")  # dy/dx
_TO_THE_END = re.compile(rf"(?<!\w)[d∂]{_ORDER}{_BY}\s*(?![(\[\s])")  # d/dx x^2
_OF_FUNCTION = re.compile(r"\bD\(\s*([^\W\d]\w*)\s*\)\(\s*([^\W\d]\w*)\s*\)")  # D(sin)(x)
_EXPRESSION = re.compile(  # R's D(expression(x^2), "x")
    r"\b(?:D|deriv)\(\s*(?:~\s*([^,]+?)|(?:expression|quote)\((.+?)\))\s*,\s*[\"'](\w+)[\"']\s*\)"
)
_ORDERED = re.compile(r"(?<=\w)(\s*\$\s*([1-9]))(?=\s*\))")  # Maple's diff(f, x$2)
_LOOSER = re.compile(r"[-+,;=<>\n]")
_NABLA = re.compile(r"∇\s*")
_MESSAGE = "a derivative is written D(f, x)"
_ORDERS = {"²": 2, "³": 3}


def derivatives(text: Text) -> Iterator[Mend]:
    """Each in the place of the whole quotient; AbsentError where it is not said of what."""
    source = text.source
    if "∇" in source:
        raise AbsentError(_nabla(text))
    if text.reading == 0:
        yield from _primes(text)
    for found in _OF_FUNCTION.finditer(source):
        inner = f"{found[1]}({found[2]})"
        yield _mend(Span(*found.span()), inner, found[2], None)
    for found in _EXPRESSION.finditer(source):
        yield _mend(Span(*found.span()), found[1] or found[2], found[3], None)
    for found in _ORDERED.finditer(source):
        yield Mend(Span(*found.span(1)), f", {found[2]}", _MESSAGE, "derivative")
    place = 0
    while place < len(source):
        mend = _derivative(text, place)
        if mend is None:
            return
        yield mend
        place = mend.span.end


def _primes(text: Text) -> Iterator[Mend]:
    """`(x^2)'`, of one variable: the second reading is the transpose of a matrix."""
    for opening in re.finditer(r"(?<![\w\])])\(", text.source):
        close = text.closing(opening.start())
        if close is None or not text.source.startswith("'", close + 1):
            continue
        inner = text.source[opening.end() : close]
        names = set(re.findall(r"[^\W\d]\w*(?!\s*\(|\w)", inner)) - {"pi", "e"}
        if len(names) == 1 and (name := names.pop()).islower():
            yield _mend(Span(opening.start(), close + 2), inner, name, None)


def _derivative(text: Text, place: int) -> Mend | None:
    """The first one behind a place."""
    source = text.source
    for found in _OPERATOR.finditer(source, place):
        if (close := text.closing(found.end())) is not None:
            inner = source[found.end() + 1 : close]
            return _mend(Span(found.start(), close + 1), inner, found[2], found[1])
    for found in _OF_BRACKET.finditer(source, place):
        close = text.closing(found.end())
        by = None if close is None else _BEHIND.match(source, close + 1)
        if by is not None and close is not None:
            inner = source[found.end() + 1 : close]
            return _mend(Span(found.start(), by.end()), inner, by[1], found[1])
    for found in _TO_THE_END.finditer(source, place):
        rest = source[found.end() :].strip()
        if rest and not _LOOSER.search(rest) and (found[1] or found[0].startswith("∂")):
            return _mend(Span(found.start(), len(source)), rest, found[2], found[1])
    for found in _QUOTIENT.finditer(source, place):
        if (mend := _quotient(text, found)) is not None:
            return mend
    return None


def _quotient(text: Text, found: re.Match[str]) -> Mend | None:
    """`dy/dx`, where y is assigned or a function of the text."""
    sign, order, name, by, _ = found.groups()
    if sign == "d" and any(text.is_value(f"d{part}") for part in (name, by)):
        return None
    if name in text.defined:
        inner = f"{name}({text.defined[name] if by in _names(text.defined[name]) else by})"
    elif name in text.assigned:
        inner = name
    else:
        hint = f"write D(f, {by}), with what {name} is computed by in the place of f"
        raise AbsentError(
            Slip(
                Span(*found.span()), "derivative", f"'{found[0]}' does not say what {name} is", hint
            )
        )
    return _mend(Span(*found.span()), inner, by, order)


def with_products(inner: str) -> str:
    """`x^2 y` as x^2*y: what is said or set apart by a blank is a factor."""
    return re.sub(r"(\^\w+)[ \t]+(?=[^\W\d]\w*(?!\s))", r"\1*", inner)


def _names(parameters: str) -> list[str]:
    return [name.strip() for name in parameters.split(",")]


def _mend(span: Span, inner: str, by: str, order: str | None) -> Mend:
    made = with_products(inner.strip())
    for _ in range(int(_ORDERS.get(order, order)) if order else 1):
        made = f"D({made}, {by})"
    return Mend(span, made, _MESSAGE, "derivative")


def _nabla(text: Text) -> Slip:
    source = text.source
    found = _NABLA.search(source)
    assert found is not None
    close = text.closing(found.end()) if source.startswith("(", found.end()) else None
    inner = source[found.end() + 1 : close] if close is not None else source[found.end() :].strip()
    of = inner if inner and "∇" not in inner else "the formula"
    return Slip(
        Span(found.start(), found.start() + 1),
        "derivative",
        "'∇' is not needed: the gradient is always computed",
        f"write {of} alone; inside a program, grad(f, v) is the gradient of f by v",
    )
