"""Digits are counted exactly: at a power of ten, and one rounding above and below it."""

import mpmath
import pytest

from gradcalc.checks.reference import correct_digits
from gradcalc.rules.systems import big_numbers

BIG = big_numbers(60)


@pytest.mark.parametrize("digits", range(1, 16))
@pytest.mark.parametrize("sign", [-1, 1])
def test_an_error_of_a_power_of_ten_is_the_last_that_counts(digits: int, sign: int) -> None:
    m = BIG.context
    little = m.mpf(10) ** -40
    for factor, count in ((1 + little, digits - 1), (1 - little, digits)):
        error = sign * m.mpf(10) ** -digits * factor  # of 1.0, relative to the truth
        assert correct_digits(1.0, 1 / (1 + error), BIG) == count


@pytest.mark.parametrize(("answer", "digits"), [(2.0, 0), (3.0, 0), (-1.0, 0), (1.5, 0), (1.0, 16)])
def test_large_errors_and_none(answer: float, digits: int) -> None:
    assert correct_digits(answer, mpmath.mpf(1), BIG) == digits
