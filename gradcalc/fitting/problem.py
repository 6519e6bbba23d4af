"""The residuals of a formula over data, with their derivatives by the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcalc.fitting.data import Data
from gradcalc.fitting.expressions import Expression
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.sums import RowSums
from gradcalc.run.point import Given, Point, point
from gradcalc.tables.cells import Floats

BLOCK_ROWS = 1 << 18  # whose derivatives are in memory at a time
MIN_THREADED_ROWS = 1 << 15
Vector = Floats  # 1-D
Matrix = Floats  # 2-D


@dataclass(frozen=True, slots=True)
class Model:
    """A formula as kernels by its `parameters`; `held` are parameters with a fixed value."""

    source: str
    columns: tuple[str, ...]
    parameters: tuple[str, ...]
    exact_held: Point
    held: Mapping[str, float]
    first: Kernel  # value and gradient
    second: Kernel  # second derivatives too
    sums: dict[bool, RowSums | None] = field(default_factory=dict)  # of rows with weights, without

    @classmethod
    def of(
        cls,
        source: str,
        columns: Sequence[str],
        parameters: Sequence[str],
        held: Mapping[str, Given],
    ) -> Model:
        """The kernels of a text, in which the names given win over constants and functions."""
        names = {*columns, *parameters, *held}
        first, second = (
            Kernel(source, parameters, hessian=hessian, names=names) for hessian in (False, True)
        )
        read = tuple(name for name in first.inputs if name in columns)
        exact = point(held)
        return cls(source, read, tuple(parameters), exact, exact.machine(), first, second)


@dataclass(frozen=True, slots=True)
class Series:
    """Rows that share their parameters: the data, the target, and one over its standard deviation.

    `places` says which of the problem's parameters those of the formula are; `weights` is None
    where all rows count the same. `factors` are the part of the weights that a robust loss gives.
    """

    data: Data
    target: Vector
    weights: Vector | None
    places: tuple[int, ...]
    target_of: Expression
    sigma_of: Expression | None = None
    factors: Vector | None = None

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.target)

    def part(self, rows: Any) -> Series:
        """Some of its rows, by their indices."""
        columns = {name: column[rows] for name, column in self.data.columns.items()}
        cells = {name: [column[row] for row in rows] for name, column in self.data.cells.items()}
        data = Data(self.data.path, columns, cells, self.data.skipped)
        weights = None if self.weights is None else self.weights[rows]
        factors = None if self.factors is None else self.factors[rows]
        return replace(self, data=data, target=self.target[rows], weights=weights, factors=factors)


@dataclass(frozen=True, slots=True)
class Problem:
    """A nonlinear least-squares problem: residuals (f - y)/sigma over all series.

    `names` are the parameters that are sought, in the order of every vector of them here.
    """

    model: Model
    series: tuple[Series, ...]
    names: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many residuals there are."""
        return sum(one.rows for one in self.series)

    def blocks(self, theta: Vector, *, rows: int = BLOCK_ROWS) -> Iterator[tuple[Vector, Matrix]]:
        """Residuals and their Jacobian, block by block; NaN where a row has no value."""
        for one in self.series:
            for low in range(0, one.rows, rows):
                part = slice(low, min(low + rows, one.rows))
                columns = self._columns(self.model.first, one, theta, part)
                residuals = columns["value"] - one.target[part]
                jacobian = np.zeros((len(residuals), len(self.names)))
                for name, place in zip(self.model.parameters, one.places, strict=True):
                    jacobian[:, place] += columns[f"d_{name}"]
                if one.weights is not None:
                    weights = one.weights[part]
                    residuals *= weights
                    jacobian *= weights[:, None]
                yield residuals, jacobian

    def column_blocks(
        self, one: Series, theta: Vector
    ) -> Iterator[tuple[Vector, list[tuple[int, Vector]]]]:
        """The residuals of a series, and their derivatives by place, some rows at a time."""
        for low in range(0, one.rows, BLOCK_ROWS):
            part = slice(low, min(low + BLOCK_ROWS, one.rows))
            columns = self._columns(self.model.first, one, theta, part)
            residuals = columns["value"] - one.target[part]
            weights = None if one.weights is None else one.weights[part]
            if weights is not None:
                residuals *= weights
            slopes: dict[int, Vector] = {}
            for name, place in zip(self.model.parameters, one.places, strict=True):
                slope = columns[f"d_{name}"]
                slope = slope if weights is None else slope * weights
                slopes[place] = slopes[place] + slope if place in slopes else slope
            yield residuals, list(slopes.items())

    def derivatives(self, theta: Vector) -> tuple[Vector, Matrix]:
        """All residuals and their Jacobian: of a problem that fits into memory."""
        parts = list(self.blocks(theta, rows=max(1, self.rows)))
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([r for r, _ in parts]), np.concatenate([j for _, j in parts])

    def residuals(self, theta: Vector) -> Vector:
        """All residuals."""
        return np.concatenate([r for r, _ in self.blocks(theta)])

    def curvature(self, theta: Vector, residuals: Vector | None = None) -> Matrix:
        """Σ rᵢ ∇²rᵢ: what the Hessian of half the sum of squares has beside JᵀJ."""
        size = len(self.names)
        total = np.zeros((size, size))
        done = 0
        for one in self.series:
            for low in range(0, one.rows, BLOCK_ROWS):
                part = slice(low, min(low + BLOCK_ROWS, one.rows))
                columns = self._columns(self.model.second, one, theta, part)
                weights = 1.0 if one.weights is None else one.weights[part]
                count = part.stop - part.start
                r = (
                    (columns["value"] - one.target[part]) * weights
                    if residuals is None
                    else residuals[done : done + count]
                )
                done += count
                self._contract(columns, r * weights, one.places, total)
        return total

    def _contract(
        self, columns: Mapping[str, Any], r: Vector, places: tuple[int, ...], total: Matrix
    ) -> None:
        parameters = self.model.parameters
        for k, x in enumerate(parameters):
            for m, y in enumerate(parameters[k:], k):
                value = float(r @ columns[f"d2_{x}_{y}"])
                total[places[k], places[m]] += value
                if k != m:
                    total[places[m], places[k]] += value

    def along(self, theta: Vector, direction: Vector) -> Vector:
        """The second derivative of the residuals along a direction."""
        found = []
        parameters = self.model.parameters
        for one in self.series:
            columns = self._columns(self.model.second, one, theta, slice(None))
            v = direction[list(one.places)]
            total = np.zeros(one.rows)
            for k, x in enumerate(parameters):
                for m, y in enumerate(parameters[k:], k):
                    factor = (1 if k == m else 2) * v[k] * v[m]
                    if factor:
                        total += factor * columns[f"d2_{x}_{y}"]
            found.append(total if one.weights is None else total * one.weights)
        return np.concatenate(found)

    def values(self, theta: Vector) -> Vector:
        """The formula's values in all rows."""
        return np.concatenate(
            [
                self._columns(self.model.first, one, theta, slice(None))["value"]
                for one in self.series
            ]
        )

    def _columns(self, kernel: Kernel, one: Series, theta: Vector, part: slice) -> dict[str, Any]:
        """The kernel's columns for some rows of a series."""
        rows = len(range(*part.indices(one.rows)))
        table: dict[str, Any] = {name: one.data.columns[name][part] for name in self.model.columns}
        table |= self.model.held
        for name, place in zip(self.model.parameters, one.places, strict=True):
            table[name] = theta[place]
        native = None if self.rows >= MIN_THREADED_ROWS else False
        # One row without a value is enough to know that there is no sum of squares.
        answer = kernel.rows(table, watched=False, native=native, patience=1)
        if self.model.columns:
            return answer.columns
        return answer.repeated(rows).columns  # of a formula without columns
