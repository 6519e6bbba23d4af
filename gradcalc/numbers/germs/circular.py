"""Circular functions of germs.

Of an argument that grows without bound sine and cosine oscillate: all that is known is O(1), and
that what is between -1 and 1 comes again and again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Bounded, Real, nearest_integer, quotient
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import InexpressibleError
from gradcalc.numbers.germs.series import integrated, needed, oscillating
from gradcalc.numbers.germs.values import HALF, MAX_ARGUMENT_BITS, at, pi
from gradcalc.numbers.germs.waves import Wave

ALL_SINES = Wave(-1, 1)


def _circular(n: Any, x: Germ, quarter: int) -> Any:
    """sin(x + quarter*pi/2)."""
    if x.is_infinite:
        return oscillating(x, wave=ALL_SINES)
    c, small = x.finite()
    cosine, sine = _cos_sin(n, c)
    turn = [sine, cosine, -sine, -cosine]
    series, factorial = [], 1
    for k in range(needed(small)):
        series.append(quotient(turn[(k + quarter) % 4], factorial))
        factorial *= k + 1
    return _composed(small, series)


def _cos_sin(n: Any, c: Real) -> tuple[Real, Real]:
    """Both at a real number, which costs no more than one."""
    if type(c) is not Bounded and c == 0:
        return 1, 0
    if abs(n.context.mag(n.precision.number(c))) > MAX_ARGUMENT_BITS:
        raise InexpressibleError
    cosine, sine = n.context.cos_and_sin(n.precision.number(c))
    return n.precision.rounded(cosine, sine, c), n.precision.rounded(sine, cosine, c)


def _composed(small: Germ, series: list[Real]) -> Any:
    """A series, whose first coefficient alone may be 0 within its bound."""
    if len(series) == 1 and small.rest is None:
        return small.field.germ(series[0])
    return small.composed(series)


def sin(n: Any, x: Germ) -> Any:
    return _circular(n, x, 0)


def cos(n: Any, x: Germ) -> Any:
    return _circular(n, x, 1)


def tan(n: Any, x: Germ) -> Any:
    return n.sin(x) / n.cos(x)


def sec(n: Any, x: Germ) -> Any:
    return 1 / n.cos(x)


def csc(n: Any, x: Germ) -> Any:
    return 1 / n.sin(x)


def cot(n: Any, x: Germ) -> Any:
    return n.cos(x) / n.sin(x)


def sinc(n: Any, x: Germ) -> Any:
    return n.field.constant(1) if x.is_constant and x.is_zero else n.sin(x) / x


def atan(n: Any, x: Germ) -> Any:
    if x.is_infinite:
        return n.field.germ(pi(n) * HALF * x.sign()) - atan(n, 1 / x)
    c = x.limit()
    value = at(n, "atan", lambda y: 1, c, 0)
    return integrated(n, value, lambda t: 1 / (1 + t * t), x)


def atan2(n: Any, y: Germ, x: Germ) -> Any:
    if x.is_zero:
        if y.is_zero:
            raise ValueError("the angle of the origin")
        return n.field.germ(pi(n) * HALF * y.sign())
    if x.sign() > 0:
        return atan(n, y / x)
    return atan(n, y / x) + (pi(n) if y.is_zero or y.sign() > 0 else -pi(n))


def asin(n: Any, x: Germ) -> Any:
    return 2 * atan(n, x / (1 + ((1 - x) * (1 + x)).power(HALF)))


def acos(n: Any, x: Germ) -> Any:
    if (1 + x).is_zero:
        return n.field.germ(pi(n))
    return 2 * atan(n, ((1 - x) / (1 + x)).power(HALF))


def deg(n: Any, x: Germ) -> Any:
    return x * pi(n) / 180


def rad(n: Any, x: Germ) -> Any:
    return x * 180 / n.field.germ(pi(n))


def _half_turns(n: Any, x: Germ, quarter: int) -> Any:
    """sin(pi*x + quarter*pi/2), of an angle less the quarters of a turn that it is nearest to."""
    if x.is_infinite:
        return oscillating(x, wave=ALL_SINES)
    turns, integral = nearest_integer(x.limit() * 2)
    less = x - Fraction(turns, 2) if integral else x
    return _circular(n, less * pi(n), quarter + (turns if integral else 0))


def sinpi(n: Any, x: Germ) -> Any:
    return _half_turns(n, x, 0)


def cospi(n: Any, x: Germ) -> Any:
    return _half_turns(n, x, 1)


def tanpi(n: Any, x: Germ) -> Any:
    return n.sinpi(x) / n.cospi(x)


def acot(n: Any, x: Germ) -> Any:
    return atan2(n, n.field.constant(1), x)


def asec(n: Any, x: Germ) -> Any:
    return acos(n, 1 / x)


def acsc(n: Any, x: Germ) -> Any:
    return asin(n, 1 / x)
