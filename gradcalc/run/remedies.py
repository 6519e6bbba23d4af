"""Remedies for a text that can't be run: what it would be in our spelling, read before it is shown.

`language.foreign` says what a spelling of another language means; here the outcome is parsed and
its calls are looked up, so that what an error proposes can be read and run.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.parser import is_latex, parse
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import SOLVERS, Binary, Call, Function, Keyword, Program
from gradcalc.rules.compositions import COMPOSITIONS, REDUCING
from gradcalc.rules.table import CALLABLE
from gradcalc.run.arguments import Parameter
from gradcalc.run.forms import SPECIAL_FORMS, functions, reserved

if TYPE_CHECKING:
    from gradcalc.language.foreign import Slip

MAX_SOURCE = 2000  # characters of a text that a remedy is looked for
MAX_SHOWN = 200  # characters of one that is shown
MAX_PROPOSALS = 4
MAX_REPAIRS = 4  # of slips of one kind in a text
_NO_NAMES = frozenset({"and", "or", "not", "if", "else", "for", "in", "while", "tau", "phi", "inf"})
_SCRIPTED = re.compile(
    r"^(?!.*[\\$]).*(?:[∑∏ΣΠ]|\b(?:sum|prod))_\{", re.DOTALL
)  # Σ_{k=1}^3, no LaTeX
READINGS = 2  # that one text may have


@cache
def accepts(name: str, count: int) -> bool:
    """Is there a function of this name that takes so many arguments?"""
    if name in SOLVERS and count == 3:
        return True
    if name in SPECIAL_FORMS:
        return count == SPECIAL_FORMS[name].arity
    if name in REDUCING and count in (1, 2):
        return True
    if name in COMPOSITIONS:
        parameters = [Parameter.of(text) for text in COMPOSITIONS[name].parameters]
        least = sum(not parameter.optional for parameter in parameters)
        repeated = any(parameter.repeated for parameter in parameters)
        by_place = sum(not parameter.keyword for parameter in parameters)
        return least <= count and (repeated or count <= by_place)
    row = CALLABLE.get(name)
    if row is None:
        return False
    least = row.arity - len(row.defaults)
    return least <= count <= row.arity or count in row.variants or (row.folds and count > 2)


def _left_out(call: Call, source: str) -> GradcalcError | None:
    """The error of a function that is left out for good, with the way by hand."""
    from gradcalc.run.by_hand import way_by_hand

    hint, message = way_by_hand(call), f"unknown function '{call.function}'"
    error = GradcalcError("unknown-name", message, call.name_span, hint=hint, source=source)
    return error if hint else None


def misspelt(program: Program, variables: Container[str]) -> GradcalcError | None:
    """The error of a program that calls what there is not, where a remedy is known."""
    source = program.source
    if len(source) > MAX_SOURCE or not any(_doubtful(*call) for call in program.calls):
        return None
    calls = _calls(program)
    wrong = [call for call in calls if not accepts(call.function, _count(call))]
    wrong = [call for call in wrong if call.function not in variables]
    for call in wrong:
        if error := _left_out(call, source):
            return error
    if wrong and (error := _said_plainly(program, wrong[0], variables)):
        return error
    if wrong and (texts := _readable(_without_commas(source), variables)):
        return _comma(texts, wrong[0].span, source)
    single = [c for c in calls if c.function in REDUCING and len(c.arguments) == 1]
    errors = (_without_comma(program, call, variables) for call in (*wrong, *single))
    return next((error for error in errors if error), None)


def _said_plainly(program: Program, wrong: Call, variables: Container[str]) -> GradcalcError | None:
    """The error of a call that another language has, with the text in our words."""
    source = program.source
    if not is_latex(source):
        return _translation(source, variables)
    error = _translation(to_text(program).replace("\n", "; "), variables)
    if error is not None:
        error.span, error.source = wrong.name_span, source
    return error


def _doubtful(name: str, count: int) -> bool:
    """Is it no call of ours, or one of a vector where numbers with a comma may be meant?"""
    return not accepts(name, count) or (name in REDUCING and count == 1)


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


def _calls(program: Program) -> list[Call]:
    """The calls of what is not defined in the text."""
    nodes = list(program.walk())
    own = {node.name for node in nodes if isinstance(node, Function)}
    return [n for n in nodes if isinstance(n, Call) and n.function not in own]


def _count(call: Call) -> int:
    """How many arguments a call has, without those that a function of arrays takes by name."""
    if call.function not in COMPOSITIONS:
        return len(call.arguments)
    return sum(not isinstance(argument, Keyword) for argument in call.arguments)


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
        found = _readable(texts, variables)
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
    said_otherwise = _mended(source, variables) or _has_derivative(source, variables)
    if said_otherwise and (better := _translation(source, variables)):
        return better
    if error.proposals:
        error.proposals = _complete(error.proposals, variables)
    if error.proposals:  # of a product; between arguments a comma may be missing instead
        with_comma = _readable(repairs(error, source), variables)[:1]
        if with_comma:
            error.hint = f"{error.hint}, or with a comma {with_comma[0]}"
            error.proposals += with_comma
        return error
    commas = _readable(_without_commas(source), variables)
    if commas and error.code in ("decimal-comma", "missing-operator", "bad-number", "bad-sign"):
        return _comma(commas, error.span, source)
    if not is_latex(source) and (better := _translation(source, variables)):
        return better
    if error.code == "missing-operator" and (word := _word_without_value(source, variables)):
        error.hint = f"'{word}' has no value: leave it out, or give it one with --at {word}=…"
        return error
    texts = _readable(_repairs(error, source, variables), variables)[:MAX_PROPOSALS]
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
    error = None if text == source else _translation(text, variables)
    texts = error.proposals if error else _readable([text], variables)
    return (what, texts[0]) if texts and text != source else None


def _complete(texts: Iterable[str], variables: Container[str]) -> tuple[str, ...]:
    """Proposals with the same remedy wherever it is needed again; those that can be read."""
    found: dict[str, None] = {}
    for way, proposal in enumerate(texts):
        text = proposal
        for _ in range(MAX_REPAIRS):
            try:
                parse(text, functions=reserved(), variables=variables)
            except GradcalcError as again:
                if not again.proposals:
                    break
                text = again.proposals[min(way, len(again.proposals) - 1)]
            else:
                found[text] = None
                break
    return tuple(found)


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


def _translation(source: str, variables: Container[str]) -> GradcalcError | None:
    """The error of a text in another language's spelling, with the text in ours."""
    found = _translated(source, variables)
    if found is None:
        return None
    text, slip = found
    if not text:
        return GradcalcError(slip.code, slip.message, slip.span, hint=slip.hint, source=source)
    others = (_translated(source, variables, reading) for reading in range(1, READINGS))
    meant = [text, *(other[0] for other in others if other)]
    texts = tuple(dict.fromkeys(t for m in meant for t in _canonical(m, variables).values()))
    if not texts:
        return _absent(text, slip, source)
    if "//" in source and "floor(" in texts[0]:  # what Python rounds down, or a slip of the finger
        other = _translated(source.replace("//", "/"), variables)
        texts += _readable([other[0] if other else source.replace("//", "/")], variables)
    hint = slip.hint
    if not hint and len(texts[0]) <= MAX_SHOWN:
        hint = f"write {' or '.join(texts)}"
    return GradcalcError(
        slip.code, slip.message, slip.span, hint=hint or None, proposals=texts, source=source
    )


def _absent(text: str, slip: Slip, source: str) -> GradcalcError | None:
    """The error of a text in our spelling that calls what is left out for good."""
    try:
        calls = _calls(parse(text, functions=reserved()))
    except GradcalcError:
        return None
    error = next(filter(None, (_left_out(call, source) for call in calls)), None)
    if error is not None:
        error.span = slip.span
    return error


def _without_commas(source: str) -> tuple[str, ...]:
    from gradcalc.commas import without_commas

    return without_commas(source)


def _translated(
    source: str, variables: Container[str], reading: int = 0
) -> tuple[str, Slip] | None:
    """A text mended and said in our words, and its first slip; only a text in trouble needs it."""
    from gradcalc.language.foreign import Functions, translated

    mend = _mended(source, variables, reading)
    if mend is not None and readable(mend[0], variables):
        return mend
    text = source if mend is None else mend[0]
    known = Functions(tuple(sorted(functions())), accepts)
    found = translated(text, known, variables, reading) if text else None
    if mend is None:
        return found
    return (text if found is None else found[0]), mend[1]


def _mended(source: str, variables: Container[str], reading: int = 0) -> tuple[str, Slip] | None:
    from gradcalc.language.mending import mended

    page = is_latex(source) and not _SCRIPTED.search(source)
    return None if page else mended(source, variables, reading)


def _readable(texts: Iterable[str], variables: Container[str]) -> tuple[str, ...]:
    """Those of some texts that can be read, each meaning once; what is translated is canonical."""
    found: dict[str, str] = {}
    for text in texts:
        if program := readable(text, variables):
            found.setdefault(to_text(program), text)
        elif other := _translated(text, variables):
            found |= _canonical(other[0], variables)
    return tuple(found.values())


def _canonical(text: str, variables: Container[str]) -> dict[str, str]:
    """A text that can be read as the printer writes it, on one line; else nothing."""
    program = readable(text, variables)
    if program is None:
        return {}
    canonical = to_text(program)
    return {canonical: canonical.replace("\n", "; ")}


def readable(text: str, variables: Container[str]) -> Program | None:
    """The program of a text, if it can be read and calls nothing that there is not."""
    try:
        program = parse(text, functions=reserved(), variables=variables)
    except GradcalcError:
        return None
    known = all(accepts(call.function, _count(call)) for call in _calls(program))
    return program if known else None
