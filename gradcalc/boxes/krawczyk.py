"""Krawczyk's operator: exactly one root of a system of equations in a box, as a theorem.

For g with Jacobian J over a box X with midpoint m, and any matrix Y (here the inverse of J's
middle), K = m - Y g(m) + (I - Y J(X)) (X - m) holds every root of g in X. If K lies in the
interior of X, there is exactly one, and J is regular all over X (Krawczyk 1969; Moore 1977;
Neumaier, Interval Methods for Systems of Equations, 1990, theorem 5.1.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gradcalc.boxes.function import Box, NotEnclosedError

Arb = Any  # flint.arb
Matrix = list[list[Arb]]

# Half widths of the boxes that are tried around a point, as powers of two.
WIDTHS = (-4, -7, -11, -16, -23, -33, -48, -70, -100)
MAX_TIGHTENINGS = 40


class System(Protocol):
    """As many equations as unknowns, over boxes; NotEnclosedError where they have no enclosure."""

    def values(self, box: Box) -> list[Arb]:
        """The left sides of the equations, which are to be 0."""

    def jacobian(self, box: Box) -> Matrix:
        """Their derivatives: row i, column j is equation i by unknown j."""


@dataclass(frozen=True, slots=True)
class Root:
    """Exactly one root lies in the box `unique`, and it lies in the box `at`."""

    at: tuple[Arb, ...]
    unique: tuple[Arb, ...]


def contracted(system: System, box: Box) -> list[Arb]:
    """Krawczyk's operator: a box that holds every root in `box`.

    ZeroDivisionError where the middle of the Jacobian is singular; NotEnclosedError.
    """
    from flint import arb_mat

    middle = [ball.mid() for ball in box]
    jacobian = arb_mat(system.jacobian(box))
    inverse = jacobian.mid().inv().mid()
    values = arb_mat([[value] for value in system.values(middle)])
    size = len(box)
    identity = arb_mat([[int(i == j) for j in range(size)] for i in range(size)])
    offsets = arb_mat([[ball - m] for ball, m in zip(box, middle, strict=True)])
    moved = (identity - inverse * jacobian) * offsets - inverse * values
    return [m + moved[i, 0] for i, m in enumerate(middle)]


def unique_root(system: System, box: Box) -> Root | None:
    """The one root in the box, where it is proven that there is exactly one.

    NotEnclosedError where the system has no enclosure over the box.
    """
    try:
        inner = contracted(system, box)
    except ZeroDivisionError:
        return None
    if not inside(inner, box):
        return None
    return Root(tuple(_tightened(system, inner)), tuple(box))


def root_near(system: System, point: Sequence[Arb]) -> Root | None:
    """The root next to a point, proven, in a box as large as possible around it; or None.

    The point should be nearer to the root than the working precision needs: boxes are tried down
    to a half width of 2^-100 of each coordinate (of 1, where that is smaller).
    NotEnclosedError where the system has no enclosure even over the smallest box.
    """
    failure: NotEnclosedError | None = None
    for box in boxes_around(point):
        try:
            if root := unique_root(system, box):
                return root
            failure = None
        except NotEnclosedError as error:
            failure = error
    if failure is not None:
        raise failure
    return None


def boxes_around(point: Sequence[Arb]) -> Iterator[list[Arb]]:
    """Boxes around a point, each smaller than the last."""
    from flint import arb

    for width in WIDTHS:
        yield [arb(x.mid(), max(abs(x.mid()), arb(1)) * arb(2) ** width) for x in point]


def inside(inner: Sequence[Arb], outer: Sequence[Arb]) -> bool:
    """Does a box lie in the interior of another?"""
    pairs = zip(inner, outer, strict=True)
    return all(small.is_finite() and large.contains_interior(small) for small, large in pairs)


def _tightened(system: System, box: list[Arb]) -> list[Arb]:
    """The operator again, as long as the box shrinks."""
    for _ in range(MAX_TIGHTENINGS):
        try:
            inner = contracted(system, box)
        except (NotEnclosedError, ZeroDivisionError):
            return box
        common = [a.intersection(b) for a, b in zip(inner, box, strict=True)]
        shrunk = any(a.rad() < b.rad() * 0.9 for a, b in zip(common, box, strict=True))
        box = common
        if not shrunk:
            return box
    return box
