"""Jets: power series in one or two infinitesimals, cut off, as lists of lists of coefficients.

f(a + s, b + t) is known as f[i][h], the coefficient of s^i t^h, for i and h up to the orders asked
for. The numbers may be of any kind that has + * /, big numbers and balls alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb, factorial
from typing import Any

Jet = list[list[Any]]


def constant(value: Any, like: Jet) -> Jet:
    """A number that does not vary, as a jet of the size of another."""
    jet = [[value * 0 for _ in row] for row in like]
    jet[0][0] = value
    return jet


def product(f: Jet, g: Jet) -> Jet:
    """f·g."""
    return [
        [
            sum(
                (f[p][q] * g[i - p][h - q] for p in range(i + 1) for q in range(h + 1)), f[0][0] * 0
            )
            for h in range(len(row))
        ]
        for i, row in enumerate(f)
    ]


def exponential(f: Jet) -> Jet:
    """exp(f - f[0][0]), by its differential equation."""
    out = constant(f[0][0] * 0 + 1, f)
    for i, row in enumerate(f):
        for h in range(len(row)):
            if i:
                parts = [
                    p * f[p][q] * out[i - p][h - q] for p in range(1, i + 1) for q in range(h + 1)
                ]
                out[i][h] = sum(parts[1:], parts[0]) / i
            elif h:
                parts = [q * f[0][q] * out[0][h - q] for q in range(1, h + 1)]
                out[0][h] = sum(parts[1:], parts[0]) / h
    return out


def log_gamma(polygamma: Callable[[int, Any], Any], z: Any, order: int) -> list[Any]:
    """The Taylor coefficients of log(gamma) at z; the first one is left 0."""
    return [z * 0, *(polygamma(i - 1, z) / factorial(i) for i in range(1, order + 1))]


def combined(size: tuple[int, int], first: Sequence[Any], second: Sequence[Any],
             both: Sequence[Any]) -> Jet:  # fmt: skip
    """u(s) + v(t) + w(s + t) - w(0), from the Taylor coefficients of u, v and w."""
    j, k = size
    jet = [[comb(i + h, i) * both[i + h] for h in range(k + 1)] for i in range(j + 1)]
    jet[0][0] = both[0] * 0
    for i in range(1, j + 1):
        jet[i][0] += first[i]
    for h in range(1, k + 1):
        jet[0][h] += second[h]
    return jet


def derivative(f: Jet) -> Any:
    """The mixed derivative of the highest orders."""
    j, k = len(f) - 1, len(f[0]) - 1
    return f[j][k] * factorial(j) * factorial(k)
