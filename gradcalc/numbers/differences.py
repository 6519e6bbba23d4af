"""Derivatives of polynomials by differences, which for them are exact."""

from __future__ import annotations

from fractions import Fraction
from math import factorial


def central_difference(degree: int) -> list[tuple[int, Fraction]]:
    """The pairs (k, w) with p'(0) = Σ w*(p(k) - p(-k)) for all polynomials p up to a degree."""
    reach = max(1, (degree + 1) // 2)
    whole = factorial(reach) ** 2
    return [
        (k, Fraction((-1) ** (k + 1) * whole, k * factorial(reach - k) * factorial(reach + k)))
        for k in range(1, reach + 1)
    ]
