"""Directions off the axes: is a function differentiable, and which slopes has it nearby?

Where a function is differentiable, its derivative along any line or curve is the sum of those along
the axes. Where it is not, the slopes it has beside the point, in every direction, are what a
gradient there may be made of: Clarke's subgradients are the mixtures of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from random import Random
from typing import Any

from gradcalc.checks.probe import Exact, Rerun
from gradcalc.checks.sides import (
    WANTED_DIGITS,
    Side,
    by_lead,
    determined,
    number_of,
    side_of,
    value_at,
)
from gradcalc.numbers.bounded import NotDeterminedError, Real, compare
from gradcalc.numbers.germs import Germ, H, InexpressibleError
from gradcalc.numbers.germs.orders import raised
from gradcalc.numbers.system import Numbers

MAX_PAIRED_INPUTS = 4  # inputs that are combined in pairs, to try directions off the axes
RANDOM_DIRECTIONS = 8

RerunAll = Callable[[Numbers, Mapping[str, Any]], Any]  # the value for values of some inputs
ExactAll = Callable[[Numbers], Mapping[str, Any]]
Direction = Mapping[str, tuple[int, int]]  # by input the coefficients of h and of h^2


def along_line(
    rerun: RerunAll, exact: ExactAll, direction: Mapping[str, int]
) -> tuple[Rerun, Exact]:
    """The program as a function of t at x + t·direction, and where t is: at 0."""

    def along(numbers: Any, t: Any) -> Any:
        at = exact(numbers)
        return rerun(numbers, {name: at[name] + t * c for name, c in direction.items()})

    return along, lambda numbers: numbers.number(Fraction(0))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is off the axes: directions in which the function is not as along them.

    Along `bent` it has another derivative than the axes say, or none; towards `beyond` it is
    undefined, so that the point is on the edge of its domain. None: no such direction was found.
    """

    bent: Direction | None = None
    beyond: Direction | None = None


def surroundings(
    rerun: RerunAll, exact: ExactAll, names: Sequence[str], seed: int = 0
) -> Surroundings:
    """What is off the axes of some inputs, along each of which there is a derivative, if only on
    one side. NotDeterminedError where germs don't tell of a direction, and no other is bent.

    Where a function is differentiable, its derivative along a line or a parabola is the sum of
    those along the axes. Tried are the axes, ±(e_i ± e_j), h·e_i + h²·e_j and random directions.
    """
    directions = list(_directions(names, seed))

    def look(some: Sequence[Direction]) -> Surroundings:
        return determined(lambda n: _Around(rerun, exact(n), n).look(names, some))

    try:
        return look(directions)
    except (InexpressibleError, NotDeterminedError):
        look(())  # the axes alone
    untold = False
    for direction in directions:  # one of which germs can't tell
        try:
            found = look((direction,))
        except (InexpressibleError, NotDeterminedError):
            untold = True
            continue
        if found.bent:
            return found
    if untold:
        raise NotDeterminedError
    return Surroundings()


class _Around:
    """How a function changes along directions, in one system of germs."""

    def __init__(self, rerun: RerunAll, held: Mapping[str, Any], n: Any) -> None:
        self.rerun = rerun
        self.held = held
        self.n = n
        self.here = _value_of_all(rerun, n, held)

    def look(self, names: Sequence[str], directions: Sequence[Direction]) -> Surroundings:
        """Is one of these directions bent, or beyond the edge of the domain?"""
        axes: dict[str, Real] = {}
        closed: set[tuple[str, int]] = set()  # ways along an axis that leave the domain
        for name in names:
            for sign in (1, -1):
                along = self.side({name: (sign, 0)})
                if along.kind == "none":
                    closed.add((name, sign))
                elif along.kind != "finite" or compare(
                    axes.setdefault(name, along.slope * sign), along.slope * sign
                ):
                    return Surroundings({name: (sign, 0)})
            if name not in axes:
                return Surroundings({name: (1, 0)})
        beyond: Direction | None = None
        for direction in directions:
            along = self.side(direction)
            if along.kind == "none":
                ways = {(name, -1 if a + b < 0 else 1) for name, (a, b) in direction.items()}
                beyond = beyond or (None if ways & closed else direction)
                continue
            linear = sum((axes[name] * a for name, (a, _) in direction.items()), 0)
            if along.kind != "finite" or compare(along.slope, linear):
                return Surroundings(direction, beyond)
        return Surroundings(None, beyond and self._narrowed(beyond))

    def side(self, direction: Direction) -> Side:
        """How the function changes along a direction."""
        if self.here is None:
            return Side("none")
        step = self.n.field.step
        moved = {
            name: self.held[name] + (step(a) + step(1) * step(b))
            for name, (a, b) in direction.items()
        }
        return side_of(_value_of_all(self.rerun, self.n, moved), self.here, 1)

    def _narrowed(self, beyond: Direction) -> Direction:
        """A way out of the domain, of as few inputs as lead there."""
        for name in list(beyond):
            fewer = {other: step for other, step in beyond.items() if other != name}
            if self.side(fewer).kind == "none":
                beyond = fewer
        return beyond


def slopes_beside(
    rerun: RerunAll,
    exact: ExactAll,
    direction: Mapping[str, int],
    ways: Sequence[Mapping[str, int]],
) -> list[Any]:
    """The slopes along a direction a hair beside the point, for each way that is gone there.

    That is the limit of (f(x + h·way + h²·direction) - f(x + h·way))/h², an mpmath number. Ways on
    which the function is undefined are left out; there is none at all where one grows infinite.
    """

    def attempt(n: Any) -> list[Any]:
        field, slopes = n.field, []
        for way in ways:
            at = exact(n)
            near = {name: at[name] + field.step(way.get(name, 0)) for name in direction}
            moved = {
                name: x + field.step(1) * field.step(direction[name]) for name, x in near.items()
            }
            here, there = (_value_of_all(rerun, n, x) for x in (near, moved))
            if here is None or there is None:
                continue
            along = by_lead((there - here).shifted(raised(H, -1)), 1)
            if along.kind != "finite":
                return []
            slopes.append(number_of(n, along.slope, WANTED_DIGITS))
        return slopes

    return determined(attempt)


def _value_of_all(rerun: RerunAll, n: Any, held: Mapping[str, Any]) -> Germ | None:
    return value_at(rerun, n, held)  # type: ignore[arg-type]


def _directions(names: Sequence[str], seed: int) -> Iterator[Direction]:
    paired = names[:MAX_PAIRED_INPUTS]
    for one, other in combinations(paired, 2):
        for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            yield {one: (a, 0), other: (b, 0)}
    for one, other in permutations(paired, 2):
        yield {one: (1, 0), other: (0, 1)}
    random = Random(seed)
    for _ in range(RANDOM_DIRECTIONS if len(names) > 1 else 0):
        yield {name: (random.choice((-1, 1)) * random.randint(1, 99), 0) for name in names}
