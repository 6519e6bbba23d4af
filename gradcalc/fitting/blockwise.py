"""Many rows: the sums that a step needs are taken over blocks, in bounded memory.

A fit to a few thousand rows gives the start; from there a few Newton steps on all rows suffice.
Where they do not lead down, Levenberg and Marquardt's method goes on with the same sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.fitting.descents import Descent
from gradcalc.fitting.newton import scaled_solution
from gradcalc.fitting.problem import Matrix, Problem, Vector

MAX_STEPS = 100
ENOUGH = 1e-15  # relative size of the last step
SMALL = 1e-9  # a step that is no better than the last one ends the descent, if it is as small


@dataclass(frozen=True, slots=True)
class Gram:
    """Sums over all rows: r·r, Jᵀr, JᵀJ, and |J|ᵀ|r|, the size of what Jᵀr is summed from.

    The last is 0 unless it is asked for.
    """

    rss: float
    gradient: Vector
    matrix: Matrix
    sizes: Vector


def gram(problem: Problem, theta: Vector, *, sized: bool = False) -> Gram:
    """The sums, block by block; |J|ᵀ|r| where they are to be `sized`."""
    size = len(problem.names)
    rss, gradient, sizes = 0.0, np.zeros(size), np.zeros(size)
    matrix = np.zeros((size, size))
    for residuals, slopes in problem.column_blocks(theta):
        rss += _dot(residuals, residuals)
        absolute = np.abs(residuals) if sized else None
        for j, (place, x) in enumerate(slopes):
            gradient[place] += _dot(x, residuals)
            if absolute is not None:
                sizes[place] += _dot(np.abs(x), absolute)
            for other, y in slopes[j:]:
                value = _dot(x, y)
                matrix[place, other] += value
                if x is not y:
                    matrix[other, place] += value
    return Gram(rss if np.isfinite(rss) else np.inf, gradient, matrix, sizes)


def _dot(x: Any, y: Any) -> float:
    """A dot product whose rounding grows with the logarithm of the rows, as that of BLAS doesn't.

    Nor has it the threads of BLAS, which wait for each other beside those of a kernel.
    """
    return float(np.sum(x * y))


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
        if size < ENOUGH or (size < SMALL and size > last / 2):
            return Descent(theta, now.rss, True, step)
        last = size
    return Descent(theta, now.rss, False, MAX_STEPS)


def _step(now: Gram, curvature: Matrix, damping: float, chosen: list[int]) -> Vector | None:
    matrix = now.matrix + curvature + damping * np.diag(np.diag(now.matrix))
    some = scaled_solution(matrix[np.ix_(chosen, chosen)], -now.gradient[chosen])
    if some is None:
        return None
    move = np.zeros(len(now.gradient))
    move[chosen] = some
    return move
