"""A trace as a formula again: the syntax tree that a slot unfolds to."""

from __future__ import annotations

from fractions import Fraction

from gradcalc.language.syntax import Binary, Call, Expr, Name, Number, Unary
from gradcalc.trace.failures import OPERATORS
from gradcalc.trace.trace import CONSTANT, INPUT, Exact, Trace

# Rows that a text calls by another row's name.
CALLED = {"logb": "log", "e1": "expint"}


def formula(trace: Trace, slot: int) -> Expr:
    """The expression that a slot stands for, in terms of the inputs; shared parts are repeated."""
    names = {place: name for name, place in trace.inputs.items()}
    made: list[Expr] = []
    for here in range(slot + 1):
        row = trace.rules[here]
        arguments = [made[a] for a in trace.arguments[here]]
        if row is INPUT:
            made.append(Name(names[here]))
        elif row is CONSTANT:
            made.append(_constant(trace.constants[here]))
        elif row.name in OPERATORS:
            made.append(Binary(OPERATORS[row.name], arguments[0], arguments[1]))
        elif row.name == "neg":
            made.append(Unary("-", arguments[0]))
        else:
            made.append(Call(CALLED.get(row.name, row.name), tuple(arguments)))
    return made[slot]


def _constant(exact: Exact) -> Expr:
    if isinstance(exact, str):
        return Name(exact)
    if exact < 0:
        return Unary("-", _constant(-exact))
    if exact.denominator == 1:
        return Number(str(exact), exact)
    above, below = exact.numerator, exact.denominator
    return Binary("/", Number(str(above), Fraction(above)), Number(str(below), Fraction(below)))
