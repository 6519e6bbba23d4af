"""Sums over all rows in more digits than float64 has: here in mpmath's numbers, row by row.

`ball_sums` takes them in Arb's balls, `extended_sums` in longdouble.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.fitting.expressions import number
from gradcalc.fitting.problem import Problem, Series
from gradcalc.kernels.paths import Path, Paths
from gradcalc.rules.systems import big_numbers
from gradcalc.trace.replay import replay


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
            values = values_of(path, numbers, {**fixed, **columns})
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
    """The compiled path of each row of a series. ValueError where one takes none that is known."""
    paths = problem.model.first.paths
    if paths.straight is not None:
        return [paths.straight] * one.rows
    table: dict[str, Any] = {name: one.data.columns[name] for name in problem.model.columns}
    table |= problem.model.held
    for name, place in zip(problem.model.parameters, one.places, strict=True):
        table[name] = float(theta[place])
    return [paths[int(k)] for k in path_numbers(paths, table, one.rows)]


def path_numbers(paths: Paths, table: Mapping[str, Any], rows: int) -> Any:
    """The number of the path that each row of float64 takes. ValueError where one takes none that
    is known."""
    with np.errstate(all="ignore"):
        numbers, _ = paths.tree.walk(table, rows)
    if np.any(numbers < 0):
        raise ValueError("a row takes a path that is not known")
    return numbers


def values_of(path: Path, numbers: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a path's derivatives, in the number system."""
    trace = path.derivatives.trace
    values = replay(trace, numbers, {name: inputs[name] for name in trace.inputs})
    return {name: values[slot] for name, slot in path.derivatives.columns.items()}
