"""Balls: reals enclosed by Arb, through python-flint, at the speed of machine code.

A ball encloses every real that it stands for, whatever rounding did: what comes out of it is a
theorem (Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017).
It answers what a midpoint-radius number (`numbers/midrad.py`) answers, in the same way. Where Arb
has no finite enclosure (an infinity, a pole, the edge of a domain, a row it lacks) the operation
is done in midpoint-radius numbers. What these trust mpmath for is bounded, no longer proven:
`Balls.proven` tells.

The precision of flint is one for the whole process, so all work stands inside `Balls.working()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from threading import RLock
from typing import Any

from gradcalc.numbers.big import MAX_EXPONENT_BITS
from gradcalc.numbers.midrad import DIGITS_OF_A_BIT, MANY_DIGITS, MidRad
from gradcalc.numbers.midrads import RATIONAL_BITS, MidRads
from gradcalc.numbers.operators import BoundedNumber

SMALLEST_INTEGER, LARGEST_INTEGER = 0.5, 10.0**300  # that a ball is concluded to be
GUARD_BITS = 10  # beyond the digits that were asked for
FLINT = RLock()  # whoever holds it may set flint's precision


class Ball(BoundedNumber):
    """A real number inside `arb`, an enclosure by Arb; `exact` where it is a known fraction."""

    __slots__ = ("arb", "exact", "lost", "system")

    def __init__(self, system: Balls, arb: Any, exact: Any = None, *, lost: bool = False) -> None:
        self.system = system
        self.arb = arb
        self.exact = exact
        self.lost = lost  # as in midpoint-radius numbers

    def __neg__(self) -> Ball:
        exact = None if self.exact is None else -self.exact
        return Ball(self.system, -self.arb, exact, lost=self.lost)

    def __abs__(self) -> Ball:
        exact = None if self.exact is None else abs(self.exact)
        return Ball(self.system, abs(self.arb), exact, lost=self.lost)

    def __repr__(self) -> str:
        return str(self.arb)

    @property
    def mid(self) -> Any:
        """The middle, as an mpmath number."""
        context, arb = self.system.context, self.arb
        if arb.is_finite():
            return context.make_mpf(arb._mpf_)
        return context.nan if arb.is_nan() else context.inf if arb > 0 else -context.inf

    @property
    def radius(self) -> Any:
        """The radius, as an mpmath number; infinities and what is not a number have none."""
        context = self.system.context
        return context.make_mpf(self.arb.rad()._mpf_) if self.arb.is_finite() else context.zero

    @property
    def may_be_zero(self) -> bool:
        """Is 0 among the numbers that it encloses?"""
        if self.exact is not None:
            return not self.exact
        return self.arb.is_finite() and self.arb.contains(0)  # type: ignore[no-any-return]

    @property
    def right_digits(self) -> int | None:
        """How many decimal digits the radius leaves; None where it leaves not even the sign."""
        bits = self.arb.rel_accuracy_bits()
        if bits > 0:
            return min(MANY_DIGITS, int(bits * DIGITS_OF_A_BIT))
        return None if self.arb.is_finite() else MANY_DIGITS


class Balls:
    """The arithmetic of balls; `midrads` is that of midpoint-radius numbers of as many digits.

    `proven` says whether everything since `working()` began was enclosed by Arb. As with
    midpoint-radius numbers, short rational numbers are kept exactly if `midrads` keeps them, and
    at the last precision what may be an integer is concluded to be it: a bound, not a proof.
    """

    def __init__(self, midrads: MidRads) -> None:
        import flint

        self.flint = flint
        self.midrads = midrads
        self.context = midrads.context
        self.final = midrads.final
        self.keeps_rational = midrads.keeps_rational
        self.prec = midrads.prec + GUARD_BITS
        self.proven = True
        self.small = flint.arb(2) ** -MAX_EXPONENT_BITS
        self.large = flint.arb(2) ** MAX_EXPONENT_BITS
        self.negligible = flint.arb(2) ** (-midrads.prec // 2)

    @contextmanager
    def working(self) -> Iterator[Balls]:
        """Work with these balls: flint at their precision, for this thread alone."""
        with FLINT:
            before = self.flint.ctx.prec
            self.flint.ctx.prec = self.prec
            self.proven = True
            try:
                yield self
            finally:
                self.flint.ctx.prec = before

    # numbers ----------------------------------------------------------------------------------

    def number(self, other: Any) -> Ball:
        """An operand as a ball."""
        if isinstance(other, Ball):
            return other
        if isinstance(other, Fraction):
            return self.rational(other)
        if hasattr(other, "_mpf_"):
            return self.enclosed(self.midrads.exact(other))
        return Ball(self, self.flint.arb(other))

    def rational(self, exact: Fraction) -> Ball:
        """A fraction, enclosed."""
        return self._fraction(self.flint.fmpq(exact.numerator, exact.denominator))

    def _fraction(self, exact: Any) -> Ball:
        arb = self.flint.arb(exact)
        keep = self.keeps_rational and not arb.is_exact()
        return Ball(self, arb, exact if keep else None)

    def constant(self, name: str) -> Ball:
        """A named constant."""
        arb = self.flint.arb
        if name == "phi":
            return Ball(self, (1 + arb(5).sqrt()) / 2)
        known = {"pi": arb.pi, "e": arb.const_e, "inf": arb.pos_inf}
        return Ball(self, 2 * arb.pi() if name == "tau" else known[name]())

    def enclosed(self, number: MidRad) -> Ball:
        """A midpoint-radius number as a ball."""
        arb, context = self.flint.arb, self.context
        if context.isnan(number.mid):
            return Ball(self, arb.nan())
        if context.isinf(number.mid):
            return Ball(self, arb.pos_inf() if number.mid > 0 else arb.neg_inf())
        exact = number.exact
        return Ball(
            self,
            arb(number.mid, number.radius) if number.radius else arb(number.mid),
            None if exact is None else self.flint.fmpq(exact.numerator, exact.denominator),
            lost=number.lost,
        )

    def midrad(self, ball: Ball) -> MidRad:
        """A ball as a midpoint-radius number."""
        exact = None if ball.exact is None else Fraction(int(ball.exact.p), int(ball.exact.q))
        return MidRad(self.midrads, ball.mid, ball.radius._mpf_, exact, lost=ball.lost)

    def result(self, arb: Any, *, lost: bool = False) -> Ball:
        """A finite enclosure; at the last precision it may be concluded to be an integer, if
        nothing was lost."""
        if not self.final or arb.is_exact():
            return Ball(self, arb)
        if not lost and arb.rad() < self.negligible:
            whole = self._only_integer(arb)
            if whole is not None:
                self.proven = False
                return Ball(self, self.flint.arb(whole))
        return Ball(self, arb, lost=lost)

    def _sum(self, arb: Any, a: Ball, b: Ball) -> Ball:
        """The result of a sum, which may have lost one of its terms."""
        if not self.final:
            return Ball(self, arb)
        return self.result(arb, lost=a.lost or b.lost or self._loses(arb, a.arb, b.arb))

    def _loses(self, arb: Any, x: Any, y: Any) -> bool:
        rad = arb.rad()
        return any(abs(term) < rad and not term.contains(0) for term in (x, y))

    def _only_integer(self, arb: Any) -> Any:
        """The one integer in a small ball, if there is one.

        Arb ends the process where it is asked for one of more bits than memory holds, or in a ball
        whose exponent has as many.
        """
        if arb.contains(0):
            return 0
        size = arb.abs_upper()
        return arb.unique_fmpz() if size > SMALLEST_INTEGER and size < LARGEST_INTEGER else None

    def compare(self, left: Any, right: Any) -> float:
        """-1, 0 or 1 as for midpoint-radius numbers: UndecidedError where it is open."""
        a, b = self.number(left), self.number(right)
        if a is b:
            return float("nan") if a.arb.is_nan() else 0.0
        x, y = a.arb, b.arb
        if x < y:
            return -1.0
        if x > y:
            return 1.0
        if x == y:
            return 0.0
        order = self.midrads.compare(self.midrad(a), self.midrad(b))
        if order == 0 and (a.exact is None or b.exact is None):
            self.proven = False  # concluded at the last precision
        return order

    # arithmetic -------------------------------------------------------------------------------

    def add(self, a: Any, b: Any) -> Ball:
        """The sum."""
        a = a if type(a) is Ball else self.number(a)
        b = b if type(b) is Ball else self.number(b)
        arb = a.arb + b.arb
        if self.keeps_rational and (operands := self._fractions(a, b)):
            exact = operands[0] + operands[1]
            return self._fraction(exact) if _is_short(exact) else self._sum(arb, a, b)
        return self._sum(arb, a, b) if arb.is_finite() else self._midrad(MidRads.add, a, b)

    def subtract(self, a: Any, b: Any) -> Ball:
        """The difference."""
        a = a if type(a) is Ball else self.number(a)
        b = b if type(b) is Ball else self.number(b)
        arb = a.arb - b.arb
        if self.keeps_rational and (operands := self._fractions(a, b)):
            exact = operands[0] - operands[1]
            return self._fraction(exact) if _is_short(exact) else self._sum(arb, a, b)
        return self._sum(arb, a, b) if arb.is_finite() else self._midrad(MidRads.subtract, a, b)

    def multiply(self, a: Any, b: Any) -> Ball:
        """The product."""
        a = a if type(a) is Ball else self.number(a)
        b = b if type(b) is Ball else self.number(b)
        if self.keeps_rational and (operands := self._fractions(a, b)):
            return self._kept(operands[0] * operands[1], a.arb * b.arb)
        arb = a.arb * b.arb
        lost = a.lost or b.lost
        return (
            self.result(arb, lost=lost) if arb.is_finite() else self._midrad(MidRads.multiply, a, b)
        )

    def divide(self, a: Any, b: Any) -> Ball:
        """The quotient, IEEE's at zeros and infinities; undecided where the divisor may be zero."""
        a = a if type(a) is Ball else self.number(a)
        b = b if type(b) is Ball else self.number(b)
        if self.keeps_rational and (operands := self._fractions(a, b)) and operands[1]:
            return self._kept(operands[0] / operands[1], a.arb / b.arb)
        arb = a.arb / b.arb
        lost = a.lost or b.lost
        return (
            self.result(arb, lost=lost) if arb.is_finite() else self._midrad(MidRads.divide, a, b)
        )

    def remainder(self, a: Any, b: Any) -> Ball:
        """The floored remainder, for predicates."""
        return self._midrad(MidRads.remainder, self.number(a), self.number(b))

    def _midrad(self, operation: Callable[..., MidRad], a: Ball, b: Ball) -> Ball:
        return self.enclosed(operation(self.midrads, self.midrad(a), self.midrad(b)))

    def _fractions(self, a: Ball, b: Ball) -> tuple[Any, Any] | None:
        """Both operands as fractions, where both are known."""
        x = self._known_fraction(a)
        y = None if x is None else self._known_fraction(b)
        return None if y is None else (x, y)

    def _known_fraction(self, ball: Ball) -> Any:
        arb = ball.arb
        if ball.exact is not None or not (arb.is_exact() and arb.is_finite()):
            return ball.exact
        mantissa, exponent = arb.man_exp()
        if mantissa.bit_length() + abs(int(exponent)) > RATIONAL_BITS:
            return None
        return arb.fmpq()

    def _kept(self, exact: Any, arb: Any) -> Ball:
        """An operation on fractions: exactly while it is short, else its enclosure."""
        return self._fraction(exact) if _is_short(exact) else self.result(arb)


def _is_short(exact: Any) -> bool:
    """Is a fraction short enough to be kept?"""
    return exact.p.bit_length() + exact.q.bit_length() <= RATIONAL_BITS  # type: ignore[no-any-return]
