"""Functions of one argument have a value, and a bound of it, however small the argument is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from gradcalc.rules.enclosures import ball_numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import midrad_numbers
from gradcalc.rules.table import SCALAR

EXPONENTS = (9_000, 150_000, 10**9)  # of 1/2: numbers as exp(-1e5) is
DIGITS = 50


def near_zero(row: Rule) -> bool:
    """Does the work not grow as the last argument vanishes?"""
    orders = all(low == high for low, high in row.samples[:-1])
    return not row.limits[0] and row.kind != "piecewise" and orders and not row.variadic


def value(numbers: Any, row: Rule, exponent: int) -> Any:
    """The row at 2^-exponent, as midpoint and radius; None outside its domain."""
    bounds = numbers.__dict__["bounds"]
    with bounds.working():
        tiny = bounds.number(numbers.context.ldexp(1, -exponent))
        orders = [bounds.number(Fraction(low)) for low, _ in row.samples[:-1]]
        try:
            number = getattr(numbers, row.name)(*orders, tiny)
        except ValueError:
            return None
        return numbers.context.mpf(number.mid), numbers.context.mpf(number.radius)


@pytest.mark.parametrize("name", [name for name, row in SCALAR.items() if near_zero(row)])
def test_two_libraries_agree_on_tiny_arguments(name: str) -> None:
    pytest.importorskip("flint")
    balls, midrads = ball_numbers(DIGITS), midrad_numbers(DIGITS)
    for exponent in EXPONENTS:
        found, bounded = (value(n, SCALAR[name], exponent) for n in (balls, midrads))
        assert (found is None) == (bounded is None)
        if found is None:
            continue
        (x, x_radius), (y, y_radius) = found, bounded
        assert abs(x - y) <= x_radius + y_radius
        assert x_radius + y_radius <= abs(x) * balls.context.mpf(10) ** (10 - DIGITS)
