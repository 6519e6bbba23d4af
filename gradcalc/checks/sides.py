"""One side of a point, by algebra: the source run at x + h or x - h, and what its first terms tell.

h is infinitesimal (`numbers/germs`), so there are no steps and no scales. Precision and length of
the germs are raised until they tell, or NotDeterminedError is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from gradcalc.checks.probe import Rerun
from gradcalc.errors import GradcalcError
from gradcalc.numbers.bounded import Bounded, MoreDigitsError, NotDeterminedError, Real, sign
from gradcalc.numbers.germs import UNIT, Germ, H, MoreTermsError, Order, larger
from gradcalc.rules.systems import germ_numbers

# Of the coefficients, at first and at last: what float64 holds, cubed, may cancel.
COEFFICIENT_DIGITS = (60, 1100)
LENGTHS = (3, 6, 12, 24)  # terms of a germ
BITS_PER_DIGIT = 3.33
WANTED_DIGITS = 40  # of a derivative
HALF = Fraction(1, 2)

Answer = TypeVar("Answer")
OUTSIDE = (GradcalcError, ValueError, ArithmeticError)


def determined(attempt: Callable[[Any], Answer]) -> Answer:
    """attempt(n) in systems of germs of more and more digits and terms, until it is determined."""
    digits = length = 0
    while True:
        numbers = germ_numbers(
            COEFFICIENT_DIGITS[digits], LENGTHS[length], digits == len(COEFFICIENT_DIGITS) - 1
        )
        field: Any = vars(numbers)["field"]
        field.oscillated, field.analytic, field.torn = False, True, False
        try:
            return attempt(numbers)
        except MoreDigitsError:
            digits += 1
        except MoreTermsError:
            length += 1
            if length == len(LENGTHS):
                raise NotDeterminedError from None


@dataclass(frozen=True, slots=True)
class Side:
    """What the function does on one side.

    `kind` is none (undefined there), finite, infinite (a vertical tangent), jump, or oscillating
    (there is no limit); `slope` the derivative, a real number or the sign of an infinite one.
    """

    kind: str
    slope: Real = None


def value_at(rerun: Rerun, n: Any, x: Germ) -> Germ | None:
    """The value of the program a hair beside the point; None where it has none."""
    try:
        value: Germ = n.field.germ(rerun(n, x))
    except OUTSIDE:
        return None
    return value


def side_of(value: Germ | None, here: Germ, side: int) -> Side:
    """How the value on one side comes from the value at the point."""
    if value is None:
        return Side("none")
    return by_lead(value - here, side)


def by_lead(change: Germ, side: int) -> Side:
    """The derivative by the first term of the change along side·h."""
    if not change.terms:
        if change.rest is not None and larger(change.rest, H) >= 0:
            return _by_wave(change, side)
        return Side("finite", 0)
    order, c = change.terms[0]
    if larger(order, UNIT) >= 0:
        return Side("jump")
    by = larger(order, H)
    if by > 0:
        return Side("infinite", sign(c) * side)
    return Side("finite", 0 if by < 0 else c * side)


def _by_wave(change: Germ, side: int) -> Side:
    """The derivative by what is known of a rest that is not small beside h."""
    if change.vanishes():
        return Side("finite", 0)
    wave, rest = change.wave, change.rest
    if wave is None or rest is None:
        raise MoreTermsError
    by = larger(rest, UNIT)
    if not by or not larger(rest, H) or wave.alternates:
        return Side("oscillating")
    if not wave.sign:
        raise MoreTermsError
    return Side("jump") if by > 0 else Side("infinite", wave.sign * side)


def is_swinging(value: Germ, order: Order) -> bool:
    """Has what is left of it beside larger terms, divided by an order, no finite limit?"""
    rest = value.rest
    return value.wave is not None and rest is not None and larger(rest, order) >= 0


@dataclass(frozen=True, slots=True)
class Infinite:
    """An infinite number by its sign."""

    sign: int


def converted(n: Any, x: Any, digits: int) -> Any:
    """A real number or an infinite one as an mpmath number; None as it is."""
    if isinstance(x, Infinite):
        return n.context.inf * x.sign
    return None if x is None else number_of(n, x, digits)


def middle_of(n: Any, left: Any, right: Any, digits: int) -> Any:
    """The mean of two real numbers that differ; nan where rounding leaves nothing of it."""
    if left is right or any(side is None or isinstance(side, Infinite) for side in (left, right)):
        return None
    try:
        return number_of(n, (left + right) * HALF, digits)
    except NotDeterminedError:
        return n.context.nan


def number_of(n: Any, x: Real, digits: int) -> Any:
    """A real number as an mpmath number, right to so many digits."""
    if type(x) is Bounded and x.bound > x.size - digits * BITS_PER_DIGIT and x.sign():
        if n.precision.last:
            raise NotDeterminedError
        raise MoreDigitsError
    if type(x) is Bounded and not x.sign():
        return n.context.mpf(0)
    return n.precision.number(x)
