"""From starting values, or none, to the lowest minimum that is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.fitting.blockwise import descended
from gradcalc.fitting.descents import (
    MAX_STEPS,
    NEAR,
    TIGHT,
    Descent,
    geodesic,
    projected,
    trust_region,
)
from gradcalc.fitting.doubt import in_doubt
from gradcalc.fitting.linear import linear_parameters
from gradcalc.fitting.newton import polished
from gradcalc.fitting.problem import Problem, Vector
from gradcalc.fitting.starts import SAME, distinct, searched, thinned

FINALISTS = 3  # minima of the search that are followed to the end
FIRST_STEPS = 25  # before Newton's method is tried
EDGE = 1e-4  # relative, of a step that looks for the edge of a domain
MANY_ROWS = 20_000  # past which only sums over blocks are held
THINNED_ROWS = 4_000  # that a fit of many begins with

Bounds = tuple[Vector, Vector]


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: `values` has NaN for a parameter without one; `seed` draws those."""

    values: Vector
    bounds: Bounds | None
    seed: int


@dataclass(frozen=True, slots=True)
class Solution:
    """The lowest minimum; `free` are the parameters that are not at a bound."""

    found: Descent
    free: tuple[int, ...]
    linear: tuple[int, ...]
    notes: tuple[str, ...]


def solve(problem: Problem, start: Start) -> Solution:
    """The lowest minimum found; GradcalcError where the formula has no value at any start."""
    with np.errstate(all="ignore"):  # what is not finite is a rejected step
        if problem.rows > MANY_ROWS:
            return _of_many(problem, start)
        return _solved(problem, start)


def _of_many(problem: Problem, start: Start) -> Solution:
    """The minimum over very many rows, from that over some of them."""
    few = thinned(problem, THINNED_ROWS)
    some = _solved(few, start)
    curvature = few.curvature(some.found.theta) * (problem.rows / few.rows)
    found = descended(problem, some.found.theta, some.free, curvature)
    if start.bounds is not None and not _within(found.theta, start.bounds):
        found = _on_bounds(
            problem, trust_region(problem, some.found.theta, start.bounds), start.bounds
        )
    return replace(some, found=found, free=_free(found.theta, start.bounds))


def _within(theta: Vector, bounds: Bounds) -> bool:
    return bool(np.all((theta >= bounds[0]) & (theta <= bounds[1])))


def _solved(problem: Problem, start: Start) -> Solution:
    linear = _linear(problem, start)
    given = np.isfinite(start.values).all()
    notes: list[str] = []
    if given:
        found = [_local(problem, start.values, linear, start.bounds)]
        if not np.isfinite(found[0].rss):
            raise GradcalcError(
                "no-value",
                "the formula has no finite value in all rows at --start",
                hint="start elsewhere, or leave --start out",
                exit=Exit.NO_ANSWER,
            )
        if in_doubt(problem, found[0]):
            found += _followed(problem, linear, start, [found[0].theta])
    else:
        found = _followed(problem, linear, start, [])
    if not found:
        raise GradcalcError(
            "no-start",
            "no starting values were found at which the formula has a finite value in all rows",
            hint="give some: --start a=1,b=0.1",
            exit=Exit.NOT_CONVERGED,
        )
    best = distinct(sorted(found, key=lambda one: one.rss))[0]
    if given and best.rss < found[0].rss * (1 - SAME):
        notes.append(
            f"from --start the sum of squares falls to {found[0].rss:.6g}; "
            "the search found a lower minimum"
        )
    if not best.converged and _at_edge(problem, best.theta):
        notes.append("the sum of squares falls up to the edge of the formula's domain")
    return Solution(best, _free(best.theta, start.bounds), linear, tuple(notes))


def _at_edge(problem: Problem, theta: Vector) -> bool:
    """Has the formula no value a little further down?"""
    r, jacobian = problem.derivatives(theta)
    gradient = jacobian.T @ r
    sizes = np.linalg.norm(jacobian, axis=0) * np.linalg.norm(r) + 1e-300
    steps = [
        EDGE * (np.abs(theta) + EDGE) * (gradient / sizes < -EDGE),
        -EDGE * (np.abs(theta) + EDGE) * (gradient / sizes > EDGE),
    ]
    down = steps[0] + steps[1]
    return not np.isfinite(problem.residuals(theta + down)).all()


def _linear(problem: Problem, start: Start) -> tuple[int, ...]:
    """The parameters that a solve can give: none where there are bounds or branches."""
    problem.derivatives(np.where(np.isfinite(start.values), start.values, 1.0))  # finds its paths
    path = problem.model.first.paths.straight
    if start.bounds is not None or path is None or path.derivatives.trace.guards:
        return ()
    names = linear_parameters(path, problem.model.parameters)
    local = [problem.model.parameters.index(name) for name in names]
    other = {
        one.places[k] for one in problem.series for k in range(len(one.places)) if k not in local
    }
    places = {one.places[k] for one in problem.series for k in local}
    return tuple(sorted(places - other))


def _local(
    problem: Problem, theta: Vector, linear: Sequence[int], bounds: Bounds | None
) -> Descent:
    """The lowest minimum that the ways down from one start lead to."""
    if bounds is not None:
        found = _on_bounds(problem, trust_region(problem, theta, bounds), bounds)
        return polished(problem, found, _free(found.theta, bounds), bounds)
    everything = range(len(theta))
    ways = [_settled(problem, partial(geodesic, problem), theta)]
    if linear:
        ways.append(_settled(problem, partial(projected, problem, linear=linear), theta))
    agree = all(one.converged for one in ways) and len(ways) > 1
    if not agree or abs(ways[0].rss - ways[1].rss) > SAME * ways[0].rss:
        ways.append(polished(problem, trust_region(problem, theta), everything))
    return min(ways, key=lambda one: (one.rss, not one.converged))


def _settled(problem: Problem, way: Callable[..., Descent], theta: Vector) -> Descent:
    """A way down to where Newton's method takes over, which needs a few steps where a way that
    leaves out the residuals' curvature takes hundreds; to its own end where that fails."""
    everything = range(len(theta))
    for steps, tolerance in ((FIRST_STEPS, NEAR), (MAX_STEPS, NEAR), (MAX_STEPS, TIGHT)):
        found = polished(problem, way(theta, steps=steps, tolerance=tolerance), everything)
        if found.converged or not np.isfinite(found.rss):
            break
        theta = found.theta
    return found


def _followed(
    problem: Problem, linear: Sequence[int], start: Start, known: Sequence[Vector]
) -> list[Descent]:
    """The minima of a search, each followed to its end in all rows."""
    minima = searched(problem, linear, start.bounds, start.seed, known, start.values)
    ends = []
    for one in minima[:FINALISTS]:
        ends.append(_local(problem, one.theta, linear, start.bounds))
    return [one for one in ends if np.isfinite(one.rss)]


def _on_bounds(problem: Problem, found: Descent, bounds: Bounds) -> Descent:
    """The parameters that all but reach a bound put on it."""
    if not np.isfinite(found.rss):
        return found
    low, high = bounds
    theta = found.theta.copy()
    for k in set(range(len(theta))) - set(_free(theta, bounds)):
        theta[k] = low[k] if abs(theta[k] - low[k]) < abs(theta[k] - high[k]) else high[k]
    r = problem.residuals(theta)
    return replace(found, theta=theta, rss=float(r @ r))


def _free(theta: Vector, bounds: Bounds | None) -> tuple[int, ...]:
    if bounds is None:
        return tuple(range(len(theta)))
    low, high = bounds
    room = 1e-9 * np.maximum(np.abs(theta), np.where(np.isfinite(high - low), high - low, 1.0))
    inside = (theta > low + room) & (theta < high - room)
    return tuple(np.flatnonzero(inside).tolist())
