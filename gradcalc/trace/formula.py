"""A trace as a formula again: the syntax tree that a slot unfolds to."""

from __future__ import annotations

import math

from gradcalc.language.spelling import number
from gradcalc.language.syntax import Binary, Call, Expr, Index, Name, Unary, Vector
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import call_name
from gradcalc.trace.trace import Exact, Trace
from gradcalc.trace.walk import interpret, needed


def formula(trace: Trace, slot: int) -> Expr:
    """The expression that a slot stands for, in terms of the inputs; shared parts are repeated."""
    expressions: dict[int, Expr] = {}
    interpret(
        trace,
        needed(trace, [slot]),
        expressions,
        read=lambda _, name: Name(name),
        constant=lambda _, exact: _constant(exact),
        compute=lambda here, arguments: _written(trace, here, arguments),
    )
    return expressions[slot]


def _written(trace: Trace, slot: int, arguments: list[Expr]) -> Expr:
    """An operation; a copy is what it copies, but where it does not vary."""
    row = trace.rules[slot]
    if row.name != "identity":
        return applied(row, arguments)
    return arguments[0] if trace.active[slot] else Call("detach", tuple(arguments))


def applied(row: Rule, arguments: list[Expr]) -> Expr:
    """A row of the table at some arguments, as the language writes it."""
    if row.operator and row.arity == 2:
        left, right = arguments
        return Binary(row.operator, left, right)
    if row.operator:
        return Unary(row.operator, arguments[0])
    if row.element_of:
        return _element(row.element_of, arguments[: row.arity - 1], arguments[row.arity - 1 :])
    return Call(call_name(row), tuple(arguments))


def _element(function: str, indices: list[Expr], elements: list[Expr]) -> Expr:
    """An element of a function of a square matrix: `expm([[a, b], [c, d]])[0, 1]`."""
    size = math.isqrt(len(elements))
    rows = (Vector(tuple(elements[k : k + size])) for k in range(0, len(elements), size))
    return Index(Call(function, (Vector(tuple(rows)),)), tuple(indices))


def _constant(exact: Exact) -> Expr:
    return Name(exact) if isinstance(exact, str) else number(exact)
