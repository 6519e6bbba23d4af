"""From texts and tables to a least-squares problem, and where to begin; bad ones are refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcalc.errors import Exit, GradcalcError, blaming, listed
from gradcalc.fitting.data import Data, missing_column, read_data
from gradcalc.fitting.expressions import Expression
from gradcalc.fitting.options import USUAL_PARAMETERS, FitOptions
from gradcalc.fitting.problem import Model, Problem, Series
from gradcalc.fitting.refusals import (
    refuse_columns,
    refuse_constant,
    refuse_few,
    refuse_range,
    refuse_unknown,
)
from gradcalc.fitting.solution import Bounds, Start
from gradcalc.run.point import point
from gradcalc.run.reading import read_program
from gradcalc.tables import Reader


def read_tables(
    sources: Sequence[str], readers: Sequence[Reader], target: str, options: FitOptions
) -> list[Data]:
    """The columns that some formulas, the target and its standard deviation read."""
    columns = readers[0].columns
    read = {*_expression(target, columns, readers[0]).columns}
    if options.sigma:
        read |= {*_expression(options.sigma, columns, readers[0]).columns}
    for source in sources:
        text = _with_ties(source, columns, options)
        with blaming(text):
            read |= {*read_program(text, {*columns, *told(options)})[1]}
    names = tuple(name for name in columns if name in read)
    return [
        read_data(r, names, typed=options.typed, skip=options.skip, rules=options.rules)
        for r in readers
    ]


def problem_over(
    source: str, tables: Sequence[Data], columns: tuple[str, ...], target: str, options: FitOptions
) -> Problem:
    """The least-squares problem of a formula over tables that are read, of these columns."""
    refuse_columns(options, columns)
    source = _with_ties(source, columns, options)
    with blaming(source):
        _, inputs = read_program(source, {*columns, *told(options)})
    parameters = tuple(n for n in inputs if n not in columns and n not in options.held)
    if not parameters:
        raise GradcalcError(
            "no-parameters",
            "the formula has no parameters: its inputs are columns, or fixed",
            hint="name what is to be found: a*x + b",
        )
    refuse_unknown(options, parameters, inputs)
    target_of = _expression(target, columns)
    sigma_of = _expression(options.sigma, columns) if options.sigma else None
    model = Model.of(source, columns, parameters, options.held)
    unknowns, places = _unknowns(parameters, len(tables), options.shared)
    series = tuple(
        _series(data, target_of, sigma_of, own) for data, own in zip(tables, places, strict=True)
    )
    problem = Problem(model, series, unknowns)
    refuse_few(problem, tables)
    refuse_constant(problem)
    refuse_range(problem)
    return problem


def _with_ties(source: str, columns: Sequence[str], options: FitOptions) -> str:
    """The program that computes the tied parameters first."""
    if not options.tied:
        return source
    names = {*columns, *told(options), *options.tied}
    with blaming(source):
        _, inputs = read_program(source, names)
    for name in options.tied:
        if name not in inputs:
            raise GradcalcError(
                "unknown-input",
                f"--tie names {name}, which the formula does not have",
                hint=f"its inputs are {listed(inputs)}",
            )
    return "; ".join([*(f"{name} = {text}" for name, text in options.tied.items()), source])


def _unknowns(
    parameters: tuple[str, ...], tables: int, shared: tuple[str, ...] | None
) -> tuple[tuple[str, ...], list[tuple[int, ...]]]:
    """The parameters of all tables together, `a[2]` being that of the second one, and for each
    table the places of its own among them."""
    for name in shared or ():
        if name not in parameters:
            raise GradcalcError(
                "unknown-input",
                f"--share names {name}, which is not a parameter",
                hint=f"the parameters are {listed(parameters)}",
            )
    common = parameters if shared is None or tables == 1 else shared
    names: list[str] = []
    places: list[list[int]] = [[] for _ in range(tables)]
    for name in parameters:
        for number in range(tables):
            full = name if name in common else f"{name}[{number + 1}]"
            if full not in names:
                names.append(full)
            places[number].append(names.index(full))
    return tuple(names), [tuple(own) for own in places]


def _expression(text: str, columns: tuple[str, ...], reader: Reader | None = None) -> Expression:
    expression = Expression.of(text, columns)
    for name in expression.columns:
        if name not in columns:
            raise missing_column(name, columns, reader.elsewhere(name) if reader else "")
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


def told(options: FitOptions) -> set[str]:
    """The parameters that options name: they win over constants."""
    return {*options.parameters, *options.start, *options.held, *options.bounds}


def constant_notes(source: str, columns: Sequence[str], options: FitOptions) -> list[str]:
    """A note on each constant whose name is one that people give to parameters."""
    names = {*columns, *told(options)}
    _, inputs = read_program(source, names | set(USUAL_PARAMETERS))
    return [
        f"{name} is read as the constant {USUAL_PARAMETERS[name]}; "
        f"to fit it, write --parameters {name}"
        for name in inputs
        if name in USUAL_PARAMETERS and name not in names
    ]


# Where to begin --------------------------------------------------------------------------


def start_of(problem: Problem, options: FitOptions) -> Start:
    numbers = point(options.start).machine()
    values = np.array([float(numbers.get(_local(name), np.nan)) for name in problem.names])
    return Start(values, _bounds(problem, options), options.seed)


def _local(name: str) -> str:
    """What the formula calls a parameter: a for a[2]."""
    return name.partition("[")[0]


def _bounds(problem: Problem, options: FitOptions) -> Bounds | None:
    if not options.bounds:
        return None
    for name, (low, high) in options.bounds.items():
        if low == high:
            raise GradcalcError(
                "usage", f"the bounds of {name} are equal", hint=f"write --fix {name}={low:g}"
            )
    ends = [options.bounds.get(_local(name), (-np.inf, np.inf)) for name in problem.names]
    return np.array([low for low, _ in ends]), np.array([high for _, high in ends])
