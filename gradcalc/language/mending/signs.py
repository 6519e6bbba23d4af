r"""Characters that are signs elsewhere: a calculator's `ᴇ` and `⁻`, `\[Pi]`, `∘`, `⟨x, y⟩`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.mend import Mend, Text

_NAMED = {
    "Pi": "pi",
    "Times": "*",
    "ExponentialE": "e",
    "Infinity": "inf",
    "Sqrt": "√",
    "Cross": "*",
}
_NAMED |= {"Equal": "==", "LessEqual": "<=", "GreaterEqual": ">=", "NotEqual": "!=", "Rule": "->"}
_CHARACTER = re.compile(r"\\\[([A-Z][A-Za-z]+)\]")  # Mathematica's \[Pi]
_NEGATIVE = re.compile(r"(?<![\w)\]!²³])\s*[‾⁻﹣](?=\s*[\w(√])")
_POWER_OF_TEN = re.compile(r"(?<=[\d.])\s*ᴇ\s*[-⁻‾]?(?=\d)")
_CURRENCY = re.compile(r"[€£¥₽₹]\s*(?=\d)|(?<=\d)\s*[€£¥₽₹]|(?<!\w)\$\s*(?=\d)(?!.*\$.*\$)")
_STARS = re.compile(r"(?<=[\w)\]])\s*(?:\*\*\*+|\^\^+)\s*(?=[\w(-])")
_WEDGE = re.compile(r"(?<=[\w)\]])\s*[∧⋀]\s*(?=[-\w(])")
_CONDITION = re.compile(r"[<>=≤≥≠]")
_COMPOSED = re.compile(r"\(\s*([^\W\d]\w*)((?:\s*∘\s*[^\W\d]\w*)+)\s*\)\s*\(")
_ROOT = re.compile(r"(?<![\w.])([2-9])\s*([xˣ])√\s*(\w+|\([^()]*\))")  # 3x√8, of calculators
_RATIO = re.compile(r"(?<=[\w)²³])\s+:\s+(?=[\w(√])")
_NO_RATIO = re.compile(r"[?{\[;$=<>\n]|\b(?:lambda|for|if|else|function|def|while)\b|->|::")
_FRACTION = re.compile(r"(?<![\w.])(\d+)⌟(\d+)(?:⌟(\d+))?")
_ANGLED = re.compile(
    r"[⟨〈]([^⟨⟩〈〉]*,[^⟨⟩〈〉]*)[⟩〉]|(?<![\w)\]])(?<![\w)\]]\s)<([^<>=]*,[^<>=]*)>(?=\s*(?:[.·⋅]|$))"
)
_BETWEEN_VECTORS = re.compile(r"(?<=[)⟩〉>])\s*[.·⋅∙•]\s*(?=[\[(⟨〈<][^()\[\]]*,)")
_TRANSPOSED = re.compile(r"(?<=[\w\])])ᵀ")
_IN_SET = re.compile(
    r"^\s*(?:(?:for\s+(?:all\s+)?)?[^\W\d]\w*\s*∈\s*[^,:;]+[,:;]\s*)|\s*,?\s*[^\W\d]\w*\s*∈\s*\S+\s*$"
)


def signs(text: Text) -> Iterator[Mend]:
    """Each character in the place of which ours is written; a sum of two readings has none."""
    source = text.source
    for found in _CHARACTER.finditer(source):
        if (meant := _NAMED.get(found[1], found[1].lower())) is not None:
            yield _mend(found, f" {meant} ", found[0])
    for found in _NEGATIVE.finditer(source):
        yield _mend(found, "-", found[0].strip())
    for found in _POWER_OF_TEN.finditer(source):
        yield _mend(found, "e-" if found[0][-1] in "-⁻‾" else "e", "ᴇ")
    for found in _CURRENCY.finditer(source):
        sign = found[0].strip()
        yield Mend(Span(*found.span()), "", f"'{sign}' is a unit: numbers have none", "unit")
    for found in _STARS.finditer(source):
        yield _mend(found, "^", found[0].strip())
    if not _CONDITION.search(source):
        for found in _WEDGE.finditer(source):
            yield _mend(found, "^", found[0].strip())
    for found in _ROOT.finditer(source):
        number, sign, of = found.groups()
        product = sign == "x" and text.is_value("x") and not text.reading  # 3x√y
        meant = f"{number}*x*sqrt({of})" if product else f"root({of}, {number})"
        yield Mend(Span(*found.span()), meant, f"'{sign}√' may be a sign, or x and √", "bad-sign")
    if not _NO_RATIO.search(source):
        for found in _RATIO.finditer(source):
            yield _mend(found, "/", ":")
    for found in _FRACTION.finditer(source):
        whole, above, below = found.groups()
        meant = f"({whole} + {above}/{below})" if below else f"({whole}/{above})"
        yield _mend(found, meant, "⌟")
    if declared := _IN_SET.search(source):
        yield Mend(Span(*declared.span()), "", "what a name may be is not said in a formula")
    yield from _of_vectors(text)
    for found in _COMPOSED.finditer(source):
        if (close := text.closing(found.end() - 1)) is not None:
            names = [found[1], *re.findall(r"[^\W\d]\w*", found[2])]
            inner = source[found.end() : close]
            meant = "(".join(names) + f"({inner}" + ")" * len(names)
            yield Mend(Span(found.start(), close + 1), meant, "'∘' is not known here", "bad-sign")


def _of_vectors(text: Text) -> Iterator[Mend]:
    """`⟨x, y⟩·⟨1, 2⟩` and `(x, y) · (1, 2)`, products of vectors; `Aᵀ`."""
    source = text.source
    for found in _BETWEEN_VECTORS.finditer(source):
        yield _mend(found, " @ ", found[0].strip())
    for found in _ANGLED.finditer(source):
        inside = found[1] or found[2]
        yield Mend(Span(*found.span()), f"[{inside}]", "a vector has square brackets", "bad-sign")
    for found in _TRANSPOSED.finditer(source):
        yield _mend(found, "'", "ᵀ")


def _mend(found: re.Match[str], meant: str, sign: str) -> Mend:
    return Mend(Span(*found.span()), meant, f"'{sign}' is written {meant.strip()}", "bad-sign")
