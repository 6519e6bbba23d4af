"""Where a wrong derivative parts from the right one: the rule, applied with a usual slip.

A claim is compared with what comes out when one step of the right derivation is done wrong: an
inner derivative left out, a term lost, a sign turned, a factor dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from gradcalc.formulas.equality import Comparison, Values
from gradcalc.formulas.steps import Derivation, Step, is_sign, with_part
from gradcalc.formulas.trees import called, children
from gradcalc.language.spelling import number
from gradcalc.language.syntax import Binary, Expr, Node, Unary


@dataclass(frozen=True, slots=True)
class ClaimedStep:
    """A claim beside the derivation: right, or the first step with a slip that leads to it.

    `step` counts from 0; it and `slip` are None where the claim is right, or no slip gives it.
    """

    claim: Expr
    right: bool
    step: int | None = None
    slip: str | None = None


def compare(derived: Derivation, claim: Expr, names: Sequence[str]) -> ClaimedStep:
    """The claim against the derivation; `names` are the inputs."""
    truth = Comparison(names, Values(derived.value, (derived.x,)))
    if truth.proves(claim):
        return ClaimedStep(claim, True)
    claimed = Comparison(names, Values(claim))
    for k, step in enumerate(derived.steps):
        if not is_sign(step.before):  # tidying has no rule to be got wrong
            break
        for slip, part in slips(step):
            if claimed.proves(with_part(step.line, step.path, part)):
                return ClaimedStep(claim, False, k, slip)
    return ClaimedStep(claim, False)


def slips(step: Step) -> Iterator[tuple[str, Expr]]:
    """What the step's rule gives when it is done wrong once, each with what was done."""
    part, inner = step.part, children(step.before)[0]
    if isinstance(inner, Binary) and inner.op in "*/":
        x = children(step.before)[1]
        slopes = [called("D", side, cast(Expr, x)) for side in (inner.left, inner.right)]
        name = "each factor" if inner.op == "*" else "above and below"
        yield f"{name} is differentiated by itself", Binary(inner.op, slopes[0], slopes[1])
    yield "the sign is turned", Unary("-", part)
    yield from _at_each_node(part)


def _at_each_node(root: Expr) -> Iterator[tuple[str, Expr]]:
    """One operation of the result left out or turned, wherever it stands outside d/dx(…)."""
    waiting: list[tuple[Node, tuple[int, ...]]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if is_sign(node):
            continue
        if isinstance(node, Binary):
            for slip, wrong in _wrong(node):
                yield slip, with_part(root, path, wrong)
        waiting += [(child, (*path, k)) for k, child in enumerate(children(node))]


def _wrong(node: Binary) -> Iterator[tuple[str, Expr]]:
    left, right = node.left, node.right
    match node.op:
        case "+" | "-":
            other = "-" if node.op == "+" else "+"
            yield "a sign inside is turned", Binary(other, left, right)
            yield "the second term is left out", left
            first = right if node.op == "+" else Unary("-", right)
            yield "the first term is left out", first
        case "*":
            inner = "the inner derivative is left out"
            yield inner if is_sign(right) else "a factor is left out", left
            yield inner if is_sign(left) else "a factor is left out", right
            if is_sign(left) and not is_sign(right):
                yield "only one factor is differentiated", Binary("*", left, number(1))
        case "/":
            yield "the denominator is left out", left
            if isinstance(right, Binary) and right.op == "^":
                yield "the denominator is not squared", Binary("/", left, right.left)
        case "^":
            higher = Binary("^", left, Binary("+", right, number(1)))
            yield "the exponent is not lowered", higher
