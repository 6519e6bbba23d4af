"""Sums over rows in machine code: right to two roundings, however many rows, whatever the lanes."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from gradcalc.kernels import sums
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.sums import RowSums

FORMULAS = [
    "a*exp(-b*x) + y",
    "sin(a*x)/(1 + y^2) - b",
    "a*log(1 + b*x^2)*y^3",
    "abs(x - y)*a + x/(2 + b*y)",
    "erf(a*x)*b^y",
]
COUNTS = [1, 2, 7, 8, 9, 31, 1000, 4099]
UNIT = 2.0**-53


@pytest.fixture(autouse=True)
def _pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "PIECE_ROWS", 1001)  # several pieces, of odd length


def summed(
    formula: str, x: np.ndarray, y: np.ndarray, a: float = 1.3, b: float = 0.7
) -> tuple[Kernel, dict[str, float]]:
    kernel = Kernel(formula, ("a", "b"), names=("a", "b", "x", "y"))
    columns = {"x": x, "y": y}
    numbers = {"a": a, "b": b}
    kernel.rows({**columns, **numbers})  # finds its path
    assert kernel.paths.straight is not None
    compiled = RowSums.of(kernel.paths.straight.derivatives, frozenset(columns))
    if compiled is None:
        pytest.skip("needs llvmlite")
    return kernel, compiled.over(columns, numbers, 2)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("formula", FORMULAS)
def test_sums_are_those_of_the_columns(formula: str, count: int) -> None:
    random = np.random.default_rng(count)
    x, y = random.uniform(-3, 3, count), random.normal(size=count)
    kernel, found = summed(formula, x, y)
    answer = kernel.rows({"x": x, "y": y, "a": 1.3, "b": 0.7}, native=True).columns
    for name, column in answer.items():
        exact = sum(map(Fraction, column.tolist()))
        sizes = math.fsum(map(abs, column.tolist()))
        # The columns' own rounding, of machine code in another order of factors, and two more.
        assert abs(float(Fraction(found[name]) - exact)) <= 8 * UNIT * sizes


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_row_without_a_value_leaves_no_sum(bad: float) -> None:
    x = np.linspace(0, 1, 3000)
    x[1234] = bad
    _, found = summed(FORMULAS[0], x, x)
    assert not math.isfinite(found["value"])


def test_rounding_does_not_grow_with_the_rows() -> None:
    x = np.full(400_003, 0.1)
    _, found = summed("a*x + b", x, x, 1, 0)
    exact = 400_003 * Fraction(0.1)
    assert abs(Fraction(found["value"]) - exact) <= 2 * Fraction(UNIT) * exact
