"""The partial derivatives of functions as formulas: the textbook's, else the rule's own."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from gradcalc.errors import GradcalcError
from gradcalc.formulas.tidy import tidy
from gradcalc.formulas.trees import ZERO, substituted
from gradcalc.language import parse_expression, to_text
from gradcalc.language.spelling import number
from gradcalc.language.syntax import Call, Expr, Name
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import CALLABLE, TABLE
from gradcalc.run.forms import reserved
from gradcalc.trace.builder import Builder
from gradcalc.trace.formula import formula


def row_of(call: Call) -> Rule | None:
    """The row behind a call of numbers; None for a form, a composition, a program's function."""
    row = CALLABLE.get(call.function)
    if row is None or row.array is not None:
        return None
    return TABLE[row.variants[len(call.arguments)]] if len(call.arguments) in row.variants else row


def completed(row: Rule, arguments: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The arguments of a call with the defaults of those left out."""
    missing = row.arity - len(arguments)
    return (*arguments, *map(number, row.defaults[len(row.defaults) - missing :]))


def partial_at(call: Call, row: Rule, which: int) -> Expr:
    """∂row/∂(argument `which`) at the arguments of a call."""
    arguments = completed(row, call.arguments)
    places = dict(zip(map(_placeholder, row.parameters), arguments, strict=True))
    return substituted(_with_placeholders(row, which), places)


def partial_formula(row: Rule, which: int) -> Expr:
    """∂row/∂(parameter `which`) in the row's own parameters, as a text may say it.

    GradcalcError where it is not known, or takes functions that a text can't call.
    """
    return _sayable(row, which, stated_partial(row, which))


@cache
def stated_partial(row: Rule, which: int) -> Expr:
    """∂row/∂(parameter `which`) in the row's own parameters, in any functions of the table.

    GradcalcError where it is not known.
    """
    if row.textbook and row.textbook[which]:
        return parse_expression(row.textbook[which], functions=reserved())
    rule = row.partials[which]
    if rule is None:
        raise GradcalcError(
            "unknown-derivative",
            f"the derivative of {row.name} by {row.parameters[which]} is not known",
            hint=f"make {row.parameters[which]} a constant, or leave its inputs out of --wrt",
        )
    builder = Builder()
    inputs = [builder.input(parameter) for parameter in row.parameters]
    derivative = rule(builder.numbers, builder.record(row.name, *inputs), *inputs)
    if derivative is None:
        return ZERO
    if isinstance(derivative, int):
        return number(Fraction(derivative))
    return tidy(formula(builder.trace, derivative.slot))


def _sayable(row: Rule, which: int, partial: Expr) -> Expr:
    for node in partial.walk():
        if isinstance(node, Call) and row_of(node) is None:
            name = f"∂{row.name}/∂{row.parameters[which]}"
            raise GradcalcError(
                "no-formula",
                f"{name} is {to_text(partial)}, and {node.function} can't be called in a formula",
                hint=f"eval --at computes it; or leave the inputs of {row.parameters[which]} "
                "out of --wrt",
            )
    return partial


def _placeholder(parameter: str) -> str:
    """A name that no text has, so that arguments are not taken for parameters."""
    return f"·{parameter}"


@cache
def _with_placeholders(row: Rule, which: int) -> Expr:
    renamed: dict[str, Expr] = {p: Name(_placeholder(p)) for p in row.parameters}
    return substituted(partial_formula(row, which), renamed)
