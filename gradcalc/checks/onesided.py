"""One-sided values, limits and derivatives by algebra: the source run at x + h and x - h.

h is infinitesimal (`numbers/germs`), so there are no steps and no scales: the first terms of
what the run comes to tell what is true on either side. Precision and length of the germs are
raised until they tell, or NotDeterminedError is raised; what germs can't express at all is an
InexpressibleError. Then the numeric probe (`checks/probe.py`) decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any, TypeVar

from gradcalc.checks.probe import Exact, OneSided, Rerun, probe
from gradcalc.errors import GradcalcError
from gradcalc.numbers.bounded import (
    Bounded,
    MoreDigitsError,
    NotDeterminedError,
    Real,
    compare,
    magnitude,
    sign,
)
from gradcalc.numbers.germs import (
    UNIT,
    Germ,
    H,
    InexpressibleError,
    MoreTermsError,
    derivative,
    larger,
)
from gradcalc.numbers.germs.orders import Order, raised
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.rules.systems import germ_numbers, midrad_numbers

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


def one_sided(
    rerun: Rerun, exact: Exact, *, missing: bool = False, digits: int = WANTED_DIGITS
) -> OneSided:
    """The one-sided derivatives of rerun(n, x) by x at x = exact(n), and what that is.

    They are right to `digits` digits. `missing` says that where the way to the value at the point
    leads through an infinity, there is none. NotDeterminedError and InexpressibleError where germs
    don't tell.
    """

    def attempt(n: Any) -> OneSided:
        at = n.field.germ(exact(n))
        right = value_at(rerun, n, at + n.field.step(1))
        here = value_at(rerun, n, at)
        if n.field.analytic and right is not None and here is not None:
            return _numbers(n, _analytic(right, "smooth"), digits)
        values = [value_at(rerun, n, at - n.field.step(1)), right]
        if here is None and not missing:
            here = _here(rerun, exact, n)
        found = _missing(n, values) if here is None else _status(_sides(n, values, here))
        return _numbers(n, found, digits)

    return determined(attempt)


def beside(
    rerun: Rerun, exact: Exact, *, missing: bool = False, digits: int = WANTED_DIGITS
) -> OneSided:
    """`one_sided`, or what the numeric probe says where germs don't tell."""
    try:
        return one_sided(rerun, exact, missing=missing, digits=digits)
    except (NotDeterminedError, InexpressibleError):
        return probe(rerun, exact, missing=missing)


def one_sided_derivatives(
    rerun: Rerun, exact: Exact, order: int, *, digits: int = WANTED_DIGITS
) -> list[tuple[Any, Any, Any]]:
    """The limits of each derivative of orders 1 to `order` from the left and from the right, and
    their mean where they are finite and differ.

    All are mpmath numbers, infinite where a derivative grows; None for a side where the function
    is undefined, or infinite itself.
    """

    def attempt(n: Any) -> list[tuple[Any, Any, Any]]:
        at = n.field.germ(exact(n))
        left, right = (_slopes(rerun, n, at, side, order) for side in (-1, 1))
        return [
            (_converted(n, a, digits), _converted(n, b, digits), _middle(n, a, b, digits))
            for a, b in zip(left, right, strict=True)
        ]

    return determined(attempt)


def _slopes(rerun: Rerun, n: Any, at: Germ, side: int, order: int) -> list[Any]:
    """The limits of the derivatives on one side; None where the function is no finite number."""
    value = value_at(rerun, n, at + n.field.step(side))
    if value is None or value.is_infinite:
        return [None] * order
    if n.field.oscillated:
        raise NotDeterminedError
    slopes: list[Any] = []
    for _ in range(order):
        value = derivative(value) * side
        slopes.append(_Infinite(value.sign()) if value.is_infinite else value.limit())
    return slopes


def swings(rerun: Rerun, exact: Exact, order: int) -> bool:
    """Has a function with a derivative at x = exact(n) none of a higher order there, for what is
    left of it beside a polynomial swings as widely as h^order? By Taylor's formula in Peano's form.
    """

    def attempt(n: Any) -> bool:
        at = n.field.germ(exact(n))
        values = [value_at(rerun, n, at + n.field.step(side)) for side in (-1, 1)]
        return any(_is_swinging(value, raised(H, order)) for value in values if value is not None)

    return determined(attempt)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The value at a point (None: there is none), and on each side the limits of the function and
    of its derivatives, order by order; None where the function is undefined. All are mpmath
    numbers, infinite where something grows without bound."""

    left: tuple[Any, ...] | None
    value: Any
    right: tuple[Any, ...] | None


def neighbourhood(
    rerun: Rerun, exact: Exact, order: int, *, digits: int = WANTED_DIGITS
) -> Neighbourhood:
    """The value at x = exact(n) and the limits on both sides, up to the derivative of an order.

    NotDeterminedError and InexpressibleError where germs don't tell.
    """

    def attempt(n: Any) -> Neighbourhood:
        at = n.field.germ(exact(n))
        here = value_at(rerun, n, at)
        if here is None:
            here = _here(rerun, exact, n)
        value = None if here is None or here.is_infinite else number_of(n, here.limit(), digits)
        left, right = (_limits(rerun, n, at, side, order, digits) for side in (-1, 1))
        return Neighbourhood(left, value, right)

    return determined(attempt)


def _limits(
    rerun: Rerun, n: Any, at: Germ, side: int, order: int, digits: int
) -> tuple[Any, ...] | None:
    value = value_at(rerun, n, at + n.field.step(side))
    if value is None:
        return None
    if n.field.oscillated:
        raise NotDeterminedError
    limits: list[Any] = []
    for k in range(order + 1):
        if k:
            value = derivative(value) * side
        limits.append(
            n.context.inf * value.sign()
            if value.is_infinite
            else number_of(n, value.limit(), digits)
        )
    return tuple(limits)


# one side ---------------------------------------------------------------------------------


def value_at(rerun: Rerun, n: Any, x: Germ) -> Germ | None:
    """The value of the program a hair beside the point; None where it has none."""
    try:
        value: Germ = n.field.germ(rerun(n, x))
    except OUTSIDE:
        return None
    return value


def _here(rerun: Rerun, exact: Exact, n: Any) -> Germ | None:
    """The value at the point itself where the way to it leads through an infinity, as IEEE has it.

    1/(1 + 1/x) is 0 at 0. What only rounding keeps from being infinite is not decided.
    """
    numbers = midrad_numbers(n.context.dps, rational=True, final=n.precision.last)
    bounds = numbers.__dict__["bounds"]
    with bounds.working():
        try:
            value = bounds.number(rerun(numbers, exact(numbers)))
        except OUTSIDE as error:
            if not any(isinstance(e, UndecidedError) for e in (error, error.__cause__)):
                return None
            if n.precision.last:
                raise NotDeterminedError from None
            raise MoreDigitsError from None
        if not n.context.isfinite(value.mid):
            return None
        known = Bounded(n.precision, n.context.mpf(value.mid), magnitude(value.radius))
    return n.field.germ(known if known.bound > -inf or known.mid else 0)  # type: ignore[no-any-return]


def _analytic(value: Any, status: str, limit: Any = None) -> OneSided:
    """What is a power series in h with x + h, and so the same one in -h with x - h."""
    slope = next((c for order, c in value.terms if order == H), 0)
    if not slope and value.rest is not None and larger(value.rest, H) >= 0:
        raise MoreTermsError
    return OneSided(slope, slope, status, limit)


def _sides(n: Any, values: Sequence[Germ | None], here: Germ) -> list[Side]:
    return [side_of(v, here, s) for v, s in zip(values, (-1, 1), strict=True)]


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


def _status(sides: Sequence[Side]) -> OneSided:
    left, right = sides
    kinds = {left.kind, right.kind}
    slopes = left.slope, right.slope
    if kinds == {"none"}:
        return OneSided(None, None, "undefined")
    if "oscillating" in kinds:
        return OneSided(_signed(left), _signed(right), "oscillating")
    if "jump" in kinds:
        return OneSided(_signed(left), _signed(right), "jump")
    if "none" in kinds:
        status = "vertical" if "infinite" in kinds else "one-sided"
        return OneSided(_signed(left), _signed(right), status)
    if kinds == {"finite"}:
        if compare(*slopes) == 0:
            return OneSided(left.slope, left.slope, "smooth")
        return OneSided(left.slope, right.slope, "kink")
    opposite = kinds == {"infinite"} and left.slope != right.slope
    return OneSided(_signed(left), _signed(right), "cusp" if opposite else "vertical")


@dataclass(frozen=True, slots=True)
class _Infinite:
    """An infinite number by its sign."""

    sign: int


def _signed(side: Side) -> Any:
    return _Infinite(side.slope) if side.kind == "infinite" else side.slope


def _missing(n: Any, values: Sequence[Germ | None]) -> OneSided:
    """There is no finite value at the point itself: a pole, a gap, or nothing."""
    there = [value for value in values if value is not None]
    if not there:
        return OneSided(None, None, "undefined")
    if any(value.is_infinite for value in there):
        return _pole(values)
    if any(_is_swinging(value, UNIT) for value in there if not value.terms):
        return OneSided(None, None, "oscillating")
    limits = [value.limit() for value in there]
    if n.field.analytic and len(there) == 2:
        return _analytic(there[1], "removable", limits[1])
    if len(limits) == 2 and compare(*limits):
        return OneSided(None, None, "undefined")
    here = n.field.germ(limits[0])
    found = _status(_sides(n, values, here))
    return OneSided(found.left, found.right, "removable", limits[0])


def _is_swinging(value: Germ, order: Order) -> bool:
    """Has what is left of it beside larger terms, divided by an order, no finite limit?"""
    rest = value.rest
    return value.wave is not None and rest is not None and larger(rest, order) >= 0


def _pole(values: Sequence[Germ | None]) -> OneSided:
    """The slopes and the value itself end in infinities, each with its sign."""
    slopes: list[_Infinite | None] = []
    ends = set()
    for value, side in zip(values, (-1, 1), strict=True):
        if value is None or not value.is_infinite:
            slopes.append(None)
            continue
        slopes.append(_Infinite(-value.sign() * side))
        ends.add(value.sign())
    limit = _Infinite(ends.pop()) if len(ends) == 1 else None
    return OneSided(slopes[0], slopes[1], "pole", limit)


def _numbers(n: Any, found: OneSided, digits: int) -> OneSided:
    """With mpmath numbers for what it holds."""
    left, right, limit = (_converted(n, x, digits) for x in (found.left, found.right, found.limit))
    middle = _middle(n, found.left, found.right, digits)
    return OneSided(left, right, found.status, limit, middle=middle)


def _converted(n: Any, x: Any, digits: int) -> Any:
    """A real number or an infinite one as an mpmath number; None as it is."""
    if isinstance(x, _Infinite):
        return n.context.inf * x.sign
    return None if x is None else number_of(n, x, digits)


def _middle(n: Any, left: Any, right: Any, digits: int) -> Any:
    """The mean of two real numbers that differ; nan where rounding leaves nothing of it."""
    if left is right or any(side is None or isinstance(side, _Infinite) for side in (left, right)):
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
