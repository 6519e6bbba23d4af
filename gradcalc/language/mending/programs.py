"""What is around a formula elsewhere: quotes, prompts, comments, definitions and their blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.ended import with_ends
from gradcalc.language.mending.indented import with_braces
from gradcalc.language.mending.mend import Mend, Text

_QUOTES = {"'": "'", '"': '"', "`": "`", "“": "”", "‘": "’", "«": "»", "„": "“", "’": "’"}
_PROMPT = re.compile(r"^\s*(?:>>>|>|\$|(?:In|Out) ?\[\d+\]:?=?|\.\.\.)\s+")
_ENDING = re.compile(r"\s*(?:=\s*\??|\?|(?<=[\w)\]])\.|(?<=[\w)\] ])\$)\s*$")
_DOLLAR = re.compile(r"\s*\$(?=\s*[^\W\d])")  # between Maxima's statements
_COMMENT = re.compile(
    r'/\*.*?\*/|\(\*.*?\*\)|"""[^"]*"""'
    r"|(?<!\S)//[^\n]*"
    r"|(?<=\s)(?:--|%(?!\s+of\b)|!)\s+[^\W\d]{2}[^\n()+*/^=]*$",
    re.DOTALL | re.MULTILINE,
)
_IMPORT = re.compile(r"^\s*(?:import|from|using|#include|library\()[^;\n]*[;\n]\s*", re.MULTILINE)
_BEGIN = re.compile(r"^\s*begin\b(.*)\bend\s*[.;]?\s*$", re.DOTALL)
_TYPE = r"(?:double|float|int|real|auto|number|long|const)"
_PARAMETERS = r"\(([^()]*)\)"
_HEAD = re.compile(
    rf"(?m)^\s*(?:def|function|func|fn|fun|{_TYPE})\s+([^\W\d]\w*)\s*{_PARAMETERS}"
    r"\s*(?:(?:->|:)\s*\w+\s*)?=?\s*(?=\{)"
)
_ANONYMOUS = re.compile(
    r"([^\W\d]\w*)\s*(?::=|<-|=)\s*"
    r"(?:lambda\s+([^:\n]*):|\(([^()]*)\)\s*(?:=>|->)|(?:function\s*|\\)\(([^()]*)\)|@\(([^()]*)\)"
    r"|\[[&=]?\]\s*\(([^()]*)\)|([^\W\d]\w*)\s*(?:->|=>))\s*"
)
_DECLARED = re.compile(
    rf"(?m)(?:^|(?<=[;{{]))[ \t]*(?:let|const|var|val|local|my|{_TYPE})[ \t]+(?=[^\W\d]\w*\s*=)"
)
_PATTERNS = re.compile(r"([^\W\d]\w*)\s*\[\s*((?:[^\W\d]\w*_\s*,?\s*)+)\]\s*:?=(?!=)")  # f[x_] :=
_MAPPED = re.compile(  # f: x ↦ x^2, f: y = x^2
    r"^\s*(?:[^\W\d]\w*\s*:\s*)?[^\W\d]\w*\s*(?:\|->|↦|->|→)\s*|^\s*[^\W\d]\w*\s*:\s*[^\W\d]\w*\s*=(?!=)"
)
_RETURN = re.compile(r"(?m)(?:^|(?<=[;{}]))[ \t]*return\b[ \t]*")
_MAXIMA = re.compile(r"(?m)(?:^|(?<=[;$]))(\s*[^\W\d]\w*)\s*:(?=\s(?=.*[;$\n]))")
_FOR = re.compile(
    r"\bfor\s*\(\s*(?:\w+\s+)?([^\W\d]\w*)\s*=\s*([^;]+?)\s*;\s*\1\s*(<=?)\s*([^;]+?)\s*;"
    r"\s*(?:\1\s*\+\+|\+\+\s*\1|\1\s*\+=\s*1)\s*\)"
)
_RANGE = re.compile(r"\bin\s+range\(\s*([^(),]+?)\s*(?:,\s*([^(),]+?)\s*)?\)")
_COUNTED = re.compile(r"\bfor\s+([^\W\d]\w*)\s*(?:=|in|from)\s*(\w+)\s*(?::|to\b)\s*(\w+)(?=\s*\{)")
_STEP = re.compile(r"(?<![\w+])([^\W\d]\w*)(\+\+|--)(?=\s*(?:[;}\n]|$))")
_ELSE_IF = re.compile(r"\b(?:elif|elseif|elsif)\b")
_CHOICE = re.compile(r"^\s*if\s*\(([^(){}]*)\)\s*([^{};\n]+?)\s+else\s+([^{};\n]+?)\s*;?\s*$")
_NOT_NEEDED = "'{}' is not needed here"

_APPLIED = re.compile(
    r"\s*(.*\S)\s*//\s*((?:Arc)?(?:Sin|Cos|Tan)h?|Exp|Log|Sqrt|Abs|Sign|Floor|Total|N|Simplify)\s*"
)


def surroundings(text: Text) -> Iterator[Mend]:
    """Quotes around a whole text, a prompt before it, an equals sign behind it."""
    source = text.source
    bare = source.strip()
    start = len(source) - len(source.lstrip())
    if len(bare) > 2 and _QUOTES.get(bare[0]) == bare[-1] and bare[-1] not in bare[1:-1]:
        message = "a formula has no quotes around it"
        yield Mend(Span(start, start + 1), "", message, "bad-sign")
        yield Mend(Span(start + len(bare) - 1, start + len(bare)), "", message, "bad-sign")
        return
    if found := _PROMPT.match(source):
        yield Mend(Span(*found.span()), "", f"'{found[0].strip()}' is a prompt", "bad-sign")
    if found := _ENDING.search(source):
        sign = found[0].strip()
        yield Mend(Span(*found.span()), "", _NOT_NEEDED.format(sign), "bad-sign")
    if found := _BEGIN.match(source):
        yield Mend(Span(0, len(source)), found[1].strip(), "'begin' and 'end' are not needed")


def comments(text: Text) -> Iterator[Mend]:
    """`// …`, `/* … */`, and words behind `--` or `%`."""
    for found in _COMMENT.finditer(text.source):
        if applied := _APPLIED.fullmatch(text.source):  # Mathematica's `x^2 // Sin`
            same = applied[2] in ("N", "Simplify")
            meant = applied[1] if same else f"{applied[2].lower()}({applied[1]})"
            yield Mend(Span(0, len(text.source)), meant, "a function stands before its argument")
            return
        words = re.findall(r"[^\W\d]\w*", found[0])
        line = found[0].startswith("//")
        lone = len(words) <= 1 and not any(len(word) > 2 for word in words)
        if (line and lone and found.start()) or any(text.is_value(w) for w in words[:1]):
            continue
        yield Mend(Span(*found.span()), "", "a comment begins with #", "bad-sign")
    for found in _IMPORT.finditer(text.source):
        yield Mend(Span(*found.span()), "", "nothing needs to be imported")


def definitions(text: Text) -> Iterator[Mend]:
    """Functions, and assignments that are declared."""
    braced = with_ends(with_braces(text.source))
    if braced != text.source:
        message = "blocks are written { … }"
        yield Mend(Span(0, len(text.source)), braced, message, "stray-block")
        return
    for found in _HEAD.finditer(text.source):
        meant = f"{found[1]}({_without_types(found[2])}) = "
        yield Mend(Span(*found.span()), meant, f"a function is written {meant}…")
    for found in _PATTERNS.finditer(text.source):
        parameters = ", ".join(part.strip(" _") for part in found[2].split(",") if part.strip())
        meant = f"{found[1]}({parameters}) = "
        yield Mend(Span(*found.span()), meant, f"a function is written {meant}…")
    if mapped := _MAPPED.match(text.source):
        yield Mend(Span(*mapped.span()), "", "a formula needs no function around it")
    for found in _ANONYMOUS.finditer(text.source):
        parameters = next(group for group in found.groups()[1:] if group is not None)
        meant = f"{found[1]}({_without_types(parameters)}) = "
        start = found.start()
        if before := re.search(r"(?:const|let|var|val|local|auto)\s+$", text.source[:start]):
            start = before.start()
        yield Mend(Span(start, found.end()), meant, f"a function is written {meant}…")


def _without_types(parameters: str) -> str:
    names = [re.findall(r"[^\W\d]\w*", part.split(":")[0]) for part in parameters.split(",")]
    return ", ".join(found[-1] for found in names if found)


def blocks(text: Text) -> Iterator[Mend]:
    """Statements that begin with a word, and loops that count otherwise."""
    source = text.source
    for found in _DECLARED.finditer(source):
        yield Mend(Span(*found.span()), " ", _NOT_NEEDED.format(found[0].strip()))
    for found in _RETURN.finditer(source):
        yield Mend(Span(*found.span()), " ", "the last value is what is returned")
    if "$" in source and _MAXIMA.search(source):
        for found in _DOLLAR.finditer(source):
            yield Mend(Span(*found.span()), ";", "statements are divided by ;", "bad-sign")
    for found in _MAXIMA.finditer(source):
        yield Mend(Span(*found.span()), f"{found[1]} =", "a name is assigned with =", "bad-sign")
    for found in _FOR.finditer(source):
        name, start, sign, stop = found.groups()
        stop = _after(stop) if sign == "<=" else stop
        yield Mend(Span(*found.span()), f"for {name} in {start}..{stop}", "a loop counts in 0..3")
    for found in _RANGE.finditer(source):
        start, stop = (found[1], found[2]) if found[2] else ("0", found[1])
        yield Mend(Span(*found.span()), f"in {start}..{stop}", "a loop counts in 0..3")
    for found in _COUNTED.finditer(source):
        name, start, stop = found.groups()
        meant = f"for {name} in {start}..{_after(stop)}"
        yield Mend(Span(*found.span()), meant, "a loop counts in 0..3, without its end")
    for found in _STEP.finditer(source):
        meant = f"{found[1]} {found[2][0]}= 1"
        yield Mend(Span(*found.span()), meant, f"'{found[2]}' is not supported", "bad-sign")
    for found in _ELSE_IF.finditer(source):
        yield Mend(Span(*found.span()), "else if", f"'{found[0]}' is written else if")
    if (choice := _CHOICE.match(source)) is not None:
        meant = f"({choice[2]}) if {choice[1]} else ({choice[3]})"
        yield Mend(Span(0, len(source)), meant, "a choice is written a if c else b")


def _after(stop: str) -> str:
    """The end of a range that holds a number."""
    return str(int(stop) + 1) if stop.isdigit() else f"{stop} + 1"
