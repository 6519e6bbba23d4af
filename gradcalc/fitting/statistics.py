"""What follows from a minimum: standard errors, intervals, how good the fit is.

Formulas: G. A. F. Seber, C. J. Wild, Nonlinear Regression (1989), chapters 2 and 5; AICc by
C. M. Hurvich, C.-L. Tsai, Biometrika 76 (1989) 297.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcalc.fitting.problem import BLOCK_ROWS, Matrix, Problem, Vector


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a fit is; None is what the rows are too few for.

    `residual_sd` is the square root of rss over the degrees of freedom, `r2` the part of the
    target's variance that the fit explains.
    """

    rss: float
    degrees: int
    residual_sd: float | None
    r2: float | None
    adjusted_r2: float | None
    aicc: float | None


def quality(problem: Problem, rss: float, parameters: int) -> Quality:
    """The quality of a fit with so many parameters."""
    rows = problem.rows
    degrees = rows - parameters
    sd = math.sqrt(rss / degrees) if degrees > 0 else None
    total = total_squares(problem)
    r2 = 1 - rss / total if total > 0 else None
    adjusted = None
    if r2 is not None and degrees > 0 and rows > 1:
        adjusted = 1 - (1 - r2) * (rows - 1) / degrees
    return Quality(rss, degrees, sd, r2, adjusted, aicc(rss, rows, parameters))


def aicc(rss: float, rows: int, parameters: int) -> float | None:
    """Akaike's criterion, corrected; the residuals' variance is a parameter, too."""
    k = parameters + 1
    if rows - k - 1 <= 0 or rss <= 0:
        return None
    return rows * math.log(rss / rows) + 2 * k + 2 * k * (k + 1) / (rows - k - 1)


def total_squares(problem: Problem) -> float:
    """The sum of squares about the mean, of weighted rows about the weighted mean."""
    weight = sum(float(np.sum(w)) for w, _ in _blocks(problem))
    mean = sum(float(np.sum(w * y)) for w, y in _blocks(problem)) / weight
    return sum(float(np.sum(w * (y - mean) ** 2)) for w, y in _blocks(problem))


def _blocks(problem: Problem) -> Iterator[tuple[Vector, Vector]]:
    """Squared weights and targets, some rows at a time."""
    for one in problem.series:
        for low in range(0, one.rows, BLOCK_ROWS):
            y = one.target[low : low + BLOCK_ROWS]
            weights = None if one.weights is None else one.weights[low : low + BLOCK_ROWS]
            yield np.ones(len(y)) if weights is None else weights**2, y


def correlation(covariance: Matrix) -> Matrix:
    """The correlations of the parameters; NaN for one without a variance."""
    spread = np.sqrt(np.diag(covariance))
    with np.errstate(all="ignore"):
        found = np.clip(covariance / np.outer(spread, spread), -1, 1)
    np.fill_diagonal(found, np.where(spread > 0, 1.0, np.nan))
    return np.asarray(found)


def t_quantile(degrees: int, level: float) -> float:
    """The factor of a two-sided interval of Student's t at this confidence level."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + level) / 2))


def float_covariance(jacobian: Matrix) -> Matrix:
    """(JᵀJ)⁻¹ in float64, by scaled singular values."""
    scale = np.linalg.norm(jacobian, axis=0)
    if not (np.isfinite(scale).all() and np.all(scale > 0)):
        return np.full((len(scale), len(scale)), np.nan)
    _, s, v = np.linalg.svd(jacobian / scale, full_matrices=False)
    root: Vector = v.T / np.where(s > 0, s, np.nan)
    return np.asarray(root @ root.T / np.outer(scale, scale))
