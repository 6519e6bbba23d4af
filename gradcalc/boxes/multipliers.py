"""A point of Karush, Kuhn and Tucker, proven: a function stationary where constraints hold.

With L(x, m) = f(x) - Σ mᵢ cᵢ(x), the system ∇L = 0, c = 0 has exactly one root in a box of x and m
(Krawczyk). Its Jacobian is the bordered matrix of ∇²L and the constraints' slopes; regular, it says
that those slopes are linearly independent. Of n unknowns and m constraints, n positive eigenvalues
and m negative ones say that ∇²L is positive definite along the constraints (N. I. M. Gould, On
practical conditions for the existence and uniqueness of solutions to the general equality quadratic
programming problem, Mathematical Programming 32, 1985, lemma 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.function import Box
from gradcalc.boxes.inertia import Inertia, inertia
from gradcalc.boxes.krawczyk import Matrix, root_near
from gradcalc.boxes.stationary import Kind, Smooth

Arb = Any  # flint.arb


@dataclass(frozen=True, slots=True)
class Lagrangian:
    """The system whose roots are the points x with their multipliers, x first.

    Its last equations are -c = 0, so that its Jacobian is symmetric.
    """

    function: Smooth
    constraints: Sequence[Smooth]

    def values(self, box: Box) -> list[Arb]:
        """The slopes of L by x, and the constraints with the other sign."""
        point, multipliers = self._parts(box)
        slopes = self.function.gradient(point)[1]
        ends: list[Arb] = []
        for constraint, multiplier in zip(self.constraints, multipliers, strict=True):
            value, own = constraint.gradient(point)
            slopes = [a - multiplier * b for a, b in zip(slopes, own, strict=True)]
            ends.append(-value)
        return [*slopes, *ends]

    def jacobian(self, box: Box) -> Matrix:
        """The bordered matrix."""
        point, multipliers = self._parts(box)
        matrix = [list(row) for row in self.function.hessian(point)]
        borders: list[list[Arb]] = []
        for constraint, multiplier in zip(self.constraints, multipliers, strict=True):
            bent = constraint.hessian(point)
            matrix = [
                [a - multiplier * b for a, b in zip(row, other, strict=True)]
                for row, other in zip(matrix, bent, strict=True)
            ]
            borders.append([-slope for slope in constraint.gradient(point)[1]])
        top = [[*row, *(border[i] for border in borders)] for i, row in enumerate(matrix)]
        return top + [[*border, *([point[0] * 0] * len(borders))] for border in borders]

    def _parts(self, box: Box) -> tuple[Box, Box]:
        size = len(box) - len(self.constraints)
        return box[:size], box[size:]


@dataclass(frozen=True, slots=True)
class Constrained:
    """A proven stationary point along the constraints: its kind along them, and boxes that hold it
    and its multipliers. A point that the constraints leave no way to go counts as a minimum."""

    kind: Kind
    at: tuple[Arb, ...]
    multipliers: tuple[Arb, ...]


def constrained_point(
    function: Smooth, constraints: Sequence[Smooth], point: Box, multipliers: Box
) -> Constrained | None:
    """The stationary point along the constraints next to `point`, as far as it can be proven.

    The middles of `point` and `multipliers` are where it is looked for. NotEnclosedError where a
    function has no enclosure there.
    """
    system = Lagrangian(function, constraints)
    root = root_near(system, [*point, *multipliers])
    if root is None:
        return None
    count, size = len(constraints), len(point)
    kind = _kind(inertia(system.jacobian(root.at)), count)
    return None if kind is None else Constrained(kind, root.at[:size], root.at[size:])


def _kind(signs: Inertia, count: int) -> Kind | None:
    """What the signs of the bordered matrix make of the point along the constraints; each
    constraint has one positive and one negative eigenvalue of its own."""
    if signs.unknown:
        return None
    up, down = signs.positive - count, signs.negative - count
    if up and down:
        return "saddle"
    return "maximum" if down else "minimum"
