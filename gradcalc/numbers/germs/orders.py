"""Orders: how fast a term of a germ grows as h → 0, which of two grows faster, and sums by order.

The order of c·h^a·L^b·exp(E) is (E, a, b), where E is the tuple of terms (p, q, d) for d·h^p·L^q.
Most are powers of h with rational exponents, which Python's own comparisons order.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cmp_to_key
from typing import Any

from gradcalc.numbers.bounded import Bounded, Real, compare, sign

# How fast a term grows: the terms (a, b, c) of the exponent E, largest first; then a and b.
Order = tuple[tuple[tuple[Real, Real, Real], ...], Real, Real]
Term = tuple[Order, Real]
UNIT: Order = ((), 0, 0)
H: Order = ((), 1, 0)


class MoreTermsError(Exception):
    """What is asked depends on terms that were cut off."""


class InexpressibleError(Exception):
    """A step leads out of what germs can express."""


def larger(x: Order, y: Order) -> int:
    """1 where terms of order x outgrow those of y as h → 0, -1 where y's do, 0 where neither."""
    if (x[0] or y[0]) and (by := _exponents(x[0], y[0])):
        return by
    return compare(y[1], x[1]) or compare(x[2], y[2])


def _exponents(x: tuple[Any, ...], y: tuple[Any, ...]) -> int:
    """The sign of the difference of two exponents E."""
    for k in range(max(len(x), len(y))):
        if k >= len(x):
            return -sign(y[k][2])
        if k >= len(y):
            return sign(x[k][2])
        if by := larger(((), *x[k][:2]), ((), *y[k][:2])):
            return sign(x[k][2]) if by > 0 else -sign(y[k][2])
        if by := compare(x[k][2], y[k][2]):
            return by
    return 0


def times(x: Order, y: Order) -> Order:
    """The order of a product."""
    return _sum_of_exponents(x[0], y[0]), x[1] + y[1], x[2] + y[2]


def _sum_of_exponents(x: tuple[Any, ...], y: tuple[Any, ...]) -> tuple[Any, ...]:
    if not x or not y:
        return x or y
    terms: list[Term] = [(((), a, b), c) for a, b, c in (*x, *y)]
    sums: dict[Order, Real] = {}
    for order, c in terms:
        sums[order] = sums[order] + c if order in sums else c
    merged = _merged([(order, c) for order, c in sums.items() if sign(c)])
    return tuple((a, b, c) for (_, a, b), c in merged)


def raised(x: Order, p: Real) -> Order:
    """The order of a power."""
    exponent = tuple((a, b, simple(c * p)) for a, b, c in x[0]) if sign(p) else ()
    return exponent, simple(x[1] * p), simple(x[2] * p)


def simple(x: Real) -> Real:
    return x.numerator if type(x) is Fraction and x.denominator == 1 else x


def larger_of(*orders: Order | None) -> Order | None:
    """The largest of some rests; None where all are exact."""
    most: Order | None = None
    for order in orders:
        if order is not None and (most is None or larger(order, most) > 0):
            most = order
    return most


def is_plain(order: Order) -> bool:
    """Are orders like this one ordered by Python's own comparisons?"""
    return not order[0] and type(order[1]) is not Bounded and type(order[2]) is not Bounded


def _plain_key(term: Term) -> tuple[Real, Real]:
    (_, a, b), _ = term
    return a, -b


def _descending(x: Term, y: Term) -> int:
    return larger(y[0], x[0])


def _merged(terms: list[Term]) -> list[Term]:
    """Sorted by orders of any kind, with the terms of equal orders added up."""
    terms.sort(key=cmp_to_key(_descending))
    merged: list[Term] = []
    for order, c in terms:
        if not merged or larger(merged[-1][0], order):
            merged.append((order, c))
            continue
        total = merged.pop()[1] + c
        if sign(total):
            merged.append((order, total))
    return merged


def descending(terms: list[Term], rest: Order | None, *, plain: bool) -> list[Term]:
    """Terms, largest first, without those that a rest swallows.

    `plain` says that Python's own comparisons order all of them.
    """
    if plain:
        terms.sort(key=_plain_key)
        if rest is not None:
            last = rest[1], -rest[2]
            while terms and _plain_key(terms[-1]) >= last:
                terms.pop()
        return terms
    merged = _merged(terms)
    return merged if rest is None else [term for term in merged if larger(term[0], rest) > 0]
