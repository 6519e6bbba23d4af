"""Incomplete gamma and beta functions of germs: at both ends, in terms of powers and series.

Where a parameter varies as well they are left to Taylor series, and the ends are not expressible.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Real, quotient
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.series import summed, tends_to
from gradcalc.numbers.germs.values import HALF, germ_of


def gamma_lower(n: Any, a: Germ, x: Germ) -> Any:
    """At 0 by DLMF 8.7.1."""
    if x.is_infinite and a.is_constant:
        return n.gamma(a) - gamma_upper(n, a, x)
    if not (tends_to(x, 0) and a.is_constant):
        return n.regular("gamma_lower", a, x)
    order = _positive(a)
    tail = summed(x, lambda k: quotient(Fraction((-1) ** k, math.factorial(k)), order + k))
    return x.power(order) * tail


def gamma_upper(n: Any, a: Germ, x: Germ) -> Any:
    """At infinity by DLMF 8.11.2."""
    if tends_to(x, 0) and a.is_constant:
        return n.gamma(a) - gamma_lower(n, a, x)
    if not (x.is_infinite and a.is_constant):
        return n.regular("gamma_upper", a, x)
    falling: list[Real] = [1]
    for k in range(1, n.field.length):
        falling.append(falling[-1] * (a.limit() - k))
    return n.exp(-x) * x.power(a.limit() - 1) * summed(1 / x, lambda k: falling[k])


def gammainc(n: Any, a: Germ, x: Germ) -> Any:
    if (x.is_infinite or tends_to(x, 0)) and a.is_constant:
        return gamma_lower(n, a, x) / n.gamma(a)
    return n.regular("gammainc", a, x)


def gammaincc(n: Any, a: Germ, x: Germ) -> Any:
    if (x.is_infinite or tends_to(x, 0)) and a.is_constant:
        return gamma_upper(n, a, x) / n.gamma(a)
    return n.regular("gammaincc", a, x)


def beta_lower(n: Any, a: Germ, b: Germ, x: Germ) -> Any:
    """At 0 by DLMF 8.17.7."""
    if not (a.is_constant and b.is_constant):
        return n.regular("beta_lower", a, b, x)
    if tends_to(x, 1):
        return n.beta(a, b) - beta_lower(n, b, a, 1 - x)
    if not tends_to(x, 0):
        return n.regular("beta_lower", a, b, x)
    order, other = _positive(a), _positive(b)
    rising: list[Real] = [1]
    for k in range(1, n.field.length + 1):
        rising.append(quotient(rising[-1] * (k - other), k))
    return x.power(order) * summed(x, lambda k: quotient(rising[k], order + k))


def betainc(n: Any, a: Germ, b: Germ, x: Germ) -> Any:
    if (tends_to(x, 0) or tends_to(x, 1)) and a.is_constant and b.is_constant:
        return beta_lower(n, a, b, x) / n.beta(a, b)
    return n.regular("betainc", a, b, x)


def betaincc(n: Any, a: Germ, b: Germ, x: Germ) -> Any:
    return betainc(n, b, a, 1 - x)


def gamma_power(n: Any, a: Germ, x: Germ) -> Any:
    return n.pow(x, a - 1) * n.exp(-x)


def beta_power(n: Any, a: Germ, b: Germ, x: Germ) -> Any:
    return n.pow(x, a - 1) * n.pow(1 - x, b - 1)


def gamma_density(n: Any, k: Germ, a: Germ, x: Germ) -> Any:
    if k.is_zero and a.is_constant:
        return gamma_power(n, a, x) / n.gamma(a)
    return n.regular("gamma_density", k, a, x)


def beta_density(n: Any, j: Germ, k: Germ, a: Germ, b: Germ, x: Germ) -> Any:
    if j.is_zero and k.is_zero and a.is_constant and b.is_constant:
        return beta_power(n, a, b, x) / n.beta(a, b)
    return n.regular("beta_density", j, k, a, b, x)


def chi2_cdf(n: Any, x: Germ, k: Germ) -> Any:
    return gammainc(n, k * HALF, x * HALF)


def chi2_pdf(n: Any, x: Germ, k: Germ) -> Any:
    return gamma_density(n, n.field.constant(0), k * HALF, x * HALF) * HALF


def poisson_cdf(n: Any, k: Germ, rate: Germ) -> Any:
    return gammaincc(n, k + 1, rate)


def log_normal_cdf(n: Any, x: Germ) -> Any:
    if x.is_infinite and x.sign() < 0:
        return n.log(_scaled_tail(n, x) * HALF) - x * x * HALF
    return n.log(n.normal_cdf(x)) if x.is_infinite else n.regular("log_normal_cdf", x)


def normal_hazard(n: Any, x: Germ) -> Any:
    return n.normal_pdf(x) / n.normal_cdf(x)


def normal_hazard_gap(n: Any, x: Germ) -> Any:
    return x + normal_hazard(n, x)


def _scaled_tail(n: Any, x: Germ) -> Any:
    return n.erfcx(-x * germ_of(n, HALF).power(HALF))


def _positive(a: Germ) -> Real:
    if a.sign() <= 0:
        raise ValueError("outside the domain")
    return a.limit()
