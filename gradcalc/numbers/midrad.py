"""Midpoint and radius: a big number beside a bound of the rounding that went into it.

A number stands for all reals within `rad` of `mid`. What arithmetic makes of these numbers is said
in `midrads`, what functions make of uncertain ones in `lifting`.

Germs' coefficients (`bounded.py`) are another kind: theirs are rational as long as they can be, and
a bound is a logarithm, for it may lie beyond any exponent.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.operators import BoundedNumber

Raw = tuple[int, int, int, int]  # mpmath's own form of a number: sign, mantissa, exponent, bits

MANY_DIGITS = 1_000_000  # of an exact number
DIGITS_OF_A_BIT = 0.30103


class UndecidedError(ArithmeticError):
    """The radius of an operand leaves open what comes out: it takes more digits to tell."""


class MidRad(BoundedNumber):
    """A real number within `rad` of `mid`, both big numbers of the system it belongs to."""

    __slots__ = ("exact", "lost", "mid", "rad", "system")
    mid: Any

    def __init__(
        self,
        system: Any,  # their arithmetic, whose module needs this one
        mid: Any,
        rad: Raw,
        exact: Fraction | None = None,
        *,
        lost: bool = False,
    ) -> None:
        self.system = system
        self.mid = mid
        self.rad = rad
        self.exact = exact
        self.lost = lost  # at the last precision: what is not 0 vanished in its radius

    def __neg__(self) -> MidRad:
        exact = None if self.exact is None else -self.exact
        return MidRad(self.system, -self.mid, self.rad, exact, lost=self.lost)

    def __abs__(self) -> MidRad:
        exact = None if self.exact is None else abs(self.exact)
        return MidRad(self.system, abs(self.mid), self.rad, exact, lost=self.lost)

    def __repr__(self) -> str:
        return f"{self.mid} ± {self.system.context.nstr(self.radius, 3)}"

    @property
    def radius(self) -> Any:
        """The radius as a big number."""
        return self.system.context.make_mpf(self.rad)

    @property
    def may_be_zero(self) -> bool:
        """Is 0 among the numbers that it stands for?"""
        if self.rad == self.system.zero or self.exact:
            return not self.mid
        return bool(abs(self.mid) <= self.radius)

    @property
    def right_digits(self) -> int | None:
        """How many decimal digits the radius leaves; None where it leaves not even the sign."""
        if self.rad == self.system.zero:
            return MANY_DIGITS
        bits = magnitude(self.mid._mpf_) - magnitude(self.rad) - 1
        return None if bits <= 0 else int(bits * DIGITS_OF_A_BIT)


def magnitude(number: Raw) -> float:
    """The exponent of the next power of two above a number; infinite ones for 0 and infinity."""
    if number[1]:
        return number[2] + number[3]
    return float("inf") if number[2] else float("-inf")
