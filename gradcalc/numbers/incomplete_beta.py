"""The incomplete beta functions of big numbers, with their derivatives by the parameters.

Each is a prefactor, elementary but for complete gamma functions, times a series of positive terms
(DLMF 8.17.8). Both factors are computed as jets in the parameters, so that a derivative of any
order comes from the same loop as the value. The loop runs over integers that stand for
fixed-point numbers.
"""

from __future__ import annotations

import math
from typing import Any

from gradcalc.numbers import jets
from gradcalc.numbers.cancellation import (
    GUARD_BITS,
    MAX_TERMS,
    Part,
    bits_before_point,
    quotient_towards_zero,
    remainder,
    scaled_exponential,
    sufficient,
)
from gradcalc.numbers.jets import Jet


def incomplete_beta(
    m: Any, j: Any, k: Any, a: Any, b: Any, x: Any, *, upper: bool = False, regularized: bool = True
) -> Any:
    """The derivative, j times by a and k times by b, of the incomplete beta function.

    Regularised it is divided by beta(a, b); the upper one goes from x to 1. ValueError unless
    a, b > 0 and 0 <= x <= 1.
    """
    j, k = int(j), int(k)
    if not (0 <= x <= 1 and 0 < a < m.inf and 0 < b < m.inf):
        raise ValueError("outside the domain")
    if x in (0, 1):
        return m.mpf(0) if (x == 0) != upper else _whole_beta(m, j, k, a, b, regularized)

    def part() -> Part:
        with m.workprec(m.prec + max(0, -m.mag(x))):
            y = 1 - x
        at_left = _beta_terms(m, a, b, x, y)
        at_right = _beta_terms(m, b, a, y, x)
        if at_left <= at_right:
            here, is_upper = _beta_by_series(m, j, k, a, b, x, y, regularized, at_left), False
        else:
            jet, size = _beta_by_series(m, k, j, b, a, y, x, regularized, at_right)
            here, is_upper = ([list(c) for c in zip(*jet, strict=True)], size), True
        if is_upper == upper:
            return here
        return remainder(_whole_beta_jet(m, j, k, a, b, regularized), here)

    return sufficient(m, part, j + k)


def _whole_beta(m: Any, j: int, k: int, a: Any, b: Any, regularized: bool) -> Any:
    if regularized:
        return m.mpf(int(j == k == 0))
    return sufficient(m, lambda: _whole_beta_jet(m, j, k, a, b, regularized))


def _log_beta_jet(m: Any, j: int, k: int, a: Any, b: Any) -> Jet:
    """log(beta) but for its constant."""
    first, second = jets.log_gamma(m.psi, a, j), jets.log_gamma(m.psi, b, k)
    both = [-c for c in jets.log_gamma(m.psi, a + b, j + k)]
    return jets.combined((j, k), first, second, both)


def _whole_beta_jet(m: Any, j: int, k: int, a: Any, b: Any, regularized: bool) -> Part:
    one, logs = m.mpf(1), _log_beta_jet(m, j, k, a, b)
    if regularized:
        return jets.constant(one, logs), m.mpf(0) if j or k else one
    return scaled_exponential(m, m.exp(_log_beta(m, a, b)), logs, jets.constant(one, logs))


def _log_beta(m: Any, a: Any, b: Any) -> Any:
    with m.workprec(m.prec + 2 * bits_before_point(m, a, b) + max(0, -m.mag(a), -m.mag(b))):
        return m.loggamma(a) + m.loggamma(b) - m.loggamma(a + b)


def _beta_power(
    m: Any, size: tuple[int, int], a: Any, b: Any, x: Any, y: Any, regularized: bool
) -> tuple[Any, Jet]:
    """x^a y^b, over beta(a, b) if regularised: scale and exponent."""
    j, k = size
    zeros = [m.mpf(0)] * (j + k + 1)
    exponent = jets.combined(
        size, [zeros[0], m.log(x), *zeros], [zeros[0], m.log(y), *zeros], zeros
    )
    with m.workprec(m.prec + 2 * bits_before_point(m, a, b)):
        log = a * m.log(x) + b * m.log(y)
        scale = m.exp(log - _log_beta(m, a, b) if regularized else log)
    if regularized:
        logs = _log_beta_jet(m, j, k, a, b)
        exponent = [
            [c - d for c, d in zip(*rows, strict=True)] for rows in zip(exponent, logs, strict=True)
        ]
    return scale, exponent


def _beta_by_series(
    m: Any, j: int, k: int, a: Any, b: Any, x: Any, y: Any, regularized: bool, terms: float
) -> Part:
    """The lower one: x^a y^b/a Σ (a + b)…(a + b + n - 1)/((a + 1)…(a + n)) x^n."""
    if terms > MAX_TERMS:
        raise OverflowError("too large to evaluate")
    bits = m.prec + GUARD_BITS + bits_before_point(m, a, b) * (j + k + 1)
    one = 1 << bits
    ratio, above, below = (int(m.ldexp(z, bits)) for z in (x, a + b, a))
    term = [[0] * (k + 1) for _ in range(j + 1)]
    term[0][0] = one
    total = [list(row) for row in term]
    while True:
        below += one
        before = [0] * (k + 1)
        last = term
        term = []
        for i, row in enumerate(last):
            now = []
            for h, t in enumerate(row):
                grown = t * above
                if i:
                    grown += last[i - 1][h] << bits
                if h:
                    grown += row[h - 1] << bits
                rest = (grown * ratio >> bits) - (before[h] << bits)
                now.append(quotient_towards_zero(rest, below))
            term.append(now)
            total[i] = [s + t for s, t in zip(total[i], now, strict=True)]
            before = now
        above += one
        if above * ratio < below * one and all(abs(t) <= 1 for row in term for t in row):
            break
    series = [[m.ldexp(m.mpf(c), -bits) for c in row] for row in total]
    reciprocal = jets.constant(m.mpf(0), series)
    for i in range(j + 1):
        reciprocal[i][0] = (-1) ** i / a ** (i + 1)
    scale, exponent = _beta_power(m, (j, k), a, b, x, y, regularized)
    return scaled_exponential(m, scale, exponent, jets.product(reciprocal, series))


def _beta_terms(m: Any, a: Any, b: Any, x: Any, y: Any) -> float:
    """About how many terms the series takes, more where its complement is small: a term of many
    bits, and a gamma function of them, takes longer.
    """
    return _float_terms(m.prec * math.log(2), *(max(float(z), 1e-300) for z in (a, b, x, y)))


def _float_terms(fall: float, a: float, b: float, x: float, y: float) -> float:
    """The same, for terms that are to fall by exp(fall)."""
    mean = a / (a + b)
    if x <= mean:
        slow = math.sqrt(2 * fall * a * ((a + b) / b))
        return min(fall * mean / (mean - x), slow) if x < mean else slow
    rise = ((a + b) * x - a) / y  # terms up to the greatest
    tail = -(b * math.log(y / (b / (a + b))) + a * math.log(x / mean))
    fall += tail
    down = 3 * math.sqrt(fall * (rise + a))
    return (rise + (min(fall / -math.log(x), down) if x < 1 else down)) * (1 + tail / 100) ** 2


def beta_power(m: Any, a: Any, b: Any, x: Any) -> Any:
    """x^(a - 1) (1 - x)^(b - 1), with as many digits where the exponents are large."""
    if not 0 <= x <= 1:
        raise ValueError("outside the domain")
    if x in (0, 1):
        exponent = a if x == 0 else b
        return m.mpf(int(exponent == 1)) if exponent >= 1 else m.inf
    with m.workprec(m.prec + 20 + 2 * bits_before_point(m, a, b) + max(0, -m.mag(x))):
        value = m.exp((a - 1) * m.log(x) + (b - 1) * m.log(1 - x))
    return +value


def beta_density(m: Any, j: Any, k: Any, a: Any, b: Any, x: Any) -> Any:
    """The derivative, j times by a and k times by b, of x^(a - 1) (1 - x)^(b - 1)/beta(a, b)."""
    j, k = int(j), int(k)
    if j < 0 or k < 0:
        return m.mpf(0)  # only ever meets a factor 0
    if not (0 <= x <= 1 and a > 0 and b > 0):
        raise ValueError("outside the domain")
    if x in (0, 1):
        return _beta_density_at_end(m, (j, k), (a, b) if x == 0 else (b, a), x == 0)

    def part() -> Part:
        with m.workprec(m.prec + max(0, -m.mag(x))):
            y = 1 - x
        scale, exponent = _beta_power(m, (j, k), a, b, x, y, True)
        return scaled_exponential(m, scale / (x * y), exponent, jets.constant(m.mpf(1), exponent))

    return sufficient(m, part, j + k + 1)


def _beta_density_at_end(m: Any, orders: tuple[int, int], ab: tuple[Any, Any], left: bool) -> Any:
    """x^(a - 1)/beta(a, b) and its derivatives where x is 0; at 1, a and b have changed places."""
    a, b = ab
    orders = orders if left else (orders[1], orders[0])
    if a > 1:
        return m.mpf(0)
    if a < 1 or orders[0]:
        return m.inf * (-1) ** orders[0]
    if orders[1] > 1:
        return m.mpf(0)
    return m.mpf(1) if orders[1] else +b  # x^0/beta(1, b) is b
