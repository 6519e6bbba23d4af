"""Parts of a box, what is asked of each, and how one is cut in two."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Sides = tuple[tuple[float, float], ...]  # the ends of a part by input, in the order of the names

CUT = 0.4969  # of a side: off its centre, where no symmetry puts a root on the cut


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the box: parts of the least rank are looked at first. `mark` is the question's."""

    sides: Sides
    rank: float = -math.inf
    mark: Any = None


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a part, and the parts of it that are left."""

    findings: tuple[Any, ...] = ()
    rest: tuple[Part, ...] = ()


Looker = Callable[[Part, Any], Look]  # a part, and what is known


class Question(Protocol):
    """What is asked of each part. It is pickled, to be asked in other processes."""

    def looker(self) -> Looker:
        """What looks at a part, knowing what was `known` when the round began.

        It is called with the precision set. Its answer depends on the part and on what is known,
        on nothing else: no state that is kept from part to part may change it.
        """

    @property
    def bits(self) -> int:
        """The working precision."""


def halves(sides: Sides, which: int) -> tuple[Sides, Sides] | None:
    """Both parts of a box that is cut across side `which`; None where float64 has no place to."""
    low, high = sides[which]
    cut = low * (1 - CUT) + high * CUT
    if not low < cut < high:
        return None
    return (
        (*sides[:which], (low, cut), *sides[which + 1 :]),
        (*sides[:which], (cut, high), *sides[which + 1 :]),
    )


def off_centre(sides: Sides) -> tuple[float, ...]:
    """A point of a part, off its middle."""
    points = ((low * (1 - CUT) + high * CUT, low, high) for low, high in sides)
    return tuple(min(max(point, low), high) for point, low, high in points)


def widest(sides: Sides, weights: Sequence[float] | None = None) -> int:
    """The side to cut: the one that is widest, relative to its place.

    `weights` are the greatest derivatives by side, where they are known: then the one along which
    the function may vary most (smear).
    """
    if weights is not None and all(map(math.isfinite, weights)):
        smears = [(high - low) * w for (low, high), w in zip(sides, weights, strict=True)]
        if max(smears) > 0:
            return max(range(len(sides)), key=smears.__getitem__)
    widths = [relative_width(side) for side in sides]
    return max(range(len(sides)), key=widths.__getitem__)


def relative_width(side: tuple[float, float]) -> float:
    """The width of a side, relative to its place where that is farther from 0 than 1."""
    low, high = side
    return (high - low) / max(1.0, abs(low + high) / 2)
