"""Bessel functions: their expansions at 0 and at infinity."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Real, power, quotient
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import InexpressibleError
from gradcalc.numbers.germs.series import fading, integer_constant, summed, tends_to
from gradcalc.numbers.germs.values import HALF, euler_gamma, germ_of, pi


def order_of(v: Germ) -> tuple[Real, int | None]:
    """The order of a Bessel function, and the integer that it is."""
    return v.limit(), integer_constant(v)


def _ascending(n: Any, v: Real, x: Germ, side: int) -> Any:
    """J_v (side -1) and I_v (side 1) at 0, for a v that is not a negative integer.

    DLMF 10.2.2 and 10.25.2.
    """
    first = germ_of(n, 1) / n.gamma(germ_of(n, v) + 1)

    def term(k: int) -> Real:
        below: Real = math.factorial(k)
        for j in range(1, k + 1):
            below = below * (v + j)
        return quotient(side**k, below)

    return summed(x * x * Fraction(1, 4), term) * (x * HALF).power(v) * first


def _with_logarithm(n: Any, order: int, x: Germ, side: int) -> tuple[Any, Any, Any]:
    """The three parts of K (side 1) and Y (side -1) at 0, DLMF 10.31.1 and 10.8.1."""
    q = x * x * Fraction(side, 4)
    finite = sum(
        (
            (-q).power(k) * Fraction(math.factorial(order - k - 1), math.factorial(k))
            for k in range(order)
        ),
        germ_of(n, 0),
    )
    euler = euler_gamma(n)

    def plain(k: int) -> Fraction:
        return Fraction(1, math.factorial(k) * math.factorial(order + k))

    def weighted(k: int) -> Real:
        harmonic = [Fraction(1, j) for top in (k, order + k) for j in range(1, top + 1)]
        return (sum(harmonic, Fraction(0)) + euler * -2) * plain(k)

    return finite, summed(q, plain), summed(q, weighted)


def besselk(n: Any, v: Germ, x: Germ) -> Any:
    """At infinity DLMF 10.40.2."""
    if x.is_infinite:
        if x.sign() < 0:
            raise ValueError("negative")
        return n.exp(-x) * _hankel(v.limit(), x, 1) * (pi(n) / (2 * x)).power(HALF)
    if not tends_to(x, 0):
        return n.regular("besselk", v, x)
    order, integer = order_of(v)
    if integer is None:
        difference = _ascending(n, -order, x, 1) - _ascending(n, order, x, 1)
        return difference * pi(n) * HALF / n.sin(germ_of(n, order * pi(n)))
    integer = abs(integer)
    finite, plain, weighted = _with_logarithm(n, integer, x, 1)
    power, odd = (x * HALF).power(integer), (-1) ** integer
    return finite / (2 * power) - odd * power * (n.log(x * HALF) * plain - weighted * HALF)


def bessely(n: Any, v: Germ, x: Germ) -> Any:
    if x.is_infinite:
        if x.sign() < 0:
            raise ValueError("negative")
        return _far(n, x)
    if not tends_to(x, 0):
        return n.regular("bessely", v, x)
    order, integer = order_of(v)
    if integer is None:
        angle = germ_of(n, order * pi(n))
        rest = _ascending(n, -order, x, -1)
        return (_ascending(n, order, x, -1) * n.cos(angle) - rest) / n.sin(angle)
    odd = (-1) ** integer if integer < 0 else 1
    integer = abs(integer)
    finite, plain, weighted = _with_logarithm(n, integer, x, -1)
    power = (x * HALF).power(integer)
    value = power * (2 * n.log(x * HALF) * plain - weighted) - finite / power
    return odd * value / germ_of(n, pi(n))


def besselj(n: Any, v: Germ, x: Germ) -> Any:
    if x.is_infinite:
        if x.sign() < 0 and integer_constant(v) is None:
            raise ValueError("negative")
        return _far(n, x)
    return _first_kind(n, "besselj", v, x, -1)


def _far(n: Any, x: Germ) -> Germ:
    """J_v and Y_v at infinity, DLMF 10.17.3 and 10.17.4."""
    return fading(x, -HALF, power(n.precision, quotient(2, pi(n)), HALF))


def besseli(n: Any, v: Germ, x: Germ) -> Any:
    """At infinity DLMF 10.40.1."""
    if x.is_infinite:
        if x.sign() < 0:
            raise InexpressibleError
        return n.exp(x) * _hankel(v.limit(), x, -1) / (2 * pi(n) * x).power(HALF)
    return _first_kind(n, "besseli", v, x, 1)


def _first_kind(n: Any, name: str, v: Germ, x: Germ, side: int) -> Any:
    if not tends_to(x, 0):
        return n.regular(name, v, x)
    order, integer = order_of(v)
    if integer is None or integer >= 0:
        return _ascending(n, order, x, side)
    odd = (-1) ** integer if side < 0 else 1
    return _ascending(n, -integer, x, side) * odd


def _hankel(v: Real, x: Germ, side: int) -> Any:
    """The sum of side^k a_k(v) x^-k, DLMF 10.17.1."""
    terms: list[Real] = [1]
    for k in range(1, x.field.length):
        terms.append(quotient(terms[-1] * (v * v * 4 - (2 * k - 1) ** 2) * side, 8 * k))
    return summed(1 / x, lambda k: terms[k])
