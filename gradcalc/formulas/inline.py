"""A program as one formula: what it assigns and defines, put where it is read.

Programs whose run takes no turns are read so, from the text alone. What loops, branches into
blocks, or makes arrays by functions, is read off a recorded run instead (`recorded`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from gradcalc.formulas.partials import row_of
from gradcalc.formulas.trees import fold, rebuilt
from gradcalc.language.syntax import (
    Assign,
    Binary,
    Call,
    Compare,
    Conditional,
    Evaluate,
    Expr,
    Function,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Program,
    Statement,
    Unary,
    Vector,
)
from gradcalc.rules.rule import Rule

MAX_PARTS = 100_000  # nodes of a formula that assignments are put into
FORMS = ("where", "detach")  # calls that are no rows, and that laws know
SCALAR_NODES = (Number, Name, Unary, Binary, Call, Conditional, Compare, Logic, Not)


class NotOneFormulaError(Exception):
    """The program has a part that is no formula of numbers."""


def inlined(program: Program, known: Mapping[str, Expr] | None = None) -> Expr:
    """The formula that the program's last statement is. NotOneFormulaError where it is none."""
    scope = _Scope(dict(known or {}), {})
    value = scope.run(program.body)
    for leaf in leaves(value):
        _refuse(leaf)
    return value


def leaves(value: Expr) -> list[Expr]:
    """The formulas of numbers that a value holds: itself, or those in a vector or a matrix."""
    if not isinstance(value, Vector):
        return [value]
    return [leaf for item in value.items for leaf in leaves(item)]


def with_leaves(value: Expr, formulas: list[Expr]) -> Expr:
    """The value with other formulas in the place of its leaves; takes them off the list's front."""
    if not isinstance(value, Vector):
        return formulas.pop(0)
    return Vector(tuple(with_leaves(item, formulas) for item in value.items))


def _refuse(leaf: Expr) -> None:
    for node in leaf.walk():
        known = isinstance(node, SCALAR_NODES)
        if isinstance(node, Call):
            row = row_of(node)  # with one argument max is that of a vector
            known = node.function in FORMS or (row is not None and _is_enough(row, node))
        if not known or (isinstance(node, Binary) and node.op == "@"):
            raise NotOneFormulaError


def _is_enough(row: Rule, call: Call) -> bool:
    return len(call.arguments) >= row.arity - len(row.defaults)


class _Scope:
    """What names stand for at a place of the program."""

    def __init__(self, formulas: dict[str, Expr], functions: dict[str, Function]) -> None:
        self.formulas = formulas
        self.functions = functions

    def run(self, body: tuple[Statement, ...]) -> Expr:
        value: Expr | None = None
        for statement in body:
            match statement:
                case Function():
                    self.functions[statement.name] = statement
                case Assign(target=Name(name), op=op):
                    right = self.value(statement.value)
                    before = self.formulas.get(name, Name(name))
                    value = right if op == "=" else Binary(op[:-1], before, right)
                    self.formulas[name] = value
                case Evaluate():
                    value = self.value(statement.value)
                case _:
                    raise NotOneFormulaError
        if value is None:
            raise NotOneFormulaError
        return value

    def value(self, expr: Expr) -> Expr:
        """An expression with formulas in the place of names, and bodies in that of calls."""

        def combine(node: Node, below: list[Node]) -> Node:
            if isinstance(node, Name):
                return self.formulas.get(node.name, node)
            made = rebuilt(node, below)
            if isinstance(made, Call) and made.function in self.functions:
                return self.call(self.functions[made.function], made)
            return made

        return cast(Expr, fold(expr, combine))

    def call(self, function: Function, call: Call) -> Expr:
        """The function's body with the arguments in the place of its parameters."""
        if len(call.arguments) != len(function.parameters):
            raise NotOneFormulaError
        # A function that calls itself would have no end: it is no formula.
        others = {n: f for n, f in self.functions.items() if n != function.name}
        arguments = dict(zip(function.parameters, call.arguments, strict=True))
        return _Scope(self.formulas | arguments, others).run(function.body)
