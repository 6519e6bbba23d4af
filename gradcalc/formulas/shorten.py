"""The shortest of a formula's forms: our own tidying, or what sympy makes of it."""

from __future__ import annotations

from functools import lru_cache

from gradcalc.formulas.equality import Comparison
from gradcalc.formulas.sympy_forms import forms
from gradcalc.formulas.tidy import rearranged, tidy
from gradcalc.formulas.trees import children
from gradcalc.language import to_text
from gradcalc.language.syntax import Binary, Expr, Node

SHORT = 24  # characters: what is no longer, and has no fraction in a fraction, is short enough
READABLE = 40  # characters: what is no longer is not worth the time that sympy takes
LONG = 800  # characters: what is longer takes sympy more time than it is worth


def shortest(plain: Expr, tidied: Expr, truth: Comparison) -> tuple[Expr, bool]:
    """The shortest of a formula's forms that has the true values; is there one at all?"""
    # Of equally short forms the first one: our own tidying keeps what was typed in its order.
    for candidate in sorted(_candidates(tidied), key=lambda one: len(to_text(one))):
        if truth.proves(candidate):
            return candidate, True
    return (plain, True) if truth.proves(plain) else (tidied, False)


@lru_cache(maxsize=256)  # steps and their answer ask for the same formula
def _candidates(tidied: Expr) -> tuple[Expr, ...]:
    """The forms of a formula, each once: our own, then sympy's where those are long."""
    candidates = [tidied]
    length = len(to_text(tidied))
    if SHORT < length <= LONG or (length <= SHORT and _has_nested_quotient(tidied)):
        candidates += rearranged(tidied)
        if min(len(to_text(one)) for one in candidates) > READABLE:
            candidates += [tidy(form) for form in forms(tidied)]
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
