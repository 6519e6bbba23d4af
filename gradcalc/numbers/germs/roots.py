"""Roots and quotients of germs that are exact: where a series ends, or its square is known."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Bounded

HALF = Fraction(1, 2)


def exact_root(square: Any, root: Any) -> Any:
    """The root of a square without what was cut off, where that is nothing: sqrt((3 + h)^2)."""
    exact = _without_rest(root, square)
    if exact is not None and (exact * exact + -square).is_exact_zero:
        return exact
    if not any(type(c) is Bounded for _, c in square.terms):
        root.square = square
    return root


def product_of_roots(x: Any, y: Any) -> Any:
    """sqrt(x)·sqrt(y), exact where x·y is a square; None where terms of x·y were cut off."""
    if x is y:
        return x
    square: Any = x * y
    return None if square.rest is not None else square.power(HALF)


def exact_quotient(x: Any, y: Any, quotient: Any) -> Any:
    """The quotient of x and y without what was cut off, where that is nothing: (3 + h)/(3 + h)."""
    if x.rest is not None or y.rest is not None or quotient.rest is None:
        return quotient
    exact = _without_rest(quotient, x)
    return exact if exact is not None and (exact * y + -x).is_exact_zero else quotient


def _without_rest(value: Any, other: Any) -> Any | None:
    """The terms alone, where there are no more than in another germ, and all are exact."""
    few = len(value.terms) <= len(other.terms)
    exact = few and not any(type(c) is Bounded for _, c in value.terms)
    return type(value)(value.field, value.terms) if exact else None
