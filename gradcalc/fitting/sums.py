"""Sums over all rows in more digits than float64 has: in big numbers, or in longdouble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.fitting.expressions import Expression, number
from gradcalc.fitting.problem import Problem, Series
from gradcalc.kernels.paths import Path
from gradcalc.rules.systems import big_numbers, extended_arrays
from gradcalc.trace.replay import replay

EXTENDED_ROWS = 1 << 15  # computed at a time
LONGDOUBLE_BITS = 11  # by which longdouble is finer than float64


@dataclass(slots=True)
class Sums:
    """Sums over all rows in big numbers: of squares of target and residuals, Jᵀr and JᵀJ."""

    squares: Any  # of the target
    rss: Any
    gradient: list[Any]
    gram: list[list[Any]]

    @classmethod
    def zero(cls, nothing: Any, size: int) -> Sums:
        """The sums over no rows."""
        return cls(nothing, nothing, [nothing] * size, [[nothing] * size for _ in range(size)])

    def add(self, target: Any, residual: Any, local: list[Any]) -> None:
        """Add a row with this residual and its derivatives; JᵀJ above its diagonal only."""
        self.squares += target * target
        self.rss += residual * residual
        for j, x in enumerate(local):
            if x:
                self.gradient[j] += x * residual
                for k in range(j, len(local)):
                    self.gram[j][k] += x * local[k]

    def mirrored(self) -> Sums:
        """The same with JᵀJ below its diagonal, too."""
        for j in range(len(self.gram)):
            for k in range(j):
                self.gram[j][k] = self.gram[k][j]
        return self

    def converted(self, convert: Callable[[Any], Any]) -> Sums:
        """The same in other numbers."""
        return Sums(
            convert(self.squares),
            convert(self.rss),
            [convert(x) for x in self.gradient],
            [[convert(x) for x in row] for row in self.gram],
        )


# In big numbers --------------------------------------------------------------------------


def big_sums(problem: Problem, theta: list[Any], digits: int) -> Sums:
    """The sums in mpmath numbers of so many digits, row by row."""
    numbers = big_numbers(digits)
    context, size = numbers.context, len(problem.names)
    total = Sums.zero(context.mpf(0), size)
    held = problem.model.exact_held.numbers(numbers)
    for one in problem.series:
        names = zip(problem.model.parameters, one.places, strict=True)
        fixed = held | {name: theta[place] for name, place in names}
        for row, path in enumerate(paths_of(problem, one, theta)):
            columns = {n: number(one.data.exact(n, row), numbers) for n in problem.model.columns}
            target = one.target_of.exact(one.data, row, numbers)
            values = _row(path, numbers, {**fixed, **columns})
            local = [context.mpf(0)] * size
            for name, place in zip(problem.model.parameters, one.places, strict=True):
                local[place] += values[f"d_{name}"]
            residual = values["value"] - target
            if one.sigma_of is not None:
                sigma = one.sigma_of.exact(one.data, row, numbers)
                target, residual = target / sigma, residual / sigma
                local = [x / sigma for x in local]
            if one.factors is not None:
                factor = context.mpf(float(one.factors[row]))
                target, residual = target * factor, residual * factor
                local = [x * factor for x in local]
            total.add(target, residual, local)
    if not context.isfinite(total.rss):
        raise ValueError("a residual is not finite")
    return total.mirrored()


def paths_of(problem: Problem, one: Series, theta: Sequence[Any]) -> list[Path]:
    """The compiled path of each row of a series."""
    paths = problem.model.first.paths
    if paths.straight is not None:
        return [paths.straight] * one.rows
    table: dict[str, Any] = {name: one.data.columns[name] for name in problem.model.columns}
    table |= problem.model.held
    for name, place in zip(problem.model.parameters, one.places, strict=True):
        table[name] = float(theta[place])
    with np.errstate(all="ignore"):
        numbers, _ = paths.tree.walk(table, one.rows)
    return [paths[int(k)] for k in numbers]


def _row(path: Path, numbers: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """The columns of a path's derivatives, in the number system."""
    trace = path.derivatives.trace
    values = replay(trace, numbers, {name: inputs[name] for name in trace.inputs})
    return {name: values[slot] for name, slot in path.derivatives.columns.items()}


# In longdouble -----------------------------------------------------------------------------


def has_longdouble() -> bool:
    """Is NumPy's longdouble wider than float64 on this machine?"""
    return bool(np.finfo(np.longdouble).nmant - np.finfo(float).nmant >= LONGDOUBLE_BITS)


def extended_sums(problem: Problem, theta: list[Any], context: Any) -> Sums:
    """The sums in longdouble, as big numbers."""
    total = Sums.zero(np.longdouble(0), len(problem.names))
    for one in problem.series:
        for low in range(0, one.rows, EXTENDED_ROWS):
            part = one.part(np.arange(low, min(low + EXTENDED_ROWS, one.rows)))
            _add_extended(problem, part, theta, total)
    if not np.isfinite(total.rss):
        raise ValueError("a residual is not finite")
    return total.mirrored().converted(lambda x: _to_big(x, context))


def _add_extended(problem: Problem, one: Series, theta: list[Any], total: Sums) -> None:
    """Add the sums of a block of rows."""
    residual, local, target = extended_rows(problem, one, theta)
    with np.errstate(all="ignore"):
        wide = [np.broadcast_to(np.asarray(x, dtype=np.longdouble), one.rows) for x in local]
        total.squares += np.sum(target * target)
        total.rss += np.sum(residual * residual)
        for j, x in enumerate(wide):
            total.gradient[j] += np.sum(x * residual)
            for k in range(j, len(wide)):
                total.gram[j][k] += np.sum(x * wide[k])


def extended_rows(problem: Problem, one: Series, theta: list[Any]) -> tuple[Any, list[Any], Any]:
    """Residuals, their derivatives and the target of a series in longdouble."""
    model, numbers = problem.model, extended_arrays()
    target = _wide(one.target_of, one, numbers)
    sigma = None if one.sigma_of is None else _wide(one.sigma_of, one, numbers)
    names = zip(model.parameters, one.places, strict=True)
    inputs = {name: np.longdouble(x) for name, x in model.held.items()}
    inputs |= {name: _from_big(theta[place]) for name, place in names}
    inputs |= {name: _wide_column(one, name) for name in model.columns}
    path = model.first.paths.straight
    if path is None:
        raise ValueError("rows take several paths")
    with np.errstate(all="ignore"):
        values = _row(path, numbers, inputs)
        residual = values["value"] - target
        local: list[Any] = [np.longdouble(0)] * len(problem.names)
        for name, place in zip(model.parameters, one.places, strict=True):
            local[place] = local[place] + values[f"d_{name}"]
        weight = np.longdouble(1) if sigma is None else 1 / sigma
        if one.factors is not None:
            weight = weight * one.factors
        return residual * weight, [x * weight for x in local], target * weight


def _wide_column(one: Series, name: str) -> Any:
    """A column in longdouble, from its cells where they were read as typed."""
    cells = one.data.cells.get(name)
    if cells is None:
        return one.data.columns[name].astype(np.longdouble)
    return np.array([np.longdouble(c.numerator) / np.longdouble(c.denominator) for c in cells])


def _wide(expression: Expression, one: Series, numbers: Any) -> Any:
    """An expression's values in longdouble."""
    if expression.kernel is None:
        return _wide_column(one, expression.source)
    path = expression.kernel.paths.straight
    if path is None:
        raise ValueError("rows take several paths")
    return _row(path, numbers, {n: _wide_column(one, n) for n in expression.columns})["value"]


def _from_big(x: Any) -> Any:
    high = float(x)
    return np.longdouble(high) + np.longdouble(float(x - high))


def _to_big(x: Any, context: Any) -> Any:
    high = float(x)
    return context.mpf(high) + context.mpf(float(x - np.longdouble(high)))
