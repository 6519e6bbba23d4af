r"""LaTeX that can't be read as it is: `3{,}5`, `\tag{1}`, `\left. f \right|_{x=y}`, `\|v\|`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.foreign.items import AbsentError, Slip
from gradcalc.language.mending.mend import Mend, Text

_COMMA = re.compile(r"(?<=\d)\{,\}(?=\d)")
_NUMBERED = re.compile(
    r"\s*\\(?:(?:tag|label|eqno)\*?\s*(?:\{[^{}]*\}|\([^()]*\))|(?:nonumber|notag)\b)\s*"
)
_ALIGNED = re.compile(r"^\s*&\s*=\s*|&(?=\s*=)|\s*\\\\\s*(?=$|\\end\b)")
_EVALUATED = re.compile(
    r"^\s*(?:\\left\s*\.|\\big[lr]?\s*\.)?\s*(.+?)\s*(?:\\right|\\[bB]igg?r?|\\biggr)?\s*(?:\||\\vert|\\rvert)"
    r"\s*_\s*(?:\{\s*([^\W\d]\w*)\s*=\s*([^{}]+?)\s*\})\s*$",
    re.DOTALL,
)
_NORM = re.compile(r"(?:\\left\s*)?\\\|\s*(.+?)\s*(?:\\right\s*)?\\\|(?:_2)?")
_BRACE = re.compile(r"(?<!\\left)(?<!\\right)\\([{}])")
_MAPS = re.compile(r"^\s*(?:[^\W\d]\w*\s*:\s*)?[^\W\d]\w*\s*\\(?:mapsto|to)\b\s*")
_SIDE = re.compile(  # what a derivative is, of a function that is not given
    r"^\s*\$*\s*(?:\\[dt]?frac\s*\{\s*(?:d|\\partial)\s*\w+\s*\}\s*\{\s*(?:d|\\partial)\s*\w+\s*\}"
    r"|[^\W\d]\w*\s*(?:\^\s*\{?\s*(?:\\prime\s*)+\}?|'+)\s*(?:\(\w+\))?)\s*=\s*"
)
_LINES = re.compile(r"\\(?:begin|end)\s*\{(?:align|aligned|gather|gathered|split|multline)\*?\}")
_NUMBER = re.compile(r"[-+]?[\d.]+")


def pages(text: Text) -> Iterator[Mend]:
    """What stands on pages around a formula, and signs that are read otherwise."""
    source = text.source
    if (found := _EVALUATED.match(source)) and not found[1].count("|") % 2:
        body, name, value = found.groups()
        message, whole = "values are given beside the formula", Span(0, len(source))
        if _NUMBER.fullmatch(value):
            hint = f"write {body} --at {name}={value}"
            raise AbsentError(Slip(whole, "foreign-word", message, hint))
        yield Mend(whole, f"{name} = {value}; {body}", message)
        return
    for pattern, message in (
        (_SIDE, "a formula needs no name of a derivative before it"),
        (_LINES, "a formula is on one line"),
        (_NUMBERED, "a formula has no number"),
        (_MAPS, "a formula needs no function around it"),
    ):
        for found in pattern.finditer(source):
            yield Mend(Span(*found.span()), "", message)
    lines = _LINES.sub("", source)
    if "\\begin" not in lines and lines.count("\\\\") < 2:
        for found in _ALIGNED.finditer(source):
            yield Mend(Span(*found.span()), "", "a formula is on one line", "bad-sign")
    for found in _NORM.finditer(source):
        inside = re.sub(r"^\((.*,.*)\)$", r"[\1]", found[1])
        yield Mend(Span(*found.span()), f"norm({inside})", "a length is written norm(v)")
    if ":" in source:
        for found in _BRACE.finditer(source):
            side = "\\left" if found[1] == "{" else "\\right"
            message = "a choice is written a if c else b"
            yield Mend(Span(*found.span()), f"{side}\\{found[1]}", message, "bad-sign")


def commas(text: Text) -> Iterator[Mend]:
    """`3{,}5`, whose comma is for a decimal or for thousands: that is asked later."""
    for found in _COMMA.finditer(text.source):
        yield Mend(Span(*found.span()), ",", "a number can't contain a comma", "decimal-comma")
