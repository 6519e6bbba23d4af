"""Powers in big numbers are right to their last digits, however large the exponent."""

import random
import time
from fractions import Fraction
from itertools import product

import mpmath
import pytest

from gradcalc import Options, evaluate
from gradcalc.rules import enclosures
from gradcalc.rules.systems import big_numbers

DIGITS = 40
UNITS = 100  # in the last place


def exponents(generator: random.Random) -> list[str]:
    size = generator.randint(0, 18)
    digits = generator.randint(1, 10**6)
    return [f"{digits}e{size}", f"{digits}.5", f"{digits}e{size - 6}", f"{digits}.{digits}"]


@pytest.mark.parametrize("seed", range(10))
def test_powers_keep_their_digits(seed: int) -> None:
    generator = random.Random(seed)
    numbers = big_numbers(DIGITS)
    oracle = mpmath.MPContext()
    oracle.dps = 120
    for text in exponents(generator):
        for sign in (1, -1):
            x = numbers.context.mpf(generator.choice((2, 3, 10, 0.5, 1.0000001, 1e-300, 7.25)))
            y = sign * numbers.context.mpf(text)
            true = oracle.exp(oracle.mpf(y) * oracle.log(oracle.mpf(x)))
            error = abs(oracle.mpf(numbers.pow(x, y)) / true - 1)
            assert error < UNITS * oracle.mpf(10) ** -DIGITS, (x, y)
    for y in (11, 12, -7, -8):
        assert numbers.pow(numbers.context.mpf(-3), numbers.context.mpf(y)) == pytest.approx(
            numbers.context.mpf(-3) ** y
        )


@pytest.mark.parametrize(
    ("base", "flint"), [("3", True), ("1/7", True), ("10", True), ("1.0001", True), ("3", False)]
)
def test_quotients_of_far_powers_have_their_digits(
    base: str, flint: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Powers far outside of float64, whose quotient is not: it has a reference, however far.

    Its derivative is 0, and is said so as long as a log2 of the powers tells one bit from the next.
    """
    if not flint:
        monkeypatch.setattr(enclosures, "has_flint", lambda: False)
    with mpmath.workdps(50):
        number = mpmath.mpf(Fraction(base).numerator) / Fraction(base).denominator
        forms = {
            "({b})^(x + 1/2)/({b})^x": mpmath.sqrt(number),
            "({b})^x/({b})^(x - 2)": number**2,
            "({b})^(-x)*({b})^(x - 1)": 1 / number,
        }
        exponents = (4, 9, 12, 16, 17, 19, 30, 300) if flint else (4, 30)
        for (form, true), exponent in product(forms.items(), exponents):
            text = form.format(b=base)
            answer = evaluate(text, {"x": f"1e{exponent}"}, options=Options(check="fast"))
            (slope,) = answer.derivatives
            assert abs(mpmath.mpf(answer.reference) / true - 1) < mpmath.mpf("1e-29"), text
            if answer.digits:
                assert abs(answer.value / true - 1) < mpmath.mpf(10) ** -min(answer.digits, 15)
            if answer.status == "smooth":
                assert slope.reference == "0"
                assert slope.digits == (16 if slope.gradient == 0 else 0)
            else:
                assert answer.status == "not determined"
                assert exponent > 16
                assert (slope.reference, slope.digits) == ("NaN", 0)


def test_a_power_beyond_all_numbers_ends() -> None:
    began = time.process_time()
    numbers = big_numbers(50)
    far = numbers.gamma(numbers.context.mpf(1000))
    assert numbers.pow(numbers.context.mpf(1000), far) > far
    assert time.process_time() - began < 2
