"""The gamma function and its kin, and zeta: expansions at their poles and at infinity."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import compare, nearest_integer
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import InexpressibleError
from gradcalc.numbers.germs.series import integer_constant, needed, summed, tends_to
from gradcalc.numbers.germs.values import HALF, germ_of, pi_germ


def _pole_of_gamma(x: Germ) -> int | None:
    """k where x tends to -k, k = 0, 1, 2, …"""
    if x.is_infinite:
        if x.sign() < 0:
            raise InexpressibleError
        return None
    c = x.limit()
    nearest, integral = nearest_integer(c)
    return -nearest if integral and nearest <= 0 else None


def _upto(x: Germ, k: int) -> Iterator[Any]:
    """x, x + 1, …, x + k: what the recurrence of gamma from x + k + 1 back to x divides by."""
    return (x + j for j in range(k + 1))


MAX_RECURRENCE = 50  # steps from a pole to where a function is regular; past them, reflection


def gamma(n: Any, x: Germ) -> Any:
    """By the recurrence, or by reflection, DLMF 5.5.3: sin(pi x) = (-1)^k sin(pi (x + k))."""
    k = _pole_of_gamma(x)
    if k is not None and k > MAX_RECURRENCE:
        odd = -1 if k % 2 else 1
        return odd * pi_germ(n) / (n.sin(pi_germ(n) * (x + k)) * n.regular("gamma", 1 - x))
    if k is not None:
        value = n.regular("gamma", x + k + 1)
        for factor in _upto(x, k):
            value = value / factor
        return value
    return n.exp(lgamma(n, x)) if x.is_infinite else n.regular("gamma", x)


def lgamma(n: Any, x: Germ) -> Any:
    """Stirling's series at infinity, DLMF 5.11.1; reflection as for gamma."""
    k = _pole_of_gamma(x)
    if k is not None and k > MAX_RECURRENCE:
        sine = n.sin(pi_germ(n) * (x + k))
        return n.log(pi_germ(n)) - n.log(abs(sine)) - n.regular("lgamma", 1 - x)
    if k is not None:
        return n.regular("lgamma", x + k + 1) - sum(n.log(abs(f)) for f in _upto(x, k))
    if not x.is_infinite:
        return n.regular("lgamma", x)
    half_log = germ_of(n, n.precision.rounded(n.context.log(2 * n.context.pi) / 2))
    tail = _bernoulli(x, lambda j: Fraction(1, 2 * j * (2 * j - 1))) * x
    return (x - HALF) * n.log(x) - x + half_log + tail


def _bernoulli(x: Germ, factor: Callable[[int], Fraction]) -> Any:
    """The sum of B_2j factor(j) x^(-2j) over j >= 1."""
    from mpmath import bernfrac

    return summed((x * x).power(-1), lambda j: factor(j) * Fraction(*bernfrac(2 * j)), 1)


def factorial(n: Any, x: Germ) -> Any:
    return n.gamma(x + 1)


def digamma(n: Any, x: Germ) -> Any:
    """DLMF 5.11.2 at infinity; reflection, DLMF 5.5.4."""
    k = _pole_of_gamma(x)
    if k is not None and k > MAX_RECURRENCE:
        angle = pi_germ(n) * (x + k)
        return n.regular("digamma", 1 - x) - pi_germ(n) * n.cos(angle) / n.sin(angle)
    if k is not None:
        return n.regular("digamma", x + k + 1) - sum(1 / f for f in _upto(x, k))
    if not x.is_infinite:
        return n.regular("digamma", x)
    return n.log(x) - 1 / (2 * x) - _bernoulli(x, lambda j: Fraction(1, 2 * j))


def polygamma(n: Any, k: Germ, x: Germ) -> Any:
    """DLMF 5.15.8 at infinity."""
    order = integer_constant(k)
    if order is None or order < 0:
        raise ValueError("not an order")
    if order == 0:
        return digamma(n, x)
    odd = -1 if order % 2 else 1
    pole = _pole_of_gamma(x)
    if pole is not None and pole > MAX_RECURRENCE:
        raise InexpressibleError
    if pole is not None:
        value = n.regular("polygamma", k, x + pole + 1)
        return value - sum(odd * math.factorial(order) / f.power(order + 1) for f in _upto(x, pole))
    if not x.is_infinite:
        return n.regular("polygamma", k, x)
    tail = _bernoulli(
        x, lambda j: Fraction(math.factorial(2 * j + order - 1), math.factorial(2 * j))
    )
    below = x.power(-order)
    near = math.factorial(order - 1) + math.factorial(order) / (2 * x)
    return (near + tail) * below * -odd


def beta(n: Any, x: Germ, y: Germ) -> Any:
    return n.gamma(x) * n.gamma(y) / n.gamma(x + y)


def lbeta(n: Any, x: Germ, y: Germ) -> Any:
    return n.lgamma(x) + n.lgamma(y) - n.lgamma(x + y)


def zeta(n: Any, x: Germ) -> Any:
    if x.is_infinite and x.sign() > 0:  # 1 + 2^-x + O(3^-x)
        smaller = n.exp(-x * germ_of(n, n.precision.rounded(n.context.log(3))))
        return 1 + n.exp2(-x) + Germ(n.field, (), smaller.lead[0])
    if not x.is_infinite and compare(x.limit(), REFLECTED_BELOW) < 0:
        return _zeta_reflected(n, x)
    return _zeta_at_one(n, x) if tends_to(x, 1) else n.regular("zeta", x)


REFLECTED_BELOW = -30  # where mpmath's own derivatives of zeta take ever longer


def _zeta_reflected(n: Any, s: Germ) -> Any:
    """By the functional equation, DLMF 25.4.1; of its sine the whole turns are left out."""
    nearest, _ = nearest_integer(s.limit())
    turns = nearest - nearest % 4
    power = n.exp((s - 1) * n.log(2 * pi_germ(n)))
    return 2 * power * n.sin(pi_germ(n) * (s - turns) / 2) * n.gamma(1 - s) * n.zeta(1 - s)


def _logarithms(context: Any, most: int) -> list[Any]:
    """The logarithms of 1 to `most`: of primes by the context, of products by adding these."""
    logs: dict[int, Any] = {1: context.mpf(0)}
    for prime in range(2, most + 1):
        if prime in logs:
            continue
        own = context.log(prime)
        for other in range(1, most // prime + 1):
            if other in logs:
                logs[prime * other] = logs[other] + own
    return [logs[k] for k in range(1, most + 1)]


def _zeta_at_one(n: Any, s: Germ) -> Any:
    """By Euler and Maclaurin's sum, DLMF 25.2.9: N terms, and half as many of its tail.

    The last term of the tail is about (j/(pi e N))^(2j), for j = N/2 less than 10^-N.
    """
    m, precision = n.context, n.precision
    top = m.dps + 10
    total: Any = n.field.constant(0)
    small = s - 1
    if needed(small) > 1 or small.rest is not None:
        sums = [m.mpf(0)] * needed(small)
        for j, log in enumerate(_logarithms(m, top - 1), start=1):
            term = m.mpf(1) / j
            for k in range(len(sums)):
                sums[k] += term
                term = -term * log / (k + 1)
        total = small.composed([precision.rounded(x * (1 + m.eps * top)) for x in sums])
    power = n.exp(-s * germ_of(n, precision.rounded(m.log(top))))
    total = total + power * top / small + power * HALF
    rising = s * power / top
    for j in range(1, top // 2 + 2):
        total = total + rising * n.precision.rounded(m.bernoulli(2 * j) / m.factorial(2 * j))
        rising = rising * (s + (2 * j - 1)) * (s + 2 * j) * Fraction(1, top * top)
    return total
