"""A fit as a picture needs it: data, curve, band and residuals over the one column it reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gradcalc.errors import GradcalcError
from gradcalc.fitting.prediction import Predictor
from gradcalc.fitting.problem import Problem, Series, Vector
from gradcalc.fitting.starts import thinned
from gradcalc.tables.cells import Floats

CURVE_POINTS = 300
MAX_DATA_POINTS = 2_000
MARGIN = 0.03  # of the data's range, that the curve goes on


@dataclass(frozen=True, slots=True, eq=False)
class FitCurve:
    """A table's points (x, y) with residuals, and the curve over `at` with its band.

    `column` is the column to the right, `path` the table.
    """

    path: str
    column: str
    x: Floats
    y: Floats
    residuals: Floats
    at: Floats
    value: Floats
    low: Floats
    high: Floats


def curves(
    problem: Problem, theta: Vector, predictors: tuple[Predictor, ...]
) -> tuple[FitCurve, ...]:
    """The pictures of all tables; GradcalcError where the formula reads several columns."""
    columns = problem.model.columns
    if len(columns) != 1:
        raise GradcalcError(
            "usage",
            f"a plot is of one column, and the formula reads {len(columns)}",
            hint="leave --plot out; gradcalc plot shows a formula over two inputs",
        )
    problem = thinned(problem, MAX_DATA_POINTS)
    found, residuals, done = [], problem.residuals(theta), 0
    for one, predictor in zip(problem.series, predictors, strict=True):
        own = residuals[done : done + one.rows]
        found.append(_curve(one, columns[0], own, predictor))
        done += one.rows
    return tuple(found)


def _curve(one: Series, column: str, residuals: Floats, predictor: Predictor) -> FitCurve:
    x = one.data.columns[column]
    span = float(x.max() - x.min()) or 1.0
    at = np.linspace(x.min() - MARGIN * span, x.max() + MARGIN * span, CURVE_POINTS)
    columns = predictor.columns({column: at}, len(at))
    raw = residuals if one.weights is None else residuals / one.weights
    return FitCurve(
        one.data.path,
        column,
        x,
        one.target,
        -raw,
        at,
        columns["prediction"],
        columns["low"],
        columns["high"],
    )
