"""All mends, one kind after the other."""

from __future__ import annotations

from collections.abc import Container

from gradcalc.errors import Span
from gradcalc.language.foreign.items import AbsentError, Slip
from gradcalc.language.mending.bindings import bindings
from gradcalc.language.mending.calculus import derivatives
from gradcalc.language.mending.english import in_words, requests, sentences
from gradcalc.language.mending.flows import choices, julia, pipes, stored
from gradcalc.language.mending.mend import Kind, Text
from gradcalc.language.mending.notations import notations
from gradcalc.language.mending.numbers import angles, mixed, powers_of_ten
from gradcalc.language.mending.pages import commas, pages
from gradcalc.language.mending.programs import blocks, comments, definitions, surroundings
from gradcalc.language.mending.scripts import scripted
from gradcalc.language.mending.signs import signs
from gradcalc.language.mending.symbols import (
    around,
    assignments,
    prefixed,
    separators,
    slots,
    symbols,
)
from gradcalc.language.mending.tongues import tongues
from gradcalc.language.mending.words import operators, phrases
from gradcalc.language.rewriting import rewritten

_KINDS: tuple[Kind, ...] = (
    commas,
    symbols,
    assignments,
    slots,
    prefixed,
    surroundings,
    around,
    signs,
    tongues,
    sentences,
    requests,
    comments,
    bindings,
    pipes,
    choices,
    stored,
    julia,
    separators,
    definitions,
    blocks,
    angles,
    mixed,
    powers_of_ten,
    scripted,
    in_words,
    phrases,
    operators,
    notations,
    derivatives,
)

_OF_PAGES: tuple[Kind, ...] = (commas, pages)


def mended(
    source: str, variables: Container[str] = (), reading: int = 0, *, page: bool = False
) -> tuple[str, Slip] | None:
    """A text without slips that are known here, and the first of them; None if there is none.

    `variables` are names that the user gives a value to: they are left as they are. `reading`
    counts from the likeliest one: `1.5 x 10^3` may be 1.5e3, or 1.5*x*10^3. The text is empty where
    there is nothing to write instead: the hint of the slip says what to do. Of a `page` of LaTeX
    what is LaTeX's is looked for.
    """
    text, first = Text(source, variables, reading), None
    for kind in _OF_PAGES if page else _KINDS:
        try:
            mends = list(kind(text))
        except AbsentError as absent:
            return "", absent.slip
        if not mends:
            continue
        if first is None:
            first = Slip(mends[0].span, mends[0].code, mends[0].message)
        changed = rewritten(text.source, [(mend.span, mend.text) for mend in mends])
        text = Text(changed, variables, reading)
    if first is None or text.source == source:
        return None
    end = len(source)
    span = Span(min(first.span.start, end), min(first.span.end, end))
    return text.source, Slip(span, first.code, first.message)
