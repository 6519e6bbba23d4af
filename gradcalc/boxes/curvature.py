"""Is a function convex on a box? Proven by its Hessian all over it, or refuted by one point.

A part on which the Hessian is certainly positive semidefinite is done with; a point at which it
bends down in some direction settles the matter; else the part is cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from gradcalc.boxes.composition import Shape
from gradcalc.boxes.extremes import BITS
from gradcalc.boxes.forms import Point, exact, middle_of
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inertia import inertia
from gradcalc.boxes.inputs import balls
from gradcalc.boxes.parts import Look, Looker, Part, Sides, halves, relative_width, widest
from gradcalc.boxes.search import Limits, search
from gradcalc.boxes.steepness import Differentiable

Arb = Any  # flint.arb
Matrix = list[list[Arb]]


@dataclass(frozen=True, slots=True)
class Bend:
    """A point and a direction in which the function is certainly bent down there (up, where that
    is asked)."""

    at: Point
    direction: tuple[float, ...]


class Curved(Differentiable, Protocol):
    """A function that may be convex by what it is made of."""

    def value(self, box: Box) -> Arb:
        """All its values in the box."""

    def composed(self, box: Box, part: Sides) -> Shape:
        """Is it convex, or concave, all over a part?"""


@dataclass(frozen=True, slots=True)
class Convexity:
    """Is a function convex, or concave with the `sign` -1? A `Question`."""

    function: Curved
    sign: int
    least_width: float
    bits: int = BITS

    def looker(self) -> Looker:
        """Looks at a part; nothing needs to be known."""
        return self._look

    def _look(self, part: Part, known: Any) -> Look:
        middle = middle_of(part.sides)
        try:
            bend = bent_down(self._hessian(exact(middle)), middle)
            if bend is not None:
                return Look((bend,))
            if certainly_convex(self._hessian(balls(part.sides))):
                return Look()
            if self._is_composed(part.sides, kinked=False):
                return Look()
            rank = part.rank + 1
        except NotEnclosedError as error:
            if self._is_composed(part.sides, kinked=part.rank == 0):
                return Look()
            bend = self._chord(part.sides)
            if bend is not None:
                return Look((bend,))
            if not error.divisible:
                return Look((None,))
            rank = -1 / max(map(relative_width, part.sides))  # the narrowest first: it stays open
        parts = halves(part.sides, widest(part.sides))
        if parts is None or max(map(relative_width, part.sides)) < self.least_width:
            return Look((None,))
        return Look((), tuple(Part(sides, rank) for sides in parts))

    def _is_composed(self, part: Sides, *, kinked: bool) -> bool:
        """Is it convex by what it is made of? Only of the whole box that says something if there
        may be kinks: parts on both sides of one could be convex, and both together not."""
        try:
            shape = self.function.composed(balls(part), part)
        except NotEnclosedError:
            return False
        holds = shape.convex if self.sign > 0 else shape.concave
        return holds and (kinked or not shape.kinked)

    def _chord(self, part: Sides) -> Bend | None:
        """The middle of a side's or the diagonal's chord, where the function is above the chord."""
        middle, size = middle_of(part), len(part)
        for chosen in (*((k,) for k in range(size)), tuple(range(size))):
            low, high = (
                exact(tuple(x[end] if k in chosen else middle[k] for k, x in enumerate(part)))
                for end in (0, 1)
            )
            between = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
            try:
                ends, value = map(self.function.value, (low, high)), self.function.value(between)
                rise = (value * 2 - sum(ends)) * self.sign
            except NotEnclosedError:
                continue
            if rise > 0:
                return Bend(middle, tuple(float(k in chosen) for k in range(size)))
        return None

    def _hessian(self, box: Box) -> Matrix:
        hessian = self.function.curves(box)[1]
        if not all(entry.is_finite() for row in hessian for entry in row):
            raise NotEnclosedError("a second derivative has no finite enclosure over the box")
        return hessian if self.sign > 0 else [[-entry for entry in row] for row in hessian]


@dataclass(slots=True)
class Verdict:
    """A bend that refutes it, or a part that stays open."""

    bend: Bend | None = None
    is_open: bool = False

    def known(self) -> None:
        """Nothing."""

    def enter(self, part: Part, look: Look) -> Iterable[Part]:
        """Keep what was found."""
        for one in look.findings:
            if isinstance(one, Bend):
                self.bend = self.bend or one
            else:
                self.is_open = True
        return look.rest

    def done(self, first: Part) -> bool:
        """Is it refuted, or can it not be proven any more?"""
        return self.bend is not None or self.is_open


def is_convex(
    function: Curved, sides: Sides, least_width: float, limits: Limits, sign: int = 1
) -> tuple[bool | None, Bend | None]:
    """Is the function convex on the box (concave, with the `sign` -1)? None where that is open; a
    point that refutes it."""
    verdict = Verdict()
    question = Convexity(function, sign, least_width)
    ending = search(question, [Part(sides, 0.0)], verdict, limits)
    if verdict.bend is not None:
        return False, verdict.bend
    return (None if verdict.is_open or ending.left else True), None


def certainly_convex(hessian: Matrix) -> bool:
    """Is every symmetric matrix within this one positive semidefinite?

    It is diagonally dominant (Gershgorin), or its minors of one and two rows are not negative, or
    it has only positive eigenvalues.
    """
    dominant = all(
        row[i] >= sum(abs(entry).upper() for j, entry in enumerate(row) if j != i)
        for i, row in enumerate(hessian)
    )
    if dominant or len(hessian) == 1:
        return dominant
    if len(hessian) > 2:
        return inertia(hessian).positive == len(hessian)
    (a, b), (_, c) = hessian
    return bool(a >= 0 and c >= 0 and a * c >= abs(b).upper() ** 2)


def bent_down(hessian: Matrix, at: Point) -> Bend | None:
    """A direction in which the Hessian at a point is certainly negative."""
    size = range(len(hessian))
    direction = _lowest([[float(entry.mid()) for entry in row] for row in hessian])
    v = exact(direction)
    form = sum(v[i] * hessian[i][j] * v[j] for i in size for j in size)
    return Bend(at, direction) if form < 0 else None


def _lowest(matrix: list[list[float]]) -> Point:
    """The direction in which a symmetric matrix bends down the most, nearly."""
    if len(matrix) == 1:
        return (1.0,)
    if len(matrix) == 2:  # the angle of its axes: NumPy takes longer to import than all else
        (a, b), (_, c) = matrix
        angle = (math.atan2(2 * b, a - c) + math.pi) / 2
        return math.cos(angle), math.sin(angle)
    import numpy as np

    _, vectors = np.linalg.eigh(np.array(matrix))
    return tuple(map(float, vectors[:, 0]))
