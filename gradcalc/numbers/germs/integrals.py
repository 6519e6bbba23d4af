"""Exponential, sine and elliptic integrals at their singular points and at infinity."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Real, quotient
from gradcalc.numbers.germs.bessel import order_of
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.series import fading, integer_constant, integrated, summed, tends_to
from gradcalc.numbers.germs.values import HALF, at, euler_gamma, germ_of, pi


def e1(n: Any, x: Germ) -> Any:
    return expint(n, germ_of(n, 1), x)


def expint(n: Any, v: Germ, x: Germ) -> Any:
    """At 0 by DLMF 8.19.8 and 8.19.10, at infinity by 8.20.2."""
    if x.is_infinite:
        if x.sign() < 0:
            raise ValueError("negative")
        rising: list[Real] = [1]
        for k in range(1, n.field.length):
            rising.append(rising[-1] * (v.limit() + k - 1) * -1)
        return n.exp(-x) * summed(1 / x, lambda k: rising[k]) / x
    name = {1: "e1"}.get(integer_constant(v) or 0)
    if not tends_to(x, 0):
        return n.regular(name, x) if name else n.regular("expint", v, x)
    if x.is_zero or x.sign() < 0:
        raise ValueError("not positive")
    order, integer = order_of(v)
    if integer is None:
        back = germ_of(n, 1 - order)
        tail = summed(x, lambda k: quotient((-1) ** k, math.factorial(k) * (1 - order + k)))
        return n.gamma(back) * x.power(order * -1 + 1) - tail
    if integer <= 0:
        value = n.exp(-x) / x
        for k in range(-1, integer - 1, -1):
            value = (n.exp(-x) - k * value) / x
        return value
    skipped = integer - 1

    def term(k: int) -> Real:
        return 0 if k == skipped else Fraction((-1) ** k, (k - skipped) * math.factorial(k))

    digamma_of = sum((Fraction(1, j) for j in range(1, integer)), Fraction(0)) - euler_gamma(n)
    weight = Fraction((-1) ** skipped, math.factorial(skipped))
    return x.power(skipped) * weight * (digamma_of - n.log(x)) - summed(x, term)


def si(n: Any, x: Germ) -> Any:
    if x.is_infinite:
        return pi(n) * HALF * x.sign() + fading(x, -1, 1)
    value = at(n, "si", lambda y: 1, x.limit(), 0)
    return integrated(n, value, n.sinc, x)


def ci(n: Any, x: Germ) -> Any:
    """At 0 by DLMF 6.6.6."""
    if x.is_infinite:
        if x.sign() < 0:
            raise ValueError("negative")
        return fading(x, -1, 1)
    if not tends_to(x, 0):
        return n.regular("ci", x)
    tail = summed(-x * x, lambda k: Fraction(1, 2 * k * math.factorial(2 * k)), 1)
    return n.log(x) + euler_gamma(n) + tail


def ellipk(n: Any, x: Germ) -> Any:
    """At 1 by DLMF 19.12.1."""
    if not tends_to(x, 1):
        return n.regular("ellipk", x)
    other = 1 - x
    log = n.log(other) * -HALF
    squares = _half_rising(n)
    plain = summed(other, lambda k: squares[k] ** 2)
    return plain * log + summed(other, lambda k: (_elliptic_digammas(n, k)) * squares[k] ** 2)


def ellipe(n: Any, x: Germ) -> Any:
    """At 1 by DLMF 19.12.2."""
    if not tends_to(x, 1):
        return n.regular("ellipe", x)
    other = 1 - x
    if other.is_zero:
        return germ_of(n, 1)
    log = n.log(other) * -HALF
    ratios = _half_rising(n)

    def weight(k: int) -> Fraction:
        return ratios[k] ** 2 * Fraction(2 * k + 1, k + 1) * HALF

    def weighted(k: int) -> Real:
        return (_elliptic_digammas(n, k) - Fraction(1, (2 * k + 1) * (2 * k + 2))) * weight(k)

    return 1 + other * (summed(other, weight) * log + summed(other, weighted))


def _half_rising(n: Any) -> list[Fraction]:
    """(1/2)_k / k!"""
    ratios = [Fraction(1)]
    for k in range(n.field.length):
        ratios.append(ratios[-1] * Fraction(2 * k + 1, 2 * k + 2))
    return ratios


def _elliptic_digammas(n: Any, k: int) -> Real:
    """digamma(1 + k) - digamma(1/2 + k)."""
    exact = sum((Fraction(1, j) - Fraction(2, 2 * j - 1) for j in range(1, k + 1)), Fraction(0))
    return n.precision.rounded(n.context.log(4)) + exact
