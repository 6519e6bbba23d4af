"""One-sided derivatives, and the status of a point, by algebra on both sides of it.

What germs can't express at all is an InexpressibleError, what they don't tell a NotDeterminedError.
Then the numeric probe (`checks/probe.py`) decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from gradcalc.checks.probe import Exact, OneSided, Rerun, probe
from gradcalc.checks.sides import (
    OUTSIDE,
    WANTED_DIGITS,
    Infinite,
    Side,
    converted,
    determined,
    is_swinging,
    middle_of,
    side_of,
    value_at,
)
from gradcalc.numbers.bounded import (
    Bounded,
    MoreDigitsError,
    NotDeterminedError,
    compare,
    magnitude,
)
from gradcalc.numbers.germs import UNIT, Germ, H, InexpressibleError, MoreTermsError, larger
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.rules.systems import midrad_numbers


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
            here = value_here(rerun, exact, n)
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


def value_here(rerun: Rerun, exact: Exact, n: Any) -> Germ | None:
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


def _signed(side: Side) -> Any:
    return Infinite(side.slope) if side.kind == "infinite" else side.slope


def _missing(n: Any, values: Sequence[Germ | None]) -> OneSided:
    """There is no finite value at the point itself: a pole, a gap, or nothing."""
    there = [value for value in values if value is not None]
    if not there:
        return OneSided(None, None, "undefined")
    if any(value.is_infinite for value in there):
        return _pole(values)
    if any(is_swinging(value, UNIT) for value in there if not value.terms):
        return OneSided(None, None, "oscillating")
    limits = [value.limit() for value in there]
    if n.field.analytic and len(there) == 2:
        return _analytic(there[1], "removable", limits[1])
    if len(limits) == 2 and compare(*limits):
        return OneSided(None, None, "undefined")
    here = n.field.germ(limits[0])
    found = _status(_sides(n, values, here))
    return OneSided(found.left, found.right, "removable", limits[0])


def _pole(values: Sequence[Germ | None]) -> OneSided:
    """The slopes and the value itself end in infinities, each with its sign."""
    slopes: list[Infinite | None] = []
    ends = set()
    for value, side in zip(values, (-1, 1), strict=True):
        if value is None or not value.is_infinite:
            slopes.append(None)
            continue
        slopes.append(Infinite(-value.sign() * side))
        ends.add(value.sign())
    limit = Infinite(ends.pop()) if len(ends) == 1 else None
    return OneSided(slopes[0], slopes[1], "pole", limit)


def _numbers(n: Any, found: OneSided, digits: int) -> OneSided:
    """With mpmath numbers for what it holds."""
    left, right, limit = (converted(n, x, digits) for x in (found.left, found.right, found.limit))
    middle = middle_of(n, found.left, found.right, digits)
    return OneSided(left, right, found.status, limit, middle=middle)
