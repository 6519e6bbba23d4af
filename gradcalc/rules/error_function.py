"""The error function and its kin, and the standard normal distribution, which is made of it."""

from __future__ import annotations

import math
from typing import Any

from gradcalc.numbers import arb as a
from gradcalc.numbers import machine as f
from gradcalc.numbers import vector as v
from gradcalc.rules.rule import rule

W = (-3.0, 3.0)
MAX_ORDER_BITS = 20  # of an order of scaled_erfc
MAX_EXTRA_BITS = 2100  # from the least to the greatest float64
ORDER = (1.0, 1.0)


def _erfc(m: Any, x: Any) -> Any:
    """erfc; past 1e140, where mpmath overflows, by its series in 1/x, DLMF 7.12.1."""
    if abs(x) < 1e140 or not m.isfinite(x) or m.mag(x) > MAX_EXTRA_BITS:
        return m.erfc(x)
    with m.workprec(m.prec + 20 + 2 * m.mag(x)):
        square, size = x * x, abs(x)
        term = total = m.exp(-square) / (size * m.sqrt(m.pi))
        for k in range(m.prec // 900 + 1):
            term *= -(2 * k + 1) / (2 * square)
            total += term
        value = total if x > 0 else 2 - total
    return +value


def scaled_erfc_of(m: Any, k: Any, x: Any) -> Any:
    """exp(x^2) times the k-fold integral of erfc.

    By parabolic cylinder functions, DLMF 12.7.7; for large x by the series in 1/x, DLMF 7.18.14.
    """
    if x and m.mag(x) < -m.prec - MAX_ORDER_BITS:
        x = m.mpf(0)  # the first term of the series in x
    if x > 0 and x * x > 4 * m.dps + 4 * k:
        term = total = 2 / (m.sqrt(m.pi) * (2 * x) ** (k + 1))
        n = 0
        while abs(term) > abs(total) * m.eps:
            n += 1
            term *= -(2 * n + k) * (2 * n + k - 1) / (n * (2 * x) ** 2)
            total += term
        return total
    with m.workprec(m.prec + 20 + 2 * max(0, m.mag(x) if x else 0)):
        cylinder = m.exp(x * x / 2) * m.pcfd(-k - 1, x * m.sqrt(2))
        value = cylinder / m.sqrt(m.mpf(2) ** (k - 1) * m.pi)
    return +value


ERROR_FUNCTION = (
    rule("erf", "x", "special", "the error function",
         lambda n, out, x: 2 * n.bell(x) / n.sqrt(n.constant("pi")),
         textbook=("2*exp(-x^2)/sqrt(pi)",),
         machine=math.erf, scipy="erf", easy=True, monotone=1, samples=(W,), example="erf(1)"),
    rule("erfc", "x", "special", "1 - erf(x), accurate for large x",
         lambda n, out, x: -2 * n.bell(x) / n.sqrt(n.constant("pi")),
         textbook=("-2*exp(-x^2)/sqrt(pi)",),
         machine=math.erfc, big=_erfc, scipy="erfc", monotone=-1, samples=(W,), example="erfc(5)"),
    # A row of its own: where x is large, exp(-x*x) has as many wrong digits as x*x has before the
    # point.
    rule("bell", "x", "elementary", "exp(-x^2)",
         lambda n, out, x: -2 * x * out,
         machine=f.bell, vector=v.bell, formula=lambda n, x: n.exp(-x * x),
         samples=(W,), hidden=True, nonnegative="always"),
    rule("erfcx", "x", "special", "exp(x^2)*erfc(x), without underflow",
         lambda n, out, x: -2 * n.scaled_erfc(1, x),
         big=lambda m, x: scaled_erfc_of(m, m.mpf(0), x), arb=a.erfcx,
         symbolic=lambda s, x: s.exp(x * x) * s.erfc(x), scipy="erfcx",
         textbook=("2*x*erfcx(x) - 2/sqrt(pi)",),
         monotone=-1, slow=True, samples=(W,), example="erfcx(100)"),
    rule("scaled_erfc", "k x", "special", "exp(x^2) times the k-fold integral of erfc", None,
         lambda n, out, k, x: -2 * (k + 1) * n.scaled_erfc(k + 1, x),
         big=scaled_erfc_of, arb=a.scaled_erfc,
         symbolic=lambda s, k, x: s.exp(x * x) * (
             s.exp(-x * x) / s.sqrt(s.pi) - x * s.erfc(x)),  # k = 1
         slow=True, samples=(ORDER, W), hidden=True),
    rule("erfinv", "x", "special", "the inverse of erf",
         lambda n, out, x: n.sqrt(n.constant("pi")) * n.exp(out * out) / 2,
         big=lambda m, x: m.erfinv(x) if abs(x) != 1 else m.inf * x,
         scipy="erfinv", crossing=lambda out, x: (1 - x) * (1 + x),
         monotone=1, samples=((-0.95, 0.95),), domain="-1 < x < 1", example="erfinv(1/2)"),
    rule("normal_pdf", "x", "special", "the density of the standard normal distribution",
         lambda n, out, x: n.normal_slope(x),
         into=v.normal_pdf,
         machine=lambda x: f.bell(x, 0.5) / math.sqrt(2 * math.pi),
         big=lambda m, x: m.npdf(x), symbolic=lambda s, x: s.exp(-x * x / 2) / s.sqrt(2 * s.pi),
         ball=lambda n, x: n.exp(-x * x / 2) / n.sqrt(2 * n.constant("pi")),
         textbook=("-x*normal_pdf(x)",),
         notation="φ", samples=(W,), example="normal_pdf(0)"),
    # A row of its own: by the product rule its derivative would cancel near 1.
    rule("normal_slope", "x", "special", "-x*normal_pdf(x), its derivative",
         lambda n, out, x: n.square_gap(x) * n.normal_pdf(x),
         machine=lambda x: -x * f.bell(x, 0.5) / math.sqrt(2 * math.pi),
         symbolic=lambda s, x: -x * s.exp(-x * x / 2) / s.sqrt(2 * s.pi),
         formula=lambda n, x: -x * n.normal_pdf(x),
         samples=(W,), hidden=True),
    rule("normal_cdf", "x", "special", "the standard normal distribution function",
         lambda n, out, x: n.normal_pdf(x),
         machine=lambda x: math.erfc(-x / math.sqrt(2)) / 2,
         big=lambda m, x: _erfc(m, -x / m.sqrt(2)) / 2,
         symbolic=lambda s, x: s.erfc(-x / s.sqrt(2)) / 2, scipy="ndtr",
         native=lambda c, x: c.erfc(-x / math.sqrt(2)) / 2,
         ball=lambda n, x: n.erfc(-x / n.sqrt(n.number(2))) / 2,
         notation="Φ", monotone=1, samples=(W,), example="normal_cdf(2)"),
    rule("gelu", "x", "special", "x*normal_cdf(x), the Gaussian error linear unit",
         lambda n, out, x: n.normal_cdf(x) + x * n.normal_pdf(x),
         machine=lambda x: x * (math.erfc(-x / math.sqrt(2)) / 2),
         big=lambda m, x: x * _erfc(m, -x / m.sqrt(2)) / 2,
         native=lambda c, x: x * (c.erfc(-x / math.sqrt(2)) / 2),
         symbolic=lambda s, x: x * s.erfc(-x / s.sqrt(2)) / 2,
         ball=lambda n, x: x * n.erfc(-x / n.sqrt(n.number(2))) / 2,
         samples=((-0.5, 3.0),),
         example="gelu(1)"),
)  # fmt: skip
