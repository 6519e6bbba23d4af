"""Down to a local minimum within a box, by Newton's method in float64.

It says where to look for low values. Nothing is proven here: the value at the point that it ends in
is enclosed by whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gradcalc.boxes.conditions import Conditions
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.parts import Sides
from gradcalc.memory import has_room_for_scipy

if TYPE_CHECKING:
    import numpy as np

Arb = Any  # flint.arb

MAX_STEPS = 40
MAX_HALVINGS = 12
LEAST_CURVATURE = 1e-8  # of a direction, relative to the largest: a flatter one counts as this


class Function(Protocol):
    """A scalar function over boxes; NotEnclosedError where it has no enclosure."""

    def value(self, box: Box) -> Arb:
        """All values in the box."""

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value, and each derivative."""

    def hessian(self, box: Box) -> list[list[Arb]]:
        """The second derivatives, row by row."""


def descended(function: Function, start: Sequence[float], sides: Sides) -> tuple[float, ...]:
    """A point at which the function is lower than at the start, in the box; or the start.

    A coordinate that would leave the box stays on its border.
    """
    import numpy as np

    low, high = np.array(sides).T
    point = np.array(start, dtype=float)
    value = _value(function, point)
    for _ in range(MAX_STEPS):
        try:
            step = _step(function, point, low, high)
        except NotEnclosedError:  # a kink, a branch
            break
        lower = None if step is None else _along(function, point, step, value, low, high)
        if lower is None:
            break
        point, value = lower
    return tuple(map(float, point))


def descended_within(
    function: Function, conditions: Conditions, start: Sequence[float], sides: Sides
) -> tuple[float, ...]:
    """A point further down at which all conditions nearly hold, by SLSQP; the start without scipy.

    The way ends where a derivative does not exist.
    """
    if not has_room_for_scipy():
        return tuple(start)
    try:
        from scipy.optimize import minimize
    except ImportError:
        return tuple(start)
    value, slope = _floats(function)
    constraints = [
        {"type": "ineq", "fun": side_value, "jac": side_slope}
        for side_value, side_slope in (_floats(side) for side, _ in conditions.sides)
    ] + [
        {"type": "eq", "fun": equal_value, "jac": equal_slope}
        for equal_value, equal_slope in map(_floats, conditions.equations)
    ]
    try:
        found = minimize(
            value,
            start,
            jac=slope,
            method="SLSQP",
            bounds=sides,
            constraints=constraints,
            options={"maxiter": MAX_STEPS, "ftol": 1e-15},
        )
    except (NotEnclosedError, ValueError):
        return tuple(start)
    pairs = zip(found.x, sides, strict=True)
    return tuple(float(min(max(x, low), high)) for x, (low, high) in pairs)


def _floats(function: Function) -> tuple[Callable[[np.ndarray], float], Any]:
    """The value and the gradient in float64."""
    import numpy as np
    from flint import arb

    def value(point: np.ndarray) -> float:
        return float(function.value([arb(float(x)) for x in point]).mid())

    def slope(point: np.ndarray) -> np.ndarray:
        slopes = function.gradient([arb(float(x)) for x in point])[1]
        return np.array([float(one.mid()) for one in slopes])

    return value, slope


def _value(function: Function, point: np.ndarray) -> float:
    from flint import arb

    try:
        return float(function.value([arb(float(x)) for x in point]).mid())
    except NotEnclosedError:
        return float("inf")


def _step(
    function: Function, point: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray | None:
    """Newton's step, of the coordinates that a border does not hold, by absolute curvatures."""
    import numpy as np
    from flint import arb

    box = [arb(float(x)) for x in point]
    gradient = np.array([float(g.mid()) for g in function.gradient(box)[1]])
    hessian = np.array([[float(h.mid()) for h in row] for row in function.hessian(box)])
    held = ((point <= low) & (gradient > 0)) | ((point >= high) & (gradient < 0)) | (low == high)
    free = np.flatnonzero(~held)
    if not len(free) or not np.isfinite(hessian).all() or not np.isfinite(gradient).all():
        return None
    curvatures, directions = np.linalg.eigh(hessian[np.ix_(free, free)])
    curvatures = np.abs(curvatures)
    largest = curvatures.max()
    if largest == 0:
        return None
    curvatures = np.maximum(curvatures, LEAST_CURVATURE * largest)
    step = np.zeros_like(point)
    step[free] = -directions @ ((directions.T @ gradient[free]) / curvatures)
    return step


def _along(
    function: Function,
    point: np.ndarray,
    step: np.ndarray,
    value: float,
    low: np.ndarray,
    high: np.ndarray,
) -> tuple[np.ndarray, float] | None:
    """The point after the step, or after a part of it, where the function is lower."""
    import numpy as np

    for halvings in range(MAX_HALVINGS):
        moved = np.clip(point + step / 2**halvings, low, high)
        lower = _value(function, moved)
        if lower < value:
            return moved, lower
    return None
