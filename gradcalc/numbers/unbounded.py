"""Intervals that may have no end, and quotients of them: up to a pole, up to the edge of a domain.

Where a ball of Arb's says nothing because a function has no bound there, or no value on one side,
these say what is left: log over [-1, 2] is at most log(2), wherever it is defined. A quotient keeps
its numerator and its denominator while 0 may be in the latter: 1/x - 1 is (1 - x)/x, which is not 0
around the pole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Arb, Range


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """All reals from `low` to `high`, which are exact or infinite."""

    low: Arb
    high: Arb

    @property
    def has_zero(self) -> bool:
        """May 0 be in it?"""
        return bool(self.low <= 0) and bool(self.high >= 0)

    @property
    def is_point(self) -> bool:
        """Is it a single number?"""
        return bool(self.low == self.high)

    @property
    def is_bounded(self) -> bool:
        """Has it both ends?"""
        return bool(self.low.is_finite() and self.high.is_finite())

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        return outward(_sum(self.low, other.low), _sum(self.high, other.high))

    def __mul__(self, other: Interval) -> Interval:
        ends = [_product(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return around(ends)

    def max(self, other: Interval) -> Interval:
        """The greater of a number of each."""
        return Interval(self.low.max(other.low), self.high.max(other.high))

    def size(self) -> Interval:
        """|x| for every x in it."""
        if self.low >= 0:
            return self
        return -self if self.high <= 0 else Interval(_zero(self), self.high.max(-self.low))

    def reciprocal(self) -> Interval:
        """1/x for every x in it but 0."""
        if self.low > 0 or self.high < 0:
            return outward(_inverse(self.high), _inverse(self.low))
        if self.low == 0 and self.high > 0:
            return outward(_inverse(self.high), _infinity())
        if self.high == 0 and self.low < 0:
            return outward(-_infinity(), _inverse(self.low))
        return whole()


def outward(low: Arb, high: Arb) -> Interval:
    """The interval from the lower end of a ball to the upper one of another; where one is not a
    number, there is no end."""
    return Interval(
        low.lower() if low.is_finite() else low if low.is_exact() else -_infinity(),
        high.upper() if high.is_finite() else high if high.is_exact() else _infinity(),
    )


def around(balls: Sequence[Arb]) -> Interval:
    """The least interval around balls."""
    parts = [outward(ball, ball) for ball in balls]
    low, high = parts[0].low, parts[0].high
    for part in parts[1:]:
        low, high = low.min(part.low), high.max(part.high)
    return Interval(low, high)


def whole() -> Interval:
    """All reals."""
    return Interval(-_infinity(), _infinity())


def _infinity() -> Arb:
    from flint import arb

    return arb.pos_inf()


def _zero(like: Interval) -> Arb:
    return type(like.low)(0)


def _sum(a: Arb, b: Arb) -> Arb:
    if a.is_finite():
        return a + b if b.is_finite() else b
    return a


def _product(a: Arb, b: Arb) -> Arb:
    """The product of two ends: 0 times infinity is 0, since all numbers between are finite."""
    if a == 0 or b == 0:
        return type(a)(0)
    if a.is_finite() and b.is_finite():
        return a * b
    return _infinity() if (a > 0) == (b > 0) else -_infinity()


def _inverse(end: Arb) -> Arb:
    return 1 / end if end.is_finite() else type(end)(0)


class Quotient:
    """All numbers t/b with t in `top` and b in `bottom`, b not 0; without `bottom` those of `top`.

    The denominator is kept only where 0 may be in it.
    """

    __slots__ = ("bottom", "top")

    def __init__(self, top: Interval, bottom: Interval | None = None) -> None:
        if bottom is not None and not bottom.has_zero:
            top, bottom = top * bottom.reciprocal(), None
        self.top = top
        self.bottom = bottom

    @property
    def interval(self) -> Interval:
        """Its numbers without their form."""
        return self.top if self.bottom is None else self.top * self.bottom.reciprocal()

    @property
    def may_be_zero(self) -> bool:
        """Is 0 among its numbers?"""
        return self.top.has_zero and self.interval.has_zero

    def __neg__(self) -> Quotient:
        return Quotient(-self.top, self.bottom)

    def __add__(self, other: Any) -> Quotient:
        other = quotient(other)
        if self.bottom is other.bottom:
            return Quotient(self.top + other.top, self.bottom)
        mine, theirs = self.bottom or _one(), other.bottom or _one()
        return Quotient(self.top * theirs + other.top * mine, mine * theirs)

    def __sub__(self, other: Any) -> Quotient:
        return self + -quotient(other)

    def __mul__(self, other: Any) -> Quotient:
        if other is self:
            top, bottom = self.top.size(), self.bottom and self.bottom.size()
            return Quotient(top * top, bottom and bottom * bottom)
        other = quotient(other)
        mine, theirs = self.bottom or _one(), other.bottom or _one()
        return Quotient(self.top * other.top, mine * theirs)

    def __truediv__(self, other: Any) -> Quotient:
        other = quotient(other)
        mine, theirs = self.bottom or _one(), other.bottom or _one()
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


def _one() -> Interval:
    from flint import arb

    return Interval(arb(1), arb(1))


def quotient(number: Any) -> Quotient:
    """A number, a ball or a range as a quotient."""
    from flint import arb

    if isinstance(number, Quotient):
        return number
    ball = number.arb if isinstance(number, Range) else arb(number)
    return Quotient(outward(ball, ball))


# Functions ---------------------------------------------------------------------------------------


INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Monotone:
    """A function that goes one way all over its domain, from `first` to `last`: the domain's ends,
    and what it comes to there, where that is not its value."""

    first: float
    last: float
    at_first: float | None = None
    at_last: float | None = None
    falls: bool = False

    def over(self, function: Callable[[Arb], Arb], x: Interval) -> Interval:
        """Its values over the part of an interval where it is defined."""
        from flint import arb

        low, high = x.low.max(arb(self.first)), x.high.min(arb(self.last))
        if low > high:  # nothing is: any interval will do
            return whole()
        start, end = self._at(function, low), self._at(function, high)
        return outward(end, start) if self.falls else outward(start, end)

    def _at(self, function: Callable[[Arb], Arb], x: Arb) -> Arb:
        from flint import arb

        for end, limit in ((self.first, self.at_first), (self.last, self.at_last)):
            if limit is not None and x == arb(end):
                return arb(limit)
        return function(x) if x.is_finite() else x.nan()


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


def power(x: Any, k: Any) -> Quotient:
    """x^k for a constant k, of the numbers where it is real."""
    base, exponent = quotient(x), quotient(k).interval
    if not exponent.is_point or not exponent.is_bounded:
        return Quotient(whole())
    if exponent.low < 0:
        return 1 / power(base, Quotient(-exponent))
    number, interval = exponent.low, base.interval
    if not number.is_integer():
        return Quotient(Monotone(0, INFINITE, 0, INFINITE).over(lambda end: end**number, interval))
    if base.bottom is not None:
        return Quotient(_whole_power(base.top, number), _whole_power(base.bottom, number))
    return Quotient(_whole_power(interval, number))


def _whole_power(x: Interval, k: Arb) -> Interval:
    if k == 0:
        return _one()
    base = x.size() if (k / 2).is_integer() else x
    return outward(_end_power(base.low, k), _end_power(base.high, k))


def _end_power(end: Arb, k: Arb) -> Arb:
    return end**k if end.is_finite() else end
