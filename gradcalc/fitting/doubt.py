"""May there be a lower minimum than the one that was found?"""

from __future__ import annotations

import numpy as np

from gradcalc.fitting.descents import Descent
from gradcalc.fitting.problem import Problem, Vector

MAX_DEVIATIONS = 2.5  # standard deviations of a statistic, past which residuals have a shape
MIN_ROWS = 12


def in_doubt(problem: Problem, found: Descent) -> bool:
    """Did the descent not converge, or do the residuals have a shape that another fit may not?"""
    if not found.converged:
        return True
    if problem.rows < MIN_ROWS:
        return True
    residuals = _ordered(problem, problem.residuals(found.theta))
    return _runs(residuals) < -MAX_DEVIATIONS or _serial(residuals) > MAX_DEVIATIONS


def _runs(residuals: Vector) -> float:
    """By how many standard deviations there are more runs of one sign than by chance (A. Wald,
    J. Wolfowitz, Ann. Math. Statist. 11 (1940) 147); -inf where all have one sign."""
    signs = np.sign(residuals)
    above, below = int(np.sum(signs > 0)), int(np.sum(signs < 0))
    total = above + below
    if not above or not below:
        return -np.inf
    runs = 1 + int(np.sum(signs[1:] != signs[:-1]))
    mean = 1 + 2 * above * below / total
    deviation = np.sqrt((mean - 1) * (mean - 2) / (total - 1))
    return float((runs - mean) / deviation)


def _serial(residuals: Vector) -> float:
    """The correlation of neighbours, in its standard deviation by chance."""
    products = np.sum(residuals[1:] * residuals[:-1])
    return float(products / np.sum(residuals**2) * np.sqrt(len(residuals)))


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
