"""Quotients of polynomials in generators, exactly: one that is 0 for all values of these has no
term in its numerator.

A generator is h, or what a function makes of a quotient, or a root of one: r = sqrt(R) has the
relation r² = R, so no power of it past the first is left. Two that were made alike are the same.
That others are independent isn't said: of what is not 0 here nothing is known.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

MAX_TERMS = 300  # of a numerator or a denominator
MAX_POWER = 16
MAX_BITS = 4000  # of a coefficient

Powers = tuple[tuple[int, int], ...]  # of generators by number, in order
Polynomial = dict[Powers, Fraction]

ONE: Polynomial = {(): Fraction(1)}


class TooLongError(Exception):
    """A quotient has grown past what is worth its while."""


class Form(NamedTuple):
    """A quotient of two polynomials."""

    above: Polynomial
    below: Polynomial

    @property
    def is_zero(self) -> bool:
        """Is it 0, whatever the generators are?"""
        return not self.above

    @property
    def first(self) -> Fraction:
        """The coefficient of the first term above: of x and of -x, one has it less than 0."""
        return self.above[max(self.above)] if self.above else Fraction(0)

    @property
    def key(self) -> Hashable:
        """The same of forms that were put together alike."""
        return tuple(tuple(sorted(part.items())) for part in self)


def constant(x: Fraction | int) -> Form:
    """A rational number."""
    return Form({(): Fraction(x)} if x else {}, ONE)


def opposite(x: Form) -> Form:
    """-x."""
    return Form({powers: -c for powers, c in x.above.items()}, x.below)


@dataclass
class Ring:
    """The generators there are, by what made them, and the relation of each that is a root: r^k is
    a form."""

    numbers: dict[Hashable, int] = field(default_factory=dict)
    relations: dict[int, tuple[int, Form]] = field(default_factory=dict)

    def generator(self, made: Hashable, relation: tuple[int, Form] | None = None) -> Form:
        """What stands for something, the same each time."""
        number = self.numbers.setdefault(made, len(self.numbers))
        if relation is not None:
            self.relations[number] = relation
        return Form({((number, 1),): Fraction(1)}, ONE)

    def plus(self, x: Form, y: Form) -> Form:
        """The sum."""
        if x.below == y.below:
            return self._form(_total((*x.above.items(), *y.above.items())), x.below)
        above = (*_product(x.above, y.below).items(), *_product(y.above, x.below).items())
        return self._form(_total(above), _product(x.below, y.below))

    def times(self, x: Form, y: Form) -> Form:
        """The product."""
        return self._form(_product(x.above, y.above), _product(x.below, y.below))

    def over(self, x: Form, y: Form) -> Form:
        """The quotient; ZeroDivisionError of what is not known to have one."""
        if y.is_zero:
            raise ZeroDivisionError
        return self._form(_product(x.above, y.below), _product(x.below, y.above))

    def power(self, x: Form, p: Fraction) -> Form:
        """A rational power of what is not negative, or any integer power."""
        base = x if p.denominator == 1 else self._root(x, p.denominator)
        if abs(p.numerator) > MAX_POWER:
            raise TooLongError
        total = constant(1)
        for _ in range(abs(p.numerator)):
            total = self.times(total, base)
        return total if p >= 0 else self.over(constant(1), total)

    def _root(self, x: Form, k: int) -> Form:
        """The k-th root, that of its first coefficient apart: sqrt(4·S) is 2·sqrt(S)."""
        if x.is_zero or k > MAX_POWER:
            raise TooLongError
        first = abs(x.first)
        rest = Form({powers: c / first for powers, c in x.above.items()}, x.below)
        root = self.generator(("root", k, rest.key), (k, rest))
        # The root of a/b is that of a·b^(k-1) over b.
        whole = first.numerator * first.denominator ** (k - 1)
        outside, inside = _root_apart(whole, k)
        number = self.times(constant(Fraction(outside, first.denominator)), root)
        if inside == 1:
            return number
        return self.times(number, self.generator(("root", k, inside), (k, constant(inside))))

    def _form(self, above: Polynomial, below: Polynomial) -> Form:
        """With roots in their lowest powers, and a denominator whose first coefficient is 1."""
        if self._reducible(above) or self._reducible(below):
            return self.over(self._reduced(above), self._reduced(below))
        first = below[max(below)]
        if first != 1:
            above, below = (
                {powers: c / first for powers, c in part.items()} for part in (above, below)
            )
        if above == below:
            return constant(1)
        for part in (above, below):
            if len(part) > MAX_TERMS or any(_bits(c) > MAX_BITS for c in part.values()):
                raise TooLongError
        return Form(above, below)

    def _reducible(self, x: Polynomial) -> bool:
        relations = self.relations
        return bool(relations) and any(
            number in relations and e >= relations[number][0]
            for powers in x
            for number, e in powers
        )

    def _reduced(self, x: Polynomial) -> Form:
        """With what each root's relation says for its higher powers."""
        total = constant(0)
        for powers, c in x.items():
            term = Form({_lowest(powers, self.relations): c}, ONE)
            for number, e in powers:
                if number in self.relations:
                    k, radicand = self.relations[number]
                    for _ in range(e // k):
                        term = self.times(term, radicand)
            total = self.plus(total, term)
        return total


def _lowest(powers: Powers, relations: dict[int, tuple[int, Form]]) -> Powers:
    lowered = [(n, e % relations[n][0] if n in relations else e) for n, e in powers]
    return tuple((n, e) for n, e in lowered if e)


def _total(terms: Iterable[tuple[Powers, Fraction]]) -> Polynomial:
    sums: Polynomial = {}
    for powers, c in terms:
        sums[powers] = sums.get(powers, Fraction(0)) + c
    return {powers: c for powers, c in sums.items() if c}


def _product(x: Polynomial, y: Polynomial) -> Polynomial:
    if x == ONE:
        return y
    if y == ONE:
        return x
    if len(x) * len(y) > MAX_TERMS**2:
        raise TooLongError
    return _total((_together(p, q), c * d) for p, c in x.items() for q, d in y.items())


def _together(x: Powers, y: Powers) -> Powers:
    if not x or not y:
        return x or y
    sums = dict(x)
    for number, e in y:
        sums[number] = sums.get(number, 0) + e
    return tuple(sorted(sums.items()))


def _root_apart(whole: int, k: int) -> tuple[int, int]:
    """Of an integer the factor that has a k-th root among the small ones, as that, and the rest."""
    outside, inside = 1, whole
    for factor in range(2, min(isqrt(whole) + 1, 100)):
        while inside % factor**k == 0:
            inside //= factor**k
            outside *= factor
    return outside, inside


def _bits(c: Fraction) -> int:
    return c.numerator.bit_length() + c.denominator.bit_length()
