"""Extended numbers: NumPy's longdouble, of 64 bits on x86, for replays of large arrays."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.numbers.system import Numbers


def number(exact: Fraction | int) -> Any:
    """The longdouble next to an exact number."""
    return _divided(exact.numerator, exact.denominator)


def _divided(above: int, below: int) -> Any:
    """A quotient of integers of any length, each rounded to two float64."""
    return _sum(above) / _sum(below)


def _sum(integer: int) -> Any:
    try:
        high = float(integer)
    except OverflowError:
        return np.longdouble(str(integer))
    return np.longdouble(high) + np.longdouble(float(integer - int(high)))


def constant(big: Numbers) -> Callable[[str], Any]:
    """The named constants, each the longdouble next to that of `big` numbers."""
    return lambda name: _rounded(big.constant(name))


def _rounded(big: Any) -> Any:
    """A big number as the sum of two float64, which is the longdouble next to it."""
    high = float(big)
    if not np.isfinite(high):
        return np.longdouble(high)
    return np.longdouble(high) + np.longdouble(float(big - high))


def _exact(context: Any, x: Any) -> Any:
    """A longdouble as a big number."""
    high = float(x)
    rest = float(x - np.longdouble(high)) if np.isfinite(high) else 0.0
    return context.mpf(high) + rest


def through(big: Numbers, name: str, arity: int) -> Callable[..., Any]:
    """A row that NumPy lacks, element by element through `big` numbers: slow, and right."""
    kernel: Callable[..., Any] = getattr(big, name)
    context: Any = big.context

    def one(*given: Any) -> Any:
        return _rounded(kernel(*[_exact(context, x) for x in given]))

    each = np.frompyfunc(one, arity, 1)

    def mapped(*arrays: Any) -> Any:
        made = each(*arrays)
        return made.astype(np.longdouble) if isinstance(made, np.ndarray) else made

    return mapped
