"""Is a gradient at a kink a valid one, or do its entries not belong together?

The mean of the one-sided derivatives along each axis is (½, ½, ½) for max(a, b, c) at a tie, where
a + h, b + h, c + h changes it by h and not by 1.5·h.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from gradcalc.checks.onesided import ExactAll, RerunAll, along_line, one_sided
from gradcalc.checks.probe import OneSided
from gradcalc.numbers.bounded import NotDeterminedError
from gradcalc.numbers.germs import InexpressibleError

RANDOM_DIRECTIONS = 4
TOLERANCE = 1e-25  # relative


def misfits(rerun: RerunAll, exact: ExactAll, gradient: Mapping[str, Any]) -> int:
    """Of some directions, along how many the slope is not between the one-sided derivatives there.

    A direction that germs can't tell of doesn't count.
    """
    count = 0
    for direction in _directions(gradient):
        try:
            side = one_sided(*along_line(rerun, exact, direction))
        except (InexpressibleError, NotDeterminedError):
            continue
        if side.left is None or side.right is None or side.status not in ("smooth", "kink"):
            continue
        slope = sum(gradient[name] * c for name, c in direction.items())
        low, high = sorted((side.left, side.right))
        room = TOLERANCE * sum(abs(gradient[name] * c) for name, c in direction.items())
        count += not low - room <= slope <= high + room
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


def _directions(gradient: Mapping[str, Any]) -> Iterator[dict[str, int]]:
    yield {name: -1 if slope < 0 else 1 for name, slope in gradient.items()}
    yield dict.fromkeys(gradient, 1)
    random = Random(0)
    for _ in range(RANDOM_DIRECTIONS):
        yield {name: random.choice((-1, 1)) * random.randint(1, 9) for name in gradient}
