"""A fit from its text to its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.fitting.building import constant_notes, problem_over, read_tables, start_of
from gradcalc.fitting.comparison import Comparison, compared
from gradcalc.fitting.confounded import Confounded, Degeneracy, degeneracy
from gradcalc.fitting.curves import FitCurve, curves
from gradcalc.fitting.options import FitOptions
from gradcalc.fitting.outliers import Outlier, outliers
from gradcalc.fitting.prediction import Predictor
from gradcalc.fitting.problem import Matrix, Problem, Vector
from gradcalc.fitting.profiles import profile_interval
from gradcalc.fitting.proof import unproven_because
from gradcalc.fitting.refinement import Minimum, refined
from gradcalc.fitting.robust import Robust, reweighted
from gradcalc.fitting.sampling import MIN_SAMPLED, sampled
from gradcalc.fitting.solution import Bounds, Solution, solve
from gradcalc.fitting.statistics import Quality, correlation, float_covariance, quality, t_quantile
from gradcalc.tables import Reader


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its value with standard error and interval, and the right digits of both.

    A parameter at a bound has no standard error; one that the data don't determine has no digits.
    `profile` is the interval by the sum of squares itself, where it was asked for.
    """

    name: str
    value: float
    standard_error: float | None
    interval: tuple[float, float] | None
    digits: int | None
    error_digits: int | None
    at_bound: bool = False
    profile: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer of a fit.

    `by` says what counted the digits: big numbers, longdouble or nothing (""). `unproven` says why
    it is not proven that there is exactly one minimum near these parameters; "" where it is.
    `predictors` are the fitted formula for other rows, `curves` its pictures, one for each table.
    """

    expr: str
    target: str
    paths: tuple[str, ...]
    rows: int
    parameters: tuple[Parameter, ...]
    quality: Quality
    correlation: tuple[tuple[float, ...], ...]
    level: float
    by: str
    converged: bool
    unproven: str
    confounded: tuple[Confounded, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    versus: Comparison | None = None
    predictors: tuple[Predictor, ...] = field(default=(), repr=False, compare=False)
    curves: tuple[FitCurve, ...] = field(default=(), repr=False, compare=False)
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Is it proven that there is exactly one minimum near these parameters?"""
        return not self.unproven

    @property
    def exit(self) -> Exit:
        """The exit status."""
        if not self.converged:
            return Exit.NOT_CONVERGED
        return Exit.VERDICT if self.confounded else Exit.OK

    @property
    def values(self) -> dict[str, float]:
        """The values by parameter."""
        return {one.name: one.value for one in self.parameters}


def fit(
    source: str, readers: Sequence[Reader], target: str, options: FitOptions | None = None
) -> Fit:
    """Fit a formula to tables.

    Its inputs are columns by their names; the others are the parameters. GradcalcError where a text
    can't be read, a table lacks something, or no starting values are found.
    """
    options = options or FitOptions()
    _need_scipy()
    with np.errstate(all="ignore"):  # what is not finite is looked for where it matters
        return _fitted(source, readers, target, options)


def _fitted(source: str, readers: Sequence[Reader], target: str, options: FitOptions) -> Fit:
    sources = [source, options.versus] if options.versus else [source]
    tables = read_tables(sources, readers, target, options)
    columns = readers[0].columns
    problem = problem_over(source, tables, columns, target, options)
    solved = _solved(problem, options)
    answer = _answer(source, target, solved, options)
    notes = [*constant_notes(source, columns, options), *answer.notes]
    if options.versus:
        other = replace(options, start={}, bounds={}, tied={}, versus="", profile=False)
        rival = _solved(problem_over(options.versus, tables, columns, target, other), other)
        own, theirs = len(solved.solution.free), len(rival.solution.free)
        versus = compared(answer.quality, own, rival.quality, options.versus, theirs)
        answer = replace(answer, versus=versus)
    return replace(answer, notes=tuple(notes))


def _need_scipy() -> None:
    if find_spec("scipy") is None:
        raise GradcalcError(
            "missing-extra", "a fit needs SciPy", hint='pip install "gradcalc[fast]"'
        )


@dataclass(frozen=True, slots=True)
class _Solved:
    """A problem with its minimum; `refined` says that digits were counted."""

    problem: Problem
    solution: Solution
    minimum: Minimum
    refined: bool
    open: Degeneracy | None
    bounds: Bounds | None
    robust: Robust | None

    @property
    def quality(self) -> Quality:
        """How good the fit is."""
        return quality(self.problem, self.minimum.rss, len(self.solution.free))

    @property
    def undetermined(self) -> frozenset[int]:
        """The places of the parameters that the data don't determine."""
        return self.open.places if self.open else frozenset()

    def scaled(self, options: FitOptions) -> Vector:
        """The standard errors, by place."""
        return self.minimum.errors if options.absolute else self.minimum.standard_errors


def _solved(problem: Problem, options: FitOptions) -> _Solved:
    start = start_of(problem, options)
    solution = solve(problem, start)
    robust = None
    if options.loss != "squares":
        robust = reweighted(problem, solution, start, options.loss)
        problem, solution = robust.problem, robust.solution
    open_ = degeneracy(problem, solution.found.theta, solution.free)
    held = open_.held if open_ else frozenset()
    solution = replace(solution, free=tuple(k for k in solution.free if k not in held))
    counted = sampled if problem.rows > MIN_SAMPLED else refined
    minimum = counted(problem, solution.found.theta, solution.free)
    if minimum and robust:
        minimum = robust.counted(minimum)
    known = minimum or _in_float64(problem, solution)
    return _Solved(problem, solution, known, minimum is not None, open_, start.bounds, robust)


def _answer(source: str, target: str, solved: _Solved, options: FitOptions) -> Fit:
    problem, solution, minimum = solved.problem, solved.solution, solved.minimum
    found = solved.quality
    rows = tuple(_parameter(solved, k, options) for k in range(len(problem.names)))
    notes = [*solution.notes]
    notes += [f"{name} is tied: {name} = {text}" for name, text in options.tied.items()]
    if not problem.model.columns:
        notes.append("the formula reads no column of the table: it has one value for all rows")
    if skipped := sum(one.data.skipped for one in problem.series):
        notes.append(f"{skipped} row{'s' if skipped > 1 else ''} with a missing cell left out")
    if options.loss != "squares":
        notes.append(
            f"loss {options.loss}: rss counts each residual by its weight, and a proof holds the"
            " scale of the residuals as it is"
        )
    predictors = _predictors(solved, options)
    return Fit(
        source,
        target,
        tuple(one.data.path for one in problem.series),
        problem.rows,
        rows,
        found,
        tuple(map(tuple, correlation(_determined(solved)).tolist())),
        options.level,
        minimum.by,
        solution.found.converged or bool(minimum.by),
        _unproven(solved),
        solved.open.groups if solved.open else (),
        outliers(problem, minimum.theta, solution.free),
        None,
        predictors,
        curves(problem, minimum.theta, predictors) if options.plot else (),
        tuple(notes),
    )


def _determined(solved: _Solved) -> Matrix:
    """The covariance, 0 of what is not determined."""
    covariance = solved.minimum.covariance.copy()
    places = list(solved.undetermined)
    covariance[places] = covariance[:, places] = 0
    return covariance


def _unproven(solved: _Solved) -> str:
    if not solved.refined:
        return "the minimum could not be refined"
    if solved.open:
        return "the parameters are not all determined"
    free = solved.solution.free
    return unproven_because(solved.problem, solved.minimum, free, solved.bounds, solved.robust)


def _parameter(solved: _Solved, k: int, options: FitOptions) -> Parameter:
    minimum, undetermined = solved.minimum, k in solved.undetermined
    is_free = k in solved.solution.free
    value, error, interval = float(minimum.theta[k]), None, None
    size = float(solved.scaled(options)[k])
    degrees = solved.quality.degrees
    if is_free and not undetermined and np.isfinite(size):
        error = size
    if error is not None and degrees > 0:
        t = t_quantile(degrees, options.level)
        interval = value - t * error, value + t * error
    return Parameter(
        solved.problem.names[k],
        value,
        error,
        interval,
        None if undetermined else minimum.digits[k],
        None if error is None else minimum.error_digits[k],
        not is_free and not undetermined,
        _profile(solved, k, error, options) if options.profile and error else None,
    )


def _profile(
    solved: _Solved, k: int, error: float, options: FitOptions
) -> tuple[float, float] | None:
    found = solved.quality
    if found.degrees <= 0:
        return None
    t = t_quantile(found.degrees, options.level)
    limit = found.rss + t * t if options.absolute else found.rss * (1 + t * t / found.degrees)
    theta, free = solved.minimum.theta, solved.solution.free
    return profile_interval(
        solved.problem, theta, k, free, error=error, limit=limit, bounds=solved.bounds
    )


def _predictors(solved: _Solved, options: FitOptions) -> tuple[Predictor, ...]:
    """The fitted formula for rows of each table."""
    minimum, found = solved.minimum, solved.quality
    scale = 1.0 if options.absolute else (found.residual_sd or np.nan) ** 2
    covariance: Matrix = minimum.covariance * scale
    if solved.undetermined or options.loss != "squares":
        covariance = covariance * np.nan
    predictors = []
    for one in solved.problem.series:
        chosen = list(one.places)
        predictors.append(
            Predictor(
                solved.problem.model,
                minimum.theta[chosen],
                covariance[np.ix_(chosen, chosen)],
                found.residual_sd or np.nan,
                found.degrees,
                options.level,
            )
        )
    return tuple(predictors)


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
