"""The shortest of a formula's forms: our own tidying, or what sympy makes of it."""

from __future__ import annotations

from functools import lru_cache

from gradcalc.formulas.equality import Comparison
from gradcalc.formulas.sympy_forms import QUICK, THOROUGH, forms
from gradcalc.formulas.tidy import tidy
from gradcalc.formulas.trees import children
from gradcalc.language import to_text
from gradcalc.language.syntax import Binary, Expr, Node

SHORT = 24  # characters: what is no longer, and has no fraction in a fraction, is short enough
READABLE = 40  # characters: what is no longer is not worth the time that simplify takes
LONG = 800  # characters: what is longer takes sympy more time than it is worth


def shortest(plain: Expr, truth: Comparison) -> tuple[Expr, bool]:
    """The shortest of a formula's forms that has the true values; is there one at all?"""
    tidied = tidy(plain)
    # Of equally short forms the first one: our own tidying keeps what was typed in its order.
    for candidate in sorted(_candidates(tidied), key=lambda one: len(to_text(one))):
        if truth.proves(candidate):
            return candidate, True
    return (plain, True) if truth.proves(plain) else (tidied, False)


@lru_cache(maxsize=256)
def _candidates(tidied: Expr) -> tuple[Expr, ...]:
    """The forms of a formula, each once.

    They are kept, so that a formula has the same forms whoever asks: how far sympy gets within its
    budget depends on what it has met before.
    """
    candidates = [tidied]
    length = len(to_text(tidied))
    if SHORT < length <= LONG or (length <= SHORT and _has_nested_quotient(tidied)):
        candidates += [tidy(form) for form in forms(tidied, QUICK)]
        if min(len(to_text(one)) for one in candidates) > READABLE:
            candidates += [tidy(form) for form in forms(tidied, THOROUGH)]
    return tuple(dict.fromkeys(candidates))


def _has_nested_quotient(root: Node) -> bool:
    """Does a quotient stand inside another?"""
    waiting = [(root, False)]
    while waiting:
        node, inside = waiting.pop()
        quotient = isinstance(node, Binary) and node.op == "/"
        if quotient and inside:
            return True
        waiting += [(child, inside or quotient) for child in children(node)]
    return False
