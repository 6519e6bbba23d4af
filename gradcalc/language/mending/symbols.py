"""What programs put around a formula: names that are declared, texts, output, other separators."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.mend import Mend, Text

_DECLARED = re.compile(
    r"(?m)(?:^|(?<=;))\s*(?:syms\s+[\w ]+?|(?:[^\W\d][\w, ]*?=\s*)?(?:\w+\.)?(?:symbols|var|Symbol)"
    r"\(\s*(?:'[^']*'|\"[^\"]*\")[^()]*\))\s*(?:[;\n]|$)\s*"
)
_QUOTED = re.compile(
    r"\b(?:\w+\.)?(?:sympify|parse_expr|Symbol|symbols|S|str2sym|eval|parse)\(\s*"
    r"(?:'([^']*)'|\"([^\"]*)\")\s*\)"
)
_PRINTED = re.compile(
    r"^\s*(?:(?:print|console\.log|System\.out\.println|cat|println!?)\(\s*)?f?[\"']\{([^{}\"']+)\}[\"']\)?\s*;?\s*$"
    r"|^\s*(?:f?s?printf|println!|format!)\(\s*(?:\"[^\"]*\"|'[^']*')\s*,\s*(.+)\)\s*;?\s*$"
    r"|^\s*(?:console\.log|System\.out\.println|println)\(\s*([^\"']+)\)\s*;?\s*$"
    r"|^\s*(?:std::)?cout\s*<<\s*(.+?)\s*(?:<<\s*(?:std::)?endl\s*)?;?\s*$",
    re.DOTALL,
)
_CONTINUED = re.compile(r"\.\.\.[^\S\n]*\n\s*|\\\n\s*")
_SLOT = re.compile(r"(?<!&)&(?!&)")
_BY_UNAPPLY = re.compile(
    r"([^\W\d]\w*)\s*:?=\s*unapply\((.+?),\s*([^\W\d][\w, ]*)\)(?=\s*(?:[;:]|$))"
)
_DEFINED = re.compile(r"\bdefine\(\s*([^\W\d]\w*\([^()]*\))\s*,\s*(.+?)\)(?=\s*(?:[;$]|$))")
_SEPARATED = re.compile(r"[ \t]*(?:\$|:(?![=:]))[ \t]*(?=[ \t]+\S|\n|$)|(?<=[\w)])\$(?=[^\W\d])")
_LET = re.compile(r"^\s*let\s+(.+;.+?)\s*\bend\s*$", re.DOTALL)
_LABEL = re.compile(r"^\s*\(?([a-hA-H]|[ivx]{1,4}|\d{1,2})\)\s+(?=[\w(√\\-])")
_TAIL = re.compile(r"(?<=[\w)\]])\s*,\s*$")
_IS_ZERO = re.compile(r"(?<![<>=!:])=(?!=)\s*0(?:\.0*)?\s*$")
_POWER_OF_FUNCTION = re.compile(r"\b([a-z]{2,5})\s*(?:\^|\*\*)\s*\(\s*(\d)\s*\)\s*(?=\()")
_INVERSE = re.compile(r"\b(sin|cos|tan|sinh|cosh|tanh)\s*-\s*1\s*(?=\()")
_TILDE = re.compile(r"^\s*~\s*(?=\S)")
_CAST = re.compile(r"\b(?:static_cast|dynamic_cast|const_cast)\s*<\s*[\w ]+>\s*(?=\()")
_ENDED = re.compile(r"\s+(?:fi|end\s*if|endif)\s*[;:]?\s*$")
_REMARK = re.compile(r";\s*//[^\n]*$")
_TOGETHER = re.compile(
    r"(?:^|(?<=[;\n]))\s*((?:[^\W\d]\w*\s*,\s*)+[^\W\d]\w*)\s*=(?!=)\s*([^;\n=()]+)(?=[;\n]|$)"
)
_CHAINED = re.compile(
    r"(?:^|(?<=[;\n]))\s*([^\W\d]\w*)\s*=(?!=)\s*([^\W\d]\w*)\s*=(?!=)\s*([^;\n=]+)"
)
_PREFIXED = re.compile(
    r"(?<![\w)\].])([A-Z][a-z]\w+|\([^()]*(?:&|->)[^()]*\))\s*(@@|/@|@)\s*(\{[^{}]*\}|[^\W\d]\w*|\([^()]*\))"
)
_CALLED_WITH = {"@": "{0}[{1}]", "@@": "Fold[{0}, {1}]", "/@": "Map[{0}, {1}]"}
_NOT_NEEDED = "'{}' is not needed here"


def symbols(text: Text) -> Iterator[Mend]:
    """Each without what is around it, or with the separator that is ours."""
    source = text.source
    if found := _PRINTED.match(source):
        meant = next(group for group in found.groups() if group is not None)
        yield Mend(Span(0, len(source)), meant, "what is computed is printed by itself")
        return
    for found in _DECLARED.finditer(source):
        words = found[0].strip(" ;\n")
        yield Mend(Span(*found.span()), "", _NOT_NEEDED.format(words))
    for found in _QUOTED.finditer(source):
        if not _DECLARED.search(source):
            meant = found[1] or found[2]
            if not meant.isidentifier():
                meant = f"({meant})"
            yield Mend(Span(*found.span()), meant, "there is no text here: a formula has no quotes")
    for found in _CONTINUED.finditer(source):
        yield Mend(Span(*found.span()), " ", _NOT_NEEDED.format("..."))
    if found := _LET.match(source):
        yield Mend(Span(0, len(source)), found[1], _NOT_NEEDED.format("let"))


def assignments(text: Text) -> Iterator[Mend]:
    """`a, b = x, y` and `a = b = x`; words of other languages that end or cast."""
    source = text.source
    for found in _TOGETHER.finditer(source):
        names, values = ([part.strip() for part in group.split(",")] for group in found.groups())
        if len(names) == len(values) and not any(
            re.search(rf"\b{name}\b", value) for name in names for value in values
        ):
            meant = "; ".join(map(" = ".join, zip(names, values, strict=True)))
            yield Mend(Span(*found.span()), meant, "names are assigned one by one", "stray-comma")
    for found in _CHAINED.finditer(source):
        first, second, value = found.groups()
        meant = f"{second} = {value.strip()}; {first} = {second}"
        yield Mend(Span(*found.span()), meant, "names are assigned one by one")
    for pattern, message in (
        (_CAST, "a number needs no type"),
        (_ENDED, "a choice ends by itself"),
        (_REMARK, "a comment begins with #"),
    ):
        for found in pattern.finditer(source):
            yield Mend(Span(*found.span()), "", message)


def prefixed(text: Text) -> Iterator[Mend]:
    """Mathematica's `f @ x`, `f /@ v` and `f @@ v`."""
    for found in _PREFIXED.finditer(text.source):
        if not text.is_value(found[1]):
            meant = _CALLED_WITH[found[2]].format(found[1], found[3])
            yield Mend(Span(*found.span()), meant, f"'{found[2]}' is not a call here", "bad-sign")


def slots(text: Text) -> Iterator[Mend]:
    """Mathematica's `#^2 &` as `t -> t^2`."""
    source = text.source
    for found in _SLOT.finditer(source):
        start = _start_of(source, found.start())
        body = source[start : found.start()].strip()
        if "#" in body:
            second = ", u" if "#2" in body else ""
            meant = re.sub(r"#1?(?!\d)", "t", body.replace("#2", "u"))
            end = found.end()
            shown = f"((t{second}) -> {meant})"
            yield Mend(Span(start, end), shown, "a function is written f(x) = …", "bad-sign")
            return


def _start_of(source: str, place: int) -> int:
    """Where the argument, or the text in brackets, that ends at a place begins."""
    depth = 0
    while place > 0:
        character = source[place - 1]
        depth += (character in ")]}") - (character in "([{")
        if depth < 0 or (depth == 0 and character in ",;\n"):
            return place
        place -= 1
    return 0


def separators(text: Text) -> Iterator[Mend]:
    """Maple's and Maxima's statements, and the functions that they define."""
    source = text.source
    for found in _BY_UNAPPLY.finditer(source):
        name, body, parameters = found.groups()
        yield Mend(
            Span(*found.span()), f"{name}({parameters}) = {body}", "a function is written f(x) = …"
        )
        return
    for found in _DEFINED.finditer(source):
        yield Mend(
            Span(*found.span()), f"{found[1]} = {found[2]}", "a function is written f(x) = …"
        )
    if ":=" in source or re.match(r"\s*[^\W\d]\w*\s*:\s*[^$]+\$", source):
        for found in _SEPARATED.finditer(source):
            yield Mend(Span(*found.span()), ";", "statements are divided by ;", "bad-sign")
        for found in re.finditer(r"(?:^|(?<=\$))(\s*[^\W\d]\w*)\s*:(?=[^=:])", source):
            yield Mend(
                Span(*found.span()), f"{found[1]} =", "a name is assigned with =", "bad-sign"
            )


def around(text: Text) -> Iterator[Mend]:
    """A label before the formula, a comma or `= 0` behind it; a function's power in brackets."""
    source = text.source
    found = _LABEL.match(source)
    unmatched = source.count(")") > source.count("(")
    if found and not text.is_value(found[1]) and (unmatched or not found[1].isdigit()):
        yield Mend(Span(*found.span()), "", _NOT_NEEDED.format(found[0].strip()))
    if found := _TILDE.match(source):
        yield Mend(Span(*found.span()), "", _NOT_NEEDED.format("~"), "bad-sign")
    if found := _TAIL.search(source):
        yield Mend(Span(*found.span()), "", _NOT_NEEDED.format(","), "stray-comma")
    if (found := _IS_ZERO.search(source)) and not re.fullmatch(
        r"\s*[^\W\d]\w*\s*", source[: found.start()]
    ):
        message = "an equation is solved by gradcalc solve; a formula has no '= 0'"
        yield Mend(Span(*found.span()), "", message, "bad-sign")
    for found in _POWER_OF_FUNCTION.finditer(source):
        if not text.is_value(found[1]):
            meant = f"{found[1]}^{found[2]}"
            yield Mend(Span(*found.span()), meant, f"'{found[0].strip()}' is written {meant}")
    for found in _INVERSE.finditer(source):
        meant = f"a{found[1]}"
        yield Mend(Span(*found.span()), meant, f"'{found[0].strip()}' is written {meant}")
