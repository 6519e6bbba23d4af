"""A problem with all that is known of its minimum."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gradcalc.fitting.building import start_of
from gradcalc.fitting.confounded import Degeneracy, degeneracy
from gradcalc.fitting.options import FitOptions
from gradcalc.fitting.problem import Problem, Vector
from gradcalc.fitting.refinement import Minimum, is_costly, refined
from gradcalc.fitting.refusals import RANGE
from gradcalc.fitting.robust import Robust, reweighted
from gradcalc.fitting.sampling import sampled
from gradcalc.fitting.solution import Bounds, Solution, solve
from gradcalc.fitting.starts import thinned
from gradcalc.fitting.statistics import Quality, float_covariance, quality

SLOPES_ROWS = 10_000  # that tell how large slopes are


@dataclass(frozen=True, slots=True)
class Solved:
    """A problem with its minimum; `refined` says that digits were counted."""

    problem: Problem
    solution: Solution
    minimum: Minimum
    refined: bool
    open: Degeneracy | None
    bounds: Bounds | None
    robust: Robust | None
    quality: Quality

    @property
    def undetermined(self) -> frozenset[int]:
        """The places of the parameters that the data don't determine."""
        return self.open.places if self.open else frozenset()

    def scaled(self, options: FitOptions) -> Vector:
        """The standard errors, by place."""
        return self.minimum.errors if options.absolute else self.minimum.standard_errors


def solved(problem: Problem, options: FitOptions) -> Solved:
    """The minimum of a problem, its digits counted."""
    start = start_of(problem, options)
    solution = solve(problem, start)
    robust = None
    if options.loss != "squares":
        robust = reweighted(problem, solution, start, options.loss)
        problem, solution = robust.problem, robust.solution
    open_ = degeneracy(problem, solution.found.theta, solution.free)
    held = open_.held if open_ else frozenset()
    solution = replace(solution, free=tuple(k for k in solution.free if k not in held))
    counted = sampled if is_costly(problem) else refined
    minimum = counted(problem, solution.found.theta, solution.free)
    if minimum and robust:
        minimum = robust.counted(minimum)
    if minimum is None and (steep := _out_of_range(problem, solution.found.theta)):
        solution = replace(solution, notes=(*solution.notes, steep))
    known = minimum or _in_float64(problem, solution)
    good = quality(problem, known.rss, len(solution.free))
    return Solved(problem, solution, known, minimum is not None, open_, start.bounds, robust, good)


def _out_of_range(problem: Problem, theta: Vector) -> str:
    """What to do where the squares of slopes are out of float64's range; "" where they are not."""
    _, jacobian = thinned(problem, SLOPES_ROWS).derivatives(theta)
    sizes = np.max(np.abs(jacobian), axis=0, initial=0)
    for name, size in zip(problem.names, sizes, strict=True):
        if size and not RANGE[0] <= size <= RANGE[1]:
            return (
                f"the slope by {name} is up to {size:.3g}: its squares are out of range; write"
                " the columns in other units"
            )
    return ""


def _in_float64(problem: Problem, solution: Solution) -> Minimum:
    """What float64 says of a minimum that could not be refined."""
    theta, size = solution.found.theta, len(problem.names)
    chosen = list(solution.free)
    covariance, errors = np.zeros((size, size)), np.zeros(size)
    _, jacobian = problem.derivatives(theta)
    try:
        covariance[np.ix_(chosen, chosen)] = float_covariance(jacobian[:, chosen])
        errors = np.sqrt(np.diag(covariance))
    except (np.linalg.LinAlgError, FloatingPointError):
        pass
    nothing: tuple[int | None, ...] = (None,) * size
    spare = problem.rows - len(chosen)
    sd = np.sqrt(solution.found.rss / spare) if spare > 0 else np.nan
    return Minimum(theta, solution.found.rss, covariance, errors, errors * sd, nothing, nothing, "")
