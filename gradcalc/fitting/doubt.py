"""May there be a lower minimum than the one that was found?"""

from __future__ import annotations

import numpy as np

from gradcalc.fitting.descents import Descent
from gradcalc.fitting.problem import Problem, Vector

MAX_RUNS_Z = 4.0  # standard deviations of the count of runs, past which residuals have a shape
MIN_RUNS_ROWS = 12


def in_doubt(problem: Problem, found: Descent) -> bool:
    """Did the descent not converge, or do the residuals have a shape that another fit may not?"""
    if not found.converged:
        return True
    if problem.rows < MIN_RUNS_ROWS:
        return True
    signs = np.sign(_ordered(problem, problem.residuals(found.theta)))
    above, below = int(np.sum(signs > 0)), int(np.sum(signs < 0))
    total = above + below
    if not above or not below:
        return True
    runs = 1 + int(np.sum(signs[1:] != signs[:-1]))
    mean = 1 + 2 * above * below / total
    deviation = np.sqrt((mean - 1) * (mean - 2) / (total - 1))
    return bool(runs < mean - MAX_RUNS_Z * deviation)


def _ordered(problem: Problem, residuals: Vector) -> Vector:
    """The residuals of each series in the order of its first column."""
    if not problem.model.columns:
        return residuals
    name, parts, done = problem.model.columns[0], [], 0
    for one in problem.series:
        order = np.argsort(one.data.columns[name], kind="stable")
        parts.append(residuals[done : done + one.rows][order])
        done += one.rows
    return np.concatenate(parts)
