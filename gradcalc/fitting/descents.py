"""Ways down from a start: none dominates the others, so where one leaves doubt, all are tried.

`geodesic` is Levenberg and Marquardt's method with a second-order correction along the geodesic
(Transtrum and Sethna, arXiv:1207.4999), `projected` the same after the linear parameters are
projected out (Golub and Pereyra's variable projection, with Kaufman's Jacobian), `trust_region`
scipy's trf, which knows bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gradcalc.fitting.problem import Matrix, Problem, Vector

TIGHT = 1e-15
NEAR = 1e-4  # relative, of steps: a sum of squares that they change little is handed to Newton
NOTHING = 1e-12  # of a column that is left after a projection, which is rounding
MAX_STEPS = 300
MAX_REJECTED = 25  # steps in a row, before a descent gives up
BEND = 0.75  # the most that the correction may be of twice the step
Evaluate = Callable[[Vector], tuple[Vector, Matrix]]


@dataclass(frozen=True, slots=True)
class Descent:
    """Where a descent ended: parameters, sum of squares, and whether it saw a minimum there."""

    theta: Vector
    rss: float
    converged: bool
    steps: int


def geodesic(
    problem: Problem, theta: Vector, steps: int = MAX_STEPS, tolerance: float = TIGHT
) -> Descent:
    """Levenberg-Marquardt on all parameters, with geodesic acceleration."""
    return marquardt(problem.derivatives, theta, problem.along, steps=steps, tolerance=tolerance)


def projected(
    problem: Problem,
    theta: Vector,
    linear: Sequence[int],
    steps: int = MAX_STEPS,
    tolerance: float = TIGHT,
) -> Descent:
    """Levenberg-Marquardt on the parameters that are left when a solve gives the `linear` ones."""
    linear = list(linear)
    free = [k for k in range(len(theta)) if k not in linear]
    best = np.array(theta)

    def solved(alpha: Vector) -> tuple[Vector, Vector, Matrix]:
        full = best.copy()
        full[free] = alpha
        r, jacobian = problem.derivatives(full)
        basis = jacobian[:, linear]
        if not (np.isfinite(basis).all() and np.isfinite(r).all()):
            return full, r, jacobian
        step, kept = _least_squares(basis, -r)
        full[linear] += step
        r, jacobian = problem.derivatives(full)
        if np.isfinite(jacobian).all():
            others = jacobian[:, free]
            jacobian = others - kept @ (kept.T @ others)
            # What the linear parameters can make up for entirely has no slope of its own.
            sizes = np.linalg.norm(others, axis=0)
            jacobian[:, np.linalg.norm(jacobian, axis=0) <= NOTHING * sizes] = 0
        return full, r, jacobian

    def evaluate(alpha: Vector) -> tuple[Vector, Matrix]:
        _, r, jacobian = solved(alpha)
        return r, jacobian[:, : len(free)]

    if not free:
        full, r, _ = solved(np.empty(0))
        return Descent(full, _square(r), bool(np.isfinite(r).all()), 1)
    found = marquardt(evaluate, best[free], steps=steps, tolerance=tolerance)
    full, r, _ = solved(found.theta)
    return Descent(full, _square(r), found.converged, found.steps)


def _least_squares(basis: Matrix, y: Vector) -> tuple[Vector, Matrix]:
    """The solution of least norm in scaled columns, and an orthonormal basis of their span."""
    scale = np.linalg.norm(basis, axis=0)
    scale[scale == 0] = 1
    u, s, v = np.linalg.svd(basis / scale, full_matrices=False)
    kept = s > s[0] * 1e-14 if len(s) else s > 0
    u, s, v = u[:, kept], s[kept], v[kept]
    return (v.T @ ((u.T @ y) / s)) / scale, u


def marquardt(
    evaluate: Evaluate,
    theta: Vector,
    along: Callable[[Vector, Vector], Vector] | None = None,
    *,
    steps: int = MAX_STEPS,
    tolerance: float = TIGHT,
) -> Descent:
    """Go down to a minimum of |r|²; a step to where it is not finite is one that is rejected."""
    theta = np.array(theta, dtype=float)
    r, jacobian = evaluate(theta)
    rss = _square(r)
    if not np.isfinite(rss) or not np.isfinite(jacobian).all():
        return Descent(theta, np.inf, False, 0)
    scale = np.linalg.norm(jacobian, axis=0)
    scale[scale == 0] = 1
    damping, growth, rejected, taken = 1e-3, 2.0, 0, 0
    while taken < steps:
        taken += 1
        u, s, v = np.linalg.svd(jacobian / scale, full_matrices=False)
        filtered = s / (s * s + damping * s[0] ** 2) if s[0] else s
        step = -(v.T @ (filtered * (u.T @ r))) / scale
        bend = _bend(along, theta, step, (u, filtered, v), scale)
        if bend is not None:
            step = step + bend
        candidate = theta + step
        new_r, new_jacobian = evaluate(candidate)
        new_rss = _square(new_r)
        small = np.all(np.abs(step) <= tolerance * (np.abs(theta) + tolerance))
        if new_rss < rss and np.isfinite(new_jacobian).all():
            fallen = (rss - new_rss) / rss
            theta, r, jacobian, rss = candidate, new_r, new_jacobian, new_rss
            scale = np.maximum(scale, np.linalg.norm(jacobian, axis=0))
            damping, growth, rejected = max(damping / 5, 1e-18), 2.0, 0
            if rss == 0 or (small and fallen < max(tolerance**2, TIGHT)):
                return Descent(theta, rss, True, taken)
        else:
            rejected += 1
            damping, growth = damping * growth, growth * 2
            if small or rejected > MAX_REJECTED or damping > 1e12:
                break
    return Descent(theta, rss, _is_flat(r, jacobian), taken)


def _bend(
    along: Callable[[Vector, Vector], Vector] | None,
    theta: Vector,
    step: Vector,
    factors: tuple[Matrix, Vector, Matrix],
    scale: Vector,
) -> Vector | None:
    """The correction along the geodesic, where it is there and small beside the step."""
    if along is None:
        return None
    second = along(theta, step)
    if not np.isfinite(second).all():
        return None
    u, filtered, v = factors
    bend: Vector = -0.5 * (v.T @ (filtered * (u.T @ second))) / scale
    size, most = np.linalg.norm(bend * scale), np.linalg.norm(step * scale)
    return bend if 2 * size <= BEND * most else None


def _is_flat(r: Vector, jacobian: Matrix) -> bool:
    """Is the gradient zero beside what it is summed from?"""
    gradient = np.abs(jacobian.T @ r)
    sizes = np.linalg.norm(jacobian, axis=0) * np.linalg.norm(r)
    return bool(np.all(gradient <= 1e-6 * sizes + 1e-300))


def _square(r: Vector) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(r @ r)
    return total if np.isfinite(total) else np.inf


def trust_region(
    problem: Problem, theta: Vector, bounds: tuple[Vector, Vector] | None = None
) -> Descent:
    """scipy's trf, all of its tolerances tight."""
    from scipy.optimize import least_squares

    size = len(theta)
    low, high = bounds or (np.full(size, -np.inf), np.full(size, np.inf))
    theta = np.clip(theta, low, high)
    if not np.isfinite(problem.residuals(theta)).all():
        return Descent(theta, np.inf, False, 0)
    cache: dict[bytes, tuple[Vector, Matrix]] = {}

    def derivatives(x: Vector) -> tuple[Vector, Matrix]:
        key = x.tobytes()
        if key not in cache:
            cache.clear()
            cache[key] = problem.derivatives(x)
        return cache[key]

    try:
        found = least_squares(
            lambda x: derivatives(x)[0],
            theta,
            lambda x: derivatives(x)[1],
            bounds=(low, high),
            method="trf",
            x_scale="jac",
            xtol=TIGHT,
            ftol=TIGHT,
            gtol=TIGHT,
            max_nfev=MAX_STEPS * 5,
        )
    except (ValueError, np.linalg.LinAlgError):  # a Jacobian that is not finite
        return Descent(theta, np.inf, False, 0)
    return Descent(found.x, 2 * float(found.cost), found.status > 0, int(found.nfev))
