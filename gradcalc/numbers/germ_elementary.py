"""Rows of the table as functions of germs: powers, elementary functions and functions in pieces.

Each function is called as its row is, with a trailing _ where Python has a function of that name,
and takes the system of germs `n` and germs. Where the
argument grows without bound a function that oscillates is bounded, and its germ is no more than
that: O(1).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradcalc.numbers import germs
from gradcalc.numbers.bounded import Bounded, Real, applied, compare, nearest_integer, quotient
from gradcalc.numbers.germs import (
    UNIT,
    Germ,
    InexpressibleError,
    MoreTermsError,
    larger,
    larger_of,
    raised,
)

HALF = Fraction(1, 2)
MAX_ARGUMENT_BITS = 10_000  # past which a function of mpmath could take forever


# help -------------------------------------------------------------------------------------


def at(
    n: Any, function: Callable[..., Any], slope: Callable[..., Any], x: Real, exact: Real = None
) -> Real:
    """A function's value at a real number; `exact` is its value at 0, if that is known."""
    if exact is not None and type(x) is not Bounded and x == 0:
        return exact
    if abs(n.context.mag(n.precision.number(x))) > MAX_ARGUMENT_BITS:
        raise InexpressibleError
    return applied(n.precision, function, slope, x)


def needed(small: Germ) -> int:
    """How many terms of a power series in what vanishes are known to matter."""
    length = small.field.length
    if small.rest is None:
        return length if small.terms else 1
    size = small.terms[0][0] if small.terms else small.rest
    count = 1
    while count < length and larger(raised(size, count), small.rest) > 0:
        count += 1
    return count


def coefficients(x: Germ, count: int) -> list[Real]:
    """The coefficients of h^0, h^1, …, as many of `count` as are known."""
    if x.rest is not None:
        count = min(count, int(x.rest[1]))
    known = {order[1]: c for order, c in x.terms}
    return [known.get(k, 0) for k in range(count)]


def integrated(n: Any, value: Real, slope: Callable[[Any], Any], x: Germ) -> Any:
    """The function that is `value` at the limit of x, from its derivative there."""
    field = n.field
    constant, small = x.finite()
    count = needed(small)
    if count == 1:
        return small.composed([value])
    steps = coefficients(field.germ(slope(field.constant(constant) + field.step(1))), count - 1)
    return small.composed([value, *(quotient(c, k + 1) for k, c in enumerate(steps))])


def oscillating(x: Germ, order: germs.Order = UNIT) -> Germ:
    """What oscillates faster and faster, and is only known to be O(order)."""
    x.field.oscillated = True
    return Germ(x.field, (), order)


def two(n: Any) -> Real:
    """log(2)."""
    return n.precision.rounded(n.context.log(2))


def pi(n: Any) -> Real:
    return n.precision.rounded(+n.context.pi)


def constant(field: germs.Field) -> Callable[[str], Any]:
    """Named constants; infinity is a float, with which germs can only be compared."""

    def convert(name: str) -> Any:
        if name == "inf":
            return math.inf
        m = field.context
        return field.germ(field.precision.rounded(2 * m.pi if name == "tau" else +getattr(m, name)))

    return convert


# powers -----------------------------------------------------------------------------------


def div(n: Any, x: Germ, y: Germ) -> Any:
    return x / y


def pow_(n: Any, x: Germ, y: Germ) -> Any:
    """x^y; exp(y*log(x)) where the exponent varies."""
    if y.is_constant:
        return x.power(y.terms[0][1] if y.terms else 0)
    if x.is_zero:
        if y.sign() < 0:
            raise ZeroDivisionError
        return x
    return n.exp(y * n.log(x))


ipow = cpow = pow_


def sqrt(n: Any, x: Germ) -> Any:
    return x.power(HALF)


def cbrt(n: Any, x: Germ) -> Any:
    return -(-x).power(Fraction(1, 3)) if x.sign() < 0 else x.power(Fraction(1, 3))


def hypot(n: Any, x: Germ, y: Germ) -> Any:
    return (x * x + y * y).power(HALF)


# exponentials and logarithms --------------------------------------------------------------


def exp(n: Any, x: Germ) -> Any:
    return germs.exp(x, lambda c: at(n, n.context.exp, n.context.exp, c))


def log(n: Any, x: Germ) -> Any:
    def value(c: Real) -> Real:
        if type(c) is not Bounded and c == 1:
            return 0
        return applied(n.precision, n.context.log, lambda y: 1 / y, c)

    return germs.log(x, value)


def exp2(n: Any, x: Germ) -> Any:
    if x.is_constant and x.terms and type(x.terms[0][1]) is int and abs(x.terms[0][1]) < 1000:
        return n.field.germ(Fraction(2) ** x.terms[0][1])
    return n.exp(x * two(n))


def expm1(n: Any, x: Germ) -> Any:
    return n.exp(x) - 1


def logb(n: Any, x: Germ, base: Germ) -> Any:
    return n.log(x) / n.log(base)


def log2(n: Any, x: Germ) -> Any:
    return n.log(x) / two(n)


def log10(n: Any, x: Germ) -> Any:
    return n.log(x) / n.precision.rounded(n.context.log(10))


def log1p(n: Any, x: Germ) -> Any:
    return n.log(1 + x)


def softplus(n: Any, x: Germ) -> Any:
    return x + n.log(1 + n.exp(-x)) if _grows(x) else n.log(1 + n.exp(x))


def _grows(x: Germ) -> bool:
    return x.is_infinite and x.sign() > 0


def log_sigmoid(n: Any, x: Germ) -> Any:
    return -softplus(n, -x)


def logaddexp(n: Any, x: Germ, y: Germ) -> Any:
    return x + softplus(n, y - x)


def fraction(n: Any, x: Germ, y: Germ) -> Any:
    return 1 / (1 + n.exp(y - x))


def sigmoid(n: Any, x: Germ) -> Any:
    return 1 / (1 + n.exp(-x))


def logit(n: Any, x: Germ) -> Any:
    return n.log(x / (1 - x))


def silu(n: Any, x: Germ) -> Any:
    return x * sigmoid(n, x)


def softsign(n: Any, x: Germ) -> Any:
    return x / (1 + abs(x))


def xlogy(n: Any, x: Germ, y: Germ) -> Any:
    return x if x.is_zero else x * n.log(y)


# circular functions -----------------------------------------------------------------------


def _circular(n: Any, x: Germ, quarter: int) -> Any:
    """sin(x + quarter*pi/2)."""
    if x.is_infinite:
        return oscillating(x)
    c, small = x.finite()
    m = n.context
    sine = at(n, m.sin, m.cos, c, 0)
    cosine = at(n, m.cos, m.sin, c, 1)
    turn = [sine, cosine, -sine, -cosine]
    series, factorial = [], 1
    for k in range(needed(small)):
        series.append(quotient(turn[(k + quarter) % 4], factorial))
        factorial *= k + 1
    return _composed(small, series)


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
    value = at(n, n.context.atan, lambda y: 1, c, 0)
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


# hyperbolic functions ---------------------------------------------------------------------


def sinh(n: Any, x: Germ) -> Any:
    up = n.exp(x)
    return (up - 1 / up) * HALF


def cosh(n: Any, x: Germ) -> Any:
    up = n.exp(x)
    return (up + 1 / up) * HALF


def tanh(n: Any, x: Germ) -> Any:
    if x.terms and x.sign() < 0:
        return -tanh(n, -x)
    down = n.exp(-2 * x)
    return (1 - down) / (1 + down)


def sech(n: Any, x: Germ) -> Any:
    return 1 / cosh(n, x)


def csch(n: Any, x: Germ) -> Any:
    return 1 / sinh(n, x)


def coth(n: Any, x: Germ) -> Any:
    return 1 / tanh(n, x)


def asinh(n: Any, x: Germ) -> Any:
    if x.terms and x.sign() < 0:
        return -asinh(n, -x)
    return n.log(x + (1 + x * x).power(HALF))


def acosh(n: Any, x: Germ) -> Any:
    below, above = (x - 1) * HALF, (x + 1) * HALF
    return 2 * n.log(below.power(HALF) + above.power(HALF))


def atanh(n: Any, x: Germ) -> Any:
    return n.log((1 + x) / (1 - x)) * HALF


# in pieces --------------------------------------------------------------------------------


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
        return x.field.collected(x.terms, larger_of(x.rest, difference.rest))


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
        return field.collected(x.terms, larger_of(x.rest, UNIT))
    c, small = x.finite()
    nearest, integral = nearest_integer(c)
    if integral:
        return field.constant(nearest - (small.sign() < 0))
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
