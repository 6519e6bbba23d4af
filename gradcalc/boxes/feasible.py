"""Points that certainly fulfil equations: a box around one, in which they have a root.

Where there are fewer equations than unknowns, the others stay where they are, and the equations are
solved for those unknowns of which their slopes depend the most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.forms import exact
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.krawczyk import Matrix, root_near
from gradcalc.boxes.newton import newton
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.pinned import Pinned

Arb = Any  # flint.arb

LEAST_PIVOT = 1e-9  # of the largest entry


@dataclass(frozen=True, slots=True)
class Equal:
    """Functions that are to be 0 together."""

    functions: Sequence[Any]

    def values(self, box: Box) -> list[Arb]:
        """The functions."""
        return [function.value(box) for function in self.functions]

    def jacobian(self, box: Box) -> Matrix:
        """Their derivatives, row by row."""
        return [function.gradient(box)[1] for function in self.functions]


def feasible_box(
    equations: Sequence[Any], point: Sequence[float], domain: Sides, bits: int
) -> list[Arb] | None:
    """A box near a point of the domain, in it, in which the equations certainly have a root: as
    many sides of it as there are equations are narrow, the others are single numbers. Or None."""
    box = exact(tuple(point))
    whole = Equal(equations)
    try:
        if all(value.is_zero() for value in whole.values(box)):
            return box
        inner = [k for k, (low, high) in enumerate(domain) if low < point[k] < high]
        slopes = [[float(row[k].mid()) for k in inner] for row in whole.jacobian(box)]
        columns = pivots(slopes)
        if columns is None:
            return None
        chosen = [inner[k] for k in columns]
        system = Equal([Pinned(equation, box, chosen) for equation in equations])
        near = newton(system, [box[k] for k in chosen], bits)
        root = None if near is None else root_near(system, near)
    except NotEnclosedError:
        return None
    if root is None:
        return None
    for k, ball in zip(chosen, root.at, strict=True):
        low, high = domain[k]
        if not (ball >= low and ball <= high):
            return None
        box[k] = ball
    return box


def narrowed_by(equations: Sequence[Any], box: list[Arb]) -> list[Arb] | None:
    """What of a box may fulfil the equations, each by itself; None where nothing does."""
    middle = [ball.mid() for ball in box]
    for equation in equations:
        try:
            slopes, value = equation.slopes(box)[1], equation.value(middle)
        except NotEnclosedError:
            continue
        terms = [s * (x - m) for s, x, m in zip(slopes, box, middle, strict=True)]
        if not sum(terms, value).contains(0):
            return None
        for k, slope in enumerate(slopes):
            if slope.contains(0) or not slope.is_finite() or box[k].is_exact():
                continue
            others = sum((term for j, term in enumerate(terms) if j != k), value)
            left = middle[k] - others / slope
            if not left.overlaps(box[k]):
                return None
            box[k] = left.intersection(box[k])
            terms[k] = slope * (box[k] - middle[k])
    return box


def pivots(rows: Sequence[Sequence[float]]) -> list[int] | None:
    """A column for each row, so that the matrix of these columns is regular: those with the largest
    entries, in elimination. None where the rows are dependent, nearly."""
    left = [list(row) for row in rows]
    largest = max((abs(entry) for row in left for entry in row), default=0.0)
    chosen: list[int] = []
    for k in range(len(left)):
        size, which, row = max(
            ((abs(entry), j, i) for i in range(k, len(left)) for j, entry in enumerate(left[i])),
            default=(0.0, 0, 0),
        )
        if not size > LEAST_PIVOT * largest:
            return None
        left[k], left[row] = left[row], left[k]
        for i in range(k + 1, len(left)):
            factor = left[i][which] / left[k][which]
            left[i] = [a - factor * b for a, b in zip(left[i], left[k], strict=True)]
            left[i][which] = 0.0
        chosen.append(which)
    return chosen
