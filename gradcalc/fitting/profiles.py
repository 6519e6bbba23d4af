"""Intervals from the sum of squares itself: how far can a parameter go, the others following?

The end of the interval at level p is where the least sum of squares with this parameter held is
rss*(1 + t²/(n - k)), t being Student's quantile: D. M. Bates, D. G. Watts, Nonlinear Regression
Analysis (1988), chapter 6. An end is infinite where the sum never grows so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gradcalc.fitting.descents import marquardt
from gradcalc.fitting.problem import Matrix, Problem, Vector

MAX_DOUBLINGS = 12  # of the distance from the minimum that is tried
STEPS = 60  # of the descent of the others
TOLERANCE = 1e-10  # relative, of an end
MAX_TURNS = 80


def profile_interval(
    problem: Problem,
    theta: Vector,
    place: int,
    free: Sequence[int],
    *,
    error: float,
    limit: float,
    bounds: tuple[Vector, Vector] | None = None,
) -> tuple[float, float]:
    """The interval of a parameter in which the sum of squares stays below `limit`.

    `error` is its standard error, a first guess at the distance of the ends.
    """
    others = [k for k in free if k != place]
    ends = []
    for sign in (-1, 1):
        least = _follower(problem, theta, place, others)
        edge = np.inf if bounds is None else abs(bounds[(sign + 1) // 2][place] - theta[place])
        ends.append(float(theta[place] + sign * _end(least, sign, error, limit, edge)))
    return ends[0], ends[1]


def _follower(
    problem: Problem, theta: Vector, place: int, others: list[int]
) -> Callable[[float], float]:
    """The least sum of squares by the distance of the parameter from the minimum; each search
    begins where the last one ended."""
    state = np.array(theta)

    def least(distance: float) -> float:
        full = state.copy()
        full[place] = theta[place] + distance
        if not others:
            r = problem.residuals(full)
            return float(r @ r) if np.isfinite(r).all() else np.inf

        def evaluate(alpha: Vector) -> tuple[Vector, Matrix]:
            full[others] = alpha
            r, jacobian = problem.derivatives(full)
            return r, jacobian[:, others]

        found = marquardt(evaluate, state[others], steps=STEPS, tolerance=1e-12)
        if np.isfinite(found.rss):
            state[others] = found.theta
        return found.rss

    return least


def _end(
    least: Callable[[float], float], sign: int, error: float, limit: float, edge: float
) -> float:
    """The distance at which the sum reaches the limit."""
    low, high = 0.0, min(2 * error, edge)
    with np.errstate(all="ignore"):
        for _ in range(MAX_DOUBLINGS):
            if least(sign * high) > limit:
                break
            if high >= edge:
                return edge
            low, high = high, min(2 * high, edge)
        else:
            return np.inf
        for _ in range(MAX_TURNS):
            if high - low <= TOLERANCE * high:
                break
            middle = (low + high) / 2
            if least(sign * middle) > limit:
                high = middle
            else:
                low = middle
    return (low + high) / 2
