"""Exact numbers are written so that they can be read, and read again as what they are."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradcalc.formulas.trees import exact_value
from gradcalc.language import parse_expression, to_text
from gradcalc.language.spelling import number

MANTISSAS = (1, 3, 17, 625, 1204, 1380649, 2**60 + 1)


@pytest.mark.parametrize("mantissa", MANTISSAS)
@pytest.mark.parametrize("power", [-400, -300, -30, -16, -3, 0, 3, 15, 30, 280, 320, 900])
@pytest.mark.parametrize("below", [1, 3, 4, 7 * 10**20])
def test_numbers_are_read_as_they_were(mantissa: int, power: int, below: int) -> None:
    exact = Fraction(mantissa) * Fraction(10) ** power / below
    for signed in (exact, -exact):
        text = to_text(number(signed))
        assert exact_value(parse_expression(text)) == signed
        assert len(text) <= len(str(signed)) + len("()")


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        (Fraction(1, 5), "1/5"),
        (Fraction(10**15), "1000000000000000"),
        (Fraction(1204 * 10**21), "1.204e24"),
        (Fraction(1, 10**300), "1e-300"),
        (Fraction(-1380649, 10**29), "-1.380649e-23"),
        (Fraction(10**20 - 1, 10**20), "0.99999999999999999999"),
        (Fraction(2**100), str(2**100)),
        (Fraction(1, 3 * 10**30), "1/3e30"),
        (Fraction(10**600), "1e300*1e300"),
        (Fraction(1, 7 * 10**320), "1/(7e20*1e300)"),
        (Fraction(3 * 10**305, 1), "3e305"),
        (Fraction(-(10**908)), "-(100000000*1e300*1e300*1e300)"),
        (Fraction(10**309 + 5 * 10**299), "1.0000000005e9*1e300"),
        (Fraction(2**1100), f"{str(2**1100)[0]}.{str(2**1100)[1:]}e31*1e300"),
    ],
)
def test_what_is_shorter_has_a_power_of_ten(exact: Fraction, text: str) -> None:
    assert to_text(number(exact)) == text
