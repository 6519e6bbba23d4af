"""The last steps: Newton's method on the sum of squares, guarded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcalc.fitting.descents import Descent
from gradcalc.fitting.problem import Matrix, Problem, Vector

MAX_STEPS = 12
ROUNDING = 1e-13  # by which a sum of squares may seem to grow


def scaled_solution(matrix: Matrix, vector: Vector) -> Vector | None:
    """The solution of a positive definite system, by its scaled eigenvalues; None of another."""
    diagonal = np.sqrt(np.abs(np.diag(matrix)))
    if not (np.isfinite(matrix).all() and np.all(diagonal > 0)):
        return None
    values, vectors = np.linalg.eigh(matrix / np.outer(diagonal, diagonal))
    if values[0] <= 1e-15 * values[-1]:
        return None
    solution: Vector = (vectors @ ((vectors.T @ (vector / diagonal)) / values)) / diagonal
    return solution


def polished(
    problem: Problem,
    found: Descent,
    free: Sequence[int],
    bounds: tuple[Vector, Vector] | None = None,
) -> Descent:
    """Full Newton steps by the `free` parameters from where a descent ended, while they lead down.

    A step is taken where the Hessian is positive definite, the sum does not grow, and no bound is
    in the way.
    """
    theta, rss, chosen = found.theta, found.rss, list(free)
    if not chosen or not np.isfinite(rss):
        return found
    last = size = np.inf
    for _ in range(MAX_STEPS):
        r, jacobian = problem.derivatives(theta)
        hessian = jacobian.T @ jacobian + problem.curvature(theta, r)
        some = scaled_solution(hessian[np.ix_(chosen, chosen)], -(jacobian.T @ r)[chosen])
        if some is None:
            return Descent(theta, rss, False, found.steps)
        step = np.zeros_like(theta)
        step[chosen] = some
        if bounds is not None and np.any((theta + step < bounds[0]) | (theta + step > bounds[1])):
            break
        size = float(np.max(np.abs(step) / (np.abs(theta) + 1e-300)))
        new_r = problem.residuals(theta + step)
        new = float(new_r @ new_r)
        if not new <= rss * (1 + ROUNDING):
            break
        theta, rss = theta + step, min(new, rss)
        if size < 1e-15 or (size < 1e-9 and size > last / 2):
            break
        last = size
    return Descent(theta, rss, last < 1e-6 or size < 1e-6, found.steps)
