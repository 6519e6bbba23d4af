"""The incomplete gamma functions of big numbers, with their derivatives by the parameter.

Each is a prefactor, elementary but for a complete gamma function, times a series of positive terms
(DLMF 8.7.1) or, for the upper one, a continued fraction (DLMF 8.9.2). Both factors are computed
as jets in the parameter, so that a derivative of any order comes from the same loop as the value.
The loops run over integers that stand for fixed-point numbers.
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


def incomplete_gamma(
    m: Any, k: Any, a: Any, x: Any, *, upper: bool = False, regularized: bool = True
) -> Any:
    """The k-th derivative by a of the lower or the upper incomplete gamma function.

    Regularised it is divided by gamma(a), and a > 0; the upper one alone is defined for every a.
    ValueError outside of that, and for x < 0.
    """
    k = int(k)
    if x < 0 or m.isnan(x) or not m.isfinite(a) or (a <= 0 and not (upper and not regularized)):
        raise ValueError("outside the domain")
    if x == 0 or m.isinf(x):
        empty = (x == 0) != upper
        if not empty and a <= 0:
            return m.inf * (-1) ** k
        return m.mpf(0) if empty else _whole_gamma(m, k, a, regularized)
    if a <= 0 and m.isint(a):  # between poles that cancel
        a = m.fadd(a, m.ldexp(1, -m.prec - GUARD_BITS), exact=True)

    def part() -> Part:
        # Where the fraction takes longer than it takes to make up for what cancels.
        small = m.prec**2 / (10**5 if a > 0.001 else 10**6) if upper else m.prec / 8
        if x > max(a, small):
            here, is_upper = _gamma_by_fraction(m, k, a, x, regularized), True
        else:
            here, is_upper = _gamma_by_series(m, k, a, x, regularized), False
        if is_upper == upper:
            return here
        return remainder(_whole_gamma_jet(m, k, a, regularized), here)

    return sufficient(m, part, k)


def _whole_gamma(m: Any, k: int, a: Any, regularized: bool) -> Any:
    if regularized:
        return m.mpf(int(k == 0))
    return sufficient(m, lambda: _whole_gamma_jet(m, k, a, regularized))


def _whole_gamma_jet(m: Any, k: int, a: Any, regularized: bool) -> Part:
    one = m.mpf(1)
    flat = [[m.mpf(0)] for _ in range(k + 1)]
    if regularized:
        return jets.constant(one, flat), m.mpf(0) if k else one
    exponent = [[c] for c in jets.log_gamma(m.psi, a, k)]
    return scaled_exponential(m, m.gamma(a), exponent, jets.constant(one, flat))


def _gamma_power(m: Any, k: int, a: Any, x: Any, below: Any) -> tuple[Any, Jet]:
    """x^a exp(-x), over gamma(below) unless that is None: scale and exponent."""
    exponent = [m.mpf(0), m.log(x), *[m.mpf(0)] * (k - 1)][: k + 1]
    with m.workprec(m.prec + 2 * bits_before_point(m, a, x)):
        size = a * m.log(x) - x
        if below is not None:
            size -= m.loggamma(below)
        scale = m.exp(size)
    if below is not None:
        logs = jets.log_gamma(m.psi, below, k)
        exponent = [c - d for c, d in zip(exponent, logs, strict=True)]
    return scale, [[c] for c in exponent]


def _gamma_by_series(m: Any, k: int, a: Any, x: Any, regularized: bool) -> Part:
    """The lower one: x^a exp(-x) Σ x^n/(a (a + 1)…(a + n))."""
    bits = m.prec + GUARD_BITS + bits_before_point(m, a) * (k + 1)
    if a > 0 and _gamma_terms(float(a), float(x), bits) > MAX_TERMS:
        raise OverflowError("too large to evaluate")
    one = 1 << bits
    top, bottom = int(m.ldexp(x, bits)), int(m.ldexp(a, bits))
    term = [one] + [0] * k
    total = list(term)
    while any(abs(t) > 1 for t in term) or bottom < 0:
        bottom += one
        before = 0
        for i, t in enumerate(term):
            before = quotient_towards_zero(t * top - (before << bits), bottom)
            term[i] = before
            total[i] += before
    series = [[m.ldexp(m.mpf(c), -bits)] for c in total]
    if regularized:
        scale, exponent = _gamma_power(m, k, a, x, a + 1)
        return scaled_exponential(m, scale, exponent, series)
    scale, exponent = _gamma_power(m, k, a, x, None)
    reciprocal = [[(-1) ** i / a ** (i + 1)] for i in range(k + 1)]
    jet, size = scaled_exponential(m, scale, exponent, jets.product(reciprocal, series))
    return jet, size


def _gamma_terms(a: float, x: float, bits: int) -> float:
    """About how many terms the series takes where x <= a."""
    fall = bits * math.log(2)
    near = math.sqrt(2 * a * fall)
    if x > a:
        return near + 3 * x
    return min(near, fall / math.log(a / x)) if 0 < x < a else near


def _gamma_by_fraction(m: Any, k: int, a: Any, x: Any, regularized: bool) -> Part:
    """The upper one: x^a exp(-x)/(x + 1 - a - 1(1 - a)/(x + 3 - a - 2(2 - a)/(x + 5 - a - …)))."""
    bits = m.prec + 2 * GUARD_BITS + bits_before_point(m, a)
    count = _fraction_terms(float(a), float(x), bits)
    bits += count.bit_length() * (k + 1)
    one = 1 << bits
    power, start = int(m.ldexp(a, bits)), int(m.ldexp(x - a + 1, bits))
    tail = [0] * (k + 1)
    for n in range(count, 0, -1):
        tail = _quotient([n * (n * one - power), -n * one], start + 2 * n * one, tail, bits)
    fraction = [[m.ldexp(m.mpf(c), -bits)] for c in _quotient([one], start, tail, bits)]
    scale, exponent = _gamma_power(m, k, a, x, a if regularized else None)
    return scaled_exponential(m, scale, exponent, fraction)


def _quotient(top: list[int], bottom: int, tail: list[int], bits: int) -> list[int]:
    """top/(bottom - s - tail), as series in s of fixed-point numbers."""
    below = [-t for t in tail]
    below[0] += bottom
    if len(below) > 1:
        below[1] -= 1 << bits
    out: list[int] = []
    for i in range(len(tail)):
        rest = (top[i] << bits) if i < len(top) else 0
        rest -= sum(below[p] * out[i - p] for p in range(1, i + 1))
        out.append(rest // below[0])
    return out


def _fraction_terms(a: float, x: float, bits: int) -> int:
    """How many terms the continued fraction takes: until two of its values are that close."""
    ratio, fall, n = x + 1 - a, 0.0, 0
    while fall < bits and n < MAX_TERMS:
        n += 1
        above = n * (n - a)
        after = x + 2 * n + 1 - a - above / ratio
        size = n * max(abs(n - a), 1)  # where a is n, its derivatives go on
        fall -= math.log2(size / (ratio * after))
        ratio = after
    if n >= MAX_TERMS:
        raise OverflowError("too large to evaluate")
    return n


def gamma_power(m: Any, a: Any, x: Any) -> Any:
    """x^(a - 1) exp(-x), with as many digits where the exponent is large."""
    if x < 0:
        raise ValueError("outside the domain")
    if x == 0 or m.isinf(x):
        return x ** (a - 1) if x == 0 and a >= 1 else m.inf if x == 0 else m.mpf(0)
    with m.workprec(m.prec + 20 + 2 * bits_before_point(m, a, x)):
        value = m.exp((a - 1) * m.log(x) - x)
    return +value


def gamma_density(m: Any, k: Any, a: Any, x: Any) -> Any:
    """The k-th derivative by a of x^(a - 1) exp(-x)/gamma(a)."""
    k = int(k)
    if k < 0:
        return m.mpf(0)  # only ever meets a factor 0
    if x < 0 or a <= 0:
        raise ValueError("outside the domain")
    if x == 0 or m.isinf(x):
        if a > 1 or m.isinf(x):
            return m.mpf(0)
        return m.inf * (-1) ** k if a < 1 or k else m.mpf(1)

    def part() -> Part:
        scale, exponent = _gamma_power(m, k, a, x, a)
        return scaled_exponential(m, scale / x, exponent, jets.constant(m.mpf(1), exponent))

    return sufficient(m, part, k + 1)
