"""How steep a function is at a cone: the slopes of hypot(u, v) by u and v are a point on a circle.

One by one they are all that lies in [-1, 1], which makes hypot(x, y) as steep as the square root
of 2; together they are a vector of length 1, nearly everywhere. The gradient of what is made of a
hypot is g + s1*a1 + s2*a2 + ... with these slopes s, and its length follows from g and a.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from gradcalc.numbers.ranges import integer_power
from gradcalc.rules.table import SCALAR
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import guarded

Arb = Any  # flint.arb
Vector = list[Arb]
MAX_SIGNED = 6  # inputs, up to which the signs of the entries of a gradient are all tried
POWER = 64


@dataclass(frozen=True, slots=True)
class Cone:
    """The steps of a derivative's trace that are a length's slopes: `sides` has for each of the
    things it is the length of those whose product is the slope by it; `steps` has them all."""

    sides: tuple[frozenset[int], ...]
    steps: frozenset[int]

    def fixed(self, one: Arb) -> list[dict[int, Arb]]:
        """What to fix the steps at: for g all at 0, then for each g + a."""
        nothing = dict.fromkeys(self.steps, one * 0)
        return [nothing, *({**nothing, **dict.fromkeys(side, one)} for side in self.sides)]


@cache
def cone_slopes() -> frozenset[str]:
    """The rows that are partials of lengths."""
    return frozenset(row.cone for row in SCALAR.values() if row.cone)


def cones(trace: Trace) -> list[Cone]:
    """The lengths in a trace of a gradient: hypot(hypot(x, y), z) is one, of three things.

    A way from the result to an input goes through a step once: in the slopes of one length the
    gradient is affine, unless the value needs them too, as that of x/hypot(x, y).
    """
    value = set(guarded(trace, [trace.result]))
    users: dict[int, set[int]] = {}
    for slot, arguments in enumerate(trace.arguments):
        for argument in arguments:
            users.setdefault(argument, set()).add(slot)
    lengths = [slot for slot, row in enumerate(trace.rules) if row.cone]
    slopes = {slot: _slopes(trace, slot, users) for slot in lengths}
    inner = {
        side
        for slot in lengths
        for side in slopes[slot]
        if side in slopes and users[side] <= {slot, *slopes[slot].values()}
    }
    found = []
    for slot in lengths:
        if slot not in inner and slopes[slot]:
            sides = tuple(_flat(slot, slopes, inner))
            steps = frozenset[int]().union(*sides)
            if not steps & value:
                found.append(Cone(sides, steps))
    return found


def _slopes(trace: Trace, length: int, users: dict[int, set[int]]) -> dict[int, int]:
    """By argument of a length, the step that is its slope by it."""
    slope, sides = trace.rules[length].cone, trace.arguments[length]
    return {
        side: step
        for side in sides
        for step in sorted(users[side])
        if trace.rules[step].name == slope
        and trace.arguments[step][0] == side
        and {*trace.arguments[step]} == {*sides}
    }


def _flat(length: int, slopes: dict[int, dict[int, int]], inner: set[int]) -> list[frozenset[int]]:
    """The steps whose products are the slopes of a length, by what lengths in it are lengths of."""
    sides: list[frozenset[int]] = []
    left: list[tuple[int, frozenset[int]]] = [(length, frozenset())]
    while left:
        slot, before = left.pop()
        for side, step in slopes[slot].items():
            if side in inner:
                left.append((side, before | {step}))
            else:
                sides.append(before | {step})
    return sides


def longest(gradients: Sequence[Vector]) -> Arb:
    """An upper bound of the Euclidean length of g + s1*a1 + ..., s of length 1, from g, g + a1, …

    Its square is at most g*g + 2*|(a1*g, …)| + the greatest eigenvalue of the matrix of all ai*aj.
    """
    g, ways = _ways(gradients)
    along = _root(sum((integer_power(_dot(a, g), 2) for a in ways), g[0] * 0))
    return _root(_dot(g, g) + 2 * along + _greatest_eigenvalue(ways)).upper()


def largest_sum(gradients: Sequence[Vector]) -> Arb:
    """As `longest`, of the sum of the entries' sizes: the greatest with any signs of the entries,
    each of which is linear in the slopes. Not finite where there are too many."""
    g, ways = _ways(gradients)
    if len(g) > MAX_SIGNED:
        return type(g[0]).pos_inf()
    sums = []
    for signs in product((-1, 1), repeat=len(g)):
        size = _root(sum((integer_power(_dot(a, signs), 2) for a in ways), g[0] * 0))
        sums.append((_dot(g, signs) + size).upper())
    greatest = sums[0]
    for one in sums[1:]:
        greatest = greatest.max(one)
    return greatest


def _ways(gradients: Sequence[Vector]) -> tuple[Vector, list[Vector]]:
    g = gradients[0]
    return g, [[b - a for a, b in zip(g, one, strict=True)] for one in gradients[1:]]


def _dot(a: Sequence[Any], b: Sequence[Any]) -> Arb:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _root(square: Arb) -> Arb:
    """The square root of what is never below 0."""
    return square.nonnegative_part().sqrt()


def _greatest_eigenvalue(ways: Sequence[Vector]) -> Arb:
    """An upper bound, for the matrix of the products of vectors.

    With rows and columns exchanged the products have the same one. It is that of two by two, or the
    root of the sums of the rows of a power: the higher the power, the nearer.
    """
    from flint import arb, arb_mat

    columns = [list(column) for column in zip(*ways, strict=True)]
    few = min(ways, columns, key=len)
    products = arb_mat([[_dot(a, b) for b in few] for a in few])
    if len(few) == 2:
        half, gap = products.trace() / 2, (products[0, 0] - products[1, 1]) / 2
        return half + _root(integer_power(gap, 2) + integer_power(products[0, 1], 2))
    power = products**POWER
    size = range(len(few))
    sums = [sum((abs(power[i, j]) for j in size), arb(0)) for i in size]
    greatest = sums[0]
    for one in sums[1:]:
        greatest = greatest.max(one)
    return greatest.upper().root(POWER)
