"""The sums over all rows that a step of a fit needs, in bounded memory.

Of many rows without branches they are taken in machine code, which writes nothing but sums; of
others from the columns of a block of rows at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.fitting.problem import MIN_THREADED_ROWS, Matrix, Problem, Series, Vector
from gradcalc.kernels.lowering import Derivatives
from gradcalc.kernels.sums import RowSums
from gradcalc.trace.builder import Builder

TARGET, WEIGHT = "the target", "its weight"  # inputs whose names no text can have
MAX_PARAMETERS = 16  # whose products machine code adds up, all at once


@dataclass(frozen=True, slots=True)
class Gram:
    """Sums over all rows: r·r, Jᵀr, JᵀJ, and |J|ᵀ|r|, the size of what Jᵀr is summed from."""

    rss: float
    gradient: Vector
    matrix: Matrix
    sizes: Vector

    @classmethod
    def zero(cls, size: int) -> Gram:
        """The sums over no rows."""
        return cls(0.0, np.zeros(size), np.zeros((size, size)), np.zeros(size))

    def add_product(self, j: int, k: int, value: float) -> None:
        """Add to JᵀJ what two columns of J, of the parameters j and k, come to."""
        self.matrix[j, k] += value
        self.matrix[k, j] = self.matrix[j, k]


def gram(problem: Problem, theta: Vector) -> Gram:
    """The sums at some parameters; r·r is inf where a row has no value."""
    total, rss = Gram.zero(len(problem.names)), 0.0
    for one in problem.series:
        sums = _compiled(problem, one)
        if sums is None:
            rss += _by_columns(problem, one, theta, total)
        else:
            rss += _by_sums(problem, one, theta, sums, total)
    return Gram(rss if np.isfinite(rss) else np.inf, total.gradient, total.matrix, total.sizes)


def _by_columns(problem: Problem, one: Series, theta: Vector, total: Gram) -> float:
    """Add a series' sums, except for r·r, which is the answer."""
    rss = 0.0
    for residuals, slopes in problem.column_blocks(one, theta):
        rss += _dot(residuals, residuals)
        absolute = np.abs(residuals)
        for j, (place, x) in enumerate(slopes):
            total.gradient[place] += _dot(x, residuals)
            total.sizes[place] += _dot(np.abs(x), absolute)
            for other, y in slopes[j:]:
                total.add_product(place, other, _dot(x, y))
    return rss


def _dot(x: Any, y: Any) -> float:
    """A dot product whose rounding grows with the logarithm of the rows, as that of BLAS doesn't.

    Nor has it the threads of BLAS, which wait for each other beside those of a kernel.
    """
    return float(np.sum(x * y))


# In machine code ---------------------------------------------------------------------------


def _compiled(problem: Problem, one: Series) -> RowSums | None:
    """The sums of a series as machine code; None where that can't be, or isn't worth it."""
    model = problem.model
    path = model.first.paths.straight
    if path is None or one.rows < MIN_THREADED_ROWS or len(model.parameters) > MAX_PARAMETERS:
        return None
    weighted = one.weights is not None
    if weighted not in model.sums:
        products = _products(path.derivatives, model.parameters, weighted)
        columns = {*model.columns, TARGET} | ({WEIGHT} if weighted else set())
        model.sums[weighted] = RowSums.of(products, frozenset(columns))
    return model.sums[weighted]


def _products(derivatives: Derivatives, parameters: tuple[str, ...], weighted: bool) -> Derivatives:
    """What is summed, as a trace: products of a row's residual and its derivatives."""
    builder = Builder()
    values = builder.copied(derivatives.trace)
    residual = values[derivatives.columns["value"]] - builder.input(TARGET)
    slopes = [values[derivatives.columns[f"d_{name}"]] for name in parameters]
    if weighted:
        weight = builder.input(WEIGHT)
        residual, slopes = residual * weight, [slope * weight for slope in slopes]
    terms = {"rss": residual * residual}
    for j, x in enumerate(slopes):
        product = x * residual
        terms[f"gradient {j}"], terms[f"size {j}"] = product, builder.numbers.abs(product)
        terms |= {f"gram {j} {k}": x * y for k, y in enumerate(slopes[j:], j)}
    trace, slots = builder.finished(terms.values())
    return Derivatives(trace, dict(zip(terms, slots, strict=True)), ())


def _by_sums(problem: Problem, one: Series, theta: Vector, sums: RowSums, total: Gram) -> float:
    """Add a series' sums, except for r·r, which is the answer."""
    model = problem.model
    columns = {name: one.data.columns[name] for name in model.columns} | {TARGET: one.target}
    if one.weights is not None:
        columns[WEIGHT] = one.weights
    named = zip(model.parameters, one.places, strict=True)
    numbers = {**model.held, **{name: float(theta[place]) for name, place in named}}
    found = sums.over(columns, numbers, model.first.threads)
    for j, place in enumerate(one.places):
        total.gradient[place] += found[f"gradient {j}"]
        total.sizes[place] += found[f"size {j}"]
        for k, other in enumerate(one.places[j:], j):
            total.add_product(place, other, found[f"gram {j} {k}"])
    return found["rss"]
