"""Elementary functions. Partials are written in forms that keep their digits in float64."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.numbers import arb as a
from gradcalc.numbers import big as b
from gradcalc.numbers import machine as f
from gradcalc.numbers import vector as v
from gradcalc.numbers.shapes import chosen
from gradcalc.rules.rule import rule


def _log(kernel: Any) -> Any:
    """A logarithm with its pole: -inf at 0, ValueError below."""
    return lambda x: -math.inf if x == 0 else kernel(x)


def _sech(x: float) -> float:
    return 2 * math.exp(-abs(x)) if abs(x) > 700 else 1 / math.cosh(x)


def _csch(x: float) -> float:
    if abs(x) > 700:
        return math.copysign(2 * math.exp(-abs(x)), x)
    return f.divide(1.0, math.sinh(x))


def _logit(x: float) -> float:
    if x in (0, 1):
        return math.copysign(math.inf, x - 0.5)
    return 2 * math.atanh(2 * x - 1) if 0.25 <= x <= 0.75 else math.log(x) - math.log1p(-x)


def _fraction(x: float, y: float) -> float:
    """sigmoid(x - y), with what rounding takes from the difference (Knuth's two-sum) put back."""
    difference = x - y
    back = difference - x
    lost = (x - (difference - back)) - (y + back)
    share = _sigmoid(difference)
    return share + share * (1 - share) * lost if math.isfinite(lost) else share


def _sinh(x: float) -> float:
    return math.copysign(math.inf, x) if abs(x) > 710.475 else math.sinh(x)


def _atanh(x: float) -> float:
    return math.copysign(math.inf, x) if abs(x) == 1 else math.atanh(x)


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    shrunk = math.exp(x)
    return shrunk / (1 + shrunk)


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _logaddexp(x: float, y: float) -> float:
    return x + math.log(2) if x == y else max(x, y) + math.log1p(math.exp(-abs(x - y)))


FAR = -5000  # there exp is below 10^-2171, whose cube no precision sees


def _log1p_exp(n: Any, x: Any) -> Any:
    """log(1 + exp(x)) for x <= 0: by two terms of its series where exp is too small for log1p."""
    small = n.exp(x)
    return small * (1 - small / 2) if x < FAR else n.log1p(small)


def _two(n: Any) -> Any:
    return n.number(Fraction(2))


SERIES_BITS = 10  # of an argument before the point, up to which a power series is fast


def _spherical(m: Any, k: Any, x: Any) -> Any:
    if x == 0 or k < 0:
        return m.mpf(1 if k == 0 else 0)
    if k == 0:
        return m.sin(x) / x
    if m.mag(x) <= SERIES_BITS:  # DLMF 10.53.1, without the gamma function's Bernoulli numbers
        k = int(k)
        return x**k / math.prod(range(1, 2 * k + 2, 2)) * m.hyp0f1(k + m.mpf(3) / 2, -x * x / 4)
    # j_k is even or odd as k is, so the square root stays real.
    value = m.sqrt(m.pi / (2 * abs(x))) * m.besselj(k + m.mpf(1) / 2, abs(x))
    return -value if x < 0 and int(k) % 2 else value


W = (-10.0, 10.0)
POSITIVE = (0.01, 10.0)
UNIT = (-0.99, 0.99)
REAL = "complex numbers are not supported"
ROOT = f"{REAL}: where x < 0, sqrt(-x) is the imaginary part"

ELEMENTARY = (
    rule("sin", "x", "elementary", "the sine of x (radians)", lambda n, out, x: n.cos(x),
         machine=math.sin, big=lambda m, x: m.cos_and_sin(x)[1], samples=(W,), example="sin(pi/6)",
         family="angle", oscillates=True),
    rule("cos", "x", "elementary", "the cosine of x (radians)", lambda n, out, x: -n.sin(x),
         machine=math.cos, big=lambda m, x: m.cos_and_sin(x)[0], samples=(W,), example="cos(pi/3)",
         family="angle", oscillates=True),
    rule("tan", "x", "elementary", "the tangent of x (radians)",
         lambda n, out, x: n.sec(x) * n.sec(x),
         machine=math.tan, ball=lambda n, x: n.sin(x) / n.cos(x),
         samples=((-1.5, 1.5),), domain="x != pi/2 + k*pi", example="tan(pi/4)",
         family="angle", crossing=lambda out, x: out, poles=True),
    rule("sec", "x", "elementary", "the secant 1/cos(x)", lambda n, out, x: out * n.tan(x),
         into=lambda np, x, out: np.divide(1, np.cos(x, out), out),
         machine=lambda x: f.divide(1.0, math.cos(x)),
         ball=lambda n, x: 1 / n.cos(x),
         samples=((-1.5, 1.5),), domain="x != pi/2 + k*pi", example="sec(1)",
         family="angle", crossing=lambda out, x: out, poles=True),
    rule("csc", "x", "elementary", "the cosecant 1/sin(x)", lambda n, out, x: -out * n.cot(x),
         into=lambda np, x, out: np.divide(1, np.sin(x, out), out),
         machine=lambda x: f.divide(1.0, math.sin(x)),
         big=lambda m, x: 1 / m.sin(x) if x else m.inf,
         ball=lambda n, x: 1 / n.sin(x),
         samples=((0.1, 3.0),), domain="x != k*pi", example="csc(1)", aliases=("cosec",),
         family="angle", crossing=lambda out, x: out, poles=True),
    rule("cot", "x", "elementary", "the cotangent cos(x)/sin(x)",
         lambda n, out, x: -n.csc(x) * n.csc(x),
         into=lambda np, x, out: np.divide(1, np.tan(x, out), out),
         machine=lambda x: f.divide(1.0, math.tan(x)),
         big=lambda m, x: 1 / m.tan(x) if x else m.inf,
         ball=lambda n, x: n.cos(x) / n.sin(x),
         samples=((0.1, 3.0),), domain="x != k*pi", example="cot(1)",
         family="angle", crossing=lambda out, x: out, poles=True),
    rule("asin", "x", "elementary", "the angle in [-pi/2, pi/2] whose sine is x",
         lambda n, out, x: n.arc_slope(x),
         machine=math.asin,
         textbook=("1/sqrt(1 - x^2)",),
         notation="arcsin", crossing=lambda out, x: (1 - x) * (1 + x),
         monotone=1, samples=(UNIT,), aliases=("arcsin",), domain="-1 <= x <= 1",
         outside=REAL, example="asin(1/2)", edge=lambda x: abs(x) == 1),
    rule("acos", "x", "elementary", "the angle in [0, pi] whose cosine is x",
         lambda n, out, x: -n.arc_slope(x),
         machine=math.acos,
         textbook=("-1/sqrt(1 - x^2)",),
         notation="arccos", crossing=lambda out, x: (1 - x) * (1 + x),
         monotone=-1, samples=(UNIT,), aliases=("arccos",), domain="-1 <= x <= 1",
         outside=REAL, example="acos(1/2)", edge=lambda x: abs(x) == 1),
    # A row of its own: by the product rule its derivative would cancel near 0.
    rule("arc_slope", "x", "elementary", "1/sqrt(1 - x^2), the derivative of asin",
         lambda n, out, x: x * out * out * out,
         machine=lambda x: f.divide(1.0, math.sqrt((1 - x) * (1 + x))),
         big=lambda m, x: 1 / m.sqrt((1 - x) * (1 + x)) if abs(x) != 1 else m.inf,
         symbolic=lambda s, x: 1 / s.sqrt((1 - x) * (1 + x)),
         formula=lambda n, x: 1 / n.sqrt((1 - x) * (1 + x)),
         samples=(UNIT,), domain="-1 < x < 1", hidden=True),
    rule("atan", "x", "elementary", "the angle in (-pi/2, pi/2) whose tangent is x",
         lambda n, out, x: n.atan_slope(x),
         machine=math.atan,
         textbook=("1/(x^2 + 1)",),
         notation="arctan", easy=True, samples=(W,), aliases=("arctan",), example="atan(1)"),
    # Rows of their own: of 1/(1 + x*x) the derivative falls below the least float64 on its way, far
    # out; of 1/((1 - x)*(1 + x)) it cancels near 0.
    rule("atan_slope", "x", "elementary", "1/(1 + x^2), the derivative of atan",
         lambda n, out, x: -2 * x * out * out,
         machine=lambda x: 1 / (1 + x * x), formula=lambda n, x: 1 / (1 + x * x),
         easy=True, samples=(W,), hidden=True, nonnegative="always"),
    rule("atanh_slope", "x", "elementary", "1/(1 - x^2), the derivative of atanh",
         lambda n, out, x: 2 * x * out * out,
         machine=lambda x: f.divide(1.0, (1 - x) * (1 + x)),
         big=lambda m, x: 1 / ((1 - x) * (1 + x)) if abs(x) != 1 else m.inf,
         formula=lambda n, x: 1 / ((1 - x) * (1 + x)),
         symbolic=lambda s, x: 1 / ((1 - x) * (1 + x)),
         easy=True, samples=(UNIT,), domain="x != -1 and x != 1", hidden=True),
    rule("square_gap", "x", "elementary", "x^2 - 1, of whose slope nothing cancels",
         lambda n, out, x: 2 * x,
         machine=lambda x: (x - 1) * (x + 1),
         big=lambda m, x: (x - 1) * (x + 1),
         formula=lambda n, x: (x - 1) * (x + 1),
         symbolic=lambda s, x: (x - 1) * (x + 1),
         easy=True, samples=(W,), hidden=True),
    rule("atan2", "y x", "elementary", "the angle of the point (x, y), in (-pi, pi]",
         lambda n, out, y, x: x / (h := n.hypot(y, x)) / h,
         lambda n, out, y, x: -y / (h := n.hypot(y, x)) / h,
         vector=lambda np, y, x: np.where((x == 0) & (y == 0), np.nan, np.arctan2(y, x)),
         machine=lambda y, x: math.atan2(y, x) if x or y else math.nan,
         big=lambda m, y, x: m.atan2(y, x) if x or y else m.nan, arb=a.atan2,
         textbook=("x/(x^2 + y^2)", "-y/(x^2 + y^2)"),
         crossing=lambda out, y, x: y,
         easy=True, samples=(POSITIVE, W), domain="(x, y) != (0, 0)",
         kink=lambda y, x: (y == 0) & (x <= 0),
         convention="the branch cut of the angle: the derivative is that on either side",
         example="atan2(1, 2)"),
    rule("sinh", "x", "elementary", "the hyperbolic sine of x", lambda n, out, x: n.cosh(x),
         machine=_sinh, samples=(W,), example="sinh(1)", grows=True),
    rule("cosh", "x", "elementary", "the hyperbolic cosine of x", lambda n, out, x: n.sinh(x),
         machine=f.saturating(math.cosh), samples=(W,), example="cosh(1)", grows=True,
         nonnegative="always"),
    rule("tanh", "x", "elementary", "the hyperbolic tangent of x",
         lambda n, out, x: n.sech(x) * n.sech(x),
         machine=math.tanh, monotone=1, samples=(W,), example="tanh(1)"),
    rule("sech", "x", "elementary", "the hyperbolic secant 1/cosh(x)",
         lambda n, out, x: -out * n.tanh(x),
         vector=lambda np, x: 2 * (t := np.exp(-np.abs(x))) / (1 + t * t),
         machine=_sech, ball=lambda n, x: 1 / n.cosh(x), samples=(W,), example="sech(1)"),
    rule("csch", "x", "elementary", "the hyperbolic cosecant 1/sinh(x)",
         lambda n, out, x: -out * n.coth(x),
         vector=v.csch,
         machine=_csch, big=lambda m, x: m.csch(x) if x else m.inf, ball=lambda n, x: 1 / n.sinh(x),
         crossing=lambda out, x: x, poles=True,
         samples=(POSITIVE,),
         domain="x != 0", example="csch(1)"),
    rule("coth", "x", "elementary", "the hyperbolic cotangent 1/tanh(x)",
         lambda n, out, x: -n.csch(x) * n.csch(x),
         into=lambda np, x, out: np.divide(1, np.tanh(x, out), out),
         machine=lambda x: f.divide(1.0, math.tanh(x)),
         big=lambda m, x: m.coth(x) if x else m.inf, ball=lambda n, x: 1 / n.tanh(x),
         crossing=lambda out, x: x, poles=True,
         samples=(POSITIVE,), domain="x != 0",
         example="coth(1)"),
    rule("asinh", "x", "elementary", "the inverse of sinh",
         lambda n, out, x: 1 / n.hypot(n.number(Fraction(1)), x),
         machine=math.asinh,
         textbook=("1/sqrt(x^2 + 1)",),
         easy=True, monotone=1, samples=(W,), aliases=("arcsinh",), example="asinh(1)"),
    rule("acosh", "x", "elementary", "the inverse of cosh, never negative",
         lambda n, out, x: 1 / (n.sqrt(x - 1) * n.sqrt(x + 1)),
         machine=math.acosh,
         textbook=("1/sqrt(x^2 - 1)",),
         crossing=lambda out, x: x - 1,
         easy=True, monotone=1, samples=((1.01, 10.0),), aliases=("arccosh",), domain="x >= 1",
         outside=REAL, example="acosh(2)", edge=lambda x: x == 1),
    rule("atanh", "x", "elementary", "the inverse of tanh",
         lambda n, out, x: n.atanh_slope(x),
         machine=_atanh,
         textbook=("1/(1 - x^2)",),
         crossing=lambda out, x: (1 - x) * (1 + x),
         monotone=1, samples=(UNIT,), aliases=("arctanh",), domain="-1 < x < 1",
         outside=REAL,
         big=lambda m, x: m.atanh(x) if abs(x) != 1 else m.inf * x,
         example="atanh(1/2)"),
    rule("exp", "x", "elementary", "e to the power x", lambda n, out, x: out,
         machine=f.saturating(math.exp),
         notation="e^#", samples=(W,), example="exp(1)",
         nonnegative="always", grows=True, infinite="float64 ends at exp(709.78)"),
    rule("exp2", "x", "elementary", "2 to the power x",
         lambda n, out, x: out * n.log(_two(n)),
         machine=lambda x: f.power(2.0, x), big=lambda m, x: b.power(m, m.mpf(2), x),
         symbolic=lambda s, x: 2**x, ball=lambda n, x: n.exp(x * n.log(n.number(2))),
         notation="2^#", samples=(W,), example="exp2(3)", grows=True),
    rule("expm1", "x", "elementary", "exp(x) - 1, accurate near 0", lambda n, out, x: n.exp(x),
         machine=f.saturating(math.expm1), symbolic=lambda s, x: s.exp(x) - 1, samples=(W,),
         example="expm1(1e-20)", grows=True),
    rule("log", "x", "elementary", "the natural logarithm; log(x, base) to a base",
         lambda n, out, x: 1 / x,
         machine=_log(math.log),
         notation="ln", samples=(POSITIVE,), aliases=("ln",), domain="x > 0", easy=True,
         outside=f"{REAL}: log(abs(x)) is the real part",
         variants={2: "logb"}, example="log(e)",
         family="logarithm", crossing=lambda out, x: x,
         infinite="log is -inf at 0; x*log(x) is xlogy(x, x), which is 0 there"),
    rule("logb", "x base", "elementary", "the logarithm of x to a base",
         lambda n, out, x, base: 1 / (x * n.log(base)),
         lambda n, out, x, base: -out / (base * n.log(base)),
         vector=lambda np, x, base: np.log(x) / np.log(np.where(base == 0, -1, base)),
         machine=lambda x, base: f.divide(_log(math.log)(x), math.log(base)),
         big=lambda m, x, base: m.log(x) / m.log(base),
         symbolic=lambda s, x, base: s.log(x) / s.log(base),
         ball=lambda n, x, base: n.log(x) / n.log(base),
         notation="log_#last",
         crossing=lambda out, x, base: x * (base - 1), poles=True,
         easy=True, samples=(POSITIVE, (1.5, 10.0)), domain="x > 0 and base > 0, base != 1",
         hidden=True),
    rule("log2", "x", "elementary", "the logarithm to base 2",
         lambda n, out, x: 1 / (x * n.log(_two(n))),
         machine=_log(math.log2), big=lambda m, x: m.log(x) / m.log(2),
         symbolic=lambda s, x: s.log(x) / s.log(2),
         ball=lambda n, x: n.log(x) / n.log(n.number(2)),
         notation="log_2",
         crossing=lambda out, x: x,
         easy=True, samples=(POSITIVE,), domain="x > 0", aliases=("lb",), example="log2(8)",
         outside=REAL, family="logarithm"),
    rule("log10", "x", "elementary",
         "the logarithm to base 10, ISO's lg; where lg means base 2, write lb(x)",
         lambda n, out, x: 1 / (x * n.log(_two(n) * 5)),
         machine=_log(math.log10), symbolic=lambda s, x: s.log(x) / s.log(10),
         ball=lambda n, x: n.log(x) / n.log(n.number(10)),
         notation="log_10",
         crossing=lambda out, x: x,
         easy=True, samples=(POSITIVE,), domain="x > 0", aliases=("lg",), example="log10(1000)",
         outside=REAL, family="logarithm"),
    rule("log1p", "x", "elementary", "log(1 + x), accurate near 0", lambda n, out, x: 1 / (1 + x),
         machine=lambda x: -math.inf if x == -1 else math.log1p(x),
         symbolic=lambda s, x: s.log(1 + x), crossing=lambda out, x: 1 + x,
         easy=True, samples=((-0.9, 10.0),), domain="x > -1",
         example="log1p(1e-20)", family="logarithm"),
    rule("logaddexp", "x y", "elementary", "log(exp(x) + exp(y)), without overflow",
         lambda n, out, x, y: n.fraction(x, y), lambda n, out, x, y: n.fraction(y, x),
         machine=_logaddexp, big=lambda m, x, y: m.log(m.exp(x) + m.exp(y)),
         symbolic=lambda s, x, y: s.log(s.exp(x) + s.exp(y)),
         ball=lambda n, x, y: n.max(x, y) + _log1p_exp(n, -n.abs(x - y)),
         textbook=("sigmoid(x - y)", "sigmoid(y - x)"),
         samples=(W, W),
         bends=1, example="logaddexp(1000, 1000)", commutes=True, folds=True),
    rule("fraction", "x y", "elementary", "exp(x)/(exp(x) + exp(y))",
         lambda n, out, x, y: n.fraction_slope(x, y), lambda n, out, x, y: -n.fraction_slope(x, y),
         vector=v.fraction,
         machine=_fraction, big=lambda m, x, y: 1 / (1 + m.exp(y - x)),
         symbolic=lambda s, x, y: 1 / (1 + s.exp(y - x)),
         ball=lambda n, x, y: 1 / (1 + n.exp(y - x)),
         samples=(W, W), hidden=True),
    # A row of its own: by the product rule its derivative would cancel where x and y are near.
    rule("fraction_slope", "x y", "elementary", "fraction(x, y)*fraction(y, x)",
         lambda n, out, x, y: -out * n.tanh((x - y) / 2),
         lambda n, out, x, y: out * n.tanh((x - y) / 2),
         machine=lambda x, y: _fraction(x, y) * _fraction(y, x),
         formula=lambda n, x, y: n.fraction(x, y) * n.fraction(y, x),
         samples=(W, W), hidden=True, commutes=True, nonnegative="always"),
    rule("xlogy", "x y", "elementary", "x*log(y), 0 where x = 0",
         lambda n, out, x, y: n.log(y), lambda n, out, x, y: x / y,
         vector=lambda np, x, y: np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, y))),
         machine=lambda x, y: 0.0 if x == 0 else x * _log(math.log)(y),
         big=lambda m, x, y: m.mpf(0) if x == 0 else x * m.log(y),
         symbolic=lambda s, x, y: x * s.log(y), ball=lambda n, x, y: x if x == 0 else x * n.log(y),
         crossing=lambda out, x, y: y,
         easy=True, samples=(W, POSITIVE), domain="y > 0",
         frameworks={
             "torch": (lambda n, c, out, x, y: chosen((x == 0) & (y <= 0), 0, c * n.log(y)),
                       lambda n, c, out, x, y: c * x / y)},
         example="xlogy(0, 0)", family="logarithm"),
    rule("sqrt", "x", "elementary", "the square root", lambda n, out, x: 1 / (2 * out),
         into=lambda np, x, out: np.add(np.sqrt(x, out), 0.0, out),
         machine=lambda x: math.sqrt(x) if x else 0.0,
         notation="√#", samples=(POSITIVE,), domain="x >= 0", nonnegative="always",
         easy=True, outside=ROOT, example="sqrt(2)", crossing=lambda out, x: x,
         edge=lambda x: x == 0),
    rule("cbrt", "x", "elementary", "the real cube root, of negative numbers too",
         lambda n, out, x: 1 / (3 * out * out),
         machine=math.cbrt, big=lambda m, x: m.sign(x) * m.cbrt(abs(x)), arb=a.cbrt,
         symbolic=lambda s, x: s.sign(x) * s.Abs(x) ** s.Rational(1, 3),
         notation="∛#", samples=(POSITIVE,), example="cbrt(-8)", crossing=lambda out, x: x,
         easy=True),
    rule("hypot", "x y", "elementary", "sqrt(x^2 + y^2), without overflow",
         lambda n, out, x, y: n.hypot_slope(x, y), lambda n, out, x, y: n.hypot_slope(y, x),
         textbook=("x/hypot(x, y)", "y/hypot(x, y)"),
         machine=math.hypot, symbolic=lambda s, x, y: s.sqrt(x * x + y * y),
         ball=lambda n, x, y: n.sqrt(x * x + y * y),
         crossing=lambda out, x, y: out,
         easy=True, samples=(POSITIVE, W), kink=lambda x, y: (x == 0) & (y == 0),
         convention="at 0, a cone: the mean is 0", cone="hypot_slope",
         frameworks={
             "jax": (lambda n, c, out, x, y: c * chosen(out == 0, 0.5, x / out),
                     lambda n, c, out, x, y: c * chosen(out == 0, 0.5, y / out))},
         bends=1, example="hypot(3, 4)", commutes=True, folds=True),
    rule("hypot_slope", "x y", "elementary", "x/hypot(x, y), of whose slope nothing cancels",
         lambda n, out, x, y: (s := n.hypot_slope(y, x)) * s / n.hypot(x, y),
         lambda n, out, x, y: -out * n.hypot_slope(y, x) / n.hypot(x, y),
         machine=lambda x, y: f.divide(x, math.hypot(x, y)),
         big=lambda m, x, y: x / m.hypot(x, y) if x or y else m.nan,
         formula=lambda n, x, y: x / n.hypot(x, y),
         symbolic=lambda s, x, y: x / s.sqrt(x * x + y * y),
         easy=True, samples=(POSITIVE, W), domain="(x, y) != (0, 0)", hidden=True),
    rule("sinc", "x", "special", "sin(x)/x, and 1 at 0",
         lambda n, out, x: -n.spherical(1, x),
         vector=lambda np, x: np.where(x == 0, 1, np.sin(x) / np.where(x == 0, 1, x)),
         machine=lambda x: math.sin(x) / x if x else 1.0,
         textbook=("(x*cos(x) - sin(x))/x^2",),
         oscillates=True, samples=(W,), example="sinc(0)"),
    # The spherical Bessel functions close sinc under differentiation without a division by x:
    # (2k+1) j_k' = k j_(k-1) - (k+1) j_(k+1), DLMF 10.51.2; j_(-1) only ever meets a factor 0.
    rule("spherical", "k x", "special", "the spherical Bessel function j_k(x)", None,
         lambda n, out, k, x: (
             k * n.spherical(k - 1, x) - (k + 1) * n.spherical(k + 1, x)) / (2 * k + 1),
         big=_spherical, arb=a.spherical, symbolic=lambda s, k, x: s.jn(k, x).expand(func=True),
         samples=((1.0, 1.0), W), oscillates=True,
         hidden=True),
    rule("deg", "x", "elementary", "an angle of x degrees, in radians",
         lambda n, out, x: n.constant("pi") / 180,
         vector=lambda np, x: x * v.pi(np, x) / 180,
         machine=math.radians, big=lambda m, x: x * m.pi / 180,
         ball=lambda n, x: x * n.constant("pi") / 180,
         symbolic=lambda s, x: x * s.pi / 180, easy=True, samples=(W,), example="sin(deg(30))"),
    rule("rad", "x", "elementary", "an angle of x radians, in degrees",
         lambda n, out, x: 180 / n.constant("pi"),
         vector=lambda np, x: x * 180 / v.pi(np, x),
         machine=math.degrees, big=lambda m, x: x * 180 / m.pi,
         ball=lambda n, x: x * 180 / n.constant("pi"),
         symbolic=lambda s, x: x * 180 / s.pi, easy=True, samples=(W,), example="rad(pi/6)"),
    rule("sigmoid", "x", "elementary", "the logistic function 1/(1 + exp(-x))",
         lambda n, out, x: (half := n.sech(x / 2)) * half / 4,  # its derivative loses nothing at 0
         into=v.sigmoid,
         machine=_sigmoid, big=lambda m, x: 1 / (1 + m.exp(-x)),
         symbolic=lambda s, x: 1 / (1 + s.exp(-x)), ball=lambda n, x: 1 / (1 + n.exp(-x)),
         textbook=("sigmoid(x)*(1 - sigmoid(x))",),
         notation="σ", monotone=1, samples=(W,), example="sigmoid(2)"),
    rule("log_sigmoid", "x", "elementary", "log(sigmoid(x)), without underflow",
         lambda n, out, x: n.sigmoid(-x),
         vector=lambda np, x: -v.softplus(np, -x),
         machine=lambda x: -_softplus(-x), big=lambda m, x: -m.log1p(m.exp(-x)),
         symbolic=lambda s, x: -s.log(1 + s.exp(-x)), ball=lambda n, x: -n.log1p(n.exp(-x)),
         samples=(W,), example="log_sigmoid(-1000)"),
    rule("logit", "x", "elementary", "the inverse of sigmoid, log(x/(1 - x))",
         lambda n, out, x: 1 / (x * (1 - x)),
         vector=lambda np, x: np.where(
             (x >= 0.25) & (x <= 0.75), 2 * np.arctanh(2 * np.clip(x, 0.25, 0.75) - 1),
             np.log(x) - np.log1p(-x)),
         machine=_logit,
         big=lambda m, x: m.log(x / (1 - x)) if x not in (0, 1) else m.inf * (2 * x - 1),
         symbolic=lambda s, x: s.log(x / (1 - x)), ball=lambda n, x: n.log(x / (1 - x)),
         crossing=lambda out, x: x * (1 - x),
         samples=((0.01, 0.99),), domain="0 < x < 1",
         example="logit(1/4)"),
    rule("softplus", "x", "elementary", "log(1 + exp(x)), without overflow",
         lambda n, out, x: n.sigmoid(x),
         into=v.softplus,
         machine=_softplus, big=lambda m, x: m.log1p(m.exp(x)),
         symbolic=lambda s, x: s.log(1 + s.exp(x)),
         ball=lambda n, x: n.max(x, 0) + _log1p_exp(n, -n.abs(x)),
         monotone=1, samples=(W,), example="softplus(1000)"),
    rule("silu", "x", "elementary", "x*sigmoid(x)",
         lambda n, out, x: n.sigmoid(x) * (1 + x * n.sigmoid(-x)),
         vector=lambda np, x: x * v.sigmoid(np, x),
         machine=lambda x: x * _sigmoid(x), big=lambda m, x: x / (1 + m.exp(-x)),
         symbolic=lambda s, x: x / (1 + s.exp(-x)), ball=lambda n, x: x / (1 + n.exp(-x)),
         samples=((-1.0, 10.0),), example="silu(1)"),
    rule("softsign", "x", "elementary", "x/(1 + |x|)",
         lambda n, out, x: (share := 1 / (1 + n.abs(x))) * share,
         textbook=("1/(abs(x) + 1)^2",),
         vector=lambda np, x: x / (1 + np.abs(x)),
         machine=lambda x: x / (1 + abs(x)), big=lambda m, x: x / (1 + abs(x)),
         symbolic=lambda s, x: x / (1 + s.Abs(x)), ball=lambda n, x: x / (1 + n.abs(x)),
         easy=True, monotone=1, samples=(POSITIVE,), example="softsign(1)"),
)  # fmt: skip
