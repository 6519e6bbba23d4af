"""The arithmetic of midpoint-radius numbers.

Each operation adds what it rounds away itself to what its operands bring along, to first order
|∂f|·rad (running error analysis: Higham, Accuracy and Stability of Numerical Algorithms, 3.3).
Sums, products and quotients of exact numbers that come out exactly stay exact: their radius is 0.

At the last precision a number that may be 0, or an integer, is concluded to be it, unless something
that is not 0 was lost in its rounding: 1 - tanh(1e9) is no identity, but a number too small to see.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from gradcalc.numbers.midrad import MidRad, Raw, UndecidedError, magnitude

RATIONAL_BITS = 400  # of numerator and denominator of a rational number that is kept
RADIUS_BITS = 30  # that radii are kept in, always rounded up
CLEAR_BITS = 12  # a radius this much smaller than its number: the first order says it all


class MidRads:
    """The arithmetic of midpoint-radius numbers over a context of mpmath.

    With `rational`, what sums, products and quotients make of rational numbers is kept exactly for
    as long as it is short, so that 0.1 + 0.2 is 0.3. `final` says that this is the last precision:
    what may be an integer is concluded to be it.
    """

    def __init__(self, context: Any, *, rational: bool = False, final: bool = False) -> None:
        from mpmath import libmp

        self.context = context
        self.keeps_rational = rational
        self.final = final
        self.prec: int = context.prec
        self.libmp = libmp
        self.zero: Raw = libmp.fzero
        self.infinite: Raw = libmp.finf
        self.proven = False  # mpmath's functions are trusted to a few units in the last place

    @contextmanager
    def working(self) -> Iterator[MidRads]:
        """Work with these numbers: nothing needs to be set."""
        yield self

    # radii ------------------------------------------------------------------------------------

    def plus(self, *radii: Raw) -> Raw:
        """The sum of radii, rounded up."""
        total = self.zero
        for rad in radii:
            if rad != self.zero:
                total = self.libmp.mpf_add(total, rad, RADIUS_BITS, "u")
        return total

    def times(self, size: Raw, rad: Raw) -> Raw:
        """|size|·rad, rounded up; 0 where the radius is 0, whatever the size."""
        if self.zero in (rad, size):
            return self.zero
        return self.libmp.mpf_mul(self.libmp.mpf_abs(size), rad, RADIUS_BITS, "u")  # type: ignore[no-any-return]

    def rounding(self, mid: Any, slack: int = 0) -> Raw:
        """2^slack units in the last place of a number; nothing of 0 and of infinities."""
        _, mantissa, exponent, bits = mid._mpf_
        return (0, 1, exponent + bits - self.prec + slack, 1) if mantissa else self.zero

    def clear(self, number: MidRad) -> bool:
        """Is the radius far smaller than the number?"""
        return magnitude(number.rad) < magnitude(number.mid._mpf_) - CLEAR_BITS

    # numbers ----------------------------------------------------------------------------------

    def exact(self, number: Any) -> MidRad:
        """A number without error: an int, or a number of the context as it is."""
        return MidRad(self, self.context.mpf(number), self.zero)

    def rational(self, exact: Fraction | int) -> MidRad:
        """A fraction, rounded to the precision."""
        below = self.context.convert(exact.denominator)
        mid = self.context.convert(exact.numerator) / below
        if self.libmp.mpf_mul(mid._mpf_, below._mpf_) == self.libmp.from_int(exact.numerator):
            return MidRad(self, mid, self.zero)
        known = Fraction(exact) if self.keeps_rational else None
        return MidRad(self, mid, self.rounding(mid), known)

    def rounded(self, mid: Any) -> MidRad:
        """A number that was rounded once."""
        return MidRad(self, mid, self.rounding(mid))

    def number(self, other: Any) -> MidRad:
        """An operand as such a number."""
        if isinstance(other, MidRad):
            return other
        return self.rational(other) if isinstance(other, Fraction) else self.exact(other)

    def fraction(self, number: MidRad) -> Fraction | None:
        """The rational number that it is, where that is known and short."""
        if number.exact is not None or number.rad != self.zero:
            return number.exact
        sign, mantissa, exponent, bits = number.mid._mpf_
        if bits + abs(exponent) > RATIONAL_BITS or (not mantissa and exponent):
            return None
        whole = -mantissa if sign else mantissa
        power = 1 << abs(exponent)
        return Fraction(whole * power) if exponent >= 0 else Fraction(whole, power)

    def kept(
        self, operation: Callable[[Fraction, Fraction], Fraction], a: MidRad, b: MidRad
    ) -> MidRad | None:
        """An operation on rational numbers as one; None where they are not, or it is long."""
        if not self.keeps_rational:
            return None
        if a.rad == self.zero == b.rad and operation is not operator.truediv:
            return None  # exact as it is
        x, y = self.fraction(a), self.fraction(b)
        if x is None or y is None:
            return None
        exact = operation(x, y)
        if exact.numerator.bit_length() + exact.denominator.bit_length() > RATIONAL_BITS:
            return None
        return self.rational(exact)

    def made(self, mid: Any, rad: Raw, *, lost: bool = False) -> MidRad:
        """A result; at the last precision what may be an integer is concluded to be it, if nothing
        was lost."""
        if rad == self.zero or not self.context.isfinite(mid):
            return MidRad(self, mid, self.zero)
        if self.final and not lost:
            return self._concluded(mid, rad)
        return MidRad(self, mid, rad, lost=lost)

    def _concluded(self, mid: Any, rad: Raw) -> MidRad:
        context = self.context
        if magnitude(rad) < -self.prec // 2:
            whole = context.nint(mid)
            if abs(mid - whole) <= context.make_mpf(rad):
                return MidRad(self, whole, self.zero)
        return MidRad(self, mid, rad)

    def compare(self, left: Any, right: Any) -> float:
        """-1, 0 or 1 as a number is less than another, equal to it or greater; what is not a
        number compares to none, and gives itself.

        UndecidedError where the radii leave it open.
        """
        left, right = self.number(left), self.number(right)
        if left is right:
            return left.mid if self.context.isnan(left.mid) else 0.0
        if left.exact is not None and right.exact is not None:
            return float((left.exact > right.exact) - (left.exact < right.exact))
        difference = left.mid - right.mid
        if not self.context.isfinite(difference):
            same = left.mid == right.mid
            return 0 if same else float(self.context.sign(difference))
        uncertain = left.rad != self.zero or right.rad != self.zero
        if uncertain and abs(difference) <= (radius := left.radius + right.radius):
            size = magnitude((abs(left.mid) + abs(right.mid))._mpf_)
            lost = left.lost or right.lost
            if self.final and not lost and magnitude(radius._mpf_) < size - self.prec // 2:
                return 0.0
            raise UndecidedError("two numbers that may be equal")
        return float(self.context.sign(difference))

    # arithmetic -------------------------------------------------------------------------------

    def add(self, a: Any, b: Any) -> MidRad:
        """The sum."""
        a, b = self.number(a), self.number(b)
        return self._kept_or_sum(operator.add, a, b, self.libmp.mpf_add)

    def subtract(self, a: Any, b: Any) -> MidRad:
        """The difference."""
        a, b = self.number(a), self.number(b)
        return self._kept_or_sum(operator.sub, a, b, self.libmp.mpf_sub)

    def _kept_or_sum(
        self,
        exact: Callable[[Fraction, Fraction], Fraction],
        a: MidRad,
        b: MidRad,
        operation: Callable[..., Raw],
    ) -> MidRad:
        kept = self.kept(exact, a, b)
        return self._sum(a, b, operation) if kept is None else kept

    def _sum(self, a: MidRad, b: MidRad, operation: Callable[..., Raw]) -> MidRad:
        x, y = a.mid._mpf_, b.mid._mpf_
        mid = self.context.make_mpf(operation(x, y, self.prec, "n"))
        exact = a.rad == self.zero == b.rad
        if exact and (not x[1] or not y[1] or _span(x, y) <= self.prec):
            return MidRad(self, mid, self.zero)
        rad = self.plus(a.rad, b.rad, self.rounding(mid))
        return self.made(mid, rad, lost=self._loses(a, b, rad))

    def _loses(self, a: MidRad, b: MidRad, rad: Raw) -> bool:
        """Has a sum of this radius lost one of its terms, or has a term lost something?"""
        if not self.final:
            return False
        size = magnitude(rad)

        def vanishes(number: MidRad) -> bool:
            small = magnitude(number.mid._mpf_) < size
            return small and bool(number.mid) and self._away_from_zero(number)

        return a.lost or b.lost or vanishes(a) or vanishes(b)

    def multiply(self, a: Any, b: Any) -> MidRad:
        """The product."""
        a, b = self.number(a), self.number(b)
        if (kept := self.kept(operator.mul, a, b)) is not None:
            return kept
        x, y = a.mid._mpf_, b.mid._mpf_
        mid = self.context.make_mpf(self.libmp.mpf_mul(x, y, self.prec, "n"))
        if a.rad == self.zero == b.rad:
            exact = x[3] + y[3] <= self.prec
            return MidRad(self, mid, self.zero) if exact else self.made(mid, self.rounding(mid))
        if (not x[1] and x[2]) or (not y[1] and y[2]):  # an infinity
            return self._infinite_product(a, b, mid)
        rad = self.plus(
            self.times(x, b.rad), self.times(y, a.rad), self.times(a.rad, b.rad), self.rounding(mid)
        )
        return self.made(mid, rad, lost=a.lost or b.lost)

    def _infinite_product(self, a: MidRad, b: MidRad, mid: Any) -> MidRad:
        for number in (a, b):
            if number.rad != self.zero and not self._away_from_zero(number):
                raise UndecidedError("infinity times what may be zero")
        return MidRad(self, mid, self.zero)

    def _away_from_zero(self, number: MidRad) -> bool:
        return bool(abs(number.mid) > number.radius)

    def divide(self, a: Any, b: Any) -> MidRad:
        """The quotient, IEEE's at zeros and infinities; undecided where the divisor may be zero."""
        a, b = self.number(a), self.number(b)
        context = self.context
        if b.rad != self.zero and not self._away_from_zero(b):
            raise UndecidedError("a divisor that may be zero")
        if b.mid and (kept := self.kept(operator.truediv, a, b)) is not None:
            return kept
        if not b.mid:
            mid = context.sign(a.mid) * context.inf if a.mid else context.nan
            if a.rad != self.zero and not self._away_from_zero(a):
                raise UndecidedError("what may be zero, over zero")
            return MidRad(self, mid, self.zero)
        x, y = a.mid._mpf_, b.mid._mpf_
        mid = context.make_mpf(self.libmp.mpf_div(x, y, self.prec, "n"))
        if a.rad == self.zero == b.rad:
            back = self.libmp.mpf_mul(mid._mpf_, y)
            return MidRad(self, mid, self.zero if back == x else self.rounding(mid))
        # |a/b - mid| <= (rad_a + |mid|·rad_b) / (|b| - rad_b)
        below = self.libmp.mpf_sub(self.libmp.mpf_abs(y), b.rad, RADIUS_BITS, "d")
        above = self.plus(a.rad, self.times(mid._mpf_, b.rad))
        spread = self.libmp.mpf_div(above, below, RADIUS_BITS, "u")
        return self.made(mid, self.plus(spread, self.rounding(mid)), lost=a.lost or b.lost)

    def remainder(self, a: Any, b: Any) -> MidRad:
        """The floored remainder, for predicates: undecided where the quotient may be an integer
        without being known to be one."""
        a, b = self.number(a), self.number(b)
        if a.exact is not None and (y := self.fraction(b)):
            return self.rational(a.exact % y)
        if not self.context.isfinite(a.mid):
            return MidRad(self, self.context.nan, self.zero)
        rest = a.mid % b.mid
        if a.rad == self.zero == b.rad:
            return MidRad(self, rest, self.zero)
        radius = a.radius
        if b.rad != self.zero or rest <= radius or abs(b.mid) - rest <= radius:
            raise UndecidedError("a remainder that may be zero")
        return MidRad(self, rest, a.rad, lost=a.lost)


def _span(x: Raw, y: Raw) -> int:
    """Bits from the highest to the lowest of two numbers: what their sum needs to be exact."""
    return max(x[2] + x[3], y[2] + y[3]) - min(x[2], y[2]) + 1
