"""Intervals that may have no end, and what monotone functions make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Arb = Any  # flint.arb
INFINITE = float("inf")


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

    def common(self, other: Interval) -> Interval:
        """What a number may be that lies in both."""
        return Interval(self.low.max(other.low), self.high.min(other.high))

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


def one() -> Interval:
    from flint import arb

    return Interval(arb(1), arb(1))


class Monotone(NamedTuple):
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
