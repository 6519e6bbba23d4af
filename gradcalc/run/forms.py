"""What a text may call: rows, compositions, and forms that do more than compute a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from gradcalc.language.syntax import SOLVERS, Call, Name, Program, is_solver
from gradcalc.language.unicode import folded
from gradcalc.rules.compositions import COMPOSITIONS, REDUCING
from gradcalc.rules.table import CALLABLE


class Form(NamedTuple):
    """A call that is no row of the table, for it does more than compute a value."""

    signature: str
    arity: int
    doc: str
    example: str


SPECIAL_FORMS: Mapping[str, Form] = {
    "where": Form(
        "where(c, a, b)",
        3,
        "a where the condition c holds, else b, which is not evaluated",
        "where(1 > 0, 2, log(0))",
    ),
    "detach": Form("detach(x)", 1, "x as a constant: nothing is differentiated", "detach(3)"),
    "len": Form("len(v)", 1, "how many elements a vector has, or rows a matrix", "len([1, 2, 3])"),
    "D": Form(
        "D(f, x)",
        2,
        "the derivative of f by the variable x, through all that was computed from x",
        "x = 3; y = x^2; D(y, x)",
    ),
    "grad": Form(
        "grad(f, v)",
        2,
        "the gradient of f, a number, by the variable v and what was computed from it",
        "v = [1, 2]; sum(grad(v @ v, v))",
    ),
    "jac": Form(
        "jac(f, v)",
        2,
        "the Jacobian of f, an array, by the variable v: J[i, j]",
        "v = [1, 2]; jac(v^2, v)[1, 1]",
    ),
    "hess": Form(
        "hess(f, v)",
        2,
        "the Hessian of f, a number, by the variable v",
        "v = [1, 2]; hess(v @ v, v)[0, 0]",
    ),
}
DERIVATIVES = ("D", "grad", "jac", "hess")
# A text without any of these makes no array: it runs without NumPy.
_PASTED = (
    "‖",
    "∥",
    "Vert",
    "\\|",
    "\\langle",
    "\\begin",
    "\\lbrack",
)  # norms, products and matrices
ARRAY_SIGNS = ("[", *_PASTED)
_NAME = re.compile(r"\w+")


@cache
def reserved() -> frozenset[str]:
    """Names that are functions even where no bracket follows: no variable has one of them."""
    return frozenset(CALLABLE) | {"where", "detach"}


@cache
def functions() -> frozenset[str]:
    """Every name that a text may call."""
    return frozenset(CALLABLE) | frozenset(COMPOSITIONS) | frozenset(SPECIAL_FORMS)


def may_hold_arrays(program: Program) -> bool:
    """Could a run without arrays among its inputs make one? Decided from the text, and at once."""
    if not program.source:
        return True
    source = folded(program.source)
    if any(sign in source for sign in ARRAY_SIGNS):
        return True
    return not COMPOSITIONS.keys().isdisjoint(_NAME.findall(source))


def reduces(name: str, arguments: int) -> bool:
    """Is this a call of max or min with one argument, or with an axis?"""
    return name in REDUCING and arguments == 1


def derivative_variables(program: Program) -> set[str]:
    """The names that a text differentiates by anywhere."""
    source = folded(program.source)
    if source and not any(name in source for name in (*DERIVATIVES, *SOLVERS)):
        return set()
    calls = [
        node
        for node in program.walk()
        if isinstance(node, Call) and (node.function in DERIVATIVES or is_solver(node))
    ]
    return {v.name for call in calls for v in call.arguments[1:2] if isinstance(v, Name)}
