"""Powers in big numbers are right to their last digits, however large the exponent."""

import random
import time

import mpmath
import pytest

from gradcalc import Options, evaluate
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


def test_quotients_of_far_powers_have_their_digits() -> None:
    """Powers far outside of float64, whose quotient is not, in either kind of reference."""
    for exponent in (10**4, 10**6, 10**9, 10**12):
        answer = evaluate("3^(x + 1/2)/3^x", {"x": exponent}, options=Options(check="fast"))
        if answer.digits:
            assert answer.value == pytest.approx(3**0.5, rel=10.0**-answer.digits)
        assert answer.reference is None or answer.reference.startswith("1.7320508075688772")


def test_a_power_beyond_all_numbers_ends() -> None:
    began = time.process_time()
    numbers = big_numbers(50)
    far = numbers.gamma(numbers.context.mpf(1000))
    assert numbers.pow(numbers.context.mpf(1000), far) > far
    assert time.process_time() - began < 2
