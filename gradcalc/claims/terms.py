"""A derivative from which a term was left out: of a sum, or of the product rule."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gradcalc.claims.formulas import MAX_INSTRUCTIONS, NO_FORMULA, derivative_of
from gradcalc.language import to_text
from gradcalc.language.syntax import Binary, Expr, Number, Unary
from gradcalc.trace.trace import Trace

MAX_TERMS = 20  # of a derivative, each of which is left out in turn


def without_a_term(by: str, trace: Trace) -> Iterator[tuple[str, str]]:
    """What the derivative of a trace would be without each of its terms, as a text, and why."""
    if trace.statics or trace.guards or trace.solutions or len(trace) > MAX_INSTRUCTIONS:
        return
    try:
        derivative = derivative_of(trace, by)
    except NO_FORMULA:
        return
    terms = [] if derivative is None else list(_terms(derivative, 1))
    if not 1 < len(terms) <= MAX_TERMS:
        return
    product = trace.rules[trace.result].name == "mul"
    for k, (_, term) in enumerate(terms):
        rest = _sum([*terms[:k], *terms[k + 1 :]])
        half = ", half of the product rule" if product and len(terms) == 2 else ""
        yield to_text(rest), f"the term {to_text(term)} is missing{half}"


def _terms(node: Expr, sign: int) -> Iterator[tuple[int, Expr]]:
    """The terms of a sum, each with its sign."""
    if isinstance(node, Binary) and node.op in ("+", "-"):
        yield from _terms(node.left, sign)
        yield from _terms(node.right, sign if node.op == "+" else -sign)
    elif isinstance(node, Unary) and node.op == "-":
        yield from _terms(node.operand, -sign)
    else:
        yield sign, node


def _sum(terms: list[tuple[int, Expr]]) -> Expr:
    total: Expr = Number("0", Fraction(0))
    for sign, term in terms:
        total = Binary("+" if sign > 0 else "-", total, term)
    return total
