"""Symbolic numbers: sympy expressions, with exact constants."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any


def number(sympy: Any) -> Callable[[Fraction], Any]:
    """Exact numbers as sympy Rationals."""
    return lambda exact: sympy.Rational(exact.numerator, exact.denominator)


def constant(sympy: Any) -> Callable[[str], Any]:
    """Named constants, exactly."""
    named = {
        "pi": sympy.pi,
        "e": sympy.E,
        "tau": 2 * sympy.pi,
        "phi": sympy.GoldenRatio,
        "inf": sympy.oo,
    }
    return named.__getitem__
