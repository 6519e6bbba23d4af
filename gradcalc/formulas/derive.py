"""The derivative of a formula as a formula, by the laws, from the leaves to the root."""

from __future__ import annotations

from gradcalc.errors import GradcalcError
from gradcalc.formulas.laws import law
from gradcalc.formulas.tidy import tidy
from gradcalc.formulas.trees import children, fold
from gradcalc.language.syntax import Binary, Call, Conditional, Expr, Name, Node, Number, Unary

MAX_NODES = 20_000  # of a formula that is differentiated or printed: some 100,000 characters
DIFFERENTIABLE = (Number, Name, Unary, Binary, Call, Conditional)


def derived(u: Expr, x: str) -> Expr:
    """d/dx u by the laws, not tidied. GradcalcError where there is no law, or it grows too long."""
    slopes: dict[int, Expr] = {}

    def derive(part: Expr) -> Expr:
        slope = slopes.get(id(part))
        return derived(part, x) if slope is None else slope

    def differentiated(node: Node, below: list[Node]) -> Node:
        if isinstance(node, DIFFERENTIABLE):
            slopes[id(node)] = law(node, x, derive).formula
        return node

    fold(u, differentiated)
    return bounded(slopes[id(u)])


def derivative(u: Expr, wrt: tuple[str, ...]) -> Expr:
    """∂u/∂(each of `wrt` in turn), tidied after each."""
    for x in wrt:
        u = tidy(derived(u, x))
    return u


def bounded(root: Expr) -> Expr:
    """The formula; GradcalcError where it has more than MAX_NODES parts, written out."""
    if size(root) > MAX_NODES:
        raise GradcalcError(
            "too-long",
            f"the derivative as a formula has more than {MAX_NODES:,} parts",
            hint="eval --at computes its value without writing it down",
        )
    return root


def size(root: Expr) -> int:
    """How many nodes a formula has, shared parts counted as often as they are written."""
    known: dict[int, int] = {}
    waiting: list[Node] = [root]
    while waiting:
        node = waiting[-1]
        below = children(node)
        unknown = [child for child in below if id(child) not in known]
        if unknown:
            waiting += unknown
            continue
        known[id(node)] = 1 + sum(known[id(child)] for child in below)
        waiting.pop()
    return known[id(root)]
