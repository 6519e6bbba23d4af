"""What is true of a formula at a point: its status, value and one-sided derivatives."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

from tests.fuzz.formulas.sides import (
    UNIT,
    H,
    OutsideError,
    Side,
    UnclearError,
    add,
    clear,
    mp,
    number,
    rank,
    sub,
)
from tests.fuzz.formulas.trees import Tree, ieee, value

INF = math.inf


class Truth(NamedTuple):
    """The status at a point; value (None: there is none) and one-sided derivatives there.

    `limit` is what the value tends to where there is none, infinite on both sides alike or not, and
    `ieee` what IEEE's arithmetic makes of it, as of log(0).
    """

    status: str
    value: Any = None
    left: Any = None
    right: Any = None
    limit: Any = None
    ieee: Any = None


def truth(tree: Tree, place: Fraction) -> Truth:
    """What a tree does at a number and beside it; UnclearError where the oracle can't tell."""
    sides: list[Side | None] = []
    for direction in (-1, 1):
        beside = add(number(place), Side([(H, mp.mpf(direction))]))
        try:
            sides.append(value(tree, beside))
        except OutsideError:
            sides.append(None)
    try:
        here = value(tree, number(place), ieee)
    except OutsideError:
        here = None
    if isinstance(here, Side):
        return _with_value(sides, here)
    return _without_value(sides)._replace(ieee=here)


def _with_value(sides: list[Side | None], here: Side) -> Truth:
    at = here.split()[0]
    left, right = (_slope(side, here, d) for side, d in zip(sides, (-1, 1), strict=True))
    slopes = left, right
    if "jump" in slopes:
        return Truth("jump", at)
    if left is None and right is None:
        return Truth("undefined", at)
    infinite = [s in (INF, -INF) for s in slopes if s is not None]
    if None in slopes:
        return Truth("vertical" if any(infinite) else "one-sided", at, left, right)
    if not any(infinite):
        smooth = abs(left - right) <= abs(left) * clear()
        return Truth("smooth" if smooth else "kink", at, left, right)
    return Truth("cusp" if all(infinite) and left != right else "vertical", at, left, right)


def _slope(side: Side | None, here: Side, direction: int) -> Any:
    """The derivative on one side; None where it is undefined, or a jump."""
    if side is None:
        return None
    change = sub(side, here)
    if not change.terms:
        if change.rest is not None and rank(change.rest) <= rank(H):
            raise UnclearError("too few terms")
        return mp.mpf(0)
    order, k = change.terms[0]
    if rank(order) <= rank(UNIT):
        return "jump"
    if rank(order) < rank(H):
        return INF if k * direction > 0 else -INF
    return k * direction if order == H else mp.mpf(0)


def _without_value(sides: list[Side | None]) -> Truth:
    there = [side for side in sides if side is not None]
    if not there:
        return Truth("undefined")
    if any(side.is_infinite for side in there):
        slopes = [
            -INF * side.sign * d if side is not None and side.is_infinite else None
            for side, d in zip(sides, (-1, 1), strict=True)
        ]
        ends = {side.sign for side in there if side.is_infinite}
        return Truth("pole", None, *slopes, INF * ends.pop() if len(ends) == 1 else None)
    limits = [side.split()[0] for side in there]
    if len(limits) == 2 and sub(number(limits[0]), number(limits[1])).sign:
        return Truth("undefined")
    found = _with_value(sides, number(limits[0]))
    return Truth("removable", None, found.left, found.right, limits[0])
