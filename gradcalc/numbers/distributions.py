"""Distribution functions of big numbers, and their derivatives by degrees of freedom.

Each is an incomplete beta function of an argument that is rounded: of x and 1 - x the one that is
the smaller is formed, with spare bits for parameters that are large.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.cancellation import sufficient
from gradcalc.numbers.incomplete_beta import beta_density, incomplete_beta


def _spare(m: Any, *numbers: Any) -> int:
    """Bits for what rounding an argument costs beside large parameters."""
    return 30 + 2 * int(max(0, *(abs(m.mag(x)) for x in numbers if x and m.isfinite(x))))


def _rounded(m: Any, bits: int, value: Callable[[], Any]) -> Any:
    with m.workprec(m.prec + bits):
        number = value()
    return +number


def _positive(*numbers: Any) -> None:
    if not all(x > 0 for x in numbers):
        raise ValueError("outside the domain")


def _beta_tail(m: Any, orders: tuple[int, int], a: Any, b: Any, top: Any, rest: Any) -> Any:
    """The regularised incomplete beta function at top/(top + rest), differentiated so often."""
    j, k = orders
    whole = top + rest
    if top <= rest:
        return incomplete_beta(m, j, k, a, b, top / whole)
    return incomplete_beta(m, k, j, b, a, rest / whole, upper=True)


def chi2_log_pdf(m: Any, x: Any, k: Any) -> Any:
    """The logarithm of the chi-squared density."""
    _positive(x, k)

    def value() -> Any:
        return (k / 2 - 1) * m.log(x / 2) - x / 2 - m.loggamma(k / 2) - m.log(2)

    return _rounded(m, _spare(m, k, x), value)


# Student's t ------------------------------------------------------------------------------


def student_t_cdf(m: Any, x: Any, nu: Any) -> Any:
    """The probability that Student's t with nu degrees of freedom is at most x."""
    _positive(nu)
    if m.isinf(x):
        return m.mpf(int(x > 0))

    def value() -> Any:
        tail = _beta_tail(m, (0, 0), nu / 2, m.mpf(1) / 2, nu, x * x) / 2
        return tail if x < 0 else 1 - tail

    return _rounded(m, _spare(m, nu, x), value)


def student_t_log_pdf(m: Any, x: Any, nu: Any) -> Any:
    """The logarithm of the density, DLMF 8.17 with its normalisation."""
    _positive(nu)

    def value() -> Any:
        a = nu / 2
        gammas = m.loggamma(a + m.mpf(1) / 2) - m.loggamma(a) - m.log(nu * m.pi) / 2
        return gammas - (nu + 1) / 2 * m.log1p(x * x / nu)

    return _rounded(m, _spare(m, nu, x), value)


def student_t_pdf(m: Any, x: Any, nu: Any) -> Any:
    """The density."""
    return _rounded(m, _spare(m, nu, x), lambda: m.exp(student_t_log_pdf(m, x, nu)))


def student_t_score(m: Any, x: Any, nu: Any) -> Any:
    """The derivative of the density's logarithm by nu."""
    _positive(nu)

    def value() -> Any:
        digammas = m.psi(0, (nu + 1) / 2) - m.psi(0, nu / 2)
        square = x * x
        rest = (square - 1) / (nu + square)
        return (digammas - m.log1p(square / nu) + rest) / 2

    return _rounded(m, 2 * _spare(m, nu, x), value)


def student_t_slope(m: Any, x: Any, nu: Any) -> Any:
    """The derivative of the distribution function by nu."""
    _positive(nu)
    if x == 0 or m.isinf(x):
        return m.mpf(0)

    def part() -> Any:
        with m.workprec(m.prec + _spare(m, nu, x)):
            first = _beta_tail(m, (1, 0), nu / 2, m.mpf(1) / 2, nu, x * x) / 4
            second = abs(x) * student_t_pdf(m, x, nu) / (2 * nu)
            return [[-m.sign(x) * (first + second)]], max(abs(first), abs(second))

    return sufficient(m, part)


# Fisher's F -------------------------------------------------------------------------------


def f_cdf(m: Any, x: Any, d1: Any, d2: Any) -> Any:
    """The probability that a quotient of mean squares is at most x."""
    _positive(d1, d2)
    if x < 0:
        raise ValueError("outside the domain")
    if m.isinf(x) or not x:
        return m.mpf(int(x > 0))
    return _rounded(
        m, _spare(m, d1, d2, x), lambda: _beta_tail(m, (0, 0), d1 / 2, d2 / 2, d1 * x, d2)
    )


def f_log_pdf(m: Any, x: Any, d1: Any, d2: Any) -> Any:
    """The logarithm of the density."""
    _positive(d1, d2, x)

    def value() -> Any:
        a, b = d1 / 2, d2 / 2
        gammas = m.loggamma(a + b) - m.loggamma(a) - m.loggamma(b)
        share = -a * m.log1p(d2 / (d1 * x)) - b * m.log1p(d1 * x / d2)
        return gammas + share - m.log(x)

    return _rounded(m, _spare(m, d1, d2, x), value)


def f_pdf(m: Any, x: Any, d1: Any, d2: Any) -> Any:
    """The density."""
    return _rounded(m, _spare(m, d1, d2, x), lambda: m.exp(f_log_pdf(m, x, d1, d2)))


def f_score(m: Any, k: Any, x: Any, d1: Any, d2: Any) -> Any:
    """The derivative of the density's logarithm by d1 (k = 1) or d2 (k = 2)."""
    _positive(d1, d2, x)

    def value() -> Any:
        total, both = d1 * x + d2, m.psi(0, (d1 + d2) / 2)
        if k == 1:
            return (both - m.psi(0, d1 / 2) - m.log1p(d2 / (d1 * x)) + d2 * (1 - x) / total) / 2
        return (both - m.psi(0, d2 / 2) - m.log1p(d1 * x / d2) + d1 * (x - 1) / total) / 2

    return _rounded(m, 2 * _spare(m, d1, d2, x), value)


def f_slope(m: Any, k: Any, x: Any, d1: Any, d2: Any) -> Any:
    """The derivative of the distribution function by d1 (k = 1) or d2 (k = 2)."""
    _positive(d1, d2)
    if x < 0:
        raise ValueError("outside the domain")
    if not x or m.isinf(x):
        return m.mpf(0)

    def part() -> Any:
        with m.workprec(m.prec + _spare(m, d1, d2, x)):
            orders = (1, 0) if k == 1 else (0, 1)
            first = _beta_tail(m, orders, d1 / 2, d2 / 2, d1 * x, d2) / 2
            second = x * f_pdf(m, x, d1, d2) / (d1 if k == 1 else -d2)
            return [[first + second]], max(abs(first), abs(second))

    return sufficient(m, part, 2)  # it has zeros


# counts -----------------------------------------------------------------------------------


def binomial_cdf(m: Any, k: Any, n: Any, p: Any) -> Any:
    """The probability of at most k successes in n trials."""
    if not (0 <= k <= n and 0 <= p <= 1):
        raise ValueError("outside the domain")
    return m.mpf(1) if k == n else incomplete_beta(m, 0, 0, k + 1, n - k, p, upper=True)


def binomial_density(m: Any, k: Any, n: Any, p: Any) -> Any:
    """The derivative of the distribution function by p, but for its sign."""
    if not (0 <= k <= n and 0 <= p <= 1):
        raise ValueError("outside the domain")
    return m.mpf(0) if k == n else beta_density(m, 0, 0, k + 1, n - k, p)


def binomial_log_pmf(m: Any, k: Any, n: Any, p: Any) -> Any:
    """The logarithm of the probability of k successes in n trials."""
    if not (0 <= k <= n and 0 <= p <= 1):
        raise ValueError("outside the domain")

    def value() -> Any:
        ways = m.loggamma(n + 1) - m.loggamma(k + 1) - m.loggamma(n - k + 1)
        return ways + (k * m.log(p) if k else 0) + ((n - k) * m.log1p(-p) if n - k else 0)

    return _rounded(m, 2 * _spare(m, n, p), value)


def binomial_score(m: Any, which: int, k: Any, n: Any, p: Any) -> Any:
    """The derivative of that by k, n or p (which = 1, 2, 3)."""
    _positive(k + 1, n - k + 1, p, 1 - p)

    def value() -> Any:
        if which == 3:
            return (k - n * p) / (p * (1 - p))
        other = m.psi(0, n - k + 1)
        if which == 1:
            return m.log(p) - m.log1p(-p) - m.psi(0, k + 1) + other
        return m.psi(0, n + 1) - other + m.log1p(-p)

    return _rounded(m, 2 * _spare(m, n, p), value)


def poisson_log_pmf(m: Any, k: Any, rate: Any) -> Any:
    """The logarithm of the probability of k events."""
    if not (k >= 0 and 0 <= rate < m.inf):
        raise ValueError("outside the domain")
    if not rate:
        return m.mpf(0) if not k else -m.inf

    def value() -> Any:
        return k * m.log(rate) - rate - m.loggamma(k + 1)

    return _rounded(m, 2 * _spare(m, k, rate), value)


def log_less_digamma(m: Any, a: Any, x: Any) -> Any:
    """log(x) - digamma(a), which cancels where x is near a."""
    return _rounded(m, 2 * _spare(m, a, x), lambda: m.log(x) - m.psi(0, a))


# the normal distribution ------------------------------------------------------------------


def log_normal_cdf(m: Any, x: Any, scaled_erfc: Callable[..., Any]) -> Any:
    """The logarithm of the normal distribution function."""
    if m.isinf(x):
        return m.mpf(0) if x > 0 else -m.inf

    def value() -> Any:
        y = -x / m.sqrt(2)
        if x > 0:
            return m.log1p(-m.erfc(-y) / 2)
        return m.log(scaled_erfc(m, m.mpf(0), y) / 2) - y * y

    return _rounded(m, 30 + (int(2 * m.mag(x)) if abs(x) > 1 else 0), value)


def normal_hazard(m: Any, x: Any, scaled_erfc: Callable[..., Any]) -> Any:
    """normal_pdf(x)/normal_cdf(x)."""
    if m.isinf(x):
        return m.mpf(0) if x > 0 else m.inf
    return _rounded(
        m,
        30 + (int(2 * m.mag(x)) if abs(x) > 1 else 0),
        lambda: m.sqrt(2 / m.pi) / scaled_erfc(m, m.mpf(0), -x / m.sqrt(2)),
    )


def normal_hazard_gap(m: Any, x: Any, scaled_erfc: Callable[..., Any]) -> Any:
    """x + normal_pdf(x)/normal_cdf(x), which cancels far to the left."""
    if m.isinf(x):
        return m.inf if x > 0 else m.mpf(0)
    return _rounded(
        m,
        30 + (int(4 * m.mag(x)) if abs(x) > 1 else 0),
        lambda: x + normal_hazard(m, x, scaled_erfc),
    )
