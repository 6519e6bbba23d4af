"""Products of powers and logarithms of the same number: x*log(x), which comes to 0 where x does.

The ends of x and log(x) say nothing of their product near 0, where the one is 0 and the other has
no bound. But u^p*log(u) with p > 0 falls from 0 to -1/(e*p) at u = exp(-1/p), and rises from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gradcalc.numbers.intervals import Arb, Interval, around

MAX_TERMS = 6  # of a product that are kept


class Term(NamedTuple):
    """A number as a factor times a power of `base`, which lies in `over`, times log(base) where it
    `has_logarithm`."""

    factor: Interval
    base: Any
    over: Interval
    power: Arb
    has_logarithm: bool = False

    def __neg__(self) -> Term:
        return self._replace(factor=-self.factor)

    def times(self, factor: Interval) -> Term:
        """The term times another number."""
        return self._replace(factor=self.factor * factor)


def multiplied(mine: Sequence[Term], theirs: Sequence[Term]) -> tuple[Term, ...]:
    """The products of two numbers' terms, where they have the same base; and each term with the
    other number, of which the last term is a power of itself, as a factor. Logarithms first."""
    found = [
        _product(one, other)
        for one in mine
        for other in theirs
        if one.base is other.base and not (one.has_logarithm and other.has_logarithm)
    ]
    found += [one.times(theirs[-1].over) for one in mine]
    found += [one.times(mine[-1].over) for one in theirs]
    found = [term for term in found if not term.over.is_point]
    return tuple(sorted(found, key=lambda term: not term.has_logarithm)[:MAX_TERMS])


def _product(one: Term, other: Term) -> Term:
    return Term(
        one.factor * other.factor,
        one.base,
        one.over,
        one.power + other.power,
        one.has_logarithm or other.has_logarithm,
    )


def enclosed(term: Term) -> Interval | None:
    """All numbers of a term with a logarithm, wherever it is defined; None where it has no limit at
    0, or no logarithm."""
    power = term.power
    if not term.has_logarithm or not power > 0:
        return None
    low, high = term.over.low.max(power * 0), term.over.high
    if not low <= high:
        return None
    ends = [_at(low, power), _at(high, power)]
    lowest = (-1 / power).exp()
    if not (lowest < low or lowest > high):
        ends.append(-(-(power * 0 + 1)).exp() / power)
    return term.factor * around(ends)


def _at(u: Arb, power: Arb) -> Arb:
    """u^p*log(u), by its limits at 0 and at infinity."""
    if u == 0:
        return u
    return u**power * u.log() if u.is_finite() else u
