"""Real numbers that germs' functions need: values at a point, and constants."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Bounded, Real, applied
from gradcalc.numbers.germs.germ import Field
from gradcalc.numbers.germs.orders import InexpressibleError

HALF = Fraction(1, 2)
MAX_ARGUMENT_BITS = 10_000  # past which a function of mpmath could take forever
MAX_REMEMBERED = 4096  # values and series, of one precision


def at(n: Any, name: str, slope: Callable[..., Any], x: Real, exact: Real = None) -> Real:
    """mpmath's function `name` at a real number; `exact` is its value at 0, if that is known."""
    if exact is not None and type(x) is not Bounded and x == 0:
        return exact
    if abs(n.context.mag(n.precision.number(x))) > MAX_ARGUMENT_BITS:
        raise InexpressibleError
    return applied(n.precision, lambda y: remembered(n, name, y), slope, x)


def remembered(n: Any, name: str, x: Any) -> Any:
    """mpmath's function of one mpmath number. A program runs at x - h, x and x + h, and functions
    of constants are most of the work of that: each is computed once."""
    known, key = n.remembered, (name, x)
    if key not in known:
        if len(known) > MAX_REMEMBERED:
            known.clear()
        known[key] = getattr(n.context, name)(x)
    return known[key]


def log_two(n: Any) -> Real:
    """log(2)."""
    return n.precision.rounded(remembered(n, "log", 2))


def pi(n: Any) -> Real:
    """pi, with the bound of its rounding."""
    return n.precision.rounded(+n.context.pi)


def constant(field: Field) -> Callable[[str], Any]:
    """Named constants; infinity is a float, with which germs can only be compared."""

    def convert(name: str) -> Any:
        if name == "inf":
            return math.inf
        m = field.context
        value = field.precision.rounded(2 * m.pi if name == "tau" else +getattr(m, name))
        known = field.germ(value)
        known.row = (name,)
        return known

    return convert


def euler_gamma(n: Any) -> Real:
    """Euler's constant, 0.577…"""
    return n.precision.rounded(+n.context.euler)


def root_of_pi(n: Any) -> Any:
    """sqrt(pi) as a germ."""
    return n.field.germ(n.precision.rounded(n.context.sqrt(n.context.pi)))


def pi_germ(n: Any) -> Any:
    """pi as a germ."""
    return germ_of(n, n.precision.rounded(n.context.pi))


def germ_of(n: Any, x: Any) -> Any:
    """A number as a germ."""
    return n.field.germ(x)
