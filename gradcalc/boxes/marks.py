"""What is known of the parts of a box in which a minimum is looked for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradcalc.boxes.parts import Sides


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a part: `low`, which its values are not below; the coordinates of which the
    border was taken away (`inner`); whether it could be enclosed at all; `at_edge`: it may hold
    points where the function is not defined."""

    low: float = -math.inf
    inner: frozenset[int] = frozenset()
    enclosed: bool = True
    at_edge: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The least value that is attained, and the boxes in which a stationary point is alone."""

    best: float = math.inf
    lone: tuple[Sides, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """A part that is too narrow to be cut."""

    sides: Sides
    mark: Mark


def narrowness(sides: Sides, domain: Sides) -> float:
    """The greatest width of a part, relative to the whole box's side or to its place, whichever is
    smaller."""
    return max(
        (high - low) / min(most - least, max(1.0, abs(low), abs(high)))
        for (low, high), (least, most) in zip(sides, domain, strict=True)
    )
