"""A text in another language's spelling, said in ours: what it would be is read before it is shown.

`language.mending` and `language.foreign` say what a spelling means; here the outcome is parsed and
its calls are looked up, so that what an error proposes can be read and run.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from gradcalc.commas import without_commas
from gradcalc.errors import GradcalcError
from gradcalc.language.parser import is_latex, parse
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Call
from gradcalc.run.forms import functions, reserved
from gradcalc.run.readable import accepts, calls_of, readable

if TYPE_CHECKING:
    from gradcalc.language.foreign import Slip

MAX_SHOWN = 200  # characters of a text that is shown
MAX_REPAIRS = 4  # of slips of one kind in a text
READINGS = 2  # that one text may have
# No LaTeX: Σ_{k=1}^3 without a backslash, Mathematica's \[Pi].
_SCRIPTED = re.compile(
    r"^(?!.*[\\$]).*(?:[∑∏ΣΠ]|\b(?:sum|prod))_\{|^[^$]*\\\[[A-Z][A-Za-z]+\]", re.DOTALL
)


def left_out(call: Call, source: str) -> GradcalcError | None:
    """The error of a function that is left out for good, with the way by hand."""
    from gradcalc.run.by_hand import way_by_hand

    hint, message = way_by_hand(call), f"unknown function '{call.function}'"
    error = GradcalcError("unknown-name", message, call.name_span, hint=hint, source=source)
    return error if hint else None


def translation(source: str, variables: Container[str]) -> GradcalcError | None:
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
    if not texts:  # another slip may be left, whose remedy is known
        texts = tuple(t for t in complete(meant, variables) if readable(t, variables))
        texts = texts or readable_texts(without_commas(text), variables)
    if not texts:
        return _absent(text, slip, source)
    if "//" in source and "floor(" in texts[0]:  # what Python rounds down, or a slip of the finger
        other = _translated(source.replace("//", "/"), variables)
        texts += readable_texts([other[0] if other else source.replace("//", "/")], variables)
    hint = slip.hint
    if not hint and len(texts[0]) <= MAX_SHOWN:
        hint = f"write {' or '.join(texts)}"
    return GradcalcError(
        slip.code, slip.message, slip.span, hint=hint or None, proposals=texts, source=source
    )


def _absent(text: str, slip: Slip, source: str) -> GradcalcError | None:
    """The error of a text in our spelling that calls what is left out for good."""
    try:
        calls = calls_of(parse(text, functions=reserved()))
    except GradcalcError:
        return None
    error = next(filter(None, (left_out(call, source) for call in calls)), None)
    if error is not None:
        error.span = slip.span
    return error


def _translated(
    source: str, variables: Container[str], reading: int = 0
) -> tuple[str, Slip] | None:
    """A text mended and said in our words, and its first slip; only a text in trouble needs it."""
    from gradcalc.language.foreign import Functions, translated

    mend = mended_text(source, variables, reading)
    if mend is not None and readable(mend[0], variables):
        return mend
    text = source if mend is None else mend[0]
    known = Functions(tuple(sorted(functions())), accepts)
    found = translated(text, known, variables, reading) if text else None
    if mend is None or (found is not None and not found[0]):
        return found
    return (text if found is None else found[0]), mend[1]


def mended_text(
    source: str, variables: Container[str], reading: int = 0
) -> tuple[str, Slip] | None:
    from gradcalc.language.mending import mended

    page = is_latex(source) and not _SCRIPTED.search(source)
    return mended(source, variables, reading, page=page)


def readable_texts(texts: Iterable[str], variables: Container[str]) -> tuple[str, ...]:
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


def complete(texts: Iterable[str], variables: Container[str]) -> tuple[str, ...]:
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
