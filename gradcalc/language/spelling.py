"""An exact number as a tree that a person can read: 3, -3, 3/2, 1.204e24, 7e20*1e300."""

from __future__ import annotations

from fractions import Fraction

from gradcalc.language.syntax import Binary, Expr, Number, Unary

MAX_PLAIN_CHARS = 16  # of an integer or a fraction; longer ones are hard to count
MAX_LEADING_ZEROS = 4  # of a decimal below 1 without a power of ten
TOO_LARGE = 10**308  # of a numeral: float64 ends at 1.8e308
POWER_OF_TEN = 300  # that is split off from a larger number


def number(exact: Fraction | int) -> Expr:
    """A rational number as a tree, which is exactly that number again when it is read."""
    exact = Fraction(exact)
    if exact < 0:
        return Unary("-", number(-exact))
    if exact >= TOO_LARGE and exact.denominator == 1:
        return _product(exact)
    if len(str(exact)) > MAX_PLAIN_CHARS and (text := _scientific(exact)):
        return Number(text, exact)
    if exact.denominator == 1:
        return Number(str(exact), exact)
    return Binary("/", number(exact.numerator), number(exact.denominator))


def _product(integer: Fraction) -> Expr:
    """An integer beyond the largest numeral: what is left of it, times 1e300 as often as needed."""
    step = Number(f"1e{POWER_OF_TEN}", Fraction(10**POWER_OF_TEN))
    rest, steps = integer, 0
    while rest >= TOO_LARGE:
        rest, steps = rest / step.value, steps + 1
    plain = rest.denominator == 1 and len(str(rest)) <= MAX_PLAIN_CHARS
    text = str(rest) if plain else _decimal(rest, _decimal_places(rest.denominator) or 0)
    tree: Expr = Number(text, rest)
    for _ in range(steps):
        tree = Binary("*", tree, step)
    return tree


def _scientific(exact: Fraction) -> str | None:
    """A positive number with a power of ten; None where that is longer, or never ends."""
    places = _decimal_places(exact.denominator)
    if places is None:
        return None
    text = _decimal(exact, places)
    return text if len(text) < len(str(exact)) else None


def _decimal(exact: Fraction, places: int) -> str:
    """A positive number with at most so many decimal places, with a power of ten if it is long."""
    all_digits = str(exact.numerator * 10**places // exact.denominator)
    digits = all_digits.rstrip("0")
    exponent = len(all_digits) - 1 - places
    if -MAX_LEADING_ZEROS <= exponent < 0:
        return f"0.{'0' * (-1 - exponent)}{digits}"
    return f"{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{exponent}"


def _decimal_places(denominator: int) -> int | None:
    """How many decimal places fractions with this denominator have at most; None: infinitely."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
