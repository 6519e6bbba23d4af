"""Remedies for a text that can't be run: what to write instead, read before it is shown."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.parser import is_latex, parse
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Function, Program
from gradcalc.rules.compositions import REDUCING
from gradcalc.run.forms import functions, reserved
from gradcalc.run.readable import accepts, calls_of, count_of
from gradcalc.run.translations import (
    MAX_REPAIRS,
    MAX_SHOWN,
    complete,
    left_out,
    mended_text,
    readable_texts,
    translation,
)

MAX_SOURCE = 2000  # characters of a text that a remedy is looked for
MAX_PROPOSALS = 4
_NO_NAMES = frozenset({"and", "or", "not", "if", "else", "for", "in", "while", "tau", "phi", "inf"})


def misspelt(program: Program, variables: Container[str]) -> GradcalcError | None:
    """The error of a program that calls what there is not, where a remedy is known."""
    source = program.source
    if len(source) > MAX_SOURCE:
        return None
    calls = calls_of(program)
    wrong = [call for call in calls if not accepts(call.function, count_of(call))]
    wrong = [call for call in wrong if call.function not in variables]
    for call in wrong:
        if error := left_out(call, source):
            return error
    if wrong and (error := _said_plainly(program, wrong[0], variables)):
        return error
    if wrong and (texts := readable_texts(_without_commas(source), variables)):
        return _comma(texts, wrong[0].span, source)
    single = [c for c in calls if c.function in REDUCING and len(c.arguments) == 1]
    errors = (_without_comma(program, call, variables) for call in (*wrong, *single))
    return next((error for error in errors if error), None)


def _said_plainly(program: Program, wrong: Call, variables: Container[str]) -> GradcalcError | None:
    """The error of a call that another language has, with the text in our words."""
    source = program.source
    if not is_latex(source):
        return translation(source, variables)
    error = translation(to_text(program).replace("\n", "; "), variables)
    if error is not None:
        error.span, error.source = wrong.name_span, source
    return error


def valueless(program: Program, variables: Container[str]) -> GradcalcError | None:
    """The error of a text that ends with the definition of a function, which has no value."""
    last = program.body[-1]
    if not isinstance(last, Function):
        return None
    call = f"{last.name}({', '.join(last.parameters)})"
    given = all(name in variables for name in last.parameters)
    return GradcalcError(
        "no-value",
        "the program ends without a value",
        last.span,
        hint=f"end it with a value: {call}",
        proposals=(f"{program.source.rstrip('; ')}; {call}",) if given else (),
        source=program.source,
    )


def _without_comma(program: Program, call: Call, variables: Container[str]) -> GradcalcError | None:
    """The error of two arguments with a blank between them: `max(x^2 y)` is no product."""
    source = program.source
    for node in call.walk():
        if not isinstance(node, Binary) or node.op != "*":
            continue
        gap = Span(node.left.span.end, node.right.span.start)
        if not source[gap.start : gap.end].isspace():
            continue
        texts = [gap.rewritten(source, sign) for sign in (", ", "*")]
        found = readable_texts(texts, variables)
        if found:
            hint = f"write {' or '.join(found)}"
            return GradcalcError(
                "missing-comma",
                f"the arguments of {call.function} are not divided",
                gap,
                hint=hint,
                proposals=found,
                source=source,
            )
    return None


def remedied(error: GradcalcError, source: str, variables: Container[str]) -> GradcalcError:
    """The error with what to write instead, or one that says whose spelling the text is in."""
    from gradcalc.language.repairs import repairs

    if len(source) > MAX_SOURCE:
        return error
    said_otherwise = mended_text(source, variables) or _has_derivative(source, variables)
    if said_otherwise and (better := translation(source, variables)):
        return better
    if error.proposals:
        error.proposals = complete(error.proposals, variables)
    if error.proposals:  # of a product; between arguments a comma may be missing instead
        with_comma = readable_texts(repairs(error, source), variables)[:1]
        if with_comma:
            error.hint = f"{error.hint}, or with a comma {with_comma[0]}"
            error.proposals += with_comma
        return error
    commas = readable_texts(_without_commas(source), variables)
    if commas and error.code in ("decimal-comma", "missing-operator", "bad-number", "bad-sign"):
        return _comma(commas, error.span, source)
    if not is_latex(source) and (better := translation(source, variables)):
        return better
    if error.code == "missing-operator" and (word := _word_without_value(source, variables)):
        error.hint = f"'{word}' has no value: leave it out, or give it one with --at {word}=…"
        return error
    texts = readable_texts(_repairs(error, source, variables), variables)[:MAX_PROPOSALS]
    if not texts and error.code == "unclosed":  # x(2 is x(2), which is x*2
        texts = complete(_repairs(error, source, variables), variables)[:1]
    if texts:
        error.proposals = texts
        if len(texts[0]) <= MAX_SHOWN:
            error.hint = f"write {' or '.join(texts)}"
    return error


def _word_without_value(source: str, variables: Container[str]) -> str | None:
    """A word beside other words that is no name, where the names are known: `calculate x^2`."""
    if not variables:
        return None
    assigned = set(re.findall(r"([^\W\d]\w*)\s*=(?!=)", source))
    for word in re.findall(r"(?<![\w.])[^\W\d_]{3,}(?=\s+[^\W\d]|\s*$)", source):
        known = word in variables or word in assigned or word in functions() or word in _NO_NAMES
        if not known:
            return str(word)
    return None


def _has_derivative(source: str, variables: Container[str]) -> bool:
    """Is there a `d/dx`, of names that have no value?"""
    by = re.findall(r"(?<!\w)d/(d[^\W\d_]\w*)", source)
    return any("d" not in variables and name not in variables for name in by)


def respelt(source: str, name: str, variables: Container[str]) -> tuple[str, str] | None:
    """A text that can be read, but whose input `name` is none: what it is, and the text without it.

    `5C2` are the combinations of 2 of 5 things, `A^T` is a transpose, `(double)x` is x.
    """
    if found := re.fullmatch(r"([CP])(\d+)", name):
        function = "binomial" if found[1] == "C" else "perm"
        text = re.sub(rf"(\d+)\s*{name}\b", rf"{function}(\1, {found[2]})", source)
        what = f"for a number of {'combinations' if found[1] == 'C' else 'permutations'}"
    elif name == "T":
        text, what = re.sub(r"\s*(?:\^|\*\*)\s*(?:T\b|\(T\))", "'", source), "for a transpose"
    elif name in ("double", "float", "real"):
        text, what = re.sub(rf"\(\s*{name}\s*\)", "", source), "numbers need no type"
    else:
        return None
    error = None if text == source else translation(text, variables)
    texts = error.proposals if error else readable_texts([text], variables)
    return (what, texts[0]) if texts and text != source else None


def _repairs(error: GradcalcError, source: str, variables: Container[str]) -> Iterator[str]:
    """Repairs, each again where another slip of the same kind is left."""
    from gradcalc.language.repairs import repairs

    for way, repaired in enumerate(repairs(error, source)):
        text = repaired
        for _ in range(MAX_REPAIRS):
            yield text
            try:
                parse(text, functions=reserved(), variables=variables)
                break
            except GradcalcError as again:
                if again.code != error.code:
                    break
                ways = list(repairs(again, text))
                if not ways:
                    break
                text = ways[min(way, len(ways) - 1)]


def _comma(texts: tuple[str, ...], span: Span | None, source: str) -> GradcalcError:
    """The error of a number with commas."""
    hint = f"write {texts[0]}"
    if len(texts) > 1:
        hint += f" for a decimal, {texts[1]} for thousands"
    message = "a number can't contain a comma"
    if "," not in source:
        message = "a number can't be divided into groups"
    return GradcalcError("decimal-comma", message, span, hint=hint, proposals=texts, source=source)


def _without_commas(source: str) -> tuple[str, ...]:
    from gradcalc.commas import without_commas

    return without_commas(source)
