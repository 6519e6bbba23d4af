"""Words in the place of signs: `x mod 2`, `x squared`, `square root of x`, `5 choose 2`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.foreign.items import AbsentError, Slip
from gradcalc.language.mending.mend import Mend, Text

# What a word between two values is; of two that begin alike, the longer one comes first.
_OPERATORS = {
    "raised to the power of": "^",
    "raised to the power": "^",
    "to the power of": "^",
    "to the power": "^",
    "raised to the": "^",
    "raised to": "^",
    "to the": "^",
    "divided by": "/",
    "multiplied by": "*",
    "modulo": "%",
    "plus": "+",
    "minus": "-",
    "times": "*",
    "over": "/",
    "per": "/",
    "xx": "*",
    "-:": "/",
    "durch": "/",
    "mod": "%",
    "div": "//",
    "dot": "@",
    "and": "and",
    "or": "or",
}
_POSTFIX = {"squared": "^2", "cubed": "^3"}
_VALUE = r"(?:\w+(?:\.\d+)?|\([^()]*\))"
_CHOSEN = re.compile(rf"({_VALUE})\s+(?:choose|nCr)\s+({_VALUE})")
_ARRANGED = re.compile(rf"({_VALUE})\s+nPr\s+({_VALUE})")
_ROOT = re.compile(rf"\b(square|cube|cubic)\s+root(?:\s+of)?\s*({_VALUE})", re.IGNORECASE)
_ROOT_OF_ALL = re.compile(r"\b(square|cube|cubic)\s+root\s+of\s+([^,;()]+)$", re.IGNORECASE)
_OF = re.compile(rf"\b(?!power\b)([^\W\d]\w*)\s+of\s+({_VALUE})")
_OF_POWER = re.compile(  # sin of x squared, in its second reading
    rf"\b(?!power\b)([^\W\d]\w*)\s+of\s+({_VALUE}(?:\s+(?:squared|cubed)\b)?)"
)
_NATURAL = re.compile(r"\bnatural\s+log(?:arithm)?(?:\s+of)?(?=\W)", re.IGNORECASE)
_BASE = re.compile(
    rf"\b(?:log|logarithm)(?:\s+to)?(?:\s+the)?\s+base\s+({_VALUE})\s+(?:of\s+)?({_VALUE})"
)
_SUBSCRIPT = re.compile(rf"\blog_(\d+|e)\s*({_VALUE})")
_BETWEEN = re.compile(
    r"(?<=[\w)\]!°²³}])\s+(" + "|".join(_OPERATORS) + r")(?=\s+[-\w(\[|√{.]|\s*[(\[])",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"\s*(-?\d+\s*/\s*\d+)(?![\w.(])")
_BEHIND = re.compile(r"(?<=[\w)\]])\s+(squared|cubed)\b", re.IGNORECASE)
_SIGN = re.compile(r"[∑∏](?=\s*\()")
_RAISED = re.compile(r"\bexp\s*\^\s*(-?(?:[\w.]+|\([^()]*\))(?:\^[\w.]+)?)(?!\s*\()")  # exp^x
_ROOTED = re.compile(r"\broot\s*\((\d+)\)\s*\(([^()]*)\)")  # AsciiMath's root(3)(x)
_ARC = re.compile(r"\barc\s+(sin|cos|tan|cot|sec|csc|sinh|cosh|tanh)\b")
_VALUES = (  # x = 3, y is 2
    r"[^\W\d]\w*\s*(?:=|\bis\b|\bequals\b)\s*[^=,;:{}()\[\]]+?"
    r"(?:\s*(?:,|\band\b)\s*[^\W\d]\w*\s*(?:=|\bis\b|\bequals\b)\s*[^=,;:{}()\[\]]+?)*"
)
_GIVEN = re.compile(
    rf"(?:\s(?:evaluated\s+at|where|at|when|with|for|given)\s+|\s*[@,]\s*)({_VALUES})\s*$"
)
_GIVEN_BEFORE = re.compile(rf"^\s*(?:(?:where|when|with|for|if)\s+)?({_VALUES})\s*[,:]\s*(\S.*)$")
_COMPUTED = re.compile(r"=\s*[^,]*(?!pi\b|e\b)\b[^\W\d]")  # y = x^2
_AT_PLACES = re.compile(r"\sat\s+\([^()=]*\)\s*$")
_UNEQUAL = re.compile(r"~=|=/=|/=(?!=)|<>")
_DOTTED = re.compile(r"(?<![\w.])([^\W\d]\w*)\s*\.\s*([^\W\d]\w*)(?![\w.(])")  # x.y of two numbers
_POINTED = re.compile(r"\s*\.(gt|lt|ge|le|eq|ne|and|or|not)\.\s*", re.IGNORECASE)  # Fortran's
_SIGNS = {"gt": ">", "lt": "<", "ge": ">=", "le": "<=", "eq": "==", "ne": "!="}
_CAST = re.compile(r"\s+as\s+(?:f64|f32|float|double|number)\b")
_SLASHED = re.compile(
    r"\(/\s*([^()/]+?)\s*/\)|(?<![\w)\]\s])\s*<\s*([^<>=|]+,[^<>=|]+?)\s*>(?![\w=])"
)
_TAIL = re.compile(r"\blower\.tail(?=\s*=)")
_NEGATED = re.compile(r"\b(?:NOT|Not)\b(?=\s*[\w(])")


def phrases(text: Text) -> Iterator[Mend]:
    """Functions that are called in words, or by a sign; AbsentError for a value behind them."""
    _refuse_values(text.source)
    for found in _ARC.finditer(text.source):
        yield Mend(Span(*found.span()), f"a{found[1]}", f"'{found[0]}' is written a{found[1]}")
    for found in _SIGN.finditer(text.source):
        name = "sum" if found[0] == "∑" else "prod"
        yield Mend(Span(*found.span()), name, f"'{found[0]}' is not supported", "bad-sign")
    ends: list[int] = []
    for found, meant in _calls(text):
        if all(found.start() >= end for end in ends):
            ends.append(found.end())
            words = found[0] if len(found[0]) < 30 else "this"
            yield Mend(Span(*found.span()), meant, f"'{words}' is written {meant}")


def _refuse_values(source: str) -> None:
    """Raise AbsentError where values are written beside the formula: `x^2 at x = 3`."""
    message, formula = "values are given beside the formula", ""
    if found := _GIVEN.search(source):
        span, values = Span(*found.span()), found[1]
    elif (found := _GIVEN_BEFORE.search(source)) and not _COMPUTED.search(found[1]):
        span, values, formula = Span(*found.span(1)), found[1], f"{found[2].strip()} "
    elif found := _AT_PLACES.search(source):
        hint = "say which value is whose: --at x=1,y=2"
        raise AbsentError(Slip(Span(*found.span()), "foreign-word", message, hint))
    else:
        return
    point = re.sub(r"\s*(?:=|\bis\b|\bequals\b)\s*", "=", values)
    point = re.sub(r"\s*(?:,|\band\b)\s*", ",", point)
    hint = f"write {formula}--at {''.join(point.split())}"
    raise AbsentError(Slip(span, "foreign-word", message, hint))


def _calls(text: Text) -> Iterator[tuple[re.Match[str], str]]:
    source = text.source
    for found in _BASE.finditer(source):
        yield found, f"log({_bare(found[2])}, {_bare(found[1])})"
    for found in _SUBSCRIPT.finditer(source):
        if not text.is_value(f"log_{found[1]}"):
            base = "" if found[1] == "e" else f", {found[1]}"
            yield found, f"log({_bare(found[2])}{base})"
    for found in _NATURAL.finditer(source):
        yield found, "log"
    for found in (_ROOT_OF_ALL if text.reading else _ROOT).finditer(source):
        root = "sqrt" if found[1].lower() == "square" else "cbrt"
        yield found, f"{root}({_bare(found[2])})"
    for found in _ROOTED.finditer(source):
        yield found, f"root({found[2]}, {found[1]})"
    for found in _RAISED.finditer(source):
        yield found, f"exp({_bare(found[1])})"
    for found in _CHOSEN.finditer(source):
        yield found, f"binomial({_bare(found[1])}, {_bare(found[2])})"
    for found in _ARRANGED.finditer(source):
        yield found, f"perm({_bare(found[1])}, {_bare(found[2])})"
    for found in (_OF_POWER if text.reading else _OF).finditer(source):
        if not text.is_value(found[1]):
            yield found, f"{found[1]}({_bare(found[2])})"


def _bare(value: str) -> str:
    return value[1:-1] if value.startswith("(") else value


def operators(text: Text) -> Iterator[Mend]:
    """Signs that are words, between two values or behind one."""
    for found in _BETWEEN.finditer(text.source):
        word = found[1].lower()
        if text.is_value(found[1]) or found[1] in ("and", "or"):
            continue
        sign = "*" if word == "dot" and text.reading else _OPERATORS[word]
        meant = sign if sign == "^" else f" {sign}"
        message = f"'{found[1]}' is written {sign}"
        if sign == "^" and not text.reading and (part := _FRACTION.match(text.source, found.end())):
            span = Span(found.start(), part.end())  # to the power of 3/2
            yield Mend(span, f"^({part[1]})", message, "bad-sign")
            continue
        yield Mend(Span(*found.span()), meant, message, "bad-sign")
    for found in _BEHIND.finditer(text.source):
        if not text.is_value(found[1]):
            sign = _POSTFIX[found[1].lower()]
            yield Mend(Span(*found.span()), sign, f"'{found[1]}' is written {sign}", "bad-sign")
    for found in _DOTTED.finditer(text.source):
        if all(map(text.is_value, found.groups())):
            gap = Span(found.end(1), found.start(2))
            yield Mend(gap, "*", "a product is written *", "bad-sign")
    for found in _POINTED.finditer(text.source):
        sign = _SIGNS.get(found[1].lower(), found[1].lower())
        meant, shown = f" {sign} ", found[0].strip()
        yield Mend(Span(*found.span()), meant, f"'{shown}' is written {sign}", "bad-sign")
    for found in _CAST.finditer(text.source):
        yield Mend(Span(*found.span()), "", "a number needs no type")
    for found in _SLASHED.finditer(text.source):
        meant = f"[{found[1] or found[2]}]"
        yield Mend(Span(*found.span()), meant, "a vector has square brackets", "bad-sign")
    for found in _TAIL.finditer(text.source):
        yield Mend(Span(*found.span()), "lower_tail", "a name has no point")
    for found in _UNEQUAL.finditer(text.source):
        yield Mend(Span(*found.span()), "!=", f"'{found[0]}' is written !=", "bad-sign")
    for found in _NEGATED.finditer(text.source):
        if not text.is_value(found[0]):
            yield Mend(Span(*found.span()), "not", "a negation is written not", "bad-sign")
