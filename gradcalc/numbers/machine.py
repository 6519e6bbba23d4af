"""Machine numbers: float64, each operation rounded once, IEEE at infinities."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

_CONSTANTS = {
    "pi": math.pi,
    "e": math.e,
    "tau": math.tau,
    "phi": 1.618033988749895,
    "inf": math.inf,
}

MAX_BELL = 64  # where exp(-x^2/2) is 0
SPLITTER = 2.0**27 + 1


def number(exact: Fraction) -> float:
    """The float64 nearest to an exact number."""
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def constant(name: str) -> float:
    """The float64 nearest to a named constant."""
    return _CONSTANTS[name]


def divide(x: float, y: float) -> float:
    """IEEE division: a nonzero number by zero is an infinity, zero by zero is not a number."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0 or math.isnan(x):
            return math.nan
        return math.copysign(math.inf, x) * math.copysign(1.0, y)


def power(x: float, y: float) -> float:
    """x^y; ValueError where it is not real, an infinity where it overflows or at a pole."""
    try:
        return math.pow(x, y)
    except OverflowError:
        odd = y.is_integer() and y % 2 == 1
        return -math.inf if x < 0 and odd else math.inf
    except ValueError:
        if x == 0:  # a negative power of zero
            return math.inf
        raise


def bell(x: float, factor: float = 1.0) -> float:
    """exp(-factor*x^2), with what rounding takes from the square put back (Dekker)."""
    if abs(x) > MAX_BELL:
        return 0.0
    square, shifted = x * x, x * SPLITTER
    leading = shifted - (shifted - x)  # of so few digits that its own square is exact
    lost = (leading * leading - square) + (x - leading) * (x + leading)
    return math.exp(-factor * square) * (1 - factor * lost)


def saturating(kernel: Callable[..., float], limit: float = math.inf) -> Callable[..., float]:
    """The kernel, with `limit` where the result is too large for float64."""

    def total(*arguments: float) -> float:
        try:
            return kernel(*arguments)
        except OverflowError:
            return limit

    return total


def vector_power(np: Any, x: Any, y: Any) -> Any:
    """x^y of arrays; NumPy's operator knows squares, roots and reciprocals."""
    made = x**y
    below = np.less(y, 0)
    return np.where((x == 0) & below, np.inf, made) if np.any(below) else made
