"""Requests in words: `derivative of x^2 with respect to x`, `compute x^2`, `max of x and y`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.foreign.items import AbsentError, Slip
from gradcalc.language.mending.calculus import with_products
from gradcalc.language.mending.mend import Mend, Text

_ASKED = re.compile(
    r"^\s*(?:please\s+|can you\s+|(?:could|would) you\s+)?"
    r"(?:calculate|compute|evaluate|find|simplify|expand|what\s+is|what'?s|give\s+me|show\s+me)"
    r"\s+(?=\S)",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"^\s*(?:let|given|suppose|consider|for|if)\s+(?=[^\W\d]\w*\s*(?:\([^()]*\))?\s*=(?!=)(?!.*\bin\b))",
    re.IGNORECASE,
)
_ASKED_BEFORE = re.compile(  # find dy/dx if y = x^3
    r"^\s*(?:find\s+)?(d[^\W\d]\w*/d\w+|[^\W\d]\w*['′’]+\s*(?:\(\w+\))?)\s*(?:,\s*)?(?:if|when|where|for|given)\s+"
    r"([^\W\d]\w*\s*(?:\([^()]*\))?\s*=.+?)[\s.?]*$",
    re.IGNORECASE,
)
_BY_BEFORE = re.compile(
    r"^\s*differentiate\s+(?:with\s+respect\s+to|wrt)\s+([^\W\d]\w*)\s*[:,]\s*(.+?)\s*$",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"^\s*[^\W\d]\w*(?:\s+of\s+\w+)?\s+(?:equals|is\s+equal\s+to)\s+", re.I)
_ASSUMED = re.compile(
    r"\s*,?\s*\b(?:where|for|with|assuming|when)\s+[^\W\d]\w*\s+is\s+(?:\w+\s+)?"
    r"(?:positive|negative|real|constant|nonzero|non-zero)\b[\s.]*$",
    re.IGNORECASE,
)
_OF_A_NAMED = re.compile(r"(?<=\bof)\s+[^\W\d]\w*\s*(?:\(\w+\))?\s*=(?!=)(?=.*\S)")
_THEN_ASKED = re.compile(
    r"\s*[.,;]\s*(?:then\s+)?(?:find|calculate|compute|evaluate|determine|what\s+is)\s+(?=\S)",
    re.IGNORECASE,
)
_DERIVATIVE = re.compile(
    r"^\s*(?:the\s+)?(?:(first|second|third|2nd|3rd)\s+)?(?:(?:partial\s+)?derivative\s+of|"
    r"differentiate|derive|deriv(?!\s*\()|diff(?!\s*\())\s+(?P<of>.+?)"
    r"(?:\s*,?\s+(?:with\s+respect\s+to|wrt\.?|w\.r\.t\.?|by|in)\s+(?P<by>[^\W\d]\w*))?"
    r"(?:\s+(?:at|for|when|where)\s+(?P<at>[^\W\d]\w*\s*=\s*[-\w.]+|-?[\d.]+))?\s*[.?]?\s*$",
    re.IGNORECASE,
)
_ORDERS = {"second": 2, "2nd": 2, "third": 3, "3rd": 3}
_POINT = r"(?:\s+(?:at|for|when|where)\s+(?P<at>.+?))?\s*[.?]?\s*$"
_GRADIENT = re.compile(
    r"^\s*(?:the\s+)?(?:gradient|grad|slope|(?P<hessian>hessian))\s+(?:of|for)\s+(?P<of>.+?)"
    + _POINT,
    re.IGNORECASE,
)
_APPLIED = r"(?:(?:sin|cos|tan|exp|ln|log|sqrt)\s+)?"  # before its argument
_PAIR = rf"(?P<one>{_APPLIED}[^\s,]+)\s*(?:and|,)\s*(?P<other>{_APPLIED}[^\s,]+)"
_OF_TWO = re.compile(
    r"\b(?:the\s+)?(?P<what>max|maximum|larger|min|minimum|smaller|sum|product|difference|"
    r"quotient|average|mean|distance\s+between)"
    rf"(?:(?<=between)|\s+of)\s+{_PAIR}(?=\s|$)",
    re.IGNORECASE,
)
_TWO = {
    **dict.fromkeys(("max", "maximum", "larger"), "max({}, {})"),
    **dict.fromkeys(("min", "minimum", "smaller"), "min({}, {})"),
    **dict.fromkeys(("average", "mean"), "({} + {})/2"),
    "sum": "({} + {})",
    "product": "({})*({})",
    "difference": "({} - {})",
    "quotient": "({})/({})",
    "distance between": "abs({} - {})",
}
_VALUE = rf"(?P<of>{_APPLIED}\w+(?:\^\w+)?(?:\s+(?:squared|cubed)\b)?|\([^()]*\))"
_OF_ONE: tuple[tuple[str, str], ...] = (
    (rf"\b(?:the\s+)?absolute\s+value\s+of\s+{_VALUE}", "abs({})"),
    (rf"\bthe\s+square\s+of\s+{_VALUE}", "({})^2"),
    (rf"\bthe\s+cube\s+of\s+{_VALUE}", "({})^3"),
    (rf"\b(?:the\s+)?reciprocal\s+of\s+{_VALUE}", "1/({})"),
    (rf"\bhalf\s+(?:of\s+)?{_VALUE}", "(({})/2)"),
    (rf"\b(?:twice|double)\s+{_VALUE}", "2*({})"),
    (rf"\b(?:the\s+)?inverse\s+sine\s+of\s+{_VALUE}", "asin({})"),
    (rf"\b(?:the\s+)?inverse\s+cosine\s+of\s+{_VALUE}", "acos({})"),
    (rf"\b(?:the\s+)?inverse\s+tangent\s+of\s+{_VALUE}", "atan({})"),
)
_ALL_THAT_FOLLOWS = r"(?P<of>[^,;()]+)$"
_NUMBER_OF = r"(?P<count>\w+(?:\.\d+)?)"
_BESIDE: tuple[tuple[str, str], ...] = (
    (rf"\b{_NUMBER_OF}\s+(?:more|greater|larger)\s+than\s+{_VALUE}", "({1} + {0})"),
    (rf"\b{_NUMBER_OF}\s+(?:less|fewer|smaller)\s+than\s+{_VALUE}", "({1} - {0})"),
    (rf"{_VALUE}\s+increased\s+by\s+{_NUMBER_OF}", "({0} + {1})"),
    (rf"{_VALUE}\s+(?:decreased|reduced|diminished)\s+by\s+{_NUMBER_OF}", "({0} - {1})"),
    (
        rf"\b(?:the\s+)?remainder\s+(?:of|when|after)\s+{_VALUE}\s+(?:is\s+)?divided\s+by\s+"
        rf"{_NUMBER_OF}",
        "({0} % {1})",
    ),
    (r"(?P<of>\d+(?:\.\d+)?)\s+thousand\b", "{0}e3 *"),
    (r"(?P<of>\d+(?:\.\d+)?)\s+million\b", "{0}e6 *"),
    (r"(?P<of>\d+(?:\.\d+)?)\s+billion\b", "{0}e9 *"),
    (rf"\b(?:the\s+)?ratio\s+of\s+{_VALUE}\s+to\s+{_NUMBER_OF}", "({0}/{1})"),
    (rf"{_VALUE}\s+subtracted\s+from\s+{_NUMBER_OF}", "({1} - {0})"),
    (
        rf"\b(?:the\s+)?log(?:arithm)?\s+of\s+{_VALUE}\s+(?:to|in)\s+base\s+{_NUMBER_OF}",
        "log({0}, {1})",
    ),
    (
        rf"\b(?:the\s+)?sum\s+of\s+(?:the\s+)?squares\s+of\s+{_VALUE}\s+and\s+{_NUMBER_OF}",
        "(({0})^2 + ({1})^2)",
    ),
    (rf"{_VALUE}\s+times\s+itself\b", "({0})^2"),
    (rf"\bnegative\s+{_VALUE}", "-{0}"),
    (rf"{_VALUE}\s+factorial\b", "factorial({0})"),
    (rf"{_VALUE}\s+is\s+(?=squared|cubed)", "{0} "),
)
_PERCENT = re.compile(rf"(?P<rate>\d+(?:\.\d+)?|[^\W\d]\w*)\s*(?:%|percent)\s+of\s+{_VALUE}")
_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBER = re.compile(
    rf"\b({'|'.join(_NUMBERS)})\b(?=\s+(?:over|plus|minus|times|divided|percent|[a-z]\b)|\s*$)"
)
_ORDINALS = {"third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "nth": "n"}
_RAISED = re.compile(rf"\s+to\s+the\s+({'|'.join(_ORDINALS)})(?:\s+power)?\b")
_OF_QUOTIENT = re.compile(r"(?<=\w)\s+of\s+(?<=/d\w\sof\s)")  # d/dx of f
_THE = re.compile(r"\bthe\s+(?=(?:square|cube|cubic|natural|log|sine|cosine|tangent)\b)")
_LONG_NAMES = re.compile(r"\b(sine|cosine|tangent|logarithm|exponential)\s+of\b", re.IGNORECASE)
_SHORT = {
    "sine": "sin",
    "cosine": "cos",
    "tangent": "tan",
    "logarithm": "log",
    "exponential": "exp",
}
_COMMANDS: tuple[tuple[str, str, str], ...] = (
    (
        r"(?:integrate|(?:the\s+)?integral\s+of|antiderivative\s+of)\b(?!\s*\()",
        "there are no integrals here",
        "only derivatives: D(f, x); sum up values in a loop",
    ),
    (
        r"(?:(?:the\s+)?limit\s+of|lim(?:it)?\s+\w+\s*(?:->|→|to)|lim_)",
        "there are no limits here",
        "give the variable a value close to the place with --at",
    ),
    (r"solve\s+(?!\()", "equations are solved by a command", "run gradcalc solve"),
    (
        r"(?:minimi[sz]e|maximi[sz]e)\s+(?!\()",
        "the least value is found by a command",
        "run gradcalc minimize with the formula",
    ),
    (
        r"(?:plot|graph|draw)\s+(?!\()",
        "pictures are a command",
        "run gradcalc plot with the formula",
    ),
)
_ANY_COMMAND = tuple(
    (re.compile(rf"^\s*(?:please\s+)?{words}", re.IGNORECASE), message, hint)
    for words, message, hint in _COMMANDS
)


def sentences(text: Text) -> Iterator[Mend]:
    """`Let f(x) = x^2. Find f'(x)`: statements, without the words that ask."""
    if found := _ASKED_BEFORE.match(text.source):
        yield Mend(Span(0, len(text.source)), f"{found[2]}; {found[1]}", "a value comes before it")
        return
    if found := _BY_BEFORE.match(text.source):
        meant = f"D({with_products(found[2])}, {found[1]})"
        yield Mend(
            Span(0, len(text.source)), meant, "a derivative is written D(f, x)", "derivative"
        )
        return
    kinds = ((_SUPPOSED, ""), (_THEN_ASKED, "; "), (_EQUALS, ""), (_ASSUMED, ""), (_OF_A_NAMED, ""))
    for pattern, meant in kinds:
        for found in pattern.finditer(text.source):
            words = found[0].strip(" .,;")
            yield Mend(Span(*found.span()), meant, f"'{words}' is not needed here")


def requests(text: Text) -> Iterator[Mend]:
    """A whole text that asks for something; AbsentError where a command or an option does it."""
    source = text.source
    words = source.split()
    if not words or text.is_value(words[0]):
        return
    for pattern, message, hint in _ANY_COMMAND:
        if found := pattern.match(source):
            raise AbsentError(Slip(Span(*found.span()), "foreign-word", message, hint))
    if found := _ASKED.match(source):
        message = f"'{found[0].strip()}' is not needed here"
        yield Mend(Span(*found.span()), "", message)
        source = source[found.end() :]
        yield from _asked(text, source, found.end())
    else:
        yield from _asked(text, source, 0)


def _asked(text: Text, source: str, start: int) -> Iterator[Mend]:
    """What a request is for, behind its first words."""
    whole = Span(start, start + len(source))
    if found := _DERIVATIVE.match(source):
        inner = with_products(found["of"].strip())
        if found["at"]:
            at = found["at"].replace(" ", "")
            point = at if "=" in at else f"{found['by'] or _only_name(inner) or 'x'}={at}"
            raise AbsentError(_beside(whole, inner, point))
        name = found["by"]
        for _ in range(_ORDERS.get((found[1] or "").lower(), 1)):
            name = name or _only_name(inner)
            inner = f"D({inner}, {name})" if name else f"D({inner})"
        yield Mend(whole, inner, "a derivative is written D(f, x)", "derivative")
    elif found := _GRADIENT.match(source):
        inner, at = with_products(found["of"].strip()), found["at"]
        command = "run gradcalc hessian with" if found["hessian"] else "write"
        point = f" --at {''.join(at.split())}" if at and "=" in at else ""
        if not found["hessian"] and not at:
            yield Mend(whole, inner, "the gradient is always computed")
            return
        message = "the gradient is always computed"
        if found["hessian"]:
            message = "the Hessian is a command"
        hint = f"{command} {inner}{point or (' --at x=…' if at else '')}"
        raise AbsentError(Slip(whole, "derivative", message, hint))


def _beside(span: Span, inner: str, point: str) -> Slip:
    return Slip(
        span,
        "derivative",
        "the derivative at a point needs no words",
        f"write {inner} --at {point}",
    )


def _only_name(inner: str) -> str | None:
    names = set(re.findall(r"[^\W\d]\w*(?!\s*\(|\w)", inner)) - {"pi", "e"}
    return names.pop() if len(names) == 1 else None


def in_words(text: Text) -> Iterator[Mend]:
    """`max of x and y`, `twice x`, `20 percent of x`."""
    source, end = text.source, 0
    found_all = [(found, _TWO[found["what"].lower()]) for found in _OF_TWO.finditer(source)]
    for pattern, form in _OF_ONE:
        of = _ALL_THAT_FOLLOWS if text.reading else _VALUE
        words = pattern.replace(_VALUE, of)
        found_all += [(found, form) for found in re.finditer(words, source, re.IGNORECASE)]
    beside = [
        (found, form)
        for pattern, form in _BESIDE
        for found in re.finditer(pattern, source, re.IGNORECASE)
    ]
    found_all += beside
    found_all += [(found, "({})/100*({})") for found in _PERCENT.finditer(source)]
    found_all += [(found, "") for found in _THE.finditer(source)]
    found_all += [(found, " ") for found in _OF_QUOTIENT.finditer(source)]
    found_all += [(found, f"^{_ORDINALS[found[1]]}") for found in _RAISED.finditer(source)]
    found_all += [(found, str(_NUMBERS.index(found[1]))) for found in _NUMBER.finditer(source)]
    found_all += [
        (found, f"{_SHORT[found[1].lower()]} of") for found in _LONG_NAMES.finditer(source)
    ]
    for found, form in sorted(found_all, key=lambda pair: pair[0].start()):
        first = found[0].split()[0]
        named = text.is_value(first) and found.re is not _PERCENT and (found, form) not in beside
        if found.start() < end or named:
            continue
        end = found.end()
        parts = [part.strip("() ") for part in found.groupdict().values() if part]
        parts = [str(_NUMBERS.index(p)) if p in _NUMBERS else p for p in parts]
        if "what" in found.groupdict():
            parts = parts[1:]
        meant = form.format(*parts) if "{" in form else form
        yield Mend(
            Span(*found.span()), meant, f"'{found[0].strip()}' is written {meant or 'plainly'}"
        )
