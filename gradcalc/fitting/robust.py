"""Losses that let outliers count less: least squares, reweighted until the weights stay.

The loss of a residual r is that of u = r/(c*s), s being the residuals' median size over 0.6745,
the standard deviation of normal ones, and c what makes the fit to normal data 95 % as efficient as
least squares (P. J. Huber, E. M. Ronchetti, Robust Statistics, 2009; for c see R. Maronna et al.,
Robust Statistics, 2006). Standard errors are those of an M-estimator (Huber, section 7.6).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from gradcalc.errors import GradcalcError
from gradcalc.fitting.losses import SHAPES, Loss
from gradcalc.fitting.problem import Problem, Vector
from gradcalc.fitting.refinement import RIGHT_DIGITS, Minimum
from gradcalc.fitting.solution import MANY_ROWS, Solution, Start, solve

NORMAL = 0.6744897501960817  # the median of the size of a standard normal number
MAX_TURNS = 300
ENOUGH = 1e-15
FIRST_TURNS = 15  # of a loss that has one minimum only, before one that may have several


@dataclass(frozen=True, slots=True)
class Robust:
    """The problem with its last weights, its solution, and how far that is from settled.

    `spread` is what the standard errors of the weighted problem are multiplied by; `unit` is the
    residual whose u is 1.
    """

    problem: Problem
    solution: Solution
    change: float
    spread: float
    loss: Loss
    unit: float

    def counted(self, minimum: Minimum) -> Minimum:
        """The minimum of the last weights, with no more digits than the weights have settled to."""
        digits = RIGHT_DIGITS
        if self.change > 0:
            digits = max(0, min(digits, math.floor(-math.log10(self.change)) - 1))
        counts = tuple(None if d is None else min(d, digits) for d in minimum.digits)
        none = (None,) * len(counts)
        errors = minimum.errors * self.spread
        return replace(
            minimum, standard_errors=errors, digits=counts, error_digits=none, centre=None
        )


def reweighted(problem: Problem, solution: Solution, start: Start, loss: Loss) -> Robust:
    """Least squares again and again, with the weights that the residuals give."""
    if problem.rows > MANY_ROWS:
        raise GradcalcError(
            "too-many-rows",
            f"--loss {loss} takes at most {MANY_ROWS:,} rows",
            hint="fit a sample of the rows",
        )
    weighted, before, rate = problem, solution.found.theta, 0.5
    change = last = math.inf
    for turn in range(MAX_TURNS):
        name = "soft-l1" if turn < FIRST_TURNS else loss
        u = _scaled(problem, solution.found.theta, SHAPES[name].tuning)
        weighted = _weighted(problem, np.sqrt(SHAPES[name].weight(u)))
        solution = solve(weighted, replace(start, values=solution.found.theta))
        theta = solution.found.theta
        change = float(np.max(np.abs(theta - before) / (np.abs(theta) + 1e-300)))
        before = theta
        if turn > FIRST_TURNS:
            rate = min(0.99, max(0.1, change / last)) if last else 0.5
            if change < ENOUGH:
                break
        last = change
    settled = max(change, 1e-16) * rate / (1 - rate)
    theta = solution.found.theta
    unit = _unit(problem.residuals(theta), SHAPES[loss].tuning)
    return Robust(weighted, solution, settled, _spread(problem, theta, loss), loss, unit)


def _scaled(problem: Problem, theta: Vector, tuning: float) -> Vector:
    """The residuals in units of the loss."""
    residuals = problem.residuals(theta)
    return np.asarray(residuals / _unit(residuals, tuning))


def _unit(residuals: Vector, tuning: float) -> float:
    """The residual whose u is 1."""
    scale = float(np.median(np.abs(residuals))) / NORMAL
    if not scale:
        scale = float(np.sqrt(np.mean(residuals**2))) or 1.0
    return tuning * scale


def _weighted(problem: Problem, factors: Vector) -> Problem:
    series, done = [], 0
    for one in problem.series:
        own = factors[done : done + one.rows]
        weights = own if one.weights is None else one.weights * own
        series.append(replace(one, weights=weights, factors=own))
        done += one.rows
    return replace(problem, series=tuple(series))


def _spread(problem: Problem, theta: Vector, loss: Loss) -> float:
    """The factor of the square roots of (JᵀWJ)⁻¹ that makes them an M-estimator's errors."""
    shape = SHAPES[loss]
    u = _scaled(problem, theta, shape.tuning)
    residuals = problem.residuals(theta)
    weight, slope = shape.weight(u), float(np.mean(shape.slope(u)))
    spare = problem.rows - len(theta)
    if spare <= 0 or slope <= 0:
        return math.nan
    variance = float(np.sum((weight * residuals) ** 2)) / spare
    return math.sqrt(variance * float(np.mean(weight))) / slope
