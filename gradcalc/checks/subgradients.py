"""Is a gradient at a kink a valid one, or do its entries not belong together?

The mean of the one-sided derivatives along each axis is (½, ½, ½) for max(a, b, c) at a tie, where
a + h, b + h, c + h changes it by h and not by 1.5·h.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from gradcalc.checks.directions import ExactAll, RerunAll, slopes_beside
from gradcalc.checks.probe import OneSided
from gradcalc.numbers.bounded import NotDeterminedError
from gradcalc.numbers.germs import InexpressibleError

RANDOM_DIRECTIONS = 2
RANDOM_WAYS = 3  # and back
TOLERANCE = 1e-25  # relative

Direction = Mapping[str, int]


def misfits(rerun: RerunAll, exact: ExactAll, gradient: Mapping[str, Any]) -> int:
    """Of some directions, along how many no mixture of the slopes beside the point is the one that
    a gradient says: then it is no subgradient (Clarke's).

    A direction that germs can't tell of doesn't count.
    """
    count = 0
    ways = list(_ways(gradient))
    for direction in _directions(gradient):
        back = {name: -c for name, c in direction.items()}
        try:
            slopes = slopes_beside(rerun, exact, direction, [direction, back, *ways])
        except (InexpressibleError, NotDeterminedError):
            continue
        if not slopes:
            continue
        slope = sum(gradient[name] * c for name, c in direction.items())
        room = TOLERANCE * sum(abs(gradient[name] * c) for name, c in direction.items())
        count += not min(slopes) - room <= slope <= max(slopes) + room
    return count


def alike(parts: Mapping[str, tuple[Any, Any, OneSided]]) -> dict[str, Any]:
    """The mean of the slopes of all inputs that are equal and change the function alike.

    Of each input its slope, its value, and its one-sided derivatives.
    """
    groups: dict[Any, list[str]] = {}
    for name, (_, at, side) in parts.items():
        groups.setdefault((at, float(side.left), float(side.right)), []).append(name)
    return {
        name: sum(parts[other][0] for other in names) / len(names)
        for names in groups.values()
        for name in names
    }


def _directions(gradient: Mapping[str, Any]) -> Iterator[Direction]:
    yield {name: -1 if slope < 0 else 1 for name, slope in gradient.items()}
    yield dict.fromkeys(gradient, 1)
    random = Random(0)
    for _ in range(RANDOM_DIRECTIONS):
        yield {name: random.choice((-1, 1)) * random.randint(1, 9) for name in gradient}


def _ways(gradient: Mapping[str, Any]) -> Iterator[Direction]:
    """Ways off the point on which hardly anything is tied."""
    random = Random(1)
    for _ in range(RANDOM_WAYS):
        way = {name: random.randint(-9999, 9999) for name in gradient}
        yield way
        yield {name: -c for name, c in way.items()}
