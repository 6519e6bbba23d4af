"""Straight-line code of sympy's expressions: the value that walking the expression gives."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from gradcalc.checks.instructions import partial_of_row
from gradcalc.checks.straight import code_of
from gradcalc.checks.sympy_values import Evaluation, NotEvaluatedError
from gradcalc.rules.systems import big_numbers
from gradcalc.rules.table import SCALAR

NUMBERS = big_numbers(50)
CONTEXT = NUMBERS.context
POINTS = ((0.375, 0.75, 0.625, 0.25), (2.25, 1.5, 0.125, 0.5), (-1.75, 3.5, 0.5, 2.0))
CODED = ("add", "sub", "mul", "div", "neg", "sin", "cos", "tan", "exp", "log", "sqrt", "atan2")
ROWS = [row for row in SCALAR.values() if not row.hidden]
CASES = [(row, which) for row in ROWS for which in range(row.arity)]


@pytest.mark.parametrize(("row", "which"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_a_partial_in_code_is_the_one_that_walking_gives(row, which) -> None:
    try:
        partial = partial_of_row(row, which, (None,) * row.arity)
    except NotEvaluatedError:
        pytest.skip("sympy has no derivative of it")
    assert partial.code or row.name not in CODED
    for point in POINTS if partial.code else ():
        arguments = [CONTEXT.mpf(x) for x in (2 * point)[: row.arity]]
        quick = partial.code(NUMBERS, arguments)
        if quick is None or CONTEXT.isinf(quick):
            continue
        walked = Evaluation(NUMBERS, dict(zip(partial.symbols, arguments, strict=True)))
        true = walked(partial.derivative)
        assert abs(quick - true) <= abs(true) * CONTEXT.mpf(10) ** -45


@pytest.mark.parametrize(
    "odd",
    [
        "sqrt(x)",  # complex at -2
        "1/(x + 2)",
        "log(x + 2)",
        "(-1)**x*sqrt(2) + x**(1/3)",
    ],
)
def test_what_is_not_a_plain_real_number_is_left_to_walking(odd: str) -> None:
    x = sympy.Dummy("x", real=True)
    code = code_of(sympy.sympify(odd, {"x": x}), (x,))
    value = None if code is None else code(NUMBERS, [CONTEXT.mpf(-2)])
    assert value is None or not CONTEXT.isfinite(value)


def test_constants_of_the_row_take_part() -> None:
    squared = partial_of_row(SCALAR["pow"], 0, (None, Fraction(3, 2)))
    assert squared.code is not None
    assert squared(NUMBERS, [CONTEXT.mpf(4), CONTEXT.mpf(1.5)]) == 3
