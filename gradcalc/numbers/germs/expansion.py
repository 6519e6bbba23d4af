"""What a germ is: a sum of terms, largest first, and the order of what was cut off."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Self

from gradcalc.numbers.bounded import MAX_EXACT_BITS, Bounded, NotDeterminedError, Real, sign
from gradcalc.numbers.germs.identities import MIN_LENGTH, vanishes
from gradcalc.numbers.germs.orders import (
    UNIT,
    InexpressibleError,
    MoreTermsError,
    Order,
    Term,
    larger,
)
from gradcalc.numbers.germs.waves import Wave


class Expansion:
    """A sum of terms, largest first, and the order of what was cut off (None: nothing was), whose
    quotient by that order may be known to have no limit: `wave`.

    A root whose terms do not end has the germ that it is the root of as `square`, if that is exact:
    norm(v)^2 is then what it was, and not less certain by what was cut off.
    """

    __slots__ = ("asked", "field", "origin", "rest", "row", "square", "terms", "wave")

    def __init__(
        self,
        field: Any,  # a Field, whose module needs this one
        terms: tuple[Term, ...],
        rest: Order | None = None,
        wave: Wave | None = None,
    ) -> None:
        self.field = field
        self.terms = terms
        self.rest = rest
        self.wave = wave
        self.square: Self | None = None
        # What it came by, for `identities`: an operation and its operands; a row and its arguments.
        self.origin: tuple[Any, ...] | None = None
        self.row: tuple[Any, ...] | None = None
        self.asked = False

    # what it is ---------------------------------------------------------------------------

    @property
    def lead(self) -> Term:
        """The largest term; MoreTermsError where all were cut off. A germ that is 0 has none."""
        if self.terms:
            return self.terms[0]
        if self.rest is not None and not self.vanishes():
            raise MoreTermsError
        raise ZeroDivisionError

    @property
    def is_exact_zero(self) -> bool:
        """Is it 0 without a term or a rest?"""
        return not self.terms and self.rest is None

    def vanishes(self) -> bool:
        """Is it identically 0, by how it was computed, though all its terms were cut off? Then it
        is exactly 0 from now on."""
        if self.terms or self.rest is None or self.asked:
            return False
        self.asked = True
        if vanishes(self):
            self.rest = self.wave = None
        return self.rest is None

    @property
    def is_zero(self) -> bool:
        """Is it exactly 0? MoreTermsError where that was cut off."""
        return not self.terms and not self.sign()

    def sign(self) -> int:
        """The sign for all small h > 0."""
        if not self.terms:
            if self.wave is not None and (side := self.wave.sign):
                return side
            if self.rest is not None and not self.vanishes():
                raise MoreTermsError
            return 0
        order, c = self.terms[0]
        if order != UNIT:
            self.field.analytic = False
        return sign(c)

    @property
    def is_infinite(self) -> bool:
        """Does it grow without bound?"""
        if self.terms:
            return larger(self.terms[0][0], UNIT) > 0
        wave, rest = self.wave, self.rest
        return wave is not None and rest is not None and larger(rest, UNIT) > 0 and bool(wave.sign)

    @property
    def is_constant(self) -> bool:
        """Is it a real number, exactly?"""
        return self.rest is None and (
            not self.terms or (len(self.terms) == 1 and self.terms[0][0] == UNIT)
        )

    def parts(self) -> tuple[tuple[Term, ...], Real, Self]:
        """What grows without bound, the constant term, and what vanishes with h."""
        if self.rest is not None and larger(self.rest, UNIT) >= 0:
            raise MoreTermsError
        constant: Real = 0
        grows, seen = 0, 0
        for order, c in self.terms:
            size = 0 if order == UNIT else larger(order, UNIT)
            if size < 0:
                break
            grows += size
            seen += 1
            if not size:
                constant = c
        kind = type(self)
        small = kind(self.field, self.terms[seen:], self.rest, self.wave)
        small.origin = "add", self, kind(self.field, tuple([(o, -c) for o, c in self.terms[:seen]]))
        return self.terms[:grows], constant, small

    def finite(self) -> tuple[Real, Self]:
        """The value at h = 0 and what vanishes; InexpressibleError where it is infinite."""
        grows, constant, small = self.parts()
        if grows:
            raise InexpressibleError
        return constant, small

    def limit(self) -> Real:
        """The value at h = 0 of what is finite."""
        return self.finite()[0]

    def __bool__(self) -> bool:
        return bool(self.terms) or bool(self.sign())

    def by(self, name: str, *given: Any) -> Self:
        """Itself, as what an operation comes to."""
        asks = self.field.length >= MIN_LENGTH  # else nothing is kept that nobody needs
        if asks and self.origin is None and not any(self is x for x in given):
            self.origin = name, *given
        return self

    # comparisons --------------------------------------------------------------------------

    def compare(self, other: Any) -> int:
        """-1, 0 or 1 as it is less than, equal to or greater than another for all small h."""
        if self is other:
            return 0
        if isinstance(other, float) and math.isinf(other):  # beyond what only tends to infinity
            return -1 if other > 0 else 1
        this: Any = self  # it has the arithmetic of germs
        side: int = (this + -self.field.germ(other)).sign()
        return side

    def __lt__(self, other: Any) -> bool:
        return self.compare(other) < 0

    def __le__(self, other: Any) -> bool:
        return self.compare(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self.compare(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self.compare(other) >= 0

    def __eq__(self, other: Any) -> bool:
        return self.compare(other) == 0

    def __ne__(self, other: Any) -> bool:
        return self.compare(other) != 0

    __hash__ = None  # type: ignore[assignment]

    # what programs ask of a number --------------------------------------------------------

    def __mod__(self, k: int) -> Real:
        """The fractional part of a constant; what varies has no integer value.

        NotDeterminedError for one of more digits than anybody would know.
        """
        if self.is_constant:
            c = self.terms[0][1] if self.terms else 0
            if type(c) is not Bounded:
                return c % k
            if c.size > MAX_EXACT_BITS:
                raise NotDeterminedError
            return c - k * int(self.field.context.floor(c.mid / k)) if sign(c) else 0
        return Fraction(1, 2)

    def __int__(self) -> int:
        return int(self.field.precision.number(self.limit()))

    def __float__(self) -> float:
        """The limit, for messages."""
        if self.is_infinite:
            return float("inf") * self.sign()
        try:
            return float(self.field.precision.number(self.limit()))
        except (MoreTermsError, OverflowError):
            return float("nan")

    def __repr__(self) -> str:
        texts = [f"{c}·{order}" for order, c in self.terms]
        return " + ".join(texts + [f"O({self.rest})"] * (self.rest is not None)) or "0"
