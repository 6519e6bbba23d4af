"""What a call of a variable, `x(y + 1)`, may have been meant as: products."""

from __future__ import annotations

from gradcalc.errors import Span
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Name, Program


def as_products(program: Program, call: Call) -> tuple[Span, tuple[str, ...]]:
    """The products that a call with one argument may stand for, and the part that they replace.

    Two where it is what a division or a power ends with: `1/x(y)` is `(1/x)*y` or `1/(x*y)`.
    """
    variable, (factor,) = Name(call.function), call.arguments
    product = Binary("*", variable, factor)
    whole = _ended_by(program, call)
    if whole is None:
        return call.span, (to_text(product),)
    together = to_text(whole.replaced(right=product))
    if call.span.start != call.name_span.start:  # in brackets: 1/(x(y))
        return whole.span, (together,)
    shortened = to_text(whole.replaced(right=variable))
    apart = to_text(Binary("*", Name("x"), factor)).removeprefix("x")
    return whole.span, (f"({shortened}){apart}", together)


def _ended_by(program: Program, call: Call) -> Binary | None:
    """The division or power whose right side a call is."""
    for node in program.walk():
        if isinstance(node, Binary) and node.op in "/%^" and _same(node.right, call):
            return node
    return None


def _same(node: Expr, call: Call) -> bool:
    return isinstance(node, Call) and node.span == call.span and node.function == call.function
