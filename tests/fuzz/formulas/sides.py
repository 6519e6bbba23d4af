"""Numbers a hair beside a point, the oracle's own, at 1,200 digits.

A number here is a sum of terms k*h^a*log(1/h)^b, h -> 0+, largest first, of at most `TERMS` of
them, with mpmath coefficients, and `rest`, the order of what was left out. Where the terms don't
tell, or the coefficients have too few digits, it is an UnclearError, and the formula is no test of
anything. What cancels twice may leave fewer digits than a single sum shows:
a complaint counts if it is made with `deeper` digits, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import mpmath

DIGITS = 1200
DEEPER_DIGITS = 3000
CLEAR_SHARE = Fraction(8, 15)  # of the digits: what sums leave this far below them is known
ZERO_MARGIN = 100  # digits: what is nearly all of them below its summands is 0
TERMS = 5
FLAT = float("inf")  # the order of exp(-1/h), which is smaller than all powers

Order = tuple[Any, int]  # the power of h, and that of log(1/h)
Term = tuple[Order, Any]
Series = list[Any]

mp: Any = mpmath.MPContext()
mp.dps = DIGITS
UNIT: Order = (Fraction(0), 0)
H: Order = (Fraction(1), 0)


@contextmanager
def deeper() -> Iterator[None]:
    """Work with more digits."""
    with mp.workdps(DEEPER_DIGITS):
        yield


def clear() -> Any:
    """How far below its summands a sum is known."""
    return mp.mpf(10) ** -int(mp.dps * CLEAR_SHARE)


def nothing() -> Any:
    """How far below its summands a sum is 0."""
    return mp.mpf(10) ** (ZERO_MARGIN - mp.dps)


class UnclearError(Exception):
    """The oracle doesn't know."""


class OutsideError(Exception):
    """The function is undefined there."""


def rank(order: Order) -> tuple[Any, int]:
    """A key that is the smaller the larger the terms of the order."""
    return order[0], -order[1]


def times(x: Order, y: Order) -> Order:
    """The order of a product."""
    if FLAT in (abs(x[0]), abs(y[0])) and x[0] + y[0] != x[0] + y[0]:
        raise UnclearError("flat times what outgrows all powers")
    return x[0] + y[0], x[1] + y[1]


class Side:
    """Terms, largest first, and the order of the rest (None: there is none)."""

    def __init__(self, terms: Sequence[Term], rest: Order | None = None) -> None:
        self.terms = tuple(terms)
        self.rest = rest

    @property
    def lead(self) -> Term:
        """The largest term; OutsideError of 0."""
        if not self.terms:
            if self.rest is not None:
                raise UnclearError("all terms cancelled")
            raise OutsideError("0 has no largest term")
        return self.terms[0]

    @property
    def is_zero(self) -> bool:
        if not self.terms and self.rest is not None:
            raise UnclearError("all terms cancelled")
        return not self.terms

    @property
    def sign(self) -> int:
        return 0 if self.is_zero else int(mp.sign(self.terms[0][1]))

    def coefficient(self, order: Order) -> Any:
        """That of one order; UnclearError where it is in the rest."""
        for own, k in self.terms:
            if own == order:
                return k
        if self.rest is not None and rank(self.rest) <= rank(order):
            raise UnclearError("too few terms")
        return mp.mpf(0)

    def split(self) -> tuple[Any, Side]:
        """The limit of what is finite, and what vanishes with h."""
        if self.rest is not None and rank(self.rest) <= rank(UNIT):
            raise UnclearError("too few terms")
        if self.terms and rank(self.terms[0][0]) < rank(UNIT):
            raise UnclearError("infinite")
        small = [term for term in self.terms if term[0] != UNIT]
        return self.coefficient(UNIT), Side(small, self.rest)

    @property
    def is_infinite(self) -> bool:
        return bool(self.terms) and rank(self.terms[0][0]) < rank(UNIT)


def number(x: Any) -> Side:
    """A real number: a fraction, or what mpmath takes for one."""
    value = mp.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mp.mpf(x)
    return Side([(UNIT, value)] if value else [])


def collected(terms: Sequence[Term], rest: Order | None) -> Side:
    """The sum of terms in any order."""
    by: dict[Order, list[Any]] = {}
    for order, k in terms:
        by.setdefault(order, []).append(k)
    kept = []
    for order, ks in sorted(by.items(), key=lambda item: rank(item[0])):
        if rest is not None and rank(order) >= rank(rest):
            break
        if total := summed(order, ks):
            kept.append((order, total))
    if len(kept) > TERMS:
        rest = kept[TERMS][0]
    return Side(kept[:TERMS], rest)


def summed(order: Order, ks: list[Any]) -> Any:
    """The sum of some coefficients of one order; UnclearError where it has too few digits."""
    if len(ks) == 1:
        return ks[0]
    if abs(order[0]) == FLAT:
        if len({mp.sign(k) for k in ks}) > 1:
            raise UnclearError("flat terms cancel")
        return ks[0]
    total, largest = mp.fsum(ks), max(map(abs, ks))
    if min(map(abs, ks)) < largest * clear():
        raise UnclearError("a summand is absorbed")
    if abs(total) < largest * clear():
        if abs(total) > largest * nothing():
            raise UnclearError("a sum cancels nearly all digits")
        return mp.mpf(0)
    return total


def _smaller(*orders: Order | None) -> Order | None:
    """The largest of some rests."""
    return min((order for order in orders if order is not None), key=rank, default=None)


def add(x: Side, y: Side) -> Side:
    return collected(x.terms + y.terms, _smaller(x.rest, y.rest))


def neg(x: Side) -> Side:
    return Side([(order, -k) for order, k in x.terms], x.rest)


def sub(x: Side, y: Side) -> Side:
    return add(x, neg(y))


def mul(x: Side, y: Side) -> Side:
    rests = []
    for one, other in ((x, y), (y, x)):
        if one.rest is not None:
            size = other.terms[0][0] if other.terms else other.rest
            if size is not None:
                rests.append(times(one.rest, size))
    pairs = [(times(p, q), k * m) for p, k in x.terms for q, m in y.terms]
    return collected(pairs, _smaller(*rests))


def power(x: Side, p: Fraction) -> Side:
    """A rational power; OutsideError where it is not real."""
    if x.is_zero:
        if p <= 0:
            raise OutsideError("0 to a power that is not positive")
        return x
    (a, b), k = x.lead
    if k < 0 and p.denominator != 1:
        raise OutsideError("a root of what is negative")
    if (b * p).denominator != 1:
        raise UnclearError("a root of a logarithm")
    order = (a * p, int(b * p))
    if not p:
        order = UNIT
    back = (-a, -b)
    small = Side(
        [(times(o, back), m / k) for o, m in x.terms[1:]],
        None if x.rest is None else times(x.rest, back),
    )
    exponent = mp.mpf(p.numerator) / p.denominator
    lead = k ** int(p) if p.denominator == 1 else mp.power(k, exponent)
    series = [mp.mpf(1)]
    for n in range(1, TERMS):
        series.append(series[-1] * (exponent - n + 1) / n)
    ends = p.denominator == 1 and 0 <= p < TERMS
    found = composed(small, series, ends=ends)
    return Side(
        [(times(o, order), m * lead) for o, m in found.terms],
        None if found.rest is None else times(found.rest, order),
    )


def div(x: Side, y: Side) -> Side:
    if y.is_zero:
        raise OutsideError("a quotient by 0")
    return x if not x.terms and x.rest is None else mul(x, power(y, Fraction(-1)))


def composed(small: Side, series: Series, *, ends: bool = False) -> Side:
    """The sum of series[k]*small^k."""
    total = Side([])
    for c in reversed(series):
        total = add(mul(total, small), number(c))
    if ends or (not small.terms and small.rest is None):
        return total
    (a, b) = small.terms[0][0] if small.terms else small.rest or UNIT
    return collected(total.terms, _smaller(total.rest, (a * len(series), b * len(series))))
