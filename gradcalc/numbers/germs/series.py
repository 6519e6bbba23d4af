"""Power series in a germ that vanishes with h, the logarithm, the exponential, the derivative.

The logarithm and the exponential are what make new orders: log(h) is -L, exp(k·L) is h^-k.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import Bounded, Real, compare, nearest_integer, power, quotient, sign
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import (
    UNIT,
    InexpressibleError,
    Order,
    Term,
    larger,
    raised,
    simple,
    times,
)
from gradcalc.numbers.germs.waves import Wave


def needed(small: Germ) -> int:
    """How many terms of a power series in what vanishes are known to matter."""
    length = small.field.length
    if small.rest is None:
        return length if small.terms else 1
    size = small.terms[0][0] if small.terms else small.rest
    count = 1
    while count < length and larger(raised(size, count), small.rest) > 0:
        count += 1
    return count if small.wave is None else min(count + 1, length)


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


def oscillating(x: Germ, order: Order = UNIT, wave: Wave | None = None) -> Germ:
    """What oscillates faster and faster with x, and is only known to be O(order), and what it does
    where x has no jumps."""
    x.field.oscillated, x.field.analytic = True, False
    return Germ(x.field, (), order, None if x.field.torn else wave)


def fading(x: Germ, p: Real, amplitude: Real) -> Germ:
    """What goes on as amplitude*|x|^p*cos(x + a constant) where x grows without bound."""
    order, c = x.lead
    size = power(x.field.precision, abs(c), p) * amplitude
    return oscillating(x, raised(order, p), Wave(-size, size))


def summed(x: Germ, terms: Callable[[int], Real], start: int = 0) -> Any:
    """The sum of terms(k)·x^k over k >= start, x vanishing."""
    count = max(needed(x), start + 1)
    return x.composed([terms(k) if k >= start else 0 for k in range(count)])


def tends_to(x: Germ, point: int) -> bool:
    """Does x tend to an integer?"""
    if x.is_infinite:
        return False
    c = x.limit()
    nearest, integral = nearest_integer(c)
    return integral and nearest == point


def integer_constant(x: Germ) -> int | None:
    """The integer that a constant is."""
    if not x.is_constant:
        raise InexpressibleError
    c = x.limit()
    nearest, integral = nearest_integer(c)
    return nearest if integral else None


def derivative(x: Germ) -> Germ:
    """The derivative of a germ by h, term by term; of no use where the rest oscillates."""
    terms: list[Term] = []
    for (exponent, a, b), c in x.terms:
        factors = [(((), -1, 0), a), (((), -1, -1), -b)]
        for p, q, d in exponent:
            factors += [(((), p - 1, q), d * p), (((), p - 1, q - 1), -(d * q))]
        terms += [
            (times((exponent, a, b), order), c * factor)
            for order, factor in factors
            if sign(factor)
        ]
    rest = x.rest
    if rest is not None:
        slope = max((1 - p for p, _, _ in rest[0]), default=1)
        rest = times(rest, ((), -slope, 0))
    return x.field.collected(terms, rest)


def log(x: Germ, series: Callable[[int], Real]) -> Germ:
    """The natural logarithm, `series` being that of the coefficient; log of h is -L."""
    order, c, small = x.split()
    if sign(c) < 0:
        raise ValueError("the logarithm of what is negative")
    exponent, a, b = order
    if sign(b):
        raise InexpressibleError
    field = x.field
    if order != UNIT:
        field.analytic = False
    terms: list[Term] = [(((), p, q), d) for p, q, d in exponent]
    if sign(a):
        terms.append((((), 0, 1), -a))
    constant = series(c)
    if type(constant) is Bounded or constant:
        terms.append((UNIT, constant))
    head = field.collected(terms, None)
    if not small.terms and small.rest is None:
        return head
    coefficients = [0, *(Fraction((-1) ** (k + 1), k) for k in range(1, field.length))]
    total: Germ = head + small.composed(coefficients)
    return total


def exp(x: Germ, value: Callable[[Real], Real]) -> Germ:
    """The exponential, `value` being that of a real number; exp(k·L) is h^-k."""
    field = x.field
    grows, constant, small = x.parts()
    if grows:
        field.analytic = False
    exponent: list[tuple[Real, Real, Real]] = []
    by: Real = 0
    for (inner, a, b), c in grows:
        if inner:
            raise InexpressibleError
        if not sign(a) and not compare(b, 1):
            by = by - c
        else:
            exponent.append((a, b, c))
    lead = 1 if type(constant) is int and not constant else value(constant)
    order: Order = (tuple(exponent), by, 0)
    if not small.terms and small.rest is None:
        return Germ(field, ((order, lead),))
    series = [Fraction(1)]
    for k in range(1, field.length):
        series.append(series[-1] / k)
    total = small.composed([simple(c) for c in series])
    return total.scaled(lead).shifted(order)
