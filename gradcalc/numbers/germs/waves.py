"""What the rest of a germ does, where it is known to have no limit.

Of u that grows without bound, and continuously, sin(u) takes every value of [-1, 1] again and again
as h → 0. A rest of that kind, divided by its order, has a whole interval of limit points, and so no
limit: the function x·sin(1/x), which is 0 at 0, has no derivative there. Scaling, shifting and
continuous functions of one such rest take that interval to another one. Where two rests of one
order meet nothing is known: sin(u)² + cos(u)² is 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cmp_to_key

from gradcalc.numbers.bounded import Precision, Real, compare, power, sign
from gradcalc.numbers.germs.orders import Order, larger


@dataclass(frozen=True, slots=True)
class Wave:
    """All numbers from low to high > low: the limit points of a rest divided by its order."""

    low: Real
    high: Real

    @property
    def sign(self) -> int:
        """The sign of a germ that has no larger terms; 0 where that alternates, or may do so."""
        low, high = sign(self.low), sign(self.high)
        return low if low == high else 0

    @property
    def alternates(self) -> bool:
        """Are both signs taken again and again?"""
        return sign(self.low) < 0 < sign(self.high)

    @property
    def size(self) -> Wave | None:
        """Of the absolute value."""
        return _spanned(self._images([abs(self.low), abs(self.high)]))

    def raised(self, constants: list[Real]) -> Wave:
        """With terms of the same order added."""
        low, high = self.low, self.high
        for c in constants:
            low, high = low + c, high + c
        return Wave(low, high)

    def scaled(self, factor: Real) -> Wave | None:
        """Times a number that is not 0; None if it is."""
        side = sign(factor)
        if not side:
            return None
        ends = self.low * factor, self.high * factor
        return Wave(*ends) if side > 0 else Wave(*ends[::-1])

    def clipped(self, least: Real) -> Wave | None:
        """Of the greater of it and a number."""
        return _spanned([x if compare(x, least) > 0 else least for x in (self.low, self.high)])

    def power(self, precision: Precision, p: Real) -> Wave | None:
        """Of a real power; None where that is not known to be continuous on all of the interval."""
        whole = type(p) is int and p > 0
        if not whole and self.sign <= 0:
            return None
        ends = [power(precision, end, p) for end in (self.low, self.high)]
        return _spanned(self._images(ends) if whole and p % 2 == 0 else ends)

    def _images(self, ends: list[Real]) -> list[Real]:
        """What an even function that grows from 0 on makes of the ends, and of 0 between them."""
        return [*ends, 0] if self.alternates else ends


def _spanned(images: list[Real]) -> Wave | None:
    """The interval from the least to the greatest; None where they are the same."""
    ordered = sorted(images, key=cmp_to_key(compare))
    low, high = ordered[0], ordered[-1]
    return Wave(low, high) if compare(low, high) else None


def sole_wave(
    one: tuple[Wave | None, Order | None], other: tuple[Wave | None, Order | None]
) -> Wave | None:
    """What the sum of two rests does: as the larger one, if they are of different order."""
    (wave, rest), (second, smaller) = one, other
    if wave is None and second is None:
        return None
    if rest is None or smaller is None:
        return second if rest is None else wave
    by = larger(rest, smaller)
    return (wave if by > 0 else second) if by else None
