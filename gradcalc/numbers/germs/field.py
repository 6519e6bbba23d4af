"""The field that germs of one run belong to: how many terms, of which precision."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from gradcalc.numbers.bounded import EXACT, Bounded, Precision, Real
from gradcalc.numbers.germs.germ import Germ
from gradcalc.numbers.germs.orders import (
    UNIT,
    H,
    InexpressibleError,
    Order,
    Term,
    descending,
    is_plain,
    larger,
)
from gradcalc.numbers.germs.waves import Wave


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
