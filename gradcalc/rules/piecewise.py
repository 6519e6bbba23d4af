"""Functions in pieces. At a tie or a kink the rules share: the mean of the one-sided derivatives.

The derivative of a selection is a step function, which is ½ at its own step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradcalc.numbers import arb as a
from gradcalc.numbers.shapes import chosen
from gradcalc.rules.rule import rule

W = (-10.0, 10.0)
MEAN = "the mean of the one-sided derivatives"
STEP = "a jump: 0, the derivative on either side"


def _whole(kernel: Callable[[float], int]) -> Callable[[float], float]:
    """A rounding to integers, as IEEE has it at infinities."""
    return lambda x: float(kernel(x)) if math.isfinite(x) else x


def _at_integer(x: Any) -> Any:
    return x % 1 == 0  # of infinity this is not a number


def _remainder(x: float, y: float) -> float:
    return x % y if y else math.nan


def _greater(x: Any, y: Any) -> Any:
    """The greater of two numbers; what is not a number is passed on, as IEEE's maximum does."""
    return y if y > x else x if y <= x else x + y


def _lesser(x: Any, y: Any) -> Any:
    return y if y < x else x if y >= x else x + y


def _sign(x: float) -> float:
    return math.copysign(1.0, x) if abs(x) > 0 else x + 0.0


def _heaviside(x: float) -> float:
    return float(x > 0) if abs(x) > 0 else x + 0.5


def _turns(out: Any, x: Any, y: Any) -> Any:
    """How often y fits into x, where out is the remainder."""
    return ((x - out) / (y + (y == 0)) + 0.5) // 1


def _divides(x: Any, y: Any) -> Any:
    """Is x/y an integer, but for rounding?"""
    quotient = x / (y + (y == 0))
    off = (quotient + 0.5) % 1 - 0.5
    return (y != 0) & (abs(off) <= 1e-15 * abs(quotient))


def _shared(more: Any, equal: Any, cotangent: Any) -> Any:
    """The cotangent for the greater one, half of it for an equal one."""
    return chosen(more, cotangent, chosen(equal, cotangent / 2, 0))


PIECEWISE = (
    rule("abs", "x", "piecewise", "the absolute value", lambda n, out, x: n.sign(x),
         machine=abs, big=lambda m, x: abs(x), arb=abs, sympy="Abs",
         notation="|#|", nonnegative="always", samples=(W,),
         kink=lambda x: x == 0, convention=f"at 0: 0, {MEAN}", selects=True, bends=1,
         example="abs(-2)", frameworks={"jax": (lambda n, c, out, x: chosen(x >= 0, c, -c),)},
         crossing=lambda out, x: x),
    rule("sign", "x", "piecewise", "-1, 0 or 1", lambda n, out, x: None,
         vector=lambda np, x: np.where(x == 0, x + 0.0, np.sign(x)),
         machine=_sign, arb=lambda x: x.sgn(),
         notation="sgn", samples=(W,),
         kink=lambda x: x == 0, convention=STEP, example="sign(-2)", crossing=lambda out, x: x),
    rule("floor", "x", "piecewise", "the greatest integer not above x", lambda n, out, x: None,
         into=lambda np, x, out: np.add(np.floor(x, out), 0.0, out),
         machine=_whole(math.floor),
         notation="⌊#⌋", samples=(W,), kink=_at_integer, convention=STEP,
         example="floor(2.5)", crossing=lambda out, x: out, steps=True),
    rule("ceil", "x", "piecewise", "the least integer not below x", lambda n, out, x: None,
         into=lambda np, x, out: np.add(np.ceil(x, out), 0.0, out),
         machine=_whole(math.ceil), sympy="ceiling",
         notation="⌈#⌉", samples=(W,),
         kink=_at_integer, convention=STEP, example="ceil(2.5)",
         crossing=lambda out, x: out, steps=True),
    rule("round", "x", "piecewise", "the nearest integer; a tie goes to the even one",
         lambda n, out, x: None,
         into=lambda np, x, out: np.add(np.rint(x, out), 0.0, out),
         machine=_whole(round), big=lambda m, x: m.nint(x), arb=a.round_even,
         symbolic=lambda s, x: s.floor(x + s.Rational(1, 2)), samples=(W,),
         kink=lambda x: _at_integer(x + 0.5), convention=STEP, example="round(2.5)",
         crossing=lambda out, x: out, steps=True),
    rule("trunc", "x", "piecewise", "x without its fractional part", lambda n, out, x: None,
         into=lambda np, x, out: np.add(np.trunc(x, out), 0.0, out),
         machine=_whole(math.trunc),
         big=lambda m, x: m.floor(x) if x >= 0 else m.ceil(x), arb=a.trunc,
         symbolic=lambda s, x: s.sign(x) * s.floor(s.Abs(x)), samples=(W,),
         kink=lambda x: (x != 0) & _at_integer(x), convention=STEP, example="trunc(-2.5)",
         crossing=lambda out, x: out, steps=True),
    rule("mod", "x y", "piecewise", "the floored remainder x % y, with the sign of y",
         lambda n, out, x, y: 1, lambda n, out, x, y: -n.floor(x / y),
         vector=lambda np, x, y: np.where(y == 0, np.nan, np.mod(x, np.where(y == 0, 1, y))),
         machine=_remainder, big=lambda m, x, y: x - y * m.floor(x / y) if y else m.nan,
         symbolic=lambda s, x, y: x - y * s.floor(x / y),
         ball=lambda n, x, y: x - y * n.floor(x / y),
         crossing=_turns, steps=True,
         samples=(W, (0.5, 5.0)),
         kink=_divides, domain="y != 0", example="mod(-5.5, 2)",
         convention="a jump: the derivatives are those on either side", operator="%"),
    rule("heaviside", "x", "piecewise", "0 below 0, ½ at 0, 1 above", lambda n, out, x: None,
         into=lambda np, x, out: np.heaviside(x, 0.5, out),
         machine=_heaviside,
         big=lambda m, x: m.mpf(1) / 2 if x == 0 else m.mpf(1 if x > 0 else 0), arb=a.heaviside,
         symbolic=lambda s, x: s.Heaviside(x, s.Rational(1, 2)),
         notation="H", samples=(W,),
         kink=lambda x: x == 0, convention=STEP, example="heaviside(2)", crossing=lambda out, x: x,
         frameworks={"jax": (lambda n, c, out, x: 0 * c,)}),
    rule("max", "x y", "piecewise", "the greatest of its arguments",
         lambda n, out, x, y: n.heaviside(x - y), lambda n, out, x, y: n.heaviside(y - x),
         into=lambda np, x, y, out: np.add(np.maximum(x, y, out=out), 0.0, out),
         machine=lambda x, y: _greater(x, y) + 0.0, big=lambda m, x, y: _greater(x, y),
         sympy="Max",
         samples=(W, W), nonnegative="of nonnegative", kink=lambda x, y: x == y,
         convention="a tie is shared equally",
         selects=True, bends=1, example="max(1, 2)",
         frameworks={
             "torch": (lambda n, c, out, x, y: _shared(x > y, x == y, c),
                       lambda n, c, out, x, y: _shared(y > x, x == y, c)),
             "jax": (lambda n, c, out, x, y: c * n.heaviside(x - y),
                     lambda n, c, out, x, y: c * n.heaviside(y - x))},
         crossing=lambda out, x, y: x - y, commutes=True, folds=True),
    rule("min", "x y", "piecewise", "the least of its arguments",
         lambda n, out, x, y: n.heaviside(y - x), lambda n, out, x, y: n.heaviside(x - y),
         into=lambda np, x, y, out: np.add(np.minimum(x, y, out=out), 0.0, out),
         machine=lambda x, y: _lesser(x, y) + 0.0, big=lambda m, x, y: _lesser(x, y),
         sympy="Min",
         samples=(W, W), nonnegative="of nonnegative", kink=lambda x, y: x == y,
         convention="a tie is shared equally",
         selects=True, bends=-1, example="min(1, 2)",
         frameworks={
             "torch": (lambda n, c, out, x, y: _shared(x < y, x == y, c),
                       lambda n, c, out, x, y: _shared(y < x, x == y, c)),
             "jax": (lambda n, c, out, x, y: c * n.heaviside(y - x),
                     lambda n, c, out, x, y: c * n.heaviside(x - y))},
         crossing=lambda out, x, y: x - y, commutes=True, folds=True),
    rule("clip", "x low high", "piecewise", "x limited to the range from low to high",
         lambda n, out, x, low, high: n.heaviside(x - low) * n.heaviside(high - x),
         lambda n, out, x, low, high: n.heaviside(low - x) * n.heaviside(high - low),
         lambda n, out, x, low, high: n.heaviside(n.max(x, low) - high),
         vector=lambda np, x, low, high: np.minimum(np.maximum(x, low), high) + 0.0,
         machine=lambda x, low, high: _lesser(_greater(x, low), high) + 0.0,
         big=lambda m, x, low, high: _lesser(_greater(x, low), high),
         arb=lambda x, low, high: x.max(low).min(high),
         symbolic=lambda s, x, low, high: s.Min(s.Max(x, low), high),
         crossing=lambda out, x, low, high: 1.0 * (x > low) + (x > high), steps=True,
         samples=(W, (-3.0, -2.0), (2.0, 3.0)),
         kink=lambda x, low, high: (x == low) | (x == high) | (low == high),
         convention=f"at a bound: ½, {MEAN}", selects=True, example="clip(5, 0, 1)",
         frameworks={
             # PyTorch's clamp up to 2.13; from 2.14 on it gives 0 at bounds that are constants.
             "torch": (lambda n, c, out, x, low, high: chosen((x >= low) & (x <= high), c, 0),
                       lambda n, c, out, x, low, high: chosen((x < low) & (low < high), c, 0),
                       lambda n, c, out, x, low, high: chosen((x > high) | (high < low), c, 0)),
             # jnp.clip is minimum(maximum(x, low), high).
             "jax": (lambda n, c, out, x, low, high: (
                         c * n.heaviside(high - n.max(x, low)) * n.heaviside(x - low)),
                     lambda n, c, out, x, low, high: (
                         c * n.heaviside(high - n.max(x, low)) * n.heaviside(low - x)),
                     lambda n, c, out, x, low, high: c * n.heaviside(n.max(x, low) - high))}),
    rule("fmod", "x y", "piecewise", "the remainder with the sign of x",
         lambda n, out, x, y: 1, lambda n, out, x, y: -n.trunc(x / y),
         machine=lambda x, y: math.fmod(x, y) if y else math.nan,
         big=lambda m, x, y: x - y * m.sign(x / y) * m.floor(abs(x / y)) if y else m.nan,
         symbolic=lambda s, x, y: x - y * s.sign(x / y) * s.floor(s.Abs(x / y)),
         ball=lambda n, x, y: x - y * n.trunc(x / y),
         crossing=_turns, steps=True,
         samples=(W, (0.5, 5.0)), kink=lambda x, y: (x != 0) & _divides(x, y),
         domain="y != 0", convention="a jump: the derivatives are those on either side",
         example="fmod(-5.5, 2)"),
    rule("leaky_relu", "x slope", "piecewise", "x above 0, slope*x below; slope 0.01 unless given",
         lambda n, out, x, slope: n.heaviside(x) + slope * n.heaviside(-x),
         lambda n, out, x, slope: n.min(x, n.number(Fraction(0))),
         vector=lambda np, x, slope: np.where(x > 0, x, slope * np.where(x > 0, 1, x)),
         machine=lambda x, slope: x if x > 0 else slope * x,
         big=lambda m, x, slope: x if x > 0 else slope * x,
         symbolic=lambda s, x, slope: s.Max(x, 0) + slope * s.Min(x, 0),
         ball=lambda n, x, slope: x if x > 0 else slope * x,
         arb=lambda x, slope: x.max(0) + slope * x.min(0),
         samples=(W, (0.01, 0.5)), kink=lambda x, slope: x == 0, defaults=(Fraction(1, 100),),
         convention=f"at 0: (1 + slope)/2, {MEAN}", selects=True, example="leaky_relu(-2)",
         frameworks={
             "torch": (lambda n, c, out, x, slope: chosen(x > 0, c, c * slope),
                       lambda n, c, out, x, slope: chosen(x > 0, 0, c * x)),
             "jax": (lambda n, c, out, x, slope: chosen(x >= 0, c, c * slope),
                     lambda n, c, out, x, slope: chosen(x >= 0, 0, c * x))},
         crossing=lambda out, x, slope: x),
    rule("elu", "x alpha", "piecewise", "x above 0, alpha*expm1(x) below; alpha 1 unless given",
         lambda n, out, x, alpha: (
             n.heaviside(x) + alpha * n.heaviside(-x) * n.exp(n.min(x, n.number(Fraction(0))))),
         lambda n, out, x, alpha: n.expm1(n.min(x, n.number(Fraction(0)))),
         vector=lambda np, x, alpha: np.where(
             x > 0, x, np.where(x > 0, 1, alpha) * np.expm1(np.where(x > 0, 0, x))),
         machine=lambda x, alpha: x if x > 0 else alpha * math.expm1(x),
         big=lambda m, x, alpha: x if x > 0 else alpha * m.expm1(x),
         symbolic=lambda s, x, alpha: s.Max(x, 0) + alpha * (s.exp(s.Min(x, 0)) - 1),
         ball=lambda n, x, alpha: x if x > 0 else alpha * n.expm1(x),
         arb=lambda x, alpha: x.max(0) + alpha * x.min(0).expm1(),
         samples=(W, (0.5, 2.0)), kink=lambda x, alpha: x == 0, defaults=(Fraction(1),),
         convention=f"at 0: {MEAN}", selects=True, example="elu(-1)",
         frameworks=dict.fromkeys(("torch", "jax"), (
             lambda n, c, out, x, alpha: chosen(
                 x > 0, c, c * alpha * n.exp(n.min(x, n.number(Fraction(0))))),
             lambda n, c, out, x, alpha: chosen(x > 0, 0, c * n.expm1(n.min(x, 0))))),
         crossing=lambda out, x, alpha: x),
    rule("relu", "x", "piecewise", "max(x, 0)", lambda n, out, x: n.heaviside(x),
         into=lambda np, x, out: np.add(np.maximum(x, 0, out=out), 0.0, out),
         machine=lambda x: max(x, 0.0) + 0.0, big=lambda m, x: max(x, m.mpf(0)),
         arb=lambda x: x.max(0).nonnegative_part(),
         symbolic=lambda s, x: s.Max(x, 0), samples=(W,), kink=lambda x: x == 0,
         convention=f"at 0: ½, {MEAN}", selects=True, bends=1, example="relu(-1)",
         frameworks=dict.fromkeys(("torch", "jax"), (lambda n, c, out, x: chosen(x > 0, c, 0),)),
         crossing=lambda out, x: x),
)  # fmt: skip
