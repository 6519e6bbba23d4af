"""The gamma function, its logarithm and its derivatives, and the beta function."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from gradcalc.numbers import arb as a
from gradcalc.numbers import machine as f
from gradcalc.rules.rule import rule

MAX_EXTRA_BITS = 2100  # from the least to the greatest float64
POSITIVE = (0.5, 10.0)
ORDER = (1.0, 1.0)


def or_pole(name: str) -> Any:
    """An mpmath function that answers +inf at its poles, where mpmath raises."""

    def kernel(m: Any, *x: Any) -> Any:
        try:
            return getattr(m, name)(*x)
        except ValueError:
            return m.inf

    return kernel


def order_of(k: Any) -> int:
    """How often a function is differentiated; ValueError where that is not 0, 1, …, a.MAX_ORDER."""
    if not 0 <= k <= a.MAX_ORDER or k != int(k):
        raise ValueError("an order is 0, 1, 2, …")
    return int(k)


def _polygamma(m: Any, k: Any, x: Any) -> Any:
    """The k-th derivative of digamma, left of 0 by reflection, DLMF 5.15.6."""
    k = order_of(k)
    if x > 0 or not m.isfinite(x):
        return m.psi(k, x)
    if x == m.floor(x):
        return m.inf
    with m.workprec(m.prec + 20 + max(0, m.mag(x))):
        cot = m.cot(m.pi * x)
        polynomial = [0, 1]  # the k-th derivative of cot(pi x), as a polynomial in cot(pi x)
        for _ in range(k):
            slope = [n * c for n, c in enumerate(polynomial)][1:]
            polynomial = [-m.pi * c for c in _summed(slope, [0, 0, *slope])]
        value = (-1) ** k * m.psi(k, 1 - x) - m.pi * m.polyval(polynomial[::-1], cot)
    return +value


def _beta(m: Any, x: Any, y: Any) -> Any:
    """The beta function; the gamma function is steep at large arguments, which need all digits."""
    large = max((m.mag(z) for z in (x, y) if z and m.isfinite(z)), default=0)
    with m.workprec(m.prec + 20 + 2 * max(0, large)):
        value = or_pole("beta")(m, x, y)
    return +value


def _extra_bits(m: Any, *numbers: Any) -> int:
    """By how many powers of two the sizes of numbers lie apart, as far as float64 goes."""
    sizes = [m.mag(z) for z in numbers if z and m.isfinite(z)]
    return min(MAX_EXTRA_BITS, max(sizes, default=0) - min(sizes, default=0))


def _lbeta(m: Any, x: Any, y: Any) -> Any:
    """log|beta|; large terms cancel where the arguments are of different sizes."""
    with m.workprec(m.prec + 20 + 2 * _extra_bits(m, x, y, m.mpf(1))):
        value = _lgamma(m, x) + _lgamma(m, y) - _lgamma(m, x + y)
    return +value


def _polygamma_gap(m: Any, k: Any, x: Any, y: Any) -> Any:
    with m.workprec(m.prec + 20 + (int(k) + 2) * _extra_bits(m, x, y, m.mpf(1))):
        value = _polygamma(m, k, x) - _polygamma(m, k, x + y)
    return +value


def _summed(a: list[Any], b: list[Any]) -> list[Any]:
    return [x + y for x, y in zip_longest(a, b, fillvalue=0)]


def _lgamma(m: Any, x: Any) -> Any:
    if x <= 0 and x == int(x):
        return m.inf
    return m.loggamma(x) if x > 0 else m.log(abs(m.gamma(x)))


def _gamma(x: float) -> float:
    return math.inf if x <= 0 and x == math.floor(x) else math.gamma(x)


def _integer(n: Any, k: int) -> Any:
    return n.number(Fraction(k))


GAMMA = (
    rule("gamma", "x", "special", "the gamma function", lambda n, out, x: out * n.digamma(x),
         machine=f.saturating(_gamma), big=or_pole("gamma"), scipy="gamma",
         notation="Γ", slow=True, oscillates=True, samples=(POSITIVE,),
         domain="x not 0, -1, -2, …", example="gamma(5)", crossing=lambda out, x: out, poles=True),
    rule("lgamma", "x", "special", "log(|gamma(x)|)", lambda n, out, x: n.digamma(x),
         big=_lgamma, arb=a.lgamma, sympy="loggamma", scipy="gammaln",
         crossing=lambda out, x: (x < 1) * (x // 1), steps=True,
         slow=True, oscillates=True, samples=(POSITIVE,),
         domain="x not 0, -1, -2, …", example="lgamma(100)"),
    rule("digamma", "x", "special", "the derivative of lgamma",
         lambda n, out, x: n.polygamma(_integer(n, 1), x),
         big=lambda m, x: _polygamma(m, 0, x), scipy="psi",
         notation="ψ", slow=True, oscillates=True,
         samples=((2.0, 10.0),), domain="x not 0, -1, -2, …", example="digamma(1)",
         crossing=lambda out, x: out, poles=True),
    rule("polygamma", "k x", "special", "the k-th derivative of digamma", None,
         lambda n, out, k, x: n.polygamma(k + 1, x),
         big=_polygamma, arb=a.polygamma,
         notation="ψ^(#)", crossing=lambda out, k, x: (x < 1) * (x // 1), steps=True,
         slow=True, oscillates=True, samples=((1.0, 1.0), POSITIVE),
         domain="k = 0, 1, …, 1000 and x not 0, -1, -2, …", example="polygamma(1, 2)"),
    rule("factorial", "x", "special", "x!, gamma(x + 1)",
         lambda n, out, x: out * n.digamma(x + 1),
         machine=f.saturating(lambda x: _gamma(x + 1)), big=or_pole("factorial"),
         arb=lambda x: (x + 1).gamma(),
         notation="#!", crossing=lambda out, x: (x < 0) * (x // 1), steps=True,
         slow=True, oscillates=True, samples=(POSITIVE,), domain="x not -1, -2, …",
         example="5!", grows=True),
    rule("beta", "x y", "special", "gamma(x)*gamma(y)/gamma(x + y)",
         lambda n, out, x, y: out * n.polygamma_gap(_integer(n, 0), x, y),
         lambda n, out, x, y: out * n.polygamma_gap(_integer(n, 0), y, x),
         big=_beta, arb=a.beta,
         symbolic=lambda s, x, y: s.gamma(x) * s.gamma(y) / s.gamma(x + y),
         scipy="beta",
         textbook=("beta(x, y)*(digamma(x) - digamma(x + y))",
                   "beta(x, y)*(digamma(y) - digamma(x + y))"),
         notation="B",
         crossing=lambda out, x, y: (x < 1) * (x // 1) + (y < 1) * (y // 1), steps=True,
         slow=True, oscillates=True, samples=(POSITIVE, POSITIVE),
         domain="x, y not 0, -1, -2, …", example="beta(2, 3)"),
    rule("lbeta", "x y", "special", "log(|beta(x, y)|)",
         lambda n, out, x, y: n.polygamma_gap(_integer(n, 0), x, y),
         lambda n, out, x, y: n.polygamma_gap(_integer(n, 0), y, x),
         big=_lbeta,
         symbolic=lambda s, x, y: s.loggamma(x) + s.loggamma(y) - s.loggamma(x + y),
         scipy="betaln",
         ball=lambda n, x, y: n.lgamma(x) + n.lgamma(y) - n.lgamma(x + y),
         textbook=("digamma(x) - digamma(x + y)", "digamma(y) - digamma(x + y)"),
         crossing=lambda out, x, y: (x < 1) * (x // 1) + (y < 1) * (y // 1), steps=True,
         slow=True, samples=(POSITIVE, POSITIVE),
         domain="x, y not 0, -1, -2, …", example="lbeta(200, 300)"),
    # What the derivatives of beta are made of: a difference that cancels where y is small.
    rule("polygamma_gap", "k x y", "special", "polygamma(k, x) - polygamma(k, x + y)", None,
         lambda n, out, k, x, y: n.polygamma_gap(k + 1, x, y),
         lambda n, out, k, x, y: -n.polygamma(k + 1, x + y),
         big=_polygamma_gap,
         symbolic=lambda s, k, x, y: s.polygamma(k, x) - s.polygamma(k, x + y),
         ball=lambda n, k, x, y: y if y == 0 else n.polygamma(k, x) - n.polygamma(k, x + y),
         slow=True, samples=(ORDER, POSITIVE, POSITIVE),
         domain="x and x + y not 0, -1, -2, …", hidden=True),
)  # fmt: skip
