"""Special functions. Those without a float64 kernel of their own are rounded from 30 digits."""

from __future__ import annotations

import math
from typing import Any

from gradcalc.numbers import machine as f
from gradcalc.rules.rule import rule

W = (-3.0, 3.0)
POSITIVE = (0.5, 10.0)


def _or_pole(name: str) -> Any:
    """An mpmath function that answers +inf at its poles, where mpmath raises."""

    def kernel(m: Any, *x: Any) -> Any:
        try:
            return getattr(m, name)(*x)
        except ValueError:
            return m.inf

    return kernel


def _lgamma(m: Any, x: Any) -> Any:
    if x <= 0 and x == int(x):
        return m.inf
    return m.loggamma(x) if x > 0 else m.log(abs(m.gamma(x)))


def _gamma(x: float) -> float:
    return math.inf if x <= 0 and x == math.floor(x) else math.gamma(x)


def _integer(n: Any, k: int) -> Any:
    from fractions import Fraction

    return n.number(Fraction(k))


SPECIAL = (
    rule("erf", "x", "special", "the error function",
         lambda n, out, x: 2 * n.exp(-x * x) / n.sqrt(n.constant("pi")),
         machine=math.erf, samples=(W,), example="erf(1)"),
    rule("erfc", "x", "special", "1 - erf(x), accurate for large x",
         lambda n, out, x: -2 * n.exp(-x * x) / n.sqrt(n.constant("pi")),
         machine=math.erfc, samples=(W,), example="erfc(5)"),
    rule("gamma", "x", "special", "the gamma function", lambda n, out, x: out * n.digamma(x),
         machine=f.saturating(_gamma), big=_or_pole("gamma"), samples=(POSITIVE,),
         domain="x not 0, -1, -2, …", example="gamma(5)"),
    rule("lgamma", "x", "special", "log(|gamma(x)|)", lambda n, out, x: n.digamma(x),
         big=_lgamma, symbolic=lambda s, x: s.loggamma(x), samples=(POSITIVE,),
         domain="x not 0, -1, -2, …", example="lgamma(100)"),
    rule("digamma", "x", "special", "the derivative of lgamma",
         lambda n, out, x: n.polygamma(_integer(n, 1), x),
         big=_or_pole("digamma"), samples=((2.0, 10.0),), domain="x not 0, -1, -2, …",
         example="digamma(1)"),
    rule("polygamma", "k x", "special", "the k-th derivative of digamma", None,
         lambda n, out, k, x: n.polygamma(k + 1, x),
         big=lambda m, k, x: _or_pole("psi")(m, int(k), x), samples=((1.0, 1.0), POSITIVE),
         domain="k = 0, 1, 2, … and x not 0, -1, -2, …", example="polygamma(1, 2)"),
    rule("factorial", "x", "special", "x!, gamma(x + 1)",
         lambda n, out, x: out * n.digamma(x + 1),
         machine=f.saturating(lambda x: _gamma(x + 1)), big=_or_pole("factorial"),
         samples=(POSITIVE,), domain="x not -1, -2, …", example="5!"),
)  # fmt: skip
