"""A fit from its text to its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.fitting.confounded import Confounded, Degeneracy, degeneracy
from gradcalc.fitting.data import Data, missing_column, read_data
from gradcalc.fitting.expressions import Expression
from gradcalc.fitting.problem import Model, Problem, Series
from gradcalc.fitting.proof import unproven_because
from gradcalc.fitting.refinement import Minimum, refined
from gradcalc.fitting.sampling import MIN_SAMPLED, sampled
from gradcalc.fitting.solution import Bounds, Solution, Start, solve
from gradcalc.fitting.statistics import Quality, correlation, float_covariance, quality, t_quantile
from gradcalc.run.point import Given, point
from gradcalc.run.reading import read_program
from gradcalc.tables import Reader

# Constants whose names are as often those of parameters: a time, an angle.
USUAL_PARAMETERS = {"tau": "2*pi", "phi": "(1 + sqrt(5))/2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """What a fit is told beside its formula, table and target.

    `parameters` are names that are no constants, though they may be called so: tau. `start` has
    starting values by parameter; for those without, a search draws some, by `seed`.
    `held` are parameters with a fixed value; `bounds` the least and greatest value of some.
    `sigma` is a column, or a formula of columns: the standard deviation of the target; `absolute`
    says that it is in the target's unit, not only in proportion. `typed` reads cells as the
    decimals that they are written as, `skip` leaves out rows with a missing cell. `level` is that
    of the intervals.
    """

    parameters: tuple[str, ...] = ()
    start: Mapping[str, Given] = field(default_factory=dict)
    held: Mapping[str, Given] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sigma: str = ""
    absolute: bool = False
    typed: bool = False
    skip: bool = False
    level: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its value with standard error and interval, and the right digits of both.

    A parameter at a bound has no standard error; one that the data don't determine has no digits.
    """

    name: str
    value: float
    standard_error: float | None
    interval: tuple[float, float] | None
    digits: int | None
    error_digits: int | None
    at_bound: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """The answer of a fit.

    `by` says what counted the digits: big numbers, longdouble or nothing (""). `unproven` says why
    it is not proven that there is exactly one minimum near these parameters; "" where it is.
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
    problem = problem_of(source, readers, target, options)
    start = _start(problem, options)
    solution = solve(problem, start)
    open_ = degeneracy(problem, solution.found.theta, solution.free)
    held = open_.held if open_ else frozenset()
    solution = replace(solution, free=tuple(k for k in solution.free if k not in held))
    counted = sampled if problem.rows > MIN_SAMPLED else refined
    minimum = counted(problem, solution.found.theta, solution.free)
    return _answer(source, target, problem, solution, minimum, open_, options)


def problem_of(source: str, readers: Sequence[Reader], target: str, options: FitOptions) -> Problem:
    """The least-squares problem of a formula and its tables."""
    columns = readers[0].columns
    _refuse_columns(options, columns)
    _, inputs = read_program(source, {*columns, *_told(options)})
    used = tuple(name for name in inputs if name in columns)
    parameters = tuple(n for n in inputs if n not in columns and n not in options.held)
    if not parameters:
        raise GradcalcError(
            "no-parameters",
            "the formula has no parameters: its inputs are columns, or fixed",
            hint="name what is to be found: a*x + b",
        )
    _refuse_unknown(options, parameters, inputs)
    target_of = _expression(target, columns)
    sigma_of = _expression(options.sigma, columns) if options.sigma else None
    read = {*used, *target_of.columns, *(sigma_of.columns if sigma_of else ())}
    names = tuple(name for name in columns if name in read)
    model = Model.of(source, columns, parameters, options.held)
    tables = [read_data(r, names, typed=options.typed, skip=options.skip) for r in readers]
    places = tuple(range(len(parameters)))
    series = tuple(_series(data, target_of, sigma_of, places) for data in tables)
    problem = Problem(model, series, parameters)
    _refuse_few(problem, tables)
    _refuse_constant(problem)
    return problem


def _expression(text: str, columns: tuple[str, ...]) -> Expression:
    expression = Expression.of(text, columns)
    for name in expression.columns:
        if name not in columns:
            raise missing_column(name, columns)
    return expression


def _series(
    data: Data, target_of: Expression, sigma_of: Expression | None, places: tuple[int, ...]
) -> Series:
    target = target_of.values(data, "the target")
    weights = None
    if sigma_of is not None:
        sigma = sigma_of.values(data, "--sigma")
        if np.any(sigma <= 0):
            row = int(np.argmax(sigma <= 0))
            raise GradcalcError(
                "bad-data",
                f"--sigma is {sigma[row]:g} in row {row + 1} of {data.path}",
                hint="standard deviations must be positive",
                exit=Exit.FILE,
            )
        weights = 1 / sigma
    return Series(data, target, weights, places, target_of, sigma_of)


def _told(options: FitOptions) -> set[str]:
    """The parameters that options name: they win over constants."""
    return {*options.parameters, *options.start, *options.held, *options.bounds}


def _constant_notes(source: str, columns: Sequence[str], options: FitOptions) -> list[str]:
    """A note on each constant whose name is one that people give to parameters."""
    names = {*columns, *_told(options)}
    _, inputs = read_program(source, names | set(USUAL_PARAMETERS))
    return [
        f"{name} is read as the constant {USUAL_PARAMETERS[name]}; "
        f"to fit it, write --parameters {name}"
        for name in inputs
        if name in USUAL_PARAMETERS and name not in names
    ]


# What can't be fitted ----------------------------------------------------------------------


def _refuse_columns(options: FitOptions, columns: tuple[str, ...]) -> None:
    for what, names in (
        ("--parameters", options.parameters),
        ("--start", options.start),
        ("--fix", options.held),
        ("--bounds", options.bounds),
    ):
        for name in names:
            if name in columns:
                raise GradcalcError(
                    "usage",
                    f"{what} names {name}, which is a column of the table",
                    hint="give the parameter another name in the formula",
                )


def _refuse_unknown(options: FitOptions, parameters: Sequence[str], inputs: object) -> None:
    for what, names in (
        ("--parameters", options.parameters),
        ("--start", options.start),
        ("--bounds", options.bounds),
    ):
        for name in names:
            if name not in parameters:
                raise GradcalcError(
                    "unknown-input",
                    f"{what} names {name}, which is not a parameter",
                    hint=f"the parameters are {', '.join(parameters)}",
                )


def _refuse_few(problem: Problem, tables: Sequence[Data]) -> None:
    rows, count = problem.rows, len(problem.names)
    if rows < count:
        skipped = sum(data.skipped for data in tables)
        but = f" ({skipped} were skipped)" if skipped else ""
        raise GradcalcError(
            "too-few-rows",
            f"{rows} row{'' if rows == 1 else 's'} can't determine {count} parameters{but}",
            hint=f"hold some fixed: --fix {problem.names[-1]}=…",
            exit=Exit.FILE,
        )


def _refuse_constant(problem: Problem) -> None:
    """GradcalcError where the target, or all that the formula reads, is one value."""
    if problem.rows < 2:
        return
    target = np.concatenate([one.target for one in problem.series])
    if np.all(target == target[0]):
        what = problem.series[0].target_of.source
        raise GradcalcError(
            "bad-data",
            f"the target {what} is {target[0]:g} in all rows: there is nothing to fit",
            hint="choose another column with --target",
            exit=Exit.FILE,
        )
    columns = {
        name: np.concatenate([one.data.columns[name] for one in problem.series])
        for name in problem.model.columns
    }
    if columns and all(np.all(column == column[0]) for column in columns.values()):
        name, column = next(iter(columns.items()))
        raise GradcalcError(
            "bad-data",
            f"column {name} is {column[0]:g} in all rows: the target can't depend on it",
            hint="measure at more than one value",
            exit=Exit.FILE,
        )


# Start and answer --------------------------------------------------------------------------


def _start(problem: Problem, options: FitOptions) -> Start:
    numbers = point(options.start).machine()
    values = np.array([float(numbers.get(name, np.nan)) for name in problem.names])
    return Start(values, _bounds(problem, options), options.seed)


def _bounds(problem: Problem, options: FitOptions) -> Bounds | None:
    if not options.bounds:
        return None
    ends = [options.bounds.get(name, (-np.inf, np.inf)) for name in problem.names]
    return np.array([low for low, _ in ends]), np.array([high for _, high in ends])


def _answer(
    source: str,
    target: str,
    problem: Problem,
    solution: Solution,
    minimum: Minimum | None,
    open_: Degeneracy | None,
    options: FitOptions,
) -> Fit:
    undetermined = open_.places if open_ else frozenset()
    if minimum is None:
        minimum, unproven = _in_float64(problem, solution), "the minimum could not be refined"
    elif open_:
        unproven = "the parameters are not all determined"
    else:
        unproven = unproven_because(problem, minimum, solution.free)
    found = quality(problem, minimum.rss, len(solution.free))
    errors = minimum.errors if options.absolute else minimum.standard_errors
    t = t_quantile(found.degrees, options.level) if found.degrees > 0 else None
    rows = []
    for k, name in enumerate(problem.names):
        error, interval = None, None
        if k in solution.free and k not in undetermined and np.isfinite(errors[k]):
            error = float(errors[k])
        value = float(minimum.theta[k])
        if error is not None and t is not None:
            interval = value - t * error, value + t * error
        error_digits = minimum.error_digits[k] if error is not None else None
        at_bound = k not in solution.free and k not in undetermined
        digits = None if k in undetermined else minimum.digits[k]
        rows.append(Parameter(name, value, error, interval, digits, error_digits, at_bound))
    skipped = sum(one.data.skipped for one in problem.series)
    columns = tuple(problem.series[0].data.columns)
    notes = [*_constant_notes(source, columns, options), *solution.notes]
    if skipped:
        notes.append(f"{skipped} row{'s' if skipped > 1 else ''} with a missing cell left out")
    return Fit(
        source,
        target,
        tuple(one.data.path for one in problem.series),
        problem.rows,
        tuple(rows),
        found,
        tuple(map(tuple, correlation(minimum.covariance).tolist())),
        options.level,
        minimum.by,
        solution.found.converged or bool(minimum.by),
        unproven,
        open_.groups if open_ else (),
        tuple(notes),
    )


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
