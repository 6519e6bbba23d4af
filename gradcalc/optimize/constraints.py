"""Constraints as they are written: x + y <= 1, 0 < x*y < 2, x^2 + y^2 == 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcalc.boxes.equations import with_double_signs
from gradcalc.errors import GradcalcError, listed
from gradcalc.kernels.kernel import Kernel
from gradcalc.language import to_text
from gradcalc.language.parser import parse_expression
from gradcalc.language.syntax import Binary, Compare, Expr, Name
from gradcalc.optimize.layout import Layout
from gradcalc.optimize.methods import Constraint
from gradcalc.run.forms import reserved


def constraints(
    texts: Sequence[str], layout: Layout, held: Mapping[str, Any]
) -> tuple[Constraint, ...]:
    """The constraints of some texts; GradcalcError for what is not a comparison of numbers."""
    if texts and layout.has_arrays:
        raise GradcalcError(
            "usage",
            "constraints need unknowns that are single numbers",
            hint="give each element a name of its own",
            source="",
        )
    return tuple(one for text in texts for one in _read(text, layout, held))


def names_of(texts: Sequence[str]) -> set[str]:
    """All names that some texts of constraints read; GradcalcError as of `constraints`."""
    nodes = (node for text in texts for node in _parsed(text).walk())
    return {node.name for node in nodes if isinstance(node, Name)}


def _parsed(text: str) -> Compare:
    try:
        tree = parse_expression(with_double_signs(text), functions=reserved())
    except GradcalcError as error:
        error.source = text
        raise
    if not isinstance(tree, Compare) or "!=" in tree.ops:
        raise GradcalcError(
            "bad-constraint",
            "a constraint must compare two sides with <=, >= or ==",
            tree.span if "!=" in text else None,
            hint='write --subject-to "x + y <= 1"',
            source=text,
        )
    return tree


def _read(text: str, layout: Layout, held: Mapping[str, Any]) -> Iterator[Constraint]:
    known = {*layout.shapes, *held}
    tree = _parsed(text)
    for k, op in enumerate(tree.ops):
        left, right = tree.operands[k : k + 2]
        larger, smaller = (right, left) if op in ("<", "<=") else (left, right)
        yield _constraint(Binary("-", larger, smaller), op == "==", text, layout, held, known)


def _constraint(
    side: Expr, equal: bool, text: str, layout: Layout, held: Mapping[str, Any], known: set[str]
) -> Constraint:
    source = to_text(side)
    kernel = Kernel(source, None, names=known)
    for name in kernel.inputs:
        if name not in known:
            raise GradcalcError(
                "unknown-input",
                f"the constraint {text} reads {name}, which has no value",
                hint=f"the inputs are {listed(sorted(known))}",
                source="",
            )
    numbers = {name: float(value) for name, value in held.items() if name in kernel.inputs}
    return Constraint(kernel, tuple(layout.shapes), numbers, equal, text.strip())
