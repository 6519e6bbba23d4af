"""A fit from its text to its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec

import numpy as np

from gradcalc.errors import GradcalcError, listed
from gradcalc.fitting.answer import Fit, Parameter
from gradcalc.fitting.building import constant_notes, problem_over, read_tables
from gradcalc.fitting.comparison import compared
from gradcalc.fitting.curves import curves
from gradcalc.fitting.options import FitOptions
from gradcalc.fitting.outliers import outliers
from gradcalc.fitting.prediction import Predictor
from gradcalc.fitting.problem import Matrix
from gradcalc.fitting.profiles import profile_interval
from gradcalc.fitting.proof import unproven_because
from gradcalc.fitting.refusals import refuse_unread
from gradcalc.fitting.solved import Solved, solved
from gradcalc.fitting.statistics import correlation, t_quantile
from gradcalc.memory import require_scipy
from gradcalc.tables import Reader


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
    refuse_unread(options, problem.model.first.inputs)
    found = solved(problem, options)
    answer = _answer(source, target, found, options)
    notes = [*constant_notes(source, columns, options), *answer.notes]
    if options.versus:
        other = replace(options, start={}, bounds={}, tied={}, versus="", profile=False)
        rival = solved(problem_over(options.versus, tables, columns, target, other), other)
        own, theirs = len(found.solution.free), len(rival.solution.free)
        versus = compared(answer.quality, own, rival.quality, options.versus, theirs)
        answer = replace(answer, versus=versus)
    return replace(answer, notes=tuple(notes))


def _need_scipy() -> None:
    require_scipy()
    if find_spec("scipy") is None:
        raise GradcalcError(
            "missing-extra", "a fit needs SciPy", hint='pip install "gradcalc[fast]"'
        )


def _answer(source: str, target: str, ended: Solved, options: FitOptions) -> Fit:
    problem, solution, minimum = ended.problem, ended.solution, ended.minimum
    found = ended.quality
    rows = tuple(_parameter(ended, k, options) for k in range(len(problem.names)))
    notes = [*solution.notes]
    notes += [f"{name} is tied: {name} = {text}" for name, text in options.tied.items()]
    if not problem.model.columns:
        notes.append("the formula reads no column of the table: it has one value for all rows")
    if read := [n for n in problem.model.columns if n in problem.series[0].target_of.columns]:
        notes.append(f"the formula reads {listed(read)}, as the target does")
    if skipped := sum(one.data.skipped for one in problem.series):
        notes.append(f"{skipped} row{'s' if skipped > 1 else ''} with a missing cell left out")
    if options.loss != "squares":
        notes.append(
            f"loss {options.loss}: rss counts each residual by its weight, and a proof holds the"
            " scale of the residuals as it is"
        )
    predictors = _predictors(ended, options)
    return Fit(
        source,
        target,
        tuple(one.data.path for one in problem.series),
        problem.rows,
        rows,
        found,
        tuple(map(tuple, correlation(_determined(ended)).tolist())),
        options.level,
        minimum.by,
        solution.found.converged or bool(minimum.by),
        _unproven(ended),
        ended.open.groups if ended.open else (),
        outliers(problem, minimum.theta, solution.free),
        None,
        predictors,
        curves(problem, minimum.theta, predictors) if options.plot else (),
        tuple(notes),
    )


def _determined(ended: Solved) -> Matrix:
    """The covariance, 0 of what is not determined."""
    covariance = ended.minimum.covariance.copy()
    places = list(ended.undetermined)
    covariance[places] = covariance[:, places] = 0
    return covariance


def _unproven(ended: Solved) -> str:
    if not ended.refined:
        return "the minimum could not be refined"
    if ended.open:
        return "the parameters are not all determined"
    free = ended.solution.free
    return unproven_because(ended.problem, ended.minimum, free, ended.bounds, ended.robust)


def _parameter(ended: Solved, k: int, options: FitOptions) -> Parameter:
    minimum, undetermined = ended.minimum, k in ended.undetermined
    is_free = k in ended.solution.free
    value, error, interval = float(minimum.theta[k]), None, None
    size = float(ended.scaled(options)[k])
    degrees = ended.quality.degrees
    if is_free and not undetermined and np.isfinite(size):
        error = size
    if error is not None and degrees > 0:
        t = t_quantile(degrees, options.level)
        interval = value - t * error, value + t * error
    return Parameter(
        ended.problem.names[k],
        value,
        error,
        interval,
        None if undetermined else minimum.digits[k],
        None if error is None else minimum.error_digits[k],
        not is_free and not undetermined,
        _profile(ended, k, error, options) if options.profile and error else None,
    )


def _profile(
    ended: Solved, k: int, error: float, options: FitOptions
) -> tuple[float, float] | None:
    found = ended.quality
    if found.degrees <= 0:
        return None
    t = t_quantile(found.degrees, options.level)
    limit = found.rss + t * t if options.absolute else found.rss * (1 + t * t / found.degrees)
    theta, free = ended.minimum.theta, ended.solution.free
    return profile_interval(
        ended.problem, theta, k, free, error=error, limit=limit, bounds=ended.bounds
    )


def _predictors(ended: Solved, options: FitOptions) -> tuple[Predictor, ...]:
    """The fitted formula for rows of each table."""
    minimum, found = ended.minimum, ended.quality
    scale = 1.0 if options.absolute else (found.residual_sd or np.nan) ** 2
    covariance: Matrix = minimum.covariance * scale
    if ended.undetermined or options.loss != "squares":
        covariance = covariance * np.nan
    predictors = []
    for one in ended.problem.series:
        chosen = list(one.places)
        predictors.append(
            Predictor(
                ended.problem.model,
                minimum.theta[chosen],
                covariance[np.ix_(chosen, chosen)],
                found.residual_sd or np.nan,
                found.degrees,
                options.level,
            )
        )
    return tuple(predictors)
