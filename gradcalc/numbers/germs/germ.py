"""Germs, the field they belong to, and their arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import EXACT, Bounded, Precision, Real, compare, power, quotient, sign
from gradcalc.numbers.germs.expansion import Expansion
from gradcalc.numbers.germs.orders import (
    UNIT,
    H,
    InexpressibleError,
    MoreTermsError,
    Order,
    Term,
    descending,
    is_plain,
    larger,
    larger_of,
    raised,
    times,
)
from gradcalc.numbers.germs.roots import exact_quotient, exact_root, product_of_roots
from gradcalc.numbers.germs.waves import Wave, sole_wave

HALF = Fraction(1, 2)


class Field:
    """Germs of at most `length` terms whose coefficients have a common precision."""

    def __init__(self, precision: Precision, length: int) -> None:
        self.precision = precision
        self.context = precision.context
        self.length = length
        # What a run comes by, to be reset by who runs it: is a rest that of an oscillation? Is
        # each step a power series in h, so that x - h gives the same with -h for h?
        self.oscillated = False
        self.analytic = True
        self.torn = False  # may a rest have jumps, as those of floor have?

    def constant(self, x: Real) -> Germ:
        """A real number."""
        return Germ(self, ((UNIT, x),) if type(x) is Bounded or x else ())

    def step(self, coefficient: int) -> Germ:
        """A multiple of the infinitesimal h."""
        return Germ(self, ((H, coefficient),))

    def germ(self, x: Any) -> Germ:
        """A germ, or a number that stands for one."""
        if type(x) is Germ:
            return x
        if isinstance(x, EXACT):
            return self.constant(x if type(x) is Fraction else int(x))
        if isinstance(x, Bounded):
            return self.constant(x if x.sign() else 0)
        if isinstance(x, float):
            if math.isfinite(x):
                return self.constant(self.precision.trimmed(Fraction(x)))
            if math.isnan(x):
                raise ValueError("not a number")
            raise InexpressibleError
        raise TypeError(f"{type(x).__name__} is not a germ")

    def collected(
        self, terms: Iterable[Term], rest: Order | None, wave: Wave | None = None
    ) -> Germ:
        """The sum of terms in any order, cut to the field's length; `wave` is what the rest does,
        if that is known."""
        sums: dict[Order, Real] = {}
        for order, c in terms:
            known = sums.get(order)
            sums[order] = c if known is None else known + c
        plain = rest is None or is_plain(rest)
        trimmed = self.precision.trimmed
        kept: list[Term] = []
        for order, c in sums.items():
            if type(c) is Bounded:
                if c.size <= c.bound and not c.sign():
                    continue
            elif not c:
                continue
            plain = plain and is_plain(order)
            kept.append((order, c if type(c) is Bounded else trimmed(c)))
        if wave is not None and rest is not None:
            wave = wave.raised([c for order, c in kept if not larger(order, rest)])
        kept = descending(kept, rest, plain=plain)
        if len(kept) > self.length:
            rest, wave = kept[self.length][0], None
            del kept[self.length :]
        return Germ(self, tuple(kept), rest, wave)


class Germ(Expansion):
    """A sum of terms and what was cut off, in the arithmetic of functions beside h = 0."""

    __slots__ = ()
    field: Field

    def __add__(self, other: Any) -> Any:
        if (y := self._germ(other)) is None:
            return NotImplemented
        if not y.terms and y.rest is None:
            return self
        rest = larger_of(self.rest, y.rest)
        wave = sole_wave((self.wave, self.rest), (y.wave, y.rest))
        return self.field.collected(self.terms + y.terms, rest, wave).by("add", self, y)

    __radd__ = __add__

    def __neg__(self) -> Germ:
        terms = tuple([(order, -c) for order, c in self.terms])
        wave = self.wave and self.wave.scaled(-1)
        return Germ(self.field, terms, self.rest, wave).by("neg", self)

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if (y := self._germ(other)) is None else self + -y

    def __rsub__(self, other: Any) -> Any:
        return NotImplemented if (y := self._germ(other)) is None else y + -self

    def __mul__(self, other: Any) -> Any:
        if (y := self._germ(other)) is None:
            return NotImplemented
        return self._times(y).by("mul", self, y)

    def _times(self, y: Germ) -> Germ:
        if self.square is not None and y.square is not None:
            product: Germ | None = product_of_roots(self.square, y.square)
            if product is not None:
                return product
        if len(y.terms) == 1 and y.rest is None and y.terms[0][0] == UNIT:
            return self.scaled(y.terms[0][1])
        if len(self.terms) == 1 and self.rest is None and self.terms[0][0] == UNIT:
            return y.scaled(self.terms[0][1])
        one, other = _cut(self, y), _cut(y, self)
        rest = larger_of(one, other)
        wave = sole_wave((_swung(self, y), one), (_swung(y, self), other))
        if rest is not None and is_plain(rest):
            last = rest[1]
            pairs = [
                (times(p, q), c * d)
                for p, c in self.terms
                for q, d in y.terms
                if p[0] or q[0] or compare(p[1] + q[1], last) <= 0
            ]
        else:
            pairs = [(times(p, q), c * d) for p, c in self.terms for q, d in y.terms]
        return self.field.collected(pairs, rest, wave)

    __rmul__ = __mul__

    def scaled(self, factor: Real) -> Germ:
        """A multiple by a real number that is not 0."""
        if type(factor) is int and factor == 1:
            return self
        trimmed = self.field.precision.trimmed
        terms = tuple([(order, trimmed(c * factor)) for order, c in self.terms])
        return Germ(self.field, terms, self.rest, self.wave and self.wave.scaled(factor))

    def shifted(self, order: Order) -> Germ:
        """The product with the term 1·order."""
        if order == UNIT:
            return self
        terms = tuple((times(order, o), c) for o, c in self.terms)
        rest = None if self.rest is None else times(order, self.rest)
        return Germ(self.field, terms, rest, self.wave)

    def __truediv__(self, other: Any) -> Any:
        if (y := self._germ(other)) is None:
            return NotImplemented
        return self._over(y).by("div", self, y)

    def _over(self, y: Germ) -> Germ:
        if y.is_constant:
            return self.scaled(quotient(1, y.lead[1]))
        if not self.terms and self.rest is None:
            y.lead  # noqa: B018 - 0/0 is an error
            return self
        if self.square is not None and y.square is not None:
            square: Germ = self.square / y.square
            if square.rest is None:
                return square.power(HALF)
        series: Germ = exact_quotient(self, y, self * y.power(-1))
        return series

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if (y := self._germ(other)) is None else y / self

    def split(self) -> tuple[Order, Real, Germ]:
        """Order and coefficient of the largest term, and d, where self is that term·(1 + d)."""
        order, c = self.lead
        back = raised(order, -1)
        rest = Germ(self.field, self.terms[1:], self.rest, self.wave).shifted(back)
        return order, c, rest.scaled(quotient(1, c))

    def power(self, p: Real) -> Germ:
        """A real power; ValueError where it is not real."""
        return self._raised(p).by("power", self, p)

    def _raised(self, p: Real) -> Germ:
        field = self.field
        if self.square is not None and type(p) is int and p % 2 == 0:
            return self.square.power(p // 2)
        if not self.terms and self.wave is not None:
            return self._power_of_wave(self.wave, p)
        if self.is_zero:
            if sign(p) < 0:
                raise ZeroDivisionError
            return field.constant(0 if sign(p) else 1)
        order, c, small = self.split()
        if sign(c) < 0 and (type(p) is Bounded or p.denominator != 1):
            raise ValueError("a root of what is negative")
        if order != UNIT and type(p) is not int:
            field.analytic = False
        lead = power(field.precision, c, p)
        if not small.terms and small.rest is None:
            value = Germ(field, ((raised(order, p), lead),))
            return exact_root(self, value) if p == HALF else value
        count = field.length
        if type(p) is int and 0 <= p < count:
            count = p + 1  # the binomial series ends
        series = [1]
        for k in range(1, count):
            series.append(quotient(series[-1] * (p - k + 1), k))
        ends = type(p) is int and 0 <= p == count - 1
        value = small.composed(series, ends=ends).scaled(lead).shifted(raised(order, p))
        return exact_root(self, value) if p == HALF and self.rest is None else value

    def composed(self, series: Sequence[Real], *, ends: bool = False) -> Germ:
        """The sum of series[k]·self^k, self vanishing with h; `ends`: there are no more terms."""
        field = self.field
        total = field.constant(series[-1])
        for c in reversed(series[:-1]):
            total = total * self
            if type(c) is Bounded or c:
                total = total + field.constant(c)
        if ends or (not self.terms and self.rest is None):
            return total
        size = self.terms[0][0] if self.terms else self.rest
        assert size is not None
        cut = raised(size, len(series))
        wave = sole_wave((total.wave, total.rest), (None, cut))
        return field.collected(total.terms, larger_of(total.rest, cut), wave)

    def _power_of_wave(self, wave: Wave, p: Real) -> Germ:
        """The power of what has no terms, and swings; MoreTermsError where it may pass through 0
        and that is a pole, or an edge."""
        power = wave.power(self.field.precision, p)
        if power is None or self.rest is None:
            raise MoreTermsError
        return Germ(self.field, (), raised(self.rest, p), power)

    def __abs__(self) -> Germ:
        if not self.terms and self.rest is not None:
            self.field.analytic = False
            return Germ(self.field, (), self.rest, self.wave and self.wave.size)
        return -self if self.sign() < 0 else self

    def _germ(self, other: Any) -> Germ | None:
        if type(other) is Germ:
            return other
        try:
            return self.field.germ(other)
        except TypeError:
            return None


def _swung(x: Germ, y: Germ) -> Wave | None:
    """What the rest of x does, times y; None where y itself is but a rest."""
    return x.wave.scaled(y.terms[0][1]) if x.wave is not None and y.terms else None


def _cut(x: Germ, y: Germ) -> Order | None:
    """The order of what x was cut off, times y."""
    if x.rest is None:
        return None
    if y.terms:
        return times(x.rest, y.terms[0][0])
    return None if y.rest is None else times(x.rest, y.rest)
