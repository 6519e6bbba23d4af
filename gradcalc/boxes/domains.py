"""Where a program certainly has no value: a row's argument lies outside its domain all over a box.

The domain is the text that the row's entry in the table has, `-1 <= x <= 1`, read as a condition of
its parameters. What can't be read so says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.language.parser import parse_expression
from gradcalc.language.syntax import Compare, Expr, Name, Number, Unary
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.system import COMPARISONS, Numbers
from gradcalc.rules.rule import EVERYWHERE, Rule


def certainly_outside(row: Rule, arguments: Sequence[Any], numbers: Numbers) -> bool:
    """Are all arguments within these ranges outside the row's domain?"""
    condition = _condition(row)
    if condition is None:
        return False
    known = dict(zip(row.parameters, arguments, strict=True))
    sides = [_number(side, known, numbers) for side in condition.operands]
    for op, left, right in zip(condition.ops, sides, sides[1:], strict=False):
        try:
            if not COMPARISONS[op](left, right):
                return True
        except UndecidedError:
            continue
    return False


@cache
def _condition(row: Rule) -> Compare | None:
    """The domain as a comparison of parameters and numbers."""
    if row.domain == EVERYWHERE:
        return None
    try:
        tree = parse_expression(row.domain)
    except GradcalcError:
        return None
    if not isinstance(tree, Compare) or not all(_is_plain(one, row) for one in tree.operands):
        return None
    return tree


def _is_plain(side: Expr, row: Rule) -> bool:
    if isinstance(side, Unary):
        return _is_plain(side.operand, row)
    return isinstance(side, Number) or (isinstance(side, Name) and side.name in row.parameters)


def _number(side: Expr, known: dict[str, Any], numbers: Numbers) -> Any:
    match side:
        case Name(name):
            return known[name]
        case Number(_, value):
            return numbers.number(value)
        case Unary("-", operand):
            return -_number(operand, known, numbers)
        case Unary(_, operand):
            return _number(operand, known, numbers)
    raise TypeError(side)
