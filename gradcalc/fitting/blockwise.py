"""Many rows: the sums that a step needs are taken over blocks, in bounded memory.

A fit to a few thousand rows gives the start; from there a few Newton steps on all rows suffice.
Where they do not lead down, Levenberg and Marquardt's method goes on with the same sums.
"""

from __future__ import annotations

import numpy as np

from gradcalc.fitting.descents import Descent
from gradcalc.fitting.gram import Gram, gram
from gradcalc.fitting.newton import scaled_solution
from gradcalc.fitting.problem import Matrix, Problem, Vector

MAX_STEPS = 100
ENOUGH = 1e-15  # relative size of the last step
SMALL = 1e-9  # of the last steps: rounding may keep them from falling on


def descended(problem: Problem, start: Vector, free: tuple[int, ...], curvature: Matrix) -> Descent:
    """From a good start down to the minimum by the `free` parameters.

    `curvature` is what the Hessian has beside JᵀJ: an estimate, from some of the rows, will do.
    """
    chosen = list(free)
    theta, now = np.array(start), gram(problem, start)
    damping, last = 0.0, np.inf
    for step in range(MAX_STEPS):
        move = _step(now, curvature, damping, chosen)
        if move is None:
            curvature, damping = np.zeros_like(curvature), max(damping * 10, 1e-6)
            if damping > 1e12:
                break
            continue
        size = float(np.max(np.abs(move) / (np.abs(theta) + 1e-300)))
        new = gram(problem, theta + move)
        if not new.rss <= now.rss * (1 + 1e-13):
            if size < SMALL:
                return Descent(theta, now.rss, True, step)
            damping = max(damping * 10, 1e-6)
            continue
        theta, now, damping = theta + move, new, 0.0 if damping < 1e-6 else damping / 10
        if size < ENOUGH or (size < SMALL and _is_last(size, last)):
            return Descent(theta, now.rss, True, step)
        last = size
    return Descent(theta, now.rss, False, MAX_STEPS)


def _is_last(size: float, last: float) -> bool:
    """Will the next step, which shrinks as this one did, be nothing, or doesn't this one shrink?"""
    return size > last / 2 or size * size / last < ENOUGH


def _step(now: Gram, curvature: Matrix, damping: float, chosen: list[int]) -> Vector | None:
    matrix = now.matrix + curvature + damping * np.diag(np.diag(now.matrix))
    some = scaled_solution(matrix[np.ix_(chosen, chosen)], -now.gradient[chosen])
    if some is None:
        return None
    move = np.zeros(len(now.gradient))
    move[chosen] = some
    return move
