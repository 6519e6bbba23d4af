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
MAX_TIGHTENINGS = 8
MAX_NEWTON_STEPS = 12
# Half widths of the boxes in which a known root is sought again, as shares of the precision's bits.
NARROWNESS = (0.8, 0.5, 0.25)


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


def narrowed(jacobian: Matrix, values: Sequence[Arb], moves: Sequence[Arb]) -> list[Arb] | None:
    """What is left of a box, as moves from its middle, in which roots may be; None where there are
    certainly none.

    `jacobian` holds over the box, `values` at the middle. First each equation is solved for each
    of its unknowns (Gauss-Seidel), then all at once by Krawczyk's operator.
    """
    from flint import arb_mat

    left, size = list(moves), range(len(moves))
    for i in size:
        terms = [jacobian[i][k] * left[k] for k in size]
        if not sum(terms, values[i]).contains(0):
            return None
        for k in size:
            if jacobian[i][k].contains(0):
                continue
            others = sum((terms[j] for j in size if j != k), values[i])
            move = -others / jacobian[i][k]
            if not move.overlaps(left[k]):
                return None
            left[k] = move.intersection(left[k])
    matrix = arb_mat(jacobian)
    try:
        inverse = matrix.mid().inv().mid()
    except ZeroDivisionError:
        return left
    identity = arb_mat([[int(i == j) for j in size] for i in size])
    columns = arb_mat([[move] for move in left]), arb_mat([[value] for value in values])
    step = (identity - inverse * matrix) * columns[0] - inverse * columns[1]
    for i in size:
        if not step[i, 0].is_finite():
            continue
        if not step[i, 0].overlaps(left[i]):
            return None
        left[i] = step[i, 0].intersection(left[i])
    return left


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
    """A box that holds the root of `box` to nearly the working precision, if it can be had.

    Newton's method from the middle finds where the root lies, the operator proves it there. Else
    the operator again, as long as the box shrinks.
    """
    from flint import arb, ctx

    point = _newton(system, [ball.mid() for ball in box])
    for share in NARROWNESS:
        small = [arb(x, max(abs(x), arb(1)) * arb(2) ** int(-share * ctx.prec)) for x in point]
        if inside(small, box):
            try:
                inner = contracted(system, small)
            except (NotEnclosedError, ZeroDivisionError):
                continue
            if inside(inner, small):
                return _shrunk(system, inner)
    return _shrunk(system, box)


def _newton(system: System, point: list[Arb]) -> list[Arb]:
    """A few steps of Newton's method: a better point, or the same."""
    from flint import arb, arb_mat, ctx

    small = arb(2) ** -int(NARROWNESS[0] * ctx.prec)
    for _ in range(MAX_NEWTON_STEPS):
        try:
            jacobian = arb_mat(system.jacobian(point)).mid()
            step = jacobian.solve(arb_mat([[v] for v in system.values(point)]).mid())
        except (NotEnclosedError, ZeroDivisionError):
            return point
        steps = [step[k, 0].mid() for k in range(len(point))]
        point = [(x - s).mid() for x, s in zip(point, steps, strict=True)]
        if all(abs(s) <= max(abs(x), arb(1)) * small for x, s in zip(point, steps, strict=True)):
            return point
    return point


def _shrunk(system: System, box: list[Arb]) -> list[Arb]:
    """What the operator leaves of a box, again and again, as long as it shrinks."""
    for _ in range(MAX_TIGHTENINGS):
        try:
            inner = contracted(system, box)
        except (NotEnclosedError, ZeroDivisionError):
            return box
        common = [a.intersection(b) for a, b in zip(inner, box, strict=True)]
        shrunk = any(a.rad() < b.rad() * 0.5 for a, b in zip(common, box, strict=True))
        box = common
        if not shrunk:
            return box
    return box
