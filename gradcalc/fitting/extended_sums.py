"""Sums over all rows in NumPy's longdouble: of many rows, a block of them at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcalc.fitting.expressions import Expression
from gradcalc.fitting.problem import Problem, Series
from gradcalc.fitting.sums import Sums, path_numbers, values_of
from gradcalc.kernels.paths import Paths
from gradcalc.numbers.distinct import distinct
from gradcalc.rules.array_systems import extended_arrays

EXTENDED_ROWS = 1 << 15  # computed at a time
LONGDOUBLE_BITS = 11  # by which longdouble is finer than float64

Rows = tuple[Any, list[Any], Any]  # residuals, their derivatives and the target, in longdouble


def has_longdouble() -> bool:
    """Is NumPy's longdouble wider than float64 on this machine?"""
    return bool(np.finfo(np.longdouble).nmant - np.finfo(float).nmant >= LONGDOUBLE_BITS)


def extended_sums(problem: Problem, theta: list[Any], context: Any) -> Sums:
    """The sums in longdouble, as big numbers."""
    total = Sums.zero(np.longdouble(0), len(problem.names))
    for one in problem.series:
        for low in range(0, one.rows, EXTENDED_ROWS):
            part = one.part(np.arange(low, min(low + EXTENDED_ROWS, one.rows)))
            add_rows(extended_rows(problem, part, theta), part.rows, total)
    return finished(total, context)


def add_rows(rows: Rows, count: int, total: Sums) -> None:
    """Add the sums of so many rows, as `extended_rows` gives them."""
    residual, local, target = rows
    with np.errstate(all="ignore"):
        wide = [np.broadcast_to(np.asarray(x, dtype=np.longdouble), count) for x in local]
        total.squares += np.sum(target * target)
        total.rss += np.sum(residual * residual)
        for j, x in enumerate(wide):
            total.gradient[j] += np.sum(x * residual)
            for k in range(j, len(wide)):
                total.gram[j][k] += np.sum(x * wide[k])


def finished(total: Sums, context: Any) -> Sums:
    """Sums in longdouble as big numbers; ValueError where they are not finite."""
    if not np.isfinite(total.rss):
        raise ValueError("a residual is not finite")
    return total.mirrored().converted(lambda x: _to_big(x, context))


def extended_rows(problem: Problem, one: Series, theta: list[Any]) -> Rows:
    """Residuals, their derivatives and the target of a series in longdouble.

    ValueError where a row takes a path that is not known.
    """
    model = problem.model
    target = _wide(one.target_of, one)
    sigma = None if one.sigma_of is None else _wide(one.sigma_of, one)
    names = zip(model.parameters, one.places, strict=True)
    inputs = {name: np.longdouble(x) for name, x in model.held.items()}
    inputs |= {name: _from_big(theta[place]) for name, place in names}
    inputs |= {name: _wide_column(one, name) for name in model.columns}
    values = _values(model.first.paths, inputs, one.rows)
    with np.errstate(all="ignore"):
        residual = values["value"] - target
        local: list[Any] = [np.longdouble(0)] * len(problem.names)
        for name, place in zip(model.parameters, one.places, strict=True):
            local[place] = local[place] + values[f"d_{name}"]
        weight = np.longdouble(1) if sigma is None else 1 / sigma
        if one.factors is not None:
            weight = weight * one.factors
        return residual * weight, [x * weight for x in local], target * weight


def _values(paths: Paths, inputs: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """The columns of a program's derivatives: of each row, those of the path that it takes."""
    system = extended_arrays()
    with np.errstate(all="ignore"):
        if paths.straight is not None:
            return values_of(paths.straight, system, inputs)
        table = {name: np.asarray(x, dtype=float)[()] for name, x in inputs.items()}
        numbers = path_numbers(paths, table, rows)
        columns: dict[str, Any] = {}
        for number in distinct(numbers):
            chosen = np.flatnonzero(numbers == number)
            own = {name: x[chosen] if np.ndim(x) else x for name, x in inputs.items()}
            for name, column in values_of(paths[int(number)], system, own).items():
                whole = columns.setdefault(name, np.zeros(rows, dtype=np.longdouble))
                whole[chosen] = column
    return columns


def _wide_column(one: Series, name: str) -> Any:
    """A column in longdouble, from its cells where they were read as typed."""
    cells = one.data.cells.get(name)
    if cells is None:
        return one.data.columns[name].astype(np.longdouble)
    return np.array([np.longdouble(c.numerator) / np.longdouble(c.denominator) for c in cells])


def _wide(expression: Expression, one: Series) -> Any:
    """An expression's values in longdouble."""
    if expression.kernel is None:
        return _wide_column(one, expression.source)
    inputs = {name: _wide_column(one, name) for name in expression.columns}
    return _values(expression.kernel.paths, inputs, one.rows)["value"]


def _from_big(x: Any) -> Any:
    high = float(x)
    return np.longdouble(high) + np.longdouble(float(x - high))


def _to_big(x: Any, context: Any) -> Any:
    high = float(x)
    return context.mpf(high) + context.mpf(float(x - np.longdouble(high)))
