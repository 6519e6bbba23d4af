"""Bessel functions."""

from __future__ import annotations

from typing import Any

from gradcalc.rules.rule import rule

POSITIVE = (0.5, 10.0)
ORDER = (1.0, 1.0)


def _bessel_series(m: Any, n: int, x: Any, sign: int) -> tuple[Any, Any, Any]:
    """The parts of the ascending series of Y_n (sign -1) and K_n (sign 1), DLMF 10.8.1, 10.31.1.

    In terms of q = sign*x^2/4: the finite sum, the sum of J_n or I_n, and that with digammas;
    mpmath's own way at integer orders takes seconds at 300 digits.
    """
    q = sign * x * x / 4
    finite = m.fsum(m.fac(n - k - 1) / m.fac(k) * (-q) ** k for k in range(n))
    term = 1 / m.fac(n)
    digammas = m.psi(0, 1) + m.psi(0, n + 1)
    plain, weighted = term, term * digammas
    k = 0
    while abs(term * digammas) > m.eps * abs(weighted) or k < 3:
        k += 1
        term *= q / (k * (n + k))
        digammas += m.mpf(1) / k + m.mpf(1) / (n + k)
        plain += term
        weighted += term * digammas
    return finite, plain, weighted


def _besselk(m: Any, v: Any, x: Any) -> Any:
    if x == 0:
        return m.inf
    n = abs(v)
    if not (m.isint(n) and 0 < x < 2 * m.dps):
        return m.besselk(v, x)
    n = int(n)
    with m.workprec(m.prec + 30 + int(3 * x)):  # K falls as exp(-x) where its series grows
        finite, plain, weighted = _bessel_series(m, n, x, 1)
        power, odd = (x / 2) ** n, (-1) ** n
        value = finite / (2 * power) - odd * power * (m.log(x / 2) * plain - weighted / 2)
    return +value


def _bessely(m: Any, v: Any, x: Any) -> Any:
    if x == 0:
        return -m.inf
    n = abs(v)
    if not m.isint(n) or x < 0 or not m.isfinite(x):
        return m.bessely(v, x)
    n = int(n)
    odd = (-1) ** n if v < 0 else 1
    if x > 2 * m.dps + n * n:
        return odd * _hankel(m, n, x)
    with m.workprec(m.prec + 30 + int(2 * x)):
        finite, plain, weighted = _bessel_series(m, n, x, -1)
        power = (x / 2) ** n
        value = (power * (2 * m.log(x / 2) * plain - weighted) - finite / power) / m.pi
    return odd * value


def _hankel(m: Any, n: int, x: Any) -> Any:
    """Y_n(x) for large x by Hankel's expansion, DLMF 10.17.4."""
    with m.workprec(m.prec + 30 + max(0, m.mag(x))):
        term, k = m.mpf(1), 0
        sums = [term, m.mpf(0)]
        while abs(term) > m.eps:
            k += 1
            term *= (4 * n * n - (2 * k - 1) ** 2) / (8 * k * x)
            sums[k % 2] += term if k % 4 < 2 else -term
        angle = x - (2 * n + 1) * m.pi / 4
        value = m.sqrt(2 / (m.pi * x)) * (m.sin(angle) * sums[0] + m.cos(angle) * sums[1])
    return +value


def _order_down(kernel: str, sign: int) -> Any:
    """2 f_v' = f_(v-1) ± f_(v+1), DLMF 10.6.1 and 10.29.1."""
    return lambda n, out, v, x: (
        (getattr(n, kernel)(v - 1, x) + sign * getattr(n, kernel)(v + 1, x)) / 2
    )


BESSEL = (
    rule("besselj", "v x", "special", "the Bessel function of the first kind, of order v", None,
         _order_down("besselj", -1),
         arb=lambda v, x: x.bessel_j(v), scipy="jv",
         notation="J_#", slow=True, oscillates=True, samples=(ORDER, POSITIVE),
         domain="x > 0, or any x where v is an integer", example="besselj(0, 2)"),
    rule("bessely", "v x", "special", "the Bessel function of the second kind, of order v", None,
         _order_down("bessely", -1),
         big=_bessely, arb=lambda v, x: x.bessel_y(v), scipy="yv",
         notation="Y_#", crossing=lambda out, v, x: x,
         slow=True, oscillates=True, samples=(ORDER, POSITIVE), domain="x > 0",
         example="bessely(0, 2)"),
    rule("besseli", "v x", "special", "the modified Bessel function I of order v", None,
         _order_down("besseli", 1),
         arb=lambda v, x: x.bessel_i(v), scipy="iv",
         notation="I_#", slow=True, samples=(ORDER, POSITIVE),
         domain="x > 0, or any x where v is an integer", example="besseli(0, 2)"),
    rule("besselk", "v x", "special", "the modified Bessel function K of order v", None,
         lambda n, out, v, x: -(n.besselk(v - 1, x) + n.besselk(v + 1, x)) / 2,
         big=_besselk, arb=lambda v, x: x.bessel_k(v), scipy="kv",
         notation="K_#", crossing=lambda out, v, x: x,
         slow=True, samples=(ORDER, POSITIVE), domain="x > 0", example="besselk(0, 2)"),
)  # fmt: skip
