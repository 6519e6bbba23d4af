"""Directions off the axes: is a function differentiable, and which slopes has it nearby?

Where a function is differentiable, its derivative along any line or curve is the sum of those along
the axes. Where it is not, the slopes it has beside the point, in every direction, are what a
gradient there may be made of: Clarke's subgradients are the mixtures of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from gradcalc.numbers.bounded import Real, compare
from gradcalc.numbers.germs import Germ, H
from gradcalc.numbers.germs.orders import raised
from gradcalc.numbers.system import Numbers

MAX_PAIRED_INPUTS = 4  # inputs that are combined in pairs, to try directions off the axes
RANDOM_DIRECTIONS = 4

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


def bent_direction(
    rerun: RerunAll, exact: ExactAll, names: Sequence[str], seed: int = 0
) -> Direction | None:
    """A direction along which the function is not differentiable as the axes say; None: there
    is none among those that are tried.

    Where a function is differentiable, its derivative along a line or a parabola is the sum of
    those along the axes; where it is undefined nothing is known. Tried are the axes, ±(e_i ± e_j),
    h·e_i + h²·e_j and random directions.
    """

    def attempt(n: Any) -> Direction | None:
        held = exact(n)
        field = n.field
        here = _value_of_all(rerun, n, {name: held[name] for name in names})
        if here is None:
            return dict.fromkeys(names, (0, 0))

        def side(direction: Direction) -> Side:
            """How the function changes along a direction."""
            moved = {
                name: held[name] + (field.step(a) + field.step(1) * field.step(b))
                for name, (a, b) in direction.items()
            }
            return side_of(value_at(rerun, n, moved), here, 1)  # type: ignore[arg-type]

        axes: dict[str, Real] = {}
        for name in names:
            along = side({name: (1, 0)})
            if along.kind != "finite":
                return {name: (1, 0)}
            axes[name] = along.slope
        for direction in _directions(names, seed):
            along = side(direction)
            if along.kind == "none":  # beyond the edge of the domain
                continue
            linear = sum((axes[name] * a for name, (a, _) in direction.items()), 0)
            if along.kind != "finite" or compare(along.slope, linear):
                return direction
        return None

    return determined(attempt)


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
    for name in names:
        yield {name: (-1, 0)}
    paired = names[:MAX_PAIRED_INPUTS]
    for one, other in combinations(paired, 2):
        for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            yield {one: (a, 0), other: (b, 0)}
    for one, other in permutations(paired, 2):
        yield {one: (1, 0), other: (0, 1)}
    random = Random(seed)
    for _ in range(RANDOM_DIRECTIONS if len(names) > 1 else 0):
        yield {name: (random.choice((-1, 1)) * random.randint(1, 99), 0) for name in names}
