"""A stationary point in big numbers: Newton's method with the gradient in many digits.

The matrix is the Hessian in float64, so that each sweep gains about 16 digits less those of its
condition number; where that is not enough, it is taken in big numbers too. How the steps shrink
tells what kind of point it is: fast at a regular one, by a constant factor where the Hessian is
singular there, not at all where there is none nearby.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradcalc.errors import GradcalcError
from gradcalc.modes.derived import gradient_trace
from gradcalc.modes.sweeps import forward
from gradcalc.numbers.system import Numbers
from gradcalc.optimize.layout import Vector
from gradcalc.optimize.methods import newton_step
from gradcalc.rules.systems import big_numbers, machine_numbers
from gradcalc.run.point import Point
from gradcalc.trace.replay import broken_guards, replay
from gradcalc.trace.trace import Trace

DIGITS = 70  # of the big numbers
WANTED_DIGITS = 45  # of the point, by the size of the last step
MAX_SWEEPS = 60
FAR = 0.5  # of a coordinate (of 1, where that is smaller), that the point may move
MAX_BIG_SIZE = 30  # unknowns, for a Hessian in big numbers
# Shares of a step that the next one is where the Hessian is singular: x^3 has 1/2, x^20 18/19.
SLOW = 0.35, 0.97

Course = Literal["regular", "degenerate", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class LocalTrace:
    """The run near a point, as a function of its single numbers, with the other inputs exact."""

    trace: Trace
    held: Point

    def gradient(self, free: tuple[str, ...]) -> tuple[Trace, dict[str, int]]:
        return gradient_trace(self.trace, free)


@dataclass(frozen=True, slots=True)
class Refined:
    """How Newton's method went: to a regular stationary point nearby, or to one where the Hessian
    is singular, or away; "unknown" where it can't be followed. The point and the value in big
    numbers, of a regular one; and the value it started from."""

    course: Course
    point: tuple[Any, ...] = ()
    value: Any = None
    before: Any = None


class Newton:
    """The gradient of the mean of some traces by the `free` numbers, the others fixed."""

    def __init__(self, traces: Sequence[LocalTrace], free: tuple[str, ...]) -> None:
        self.free = free
        self.parts = [(one, *one.gradient(free)) for one in traces]
        self.big = big_numbers(DIGITS)
        self._held: dict[str, list[dict[str, Any]]] = {}

    def at(self, point: Mapping[str, Any], numbers: Numbers, *, hessian: bool) -> Any:
        """Value, gradient, and Hessian where it is wanted, in numbers of the system.

        ArithmeticError where the run takes another course there; as `replay` else.
        """
        count = len(self.parts)
        size = range(len(self.free))
        value: Any = 0
        gradient: list[Any] = [0 for _ in size]
        matrix: list[list[Any]] = [[0 for _ in size] for _ in size]
        for (_, trace, slots), held in zip(self.parts, self._fixed(numbers), strict=True):
            values = replay(trace, numbers, {**held, **point})
            if broken_guards(trace, values):
                raise ArithmeticError("another course")
            value += values[trace.result] / count
            places = [slots[name] for name in self.free]
            gradient = [g + values[k] / count for g, k in zip(gradient, places, strict=True)]
            if hessian:
                for i, name in enumerate(self.free):
                    column = forward(trace, values, numbers, {trace.inputs[name]: 1})
                    for j, place in enumerate(places):
                        matrix[i][j] += (column[place] or 0) / count
        return value, gradient, matrix

    def _fixed(self, numbers: Numbers) -> list[dict[str, Any]]:
        if numbers.kind not in self._held:
            self._held[numbers.kind] = [one.held.numbers(numbers) for one, _, _ in self.parts]
        return self._held[numbers.kind]


def refined(traces: Sequence[LocalTrace], names: Sequence[str], x: Vector, free: Any) -> Refined:
    """The stationary point next to `x` by the numbers that are `free`, the others as they are.

    `names` are those of the numbers of the vector, in the traces.
    """
    chosen = tuple(name for name, moves in zip(names, free, strict=True) if moves)
    try:
        newton = Newton(traces, chosen)
        return _refined(newton, names, x)
    except (GradcalcError, ValueError, ArithmeticError):
        return Refined("unknown")


def _refined(newton: Newton, names: Sequence[str], x: Vector) -> Refined:
    context = newton.big.context
    point = {name: context.mpf(float(v)) for name, v in zip(names, x, strict=True)}
    start = dict(point)
    scale = {name: max(abs(number), 1) for name, number in point.items()}
    sizes: list[Any] = []
    exact_matrix, before = False, None
    for _ in range(MAX_SWEEPS):
        value, gradient, _ = newton.at(point, newton.big, hessian=False)
        before = value if before is None else before
        step = _step(newton, point, gradient, exact_matrix=exact_matrix)
        if step is None:
            return Refined("degenerate")
        for name, move in zip(newton.free, step, strict=True):
            point[name] += move
        size = max(
            (abs(s) / scale[n] for n, s in zip(newton.free, step, strict=True)),
            default=context.mpf(0),
        )
        sizes.append(size)
        if any(abs(point[n] - start[n]) > FAR * scale[n] for n in newton.free):
            return Refined("none")
        if size <= context.mpf(10) ** -WANTED_DIGITS:
            value, _, _ = newton.at(point, newton.big, hessian=False)
            return Refined("regular", tuple(point[n] for n in names), value, before)
        slow = len(sizes) > 6 and all(
            SLOW[0] * a < b < SLOW[1] * a for a, b in zip(sizes[-5:-1], sizes[-4:], strict=True)
        )
        if slow and (exact_matrix or len(newton.free) > MAX_BIG_SIZE):
            return Refined("degenerate")
        exact_matrix = exact_matrix or (
            len(newton.free) <= MAX_BIG_SIZE and len(sizes) > 1 and size > sizes[-2] / 1000
        )
    return Refined("none")


def _step(
    newton: Newton, point: Mapping[str, Any], gradient: list[Any], *, exact_matrix: bool
) -> list[Any] | None:
    """The Newton step; None where the matrix is singular."""
    context = newton.big.context
    if not any(gradient):
        return [context.mpf(0) for _ in gradient]
    if exact_matrix:
        _, _, matrix = newton.at(point, newton.big, hessian=True)
        try:
            solution = context.lu_solve(context.matrix(matrix), context.matrix(gradient))
        except ZeroDivisionError:
            return None
        return [-solution[i] for i in range(len(gradient))]
    floats = {name: float(value) for name, value in point.items()}
    _, _, rough = newton.at(floats, machine_numbers(), hessian=True)
    # The gradient may be too small for float64.
    size = max(abs(g) for g in gradient)
    step = newton_step(np.array(rough, dtype=float), [float(g / size) for g in gradient])
    return None if step is None else [context.mpf(float(s)) * size for s in step]
