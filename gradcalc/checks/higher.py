"""Derivatives of higher order where the rules alone can't be trusted: by germs along lines.

At a kink, a removable point or a branch boundary a derivative is no program whose slope could be
taken: `1 if x == 0 else expm1(x)/x` has the slope 0 where its branch is taken. But the source run
at x + h·t tells all orders at once (`checks/neighbourhoods.py`), and mixed derivatives follow by
polarisation: with q(t) for the second derivative along t, ∂²f/∂a∂b = (q(a + b) - q(a) - q(b))/2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradcalc.checks.directions import ExactAll, RerunAll, along_line
from gradcalc.checks.neighbourhoods import one_sided_derivatives, swings
from gradcalc.checks.onesided import one_sided
from gradcalc.checks.probe import OneSided
from gradcalc.checks.sides import WANTED_DIGITS
from gradcalc.numbers.bounded import NotDeterminedError
from gradcalc.numbers.germs import InexpressibleError

AGREEMENT = Fraction(1, 10**25)  # relative, of numbers that are right to WANTED_DIGITS
# A form of second order in two inputs, known by three directions, is held against two more.
TRIED_DIRECTIONS = ((1, -1), (3, 2))

Direction = Mapping[str, int]


def orders_along(
    rerun: RerunAll,
    exact: ExactAll,
    direction: Direction,
    order: int,
    *,
    missing: bool = False,
    digits: int = WANTED_DIGITS,
) -> list[OneSided]:
    """The derivatives of orders 1 to `order` along a line, with the status of each.

    There are fewer where germs don't tell, and past an order that is infinite. `missing` says that
    there is no finite value at the point.
    """
    line = along_line(rerun, exact, direction)
    try:
        rows = [one_sided(*line, missing=missing, digits=digits)]
        if order > 1 and rows[0].status == "smooth" and swings(*line, 2):
            return [*rows, OneSided(None, None, "oscillating")]
        limits = one_sided_derivatives(*line, order, digits=digits)
    except (InexpressibleError, NotDeterminedError):
        return []
    for left, right, middle in limits[1:]:
        following = _following(rows[-1], left, right)
        if following is None:
            break
        rows.append(replace(following, middle=middle))
    return rows


def _following(before: OneSided, left: Any, right: Any) -> OneSided | None:
    """A derivative by its limits on both sides and the order before; None where that has none."""
    there = [side for side in (left, right) if side is not None]
    if not there:
        return None
    infinite = any(_is_infinite(side) for side in there)
    match before.status:
        case "kink" | "jump":
            return None if infinite or len(there) < 2 else OneSided(left, right, "jump")
        case "removable" if before.left != before.right and not _same(before.left, before.right):
            return None
        case "smooth" | "one-sided" | "removable":
            if infinite:
                cusp = len(there) == 2 and all(map(_is_infinite, there)) and left != right
                return OneSided(left, right, "cusp" if cusp else "vertical")
            if len(there) < 2:
                return OneSided(left, right, "one-sided")
            if before.status == "removable":
                return OneSided(left, right, "removable", before.mean)
            return OneSided(left, right, "smooth" if _same(left, right) else "kink")
    return None


def _is_infinite(number: Any) -> bool:
    return bool(abs(number) == number.context.inf)


def _same(x: Any, y: Any, scale: Any = 0) -> bool:
    """Are two numbers equal, but for the digits past those they are right to?"""
    return bool(abs(x - y) * AGREEMENT.denominator <= max(abs(x), abs(y), scale))


class SecondDerivatives:
    """All second derivatives at one point, each line through it looked at once."""

    def __init__(
        self, rerun: RerunAll, exact: ExactAll, *, missing: bool = False, digits: int
    ) -> None:
        self.rerun = rerun
        self.exact = exact
        self.missing = missing
        self.digits = digits
        self.known: dict[tuple[tuple[str, int], ...], list[OneSided]] = {}

    def first(self, name: str) -> OneSided | None:
        """The first derivative by an input, if germs tell."""
        return next(iter(self._along({name: 1})), None)

    def second(self, one: str, other: str) -> OneSided | None:
        """∂²f/∂one∂other; None where germs don't tell, or f isn't of second order there."""
        if one == other:
            rows = self._along({one: 1})
            return rows[1] if len(rows) > 1 else None
        one, other = sorted((one, other))
        own = self._curvature({one: 1}), self._curvature({other: 1})
        both = self._curvature({one: 1, other: 1})
        if both is None or own[0] is None or own[1] is None:
            return None
        mixed = (both - own[0] - own[1]) / 2
        for a, b in TRIED_DIRECTIONS:
            along = self._curvature({one: a, other: b})
            form = a * a * own[0] + b * b * own[1] + 2 * a * b * mixed
            if along is None or not _same(along, form, max(map(abs, own))):
                return None
        if _same(both, own[0] + own[1], max(map(abs, own))):
            mixed = mixed * 0  # what is left of it is rounding
        return OneSided(mixed, mixed, "smooth")

    def _curvature(self, direction: Direction) -> Any:
        """The second derivative along a line, where it is the same on both sides."""
        rows = self._along(direction)
        smooth = len(rows) > 1 and all(row.status == "smooth" for row in rows)
        return rows[1].mean if smooth else None

    def _along(self, direction: Direction) -> list[OneSided]:
        key = tuple(direction.items())
        if key not in self.known:
            self.known[key] = orders_along(
                self.rerun, self.exact, direction, 2, missing=self.missing, digits=self.digits
            )
        return self.known[key]
