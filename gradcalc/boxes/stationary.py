"""A stationary point with its kind, proven: one minimum, maximum or saddle, and no other in a box.

The gradient has exactly one root in a box (Krawczyk), and the Hessian the same signs all over it.
Where the Hessian is singular no box proves a root; but a point at which the gradient is 0 in exact
arithmetic is stationary, and is a saddle if the Hessian goes both ways there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inertia import Inertia, inertia
from gradcalc.boxes.krawczyk import Matrix, Root, boxes_around, unique_root

Arb = Any  # flint.arb
Kind = Literal["minimum", "maximum", "saddle"]


class Smooth(Protocol):
    """A function over boxes, as `BoxFunction` is, or a sum of such; NotEnclosedError as there."""

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and each derivative."""

    def hessian(self, box: Box) -> Matrix:
        """The second derivatives, row by row."""


@dataclass(frozen=True, slots=True)
class Gradient:
    """The gradient of a function as a system of equations: its roots are stationary points."""

    function: Smooth

    def values(self, box: Box) -> list[Arb]:
        """The derivatives."""
        return self.function.gradient(box)[1]

    def jacobian(self, box: Box) -> Matrix:
        """The Hessian."""
        return self.function.hessian(box)


@dataclass(frozen=True, slots=True)
class Stationary:
    """A proven stationary point: its kind, a box that holds it, and one in which it is alone.

    `unique` is None where others may be as near as you like.
    """

    kind: Kind
    at: tuple[Arb, ...]
    unique: tuple[Arb, ...] | None


def stationary_point(function: Smooth, point: Sequence[Arb]) -> Stationary | None:
    """The stationary point next to `point`, with its kind, as far as they can be proven.

    `point` are balls of which the middles count; they should be right to nearly the working
    precision. NotEnclosedError where the function has no enclosure around the point.
    """
    system = Gradient(function)
    failure: NotEnclosedError | None = None
    for box in boxes_around(point):
        try:
            found = _in_box(system, box)
        except NotEnclosedError as error:
            failure = error
            continue
        if found is not None:
            return found
        failure = None
    if failure is not None:
        raise failure
    return exact_saddle(function, point)


def kind_of(signs: Inertia) -> Kind | None:
    """What a stationary point with such a Hessian is; None where that is not certain."""
    if signs.positive and signs.negative:
        return "saddle"
    if signs.unknown:
        return None
    return "minimum" if signs.positive else "maximum"


def _in_box(system: Gradient, box: list[Arb]) -> Stationary | None:
    root: Root | None = unique_root(system, box)
    if root is None:
        return None
    kind = kind_of(inertia(system.jacobian(root.at)))
    return None if kind is None else Stationary(kind, root.at, root.unique)


def exact_saddle(function: Smooth, point: Sequence[Arb]) -> Stationary | None:
    """The point itself, where the gradient is exactly 0 and the Hessian goes both ways."""
    middle = [ball.mid() for ball in point]
    if not all(derivative.is_zero() for derivative in function.gradient(middle)[1]):
        return None
    if kind_of(inertia(function.hessian(middle))) != "saddle":
        return None
    return Stationary("saddle", tuple(middle), None)
