"""Rows that don't belong: residuals that are too large for the fit to the other rows.

A residual over its standard deviation as the other rows give it (externally studentized) follows
Student's t. Of all rows those are outliers that keep the false discovery rate below 1 %, as in
H. J. Motulsky, R. E. Brown, BMC Bioinformatics 7 (2006) 123.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcalc.fitting.problem import Problem, Vector
from gradcalc.fitting.solution import MANY_ROWS

FALSE_DISCOVERIES = 0.01
MIN_SPARE = 3  # degrees of freedom


@dataclass(frozen=True, slots=True)
class Outlier:
    """A row, counted from 1 in its table, its residual, and that over its standard deviation."""

    path: str
    row: int
    residual: float
    deviations: float


def outliers(problem: Problem, theta: Vector, free: tuple[int, ...]) -> tuple[Outlier, ...]:
    """The outliers, the worst first; none where there are too many rows to hold."""
    from scipy.special import stdtr

    spare = problem.rows - len(free)
    if spare < MIN_SPARE or problem.rows > MANY_ROWS:
        return ()
    residuals, jacobian = problem.derivatives(theta)
    scale = np.linalg.norm(jacobian[:, list(free)], axis=0)
    q, _ = np.linalg.qr(jacobian[:, list(free)] / np.where(scale > 0, scale, 1))
    room = 1 - np.sum(q * q, axis=1)
    rss = float(residuals @ residuals)
    with np.errstate(all="ignore"):
        variance = (rss - residuals**2 / room) / (spare - 1)
        studentized = residuals / np.sqrt(variance * room)
    studentized[~(np.isfinite(studentized) & (room > 1e-8))] = 0
    chances = 2 * stdtr(spare - 1, -np.abs(studentized))
    order = np.argsort(chances)
    limits = FALSE_DISCOVERIES * np.arange(1, len(order) + 1) / len(order)
    below = np.flatnonzero(chances[order] <= limits)
    chosen = order[: below[-1] + 1] if below.size else order[:0]
    places = [(one, row) for one in problem.series for row in range(one.rows)]
    found = []
    for k in chosen.tolist():
        one, row = places[k]
        weight = 1.0 if one.weights is None else float(one.weights[row])
        deviations = float(studentized[k])
        found.append(Outlier(one.data.path, row + 1, -float(residuals[k]) / weight, -deviations))
    return tuple(found)
