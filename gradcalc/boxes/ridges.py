"""Stationary points along equations, in a part: Krawczyk's operator on Lagrange's function.

At a minimum subject to equations c = 0 whose slopes are linearly independent, ∇f is a sum of these
slopes, Σ mᵢ ∇cᵢ. Over a part the multipliers mᵢ are enclosed by solving as many of these linear
equations, over balls, as there are multipliers: that it can be done proves independence as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcalc.boxes.conditions import Conditions
from gradcalc.boxes.feasible import pivots
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import balls, ends
from gradcalc.boxes.krawczyk import narrowed, unique_root
from gradcalc.boxes.multipliers import Lagrangian
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.pinned import Pinned
from gradcalc.boxes.valleys import Lone, is_within_side, moved, widened

Arb = Any  # flint.arb


class Ridge:
    """A function along equations over a part, by the coordinates `free`.

    NotEnclosedError where the multipliers have no enclosure.
    """

    def __init__(
        self, function: Any, equations: Sequence[Any], sides: Sides, free: Sequence[int]
    ) -> None:
        box = balls(sides)
        self.function, self.sides, self.free = function, sides, free
        self.point = [box[k] for k in free]
        pinned = Pinned(function, box, free)
        walls = [Pinned(equation, box, free) for equation in equations]
        self.system = Lagrangian(pinned, walls)
        slopes = pinned.gradient(self.point)[1]
        self.multipliers = _multipliers(slopes, [wall.gradient(self.point)[1] for wall in walls])

    def less(self) -> Sides | None:
        """What of the part may hold a minimum; None where there is none."""
        box = [*self.point, *self.multipliers]
        middle = [ball.mid() for ball in box]
        moves = [ball - m for ball, m in zip(box, middle, strict=True)]
        left = narrowed(self.system.jacobian(box), self.system.values(middle), moves)
        if left is None:
            return None
        count = len(self.free)
        return moved(self.sides, self.free, middle[:count], left[:count])

    def lone_point(self, domain: Sides, holds: Conditions) -> tuple[Lone, ...] | None:
        """The one stationary point of the part; () where it certainly does not count, None where
        that there is exactly one is not proven. The part should be made a little wider."""
        root = unique_root(self.system, [*self.point, *self.multipliers])
        if root is None:
            return None
        at = balls(self.sides)
        for k, ball in zip(self.free, root.at, strict=False):
            at[k] = ball
        within = [
            is_within_side(self.system, root.at, place, domain[k])
            for place, k in enumerate(self.free)
        ]
        feasible = holds.within(at)
        if False in within or feasible is False:
            return ()
        inside = all(within) and feasible is True
        return (Lone(tuple(map(ends, at)), self.sides, ends(self.function.value(at)), inside),)


def lone_along(
    function: Any, sides: Sides, free: Sequence[int], domain: Sides, holds: Conditions
) -> tuple[Lone, ...] | None:
    """The one stationary point along the equations of a part made a little wider; as
    `Ridge.lone_point`."""
    try:
        wide = widened(sides, free, domain)
        return Ridge(function, holds.equations, wide, free).lone_point(domain, holds)
    except NotEnclosedError:
        return None


def _multipliers(slopes: Sequence[Arb], rows: Sequence[Sequence[Arb]]) -> list[Arb]:
    """All multipliers by which the rows can add up to the slopes."""
    from flint import arb_mat

    chosen = pivots([[float(entry.mid()) for entry in row] for row in rows])
    if chosen is None:
        raise NotEnclosedError("the slopes of the equations may be dependent")
    matrix = arb_mat([[row[k] for row in rows] for k in chosen])
    try:
        solution = matrix.solve(arb_mat([[slopes[k]] for k in chosen]))
    except ZeroDivisionError:
        raise NotEnclosedError("the slopes of the equations may be dependent") from None
    return [solution[i, 0] for i in range(len(rows))]
