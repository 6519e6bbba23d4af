"""Arithmetic, and functions in pieces of germs: the sign of a first term decides."""

from __future__ import annotations

from typing import Any

from gradcalc.numbers.bounded import compare, nearest_integer
from gradcalc.numbers.germs.elementary import expm1
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import UNIT, MoreTermsError, larger_of
from gradcalc.numbers.germs.values import HALF


def add(n: Any, x: Germ, y: Germ) -> Any:
    return x + y


def sub(n: Any, x: Germ, y: Germ) -> Any:
    return x - y


def mul(n: Any, x: Germ, y: Germ) -> Any:
    return x * y


def neg(n: Any, x: Germ) -> Any:
    return -x


def identity(n: Any, x: Germ) -> Any:
    return x


def abs_(n: Any, x: Germ) -> Any:
    return abs(x)


def sign_(n: Any, x: Germ) -> Any:
    return n.field.constant(x.sign())


def heaviside(n: Any, x: Germ) -> Any:
    return n.field.constant((1 + x.sign()) * HALF)


def max_(n: Any, x: Germ, y: Germ) -> Any:
    return _either(x, y, 1)


def min_(n: Any, x: Germ, y: Germ) -> Any:
    return _either(x, y, -1)


def _either(x: Germ, y: Germ, side: int) -> Germ:
    """The greater (side 1) or the lesser; where they differ in what was cut off, so far either."""
    difference = x + -y
    try:
        return x if difference.sign() * side >= 0 else y
    except MoreTermsError:
        x.field.analytic = False
        if difference.wave is not None and not difference.terms:
            least = (y, difference) if y.wave is None else (x, -difference)
            swinging: Germ = least[0] + _part(least[1], side)
            return swinging
        return x.field.collected(x.terms, larger_of(x.rest, difference.rest))


def _part(x: Germ, side: int) -> Germ:
    """What is above 0, or below, of what swings."""
    wave = (x if side > 0 else -x).wave
    part = Germ(x.field, (), x.rest, wave and wave.clipped(0))
    return part if side > 0 else -part


def clip(n: Any, x: Germ, low: Germ, high: Germ) -> Any:
    return _either(_either(x, low, 1), high, -1)


def relu(n: Any, x: Germ) -> Any:
    return _either(x, n.field.constant(0), 1)


def leaky_relu(n: Any, x: Germ, slope: Germ) -> Any:
    return x if x.sign() > 0 else slope * x


def elu(n: Any, x: Germ, alpha: Germ) -> Any:
    return x if x.sign() > 0 else alpha * expm1(n, x)


def floor(n: Any, x: Germ) -> Any:
    """By the sign of what vanishes where the limit is an integer."""
    field = n.field
    if x.is_infinite:  # x less a fractional part, which is bounded
        field.torn = True
        return field.collected(x.terms, larger_of(x.rest, UNIT))
    c, _ = x.finite()
    nearest, integral = nearest_integer(c)
    if integral:
        return field.constant(nearest - ((x + -nearest).sign() < 0))
    return field.constant(nearest - (compare(c, nearest) < 0))


def ceil(n: Any, x: Germ) -> Any:
    return -floor(n, -x)


def round_(n: Any, x: Germ) -> Any:
    """To the nearest integer; exactly between two, to the even one."""
    half = floor(n, x + HALF)
    if half.is_constant and (half - x - HALF).terms == () and x.is_constant and half % 2:
        return half - 1
    return half


def trunc(n: Any, x: Germ) -> Any:
    return ceil(n, x) if x.sign() < 0 else floor(n, x)


def mod(n: Any, x: Germ, y: Germ) -> Any:
    return x - y * floor(n, x / y)


def fmod(n: Any, x: Germ, y: Germ) -> Any:
    return x - y * trunc(n, x / y)
