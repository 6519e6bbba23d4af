"""Powers, exponentials, logarithms and hyperbolic functions of germs.

Each function is called as its row of the table is, with a trailing _ where Python has a function of
that name, and takes the system of germs `n` and germs.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Bounded, Real, applied, nearest_integer
from gradcalc.numbers.germs import series
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.values import HALF, at, log_two, remembered


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


def exp(n: Any, x: Germ) -> Any:
    return series.exp(x, lambda c: at(n, "exp", n.context.exp, c))


def log(n: Any, x: Germ) -> Any:
    def value(c: Real) -> Real:
        if type(c) is not Bounded and c == 1:
            return 0
        return applied(n.precision, lambda y: remembered(n, "log", y), lambda y: 1 / y, c)

    return series.log(x, value)


def exp2(n: Any, x: Germ) -> Any:
    if x.is_constant and x.terms and type(x.terms[0][1]) is int and abs(x.terms[0][1]) < 1000:
        return n.field.germ(Fraction(2) ** x.terms[0][1])
    return n.exp(x * log_two(n))


def expm1(n: Any, x: Germ) -> Any:
    return n.exp(x) - 1


def logb(n: Any, x: Germ, base: Germ) -> Any:
    return n.log(x) / n.log(base)


def log2(n: Any, x: Germ) -> Any:
    return n.log(x) / log_two(n)


def log10(n: Any, x: Germ) -> Any:
    return n.log(x) / n.precision.rounded(remembered(n, "log", 10))


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


def acoth(n: Any, x: Germ) -> Any:
    return n.log((x + 1) / (x - 1)) * HALF


def asech(n: Any, x: Germ) -> Any:
    return acosh(n, 1 / x)


def acsch(n: Any, x: Germ) -> Any:
    return asinh(n, 1 / x)


def log1mexp(n: Any, x: Germ) -> Any:
    return n.log(1 - n.exp(x))


def exprel(n: Any, x: Germ) -> Any:
    return n.field.constant(1) if x.is_constant and x.is_zero else (n.exp(x) - 1) / x


def root(n: Any, x: Germ, k: Germ) -> Any:
    if x.terms and x.sign() < 0:
        order, integral = nearest_integer(k.limit())
        if not (k.is_constant and integral and order % 2):
            raise ValueError("not real")
        return -root(n, -x, k)
    return pow_(n, x, 1 / k)
