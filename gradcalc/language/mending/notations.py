"""Derivatives by subscripts, primes and operators: `D_x f`, `f_xy`, `y'`, `∂²/∂x∂y f`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.mend import Mend, Text

_OPERATOR = re.compile(
    r"(?<!\w)D_?\{?([a-z])\}?(?![\w(])\s+|(?<!\w)D_\{?([a-z])\}?\s*(?=\()"
)  # D_x
_MIXED = re.compile(r"[d∂]\s*(?:\^?2|²)\s*([^\W\d]\w*)?\s*/\s*[d∂]([a-z])\s*[d∂]([a-z])\s*")
_SET_APART = re.compile(
    r"(?<!\w)[d∂](?:\^?\d|[²³])?\s*/\s*[d∂][a-z]\w*(?:\^?\d|[²³])?\s+(?=[^(\[\s])"
)
_FACTORS = re.compile(r"(?<=[\w)])[ \t]+(?=[^\W\d]\w*(?:\^|\s*$|\s*[-+*/)]))")
_SIDE = re.compile(
    r"^\s*(?:[^\W\d]\w*\s*['′’]+\s*(?:\([^()]*\))?|[d∂]\s*[^\W\d]\w*\s*/\s*[d∂]\s*\w+)\s*=(?!=)\s*"
)
_PRIMED = re.compile(r"(?<!\w)([^\W\d]\w*)(['′’]{1,3})(?=\s*(?:[-+*/;)\n]|$))")
_PARTIAL = re.compile(r"(?<!\w)([^\W\d_])_\{?([a-z]{1,3})\}?(\(([^()]*)\))?(?![\w(])")
_PAIR = re.compile(r"(?<!\w)(?:∂|d|d/d[A-Za-z])\s*\((?=[^()]*(?:\([^()]*\)[^()]*)*,)")  # ∂(f, x)
_WHOLE = re.compile(r"^\s*d\s+([^=;/]+?)\s*/\s*d([a-z])\s*$")  # d x^2 / dx
_INERT = re.compile(r"(?<![\w)\]])'(?=(?:diff|integrate|sum)\b)")  # Maxima's 'diff(f, x)
_APPLIED = re.compile(r"\bDerivative\[(\d)\]\[(\w+)\]\[(\w+)\]|\b([A-Za-z]\w*)('+)\[(\w+)\]")
_MESSAGE = "a derivative is written D(f, x)"


def notations(text: Text) -> Iterator[Mend]:
    """Each said as `D(…)`, or as `d/dx (…)`, which is said in our words later."""
    source = text.source
    if found := _SIDE.match(source):
        message = "a formula needs no name of a derivative before it"
        yield Mend(Span(*found.span()), "", message, "derivative")
        return
    if (found := _WHOLE.match(source)) and not text.is_value("d"):
        yield Mend(Span(*found.span()), f"D({found[1]}, {found[2]})", _MESSAGE, "derivative")
        return
    for found in _APPLIED.finditer(source):
        order, name = int(found[1] or len(found[5])), found[2] or found[4]
        meant = _repeated(f"{name}({found[3] or found[6]})", [found[3] or found[6]] * order)
        yield Mend(Span(*found.span()), meant, _MESSAGE, "derivative")
    for found in _INERT.finditer(source):
        yield Mend(Span(*found.span()), "", "a quote has no meaning here", "bad-sign")
    yield from _operators(text)
    yield from _of_names(text)


def _operators(text: Text) -> Iterator[Mend]:
    """What stands before the function: `D_x`, `∂²/∂x∂y`, `∂(f, x)`; with its products set."""
    source = text.source
    for found in _MIXED.finditer(source):
        if found[1] and found[1] not in {*text.defined, *text.assigned}:
            continue
        of = found[1] or source[found.end() :].strip()
        meant = _repeated(_whole_of(text, of), [found[2], found[3]])
        end = found.end() if found[1] else len(source)
        yield Mend(Span(found.start(), end), meant, _MESSAGE, "derivative")
        return
    for found in _OPERATOR.finditer(source):
        name = found[1] or found[2]
        if not text.is_value(found[0].strip()):
            of = source[found.end() :].strip()
            yield Mend(Span(found.start(), len(source)), f"D({of}, {name})", _MESSAGE, "derivative")
            return
    for found in _PAIR.finditer(source):
        if not text.is_value("d"):
            yield Mend(Span(*found.span()), "diff(", _MESSAGE, "derivative")
    for found in _SET_APART.finditer(source):
        for gap in _FACTORS.finditer(source, found.end()):
            before = re.findall(r"[^\W\d]\w*$", source[: gap.start()])
            if not before or text.is_value(before[0]):
                yield Mend(Span(*gap.span()), "*", _MESSAGE, "derivative")


def _of_names(text: Text) -> Iterator[Mend]:
    """`y'` of what is assigned, `f_x` and `f_xy(x, y)` of what is defined."""
    source = text.source
    for found in _PRIMED.finditer(source):
        by = _read_by(text, found[1]) if found[1] in text.assigned else None
        if by:
            meant = _repeated(found[1], [by] * len(found[2]))
            yield Mend(Span(*found.span()), meant, _MESSAGE, "derivative")
    for found in _PARTIAL.finditer(source):
        parameters = [name.strip() for name in text.defined.get(found[1], "").split(",")]
        values = [name.strip() for name in (found[4] or ",".join(parameters)).split(",")]
        names = list(found[2])
        if not text.is_value(found[0]) and set(names) <= set(parameters) and values == parameters:
            meant = _repeated(f"{found[1]}({', '.join(values)})", names)
            yield Mend(Span(*found.span()), meant, _MESSAGE, "derivative")


def _whole_of(text: Text, of: str) -> str:
    """What a name stands for, where it is a function of the text."""
    return f"{of}({text.defined[of]})" if of in text.defined else of


def _repeated(inner: str, names: list[str]) -> str:
    for name in names:
        inner = f"D({inner}, {name})"
    return inner


def _read_by(text: Text, name: str) -> str | None:
    """The only name that what is assigned to another reads."""
    found = re.search(rf"(?<!\w){re.escape(name)}\s*=(?!=)\s*([^;\n]+)", text.source)
    read = set(re.findall(r"(?<![\w.])[^\W\d]\w*(?!\w|\s*\()", found[1])) if found else set()
    read -= {"pi", "e"}
    return read.pop() if len(read) == 1 else None
