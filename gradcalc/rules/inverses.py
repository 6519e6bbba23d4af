"""Elementary functions beside the usual ones: of multiples of pi, inverses of the reciprocal
circular and hyperbolic functions, roots, and exponentials less 1.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.numbers import arb as a
from gradcalc.numbers import machine as f
from gradcalc.numbers import vector as v
from gradcalc.rules.rule import rule

W = (-10.0, 10.0)
OUTSIDE_UNIT = (1.01, 10.0)
HALF = (-0.49, 0.49)


def _one(n: Any) -> Any:
    return n.number(Fraction(1))


def _sinpi(x: float) -> float:
    """By the distance to the nearest zero, which is exact."""
    if not math.isfinite(x):
        return math.sin(x)  # refused, or not a number
    rest = math.remainder(x, 2.0)
    if abs(rest) > 0.5:
        rest = math.copysign(1.0, rest) - rest
    return math.sin(math.pi * rest) + 0.0


def _cospi(x: float) -> float:
    if not math.isfinite(x):
        return math.cos(x)
    rest = abs(math.remainder(x, 2.0))
    return math.cos(math.pi * rest) if rest < 0.25 else math.sin(math.pi * (0.5 - rest))


def _log1mexp(x: float) -> float:
    if x == 0:
        return -math.inf
    return math.log(-math.expm1(x)) if x > -0.7 else math.log1p(-math.exp(x))


def _exprel(x: float) -> float:
    if x == 0:
        return 1.0
    if x < 700:
        return math.expm1(x) / x
    root = f.saturating(math.exp)(x / 2)  # exp(x) overflows before exp(x)/x does
    return root if math.isinf(root) else root / x * root


def _acoth(x: float) -> float:
    if abs(x) == 1:
        return math.copysign(math.inf, x)
    return math.copysign(math.log1p(2 / (abs(x) - 1)) / 2, x)


def _asech(x: float) -> float:
    if x == 0:
        return math.inf
    return math.asinh(math.sqrt((1 - x) * (1 + x)) / (x if x > 0 else math.sqrt(x)))


def _root(m: Any, x: Any, n: Any) -> Any:
    """The real n-th root."""
    if n == 0:
        raise ValueError("outside the domain")
    if x < 0:
        if not (m.isint(n) and int(n) % 2):
            raise ValueError("not a real number")
        return -_root(m, -x, n)
    if x == 0:
        return m.mpf(0) if n > 0 else m.inf
    with m.workprec(m.prec + 20 + max(0, -m.mag(n))):
        value = m.exp(m.log(x) / n)
    return +value


INVERSES = (
    rule("sinpi", "x", "elementary", "sin(pi*x), exactly 0 at integers",
         lambda n, out, x: n.constant("pi") * n.cospi(x),
         vector=v.sinpi, machine=_sinpi, arb=lambda x: x.sin_pi(),
         symbolic=lambda s, x: s.sin(s.pi * x), samples=(W,), oscillates=True,
         example="sinpi(1/6)"),
    rule("cospi", "x", "elementary", "cos(pi*x), exactly 0 halfway between integers",
         lambda n, out, x: -n.constant("pi") * n.sinpi(x),
         vector=v.cospi, machine=_cospi, arb=lambda x: x.cos_pi(),
         symbolic=lambda s, x: s.cos(s.pi * x), samples=(W,), oscillates=True,
         example="cospi(1/3)"),
    rule("tanpi", "x", "elementary", "tan(pi*x), exactly 0 at integers",
         lambda n, out, x: n.constant("pi") / (n.cospi(x) * n.cospi(x)),
         vector=lambda np, x: v.sinpi(np, x) / v.cospi(np, x),
         machine=lambda x: f.divide(_sinpi(x), _cospi(x)),
         big=lambda m, x: m.sinpi(x) / c if (c := m.cospi(x)) else m.sinpi(x) * m.inf,
         symbolic=lambda s, x: s.tan(s.pi * x), ball=lambda n, x: n.sinpi(x) / n.cospi(x),
         samples=(HALF,), domain="x != 1/2 + k", example="tanpi(1/4)",
         crossing=lambda out, x: out, poles=True),
    rule("acot", "x", "elementary", "the angle in (0, pi) whose cotangent is x: pi/2 - atan(x)",
         lambda n, out, x: -n.atan_slope(x),
         textbook=("-1/(x^2 + 1)",),
         vector=lambda np, x: np.arctan2(1, x), machine=lambda x: math.atan2(1.0, x),
         formula=lambda n, x: n.atan2(_one(n), x), easy=True, samples=(W,), aliases=("arccot",),
         symbolic=lambda s, x: s.pi / 2 - s.atan(x), example="acot(-1)"),
    rule("asec", "x", "elementary", "the angle in [0, pi] whose secant is x: acos(1/x)",
         lambda n, out, x: 1 / n.abs(x) / n.sqrt((x - 1) * (x + 1)),
         vector=lambda np, x: np.arctan2(
             np.sqrt((x - 1) * (x + 1) + 0.0), np.copysign(1, x)),
         machine=lambda x: math.atan2(
             math.sqrt((x - 1) * (x + 1) + 0.0), math.copysign(1.0, x)),
         formula=lambda n, x: n.atan2(n.sqrt((x - 1) * (x + 1)), n.sign(x)),
         symbolic=lambda s, x: s.acos(1 / x),
         easy=True, samples=(OUTSIDE_UNIT,), aliases=("arcsec",),
         domain="x <= -1 or x >= 1", example="asec(2)"),
    rule("acsc", "x", "elementary", "the angle in [-pi/2, pi/2] whose cosecant is x: asin(1/x)",
         lambda n, out, x: -1 / n.abs(x) / n.sqrt((x - 1) * (x + 1)),
         vector=lambda np, x: np.arctan2(np.copysign(1, x), np.sqrt((x - 1) * (x + 1))),
         machine=lambda x: math.atan2(math.copysign(1.0, x), math.sqrt((x - 1) * (x + 1))),
         formula=lambda n, x: n.atan2(n.sign(x), n.sqrt((x - 1) * (x + 1))),
         symbolic=lambda s, x: s.asin(1 / x),
         easy=True, samples=(OUTSIDE_UNIT,), aliases=("arccsc",),
         domain="x <= -1 or x >= 1", example="acsc(2)"),
    rule("acoth", "x", "elementary", "the inverse of coth: atanh(1/x)",
         lambda n, out, x: n.atanh_slope(x),
         textbook=("1/(1 - x^2)",),
         vector=lambda np, x: np.copysign(np.log1p(2 / (np.abs(x) - 1)) / 2, x),
         machine=_acoth, big=lambda m, x: m.acoth(x) if abs(x) != 1 else m.inf * x,
         symbolic=lambda s, x: s.log((x + 1) / (x - 1)) / 2,
         ball=lambda n, x: n.log((x + 1) / (x - 1)) / 2,
         easy=True, samples=(OUTSIDE_UNIT,), aliases=("arccoth",), domain="x < -1 or x > 1",
         example="acoth(2)"),
    rule("asech", "x", "elementary", "the inverse of sech, never negative: acosh(1/x)",
         lambda n, out, x: -1 / (x * n.sqrt((1 - x) * (1 + x))),
         vector=lambda np, x: np.arcsinh(
             np.sqrt((1 - x) * (1 + x)) / np.where(x > 0, x, np.abs(np.sqrt(x)))),
         machine=_asech, big=lambda m, x: m.acosh(1 / x) if x else m.inf,
         symbolic=lambda s, x: s.acosh(1 / x), ball=lambda n, x: n.acosh(1 / x),
         samples=((0.01, 0.99),), aliases=("arcsech",), domain="0 < x <= 1",
         monotone=-1, example="asech(1/2)"),
    rule("acsch", "x", "elementary", "the inverse of csch: asinh(1/x)",
         lambda n, out, x: -1 / n.abs(x) / n.hypot(_one(n), x),
         vector=lambda np, x: np.arcsinh(1 / x),
         machine=lambda x: math.asinh(f.divide(1.0, x)),
         big=lambda m, x: m.asinh(1 / x) if x else m.inf,
         symbolic=lambda s, x: s.asinh(1 / x), ball=lambda n, x: n.asinh(1 / x),
         easy=True, samples=((0.01, 10.0),), aliases=("arccsch",), domain="x != 0",
         example="acsch(2)"),
    rule("log1mexp", "x", "elementary", "log(1 - exp(x)) of x < 0, accurate near 0 and far from it",
         lambda n, out, x: n.exp(x) / n.expm1(x),
         vector=lambda np, x: np.where(
             x > -0.7, np.log(-np.expm1(x)), np.log1p(-np.exp(np.where(x > -0.7, -1, x)))),
         machine=_log1mexp, big=lambda m, x: m.log(-m.expm1(x)) if x else -m.inf,
         symbolic=lambda s, x: s.log(1 - s.exp(x)), ball=lambda n, x: n.log(-n.expm1(x)),
         samples=((-10.0, -0.01),), domain="x < 0",
         outside="for positive x, log1mexp(-x) is log(1 - exp(-x))", example="log1mexp(-1e-20)"),
    rule("exprel", "x", "special", "(exp(x) - 1)/x, and 1 at 0",
         lambda n, out, x: n.exprel_moment(1, x),
         machine=_exprel, big=lambda m, x: m.expm1(x) / x if x else m.mpf(1),
         arb=lambda x: x.hypgeom_1f1(1, 2), scipy="exprel",
         symbolic=lambda s, x: (s.exp(x) - 1) / x,
         textbook=("(exp(x) - exprel(x))/x",),
         monotone=1, samples=(W,), grows=True,
         example="exprel(1e-20)"),
    rule("exprel_moment", "k x", "special", "the k-th derivative of exprel", None,
         lambda n, out, k, x: n.exprel_moment(k + 1, x),
         big=lambda m, k, x: m.hyp1f1(k + 1, k + 2, x) / (k + 1),
         arb=lambda k, x: x.hypgeom_1f1(k + 1, k + 2) / (k + 1),
         symbolic=lambda s, k, x: s.Integral(
             (t := s.Dummy("t", positive=True)) ** k * s.exp(x * t), (t, 0, 1)),
         samples=((1.0, 1.0), W), hidden=True),
    rule("root", "x n", "special", "the real n-th root, of negative numbers too where n is odd;"
         " root(f, x, start) solves f = 0 for x",
         lambda n, out, x, k: out / k / x, lambda n, out, x, k: -out * n.log(x) / k / k,
         big=_root, arb=a.root,
         symbolic=lambda s, x, k: s.sign(x) * s.Abs(x) ** (1 / k),
         samples=((0.01, 10.0), (0.5, 5.0)), domain="x >= 0, or x < 0 with an odd integer n",
         outside="an even root, or one of broken order, is real only for x >= 0",
         example="root(-32, 5)", crossing=lambda out, x, k: x),
)  # fmt: skip
