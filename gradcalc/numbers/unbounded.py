"""Intervals that may have no end, and quotients of them: up to a pole, up to the edge of a domain.

Where a ball of Arb's says nothing because a function has no bound there, or no value on one side,
these say what is left: log over [-1, 2] is at most log(2), wherever it is defined. A quotient keeps
its numerator and its denominator while 0 may be in the latter: 1/x - 1 is (1 - x)/x, which is not 0
around the pole. What a number is made of is kept too where that says more than its ends: x*log(x)
has a limit at 0, see `numbers.logarithmic`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.intervals import INFINITE, Arb, Interval, Monotone, one, outward, whole
from gradcalc.numbers.logarithmic import Term, enclosed, multiplied
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Range


class Quotient:
    """All numbers t/b with t in `top` and b in `bottom`, b not 0; without `bottom` those of `top`.

    The denominator is kept only where 0 may be in it. Each of the `terms` is the same number, as a
    power of another, or with its logarithm.
    """

    __slots__ = ("bottom", "terms", "top")

    def __init__(
        self, top: Interval, bottom: Interval | None = None, terms: tuple[Term, ...] = ()
    ) -> None:
        if bottom is not None and not bottom.has_zero:
            top, bottom = top * bottom.reciprocal(), None
        self.top = top
        self.bottom = bottom
        self.terms = terms

    @property
    def interval(self) -> Interval:
        """Its numbers without their form."""
        return self.top if self.bottom is None else self.top * self.bottom.reciprocal()

    @property
    def may_be_zero(self) -> bool:
        """Is 0 among its numbers?"""
        return self.top.has_zero and self.interval.has_zero

    def __neg__(self) -> Quotient:
        return Quotient(-self.top, self.bottom, tuple(-term for term in self.terms))

    def __add__(self, other: Any) -> Quotient:
        other = quotient(other)
        if self.bottom is other.bottom:
            return Quotient(self.top + other.top, self.bottom)
        mine, theirs = self.bottom or one(), other.bottom or one()
        return Quotient(self.top * theirs + other.top * mine, mine * theirs)

    def __sub__(self, other: Any) -> Quotient:
        return self + -quotient(other)

    def __mul__(self, other: Any) -> Quotient:
        if other is self:
            top, bottom = self.top.size(), self.bottom and self.bottom.size()
            square = Quotient(top * top, bottom and bottom * bottom)
            return Quotient._with_terms(self, self, square)
        factor = quotient(other)
        mine, theirs = self.bottom or one(), factor.bottom or one()
        return self._with_terms(factor, Quotient(self.top * factor.top, mine * theirs))

    def _with_terms(self, other: Quotient, product: Quotient) -> Quotient:
        """The product with what is known of it by its factors' terms."""
        mine, theirs = ((*number.terms, itself(number)) for number in (self, other))
        product.terms = multiplied(mine, theirs)
        for term in product.terms:
            limits = enclosed(term)
            if limits is not None:
                product.top, product.bottom = product.interval.common(limits), None
        return product

    def __truediv__(self, other: Any) -> Quotient:
        other = quotient(other)
        mine, theirs = self.bottom or one(), other.bottom or one()
        return Quotient(self.top * theirs, mine * other.top)

    def __mod__(self, other: Any) -> Quotient:
        raise UndecidedError("nothing is said of remainders")

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Quotient:
        return quotient(other) - self

    def __rtruediv__(self, other: Any) -> Quotient:
        return quotient(other) / self

    def _compare(self, other: Any) -> int:
        """-1 or 1 where all numbers are less, or greater; UndecidedError."""
        mine, theirs = self.interval, quotient(other).interval
        if mine.high < theirs.low:
            return -1
        if mine.low > theirs.high:
            return 1
        raise UndecidedError("the intervals overlap")

    def __lt__(self, other: Any) -> bool:
        return self._compare(other) < 0

    def __gt__(self, other: Any) -> bool:
        return self._compare(other) > 0

    __le__, __ge__ = __lt__, __gt__

    def __eq__(self, other: object) -> bool:
        return other is self or not self._compare(other)

    def __ne__(self, other: object) -> bool:
        return other is not self and bool(self._compare(other))

    def __hash__(self) -> int:
        return id(self)


def itself(number: Quotient) -> Term:
    """A number as a power of itself."""
    return Term(one(), number, number.interval, one().low)


def quotient(number: Any) -> Quotient:
    """A number, a ball or a range as a quotient."""
    from flint import arb

    if isinstance(number, Quotient):
        return number
    ball = number.arb if isinstance(number, Range) else arb(number)
    return Quotient(outward(ball, ball))


# Functions ---------------------------------------------------------------------------------------


def bounded(function: Callable[..., Arb]) -> Callable[..., Quotient]:
    """A function of balls as one of quotients, where these have ends; elsewhere all reals."""

    def kernel(*operands: Any) -> Quotient:
        intervals = [quotient(one).interval for one in operands]
        if not all(one.is_bounded for one in intervals):
            return Quotient(whole())
        balls = [one.low if one.is_point else one.low.union(one.high) for one in intervals]
        ball = function(*balls)
        return Quotient(outward(ball, ball) if ball.is_finite() else whole())

    return kernel


def monotone(shape: Monotone, function: Callable[[Arb], Arb]) -> Callable[[Any], Quotient]:
    """A monotone function of balls as one of quotients."""

    def kernel(x: Any) -> Quotient:
        return Quotient(shape.over(function, quotient(x).interval))

    return kernel


def logarithm(shape: Monotone, function: Callable[[Arb], Arb]) -> Callable[[Any], Quotient]:
    """The natural logarithm, which knows of what."""

    def kernel(x: Any) -> Quotient:
        x = quotient(x)
        term = Term(one(), x, x.interval, one().low * 0, has_logarithm=True)
        return Quotient(shape.over(function, x.interval), None, (term,))

    return kernel


def root(shape: Monotone, function: Callable[[Arb], Arb]) -> Callable[[Any], Quotient]:
    """The square root, which knows of what."""

    def kernel(x: Any) -> Quotient:
        x = quotient(x)
        term = Term(one(), x, x.interval, one().low / 2)
        return Quotient(shape.over(function, x.interval), None, (term,))

    return kernel


def power(x: Any, k: Any) -> Quotient:
    """x^k for a constant k, of the numbers where it is real."""
    base, exponent = quotient(x), quotient(k).interval
    if not exponent.is_bounded:
        return Quotient(whole())
    number = exponent.low if exponent.is_point else exponent.low.union(exponent.high)
    found = _power(base, number)
    if number > 0:
        found.terms = (Term(one(), base, base.interval, number),)
    return found


def _power(base: Quotient, k: Arb) -> Quotient:
    """A power by a constant, of which a ball is known."""
    if k < 0:
        return 1 / _power(base, -k)
    interval = base.interval
    if not k.is_integer():
        if not k > 0 or (k.contains_integer() and not interval.low >= 0):
            return Quotient(whole())
        return Quotient(Monotone(0, INFINITE, 0, INFINITE).over(lambda end: end**k, interval))
    if base.bottom is not None:
        return Quotient(_whole_power(base.top, k), _whole_power(base.bottom, k))
    return Quotient(_whole_power(interval, k))


def _whole_power(x: Interval, k: Arb) -> Interval:
    if k == 0:
        return one()
    base = x.size() if (k / 2).is_integer() else x
    return outward(_end_power(base.low, k), _end_power(base.high, k))


def _end_power(end: Arb, k: Arb) -> Arb:
    return end**k if end.is_finite() else end
