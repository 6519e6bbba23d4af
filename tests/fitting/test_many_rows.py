"""Tables of many rows: the same answer by blocks, and no digit claimed that is wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest

import gradcalc
from gradcalc.fitting import data, gram, refinement, solution, starts
from gradcalc.fitting.building import problem_over, read_tables
from gradcalc.fitting.options import FitOptions
from gradcalc.kernels.llvm import machine
from gradcalc.tables.memory import MemoryReader

ROWS = 30_000
T = np.linspace(0.0, 5.0, ROWS)
Y = 3 * np.exp(-1.3 * T) + 0.5 + 0.02 * np.random.default_rng(0).normal(size=ROWS)
FORMULA = "a*exp(-b*t) + c"


def test_blocks_give_the_fit_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gram, "MIN_THREADED_ROWS", 1)  # in machine code, where there is llvmlite
    by_blocks = gradcalc.fit(FORMULA, {"t": T, "y": Y}, "y", seed=3)
    monkeypatch.setattr(solution, "MANY_ROWS", ROWS + 1)
    at_once = gradcalc.fit(FORMULA, {"t": T, "y": Y}, "y", {"a": 1, "b": 1, "c": 0})
    assert by_blocks.by == at_once.by == "longdouble"
    assert by_blocks.values == at_once.values
    for one, other in zip(by_blocks.parameters, at_once.parameters, strict=True):
        assert one.standard_error == pytest.approx(other.standard_error, rel=3e-16)


def test_digits_from_a_sample_are_never_overstated(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = gradcalc.fit(FORMULA, {"t": T, "y": Y}, "y")
    monkeypatch.setattr(refinement, "MAX_ROWS", ROWS - 1)
    found = gradcalc.fit(FORMULA, {"t": T, "y": Y}, "y")
    assert found.by == "a sample in longdouble"
    for one, truth in zip(found.parameters, exact.parameters, strict=True):
        for mine, theirs, digits in (
            (one.value, truth.value, one.digits),
            (one.standard_error, truth.standard_error, one.error_digits),
        ):
            assert mine is not None
            assert theirs is not None
            error = abs(mine - theirs) / abs(theirs)
            assert digits is not None
            assert digits >= 12
            assert error == 0 or -math.log10(error) >= digits - 0.5


@pytest.mark.parametrize("sigma", ["", "1 + t"])
@pytest.mark.parametrize(
    "formula", [FORMULA, "a*t^2/(b + t) + c", "a*sin(b*t + c)", "a*exp(-(t - b)^2/c^2)"]
)
def test_sums_in_machine_code_are_those_of_the_columns(
    monkeypatch: pytest.MonkeyPatch, formula: str, sigma: str
) -> None:
    columns = {"t": T + 0.1, "y": Y}
    options = FitOptions(sigma=sigma, shared=("b", "c"))
    readers = [MemoryReader(columns), MemoryReader({n: x[:1001] for n, x in columns.items()})]
    tables = read_tables([formula], readers, "y", options)
    problem = problem_over(formula, tables, ("t", "y"), "y", options)
    theta = np.array([1.2, 0.9, 1.1, 0.7])
    by_columns = gram.gram(problem, theta)
    assert not problem.model.sums
    monkeypatch.setattr(gram, "MIN_THREADED_ROWS", 1)
    found = gram.gram(problem, theta)
    assert problem.model.sums[bool(sigma)] or machine() is None
    assert found.rss == pytest.approx(by_columns.rss, rel=1e-14)
    assert np.all(np.abs(found.gradient - by_columns.gradient) <= 1e-14 * found.sizes)
    np.testing.assert_allclose(found.sizes, by_columns.sizes, rtol=1e-14)
    np.testing.assert_allclose(found.matrix, by_columns.matrix, rtol=1e-12, atol=1e-9)


def test_bounds_and_weights_of_many_rows() -> None:
    table = {"t": T, "y": Y, "s": 1 + T}
    found = gradcalc.fit(FORMULA, table, "y", bounds={"b": (0, 1)}, sigma="s")
    assert found.values["b"] == 1
    fixed = gradcalc.fit(FORMULA, table, "y", fix={"b": "1"}, sigma="s")
    assert found.values["a"] == pytest.approx(fixed.values["a"], rel=1e-14)


def test_columns_in_a_file_give_the_same_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = gradcalc.fit(FORMULA, {"t": T, "y": Y}, "y", sigma="1 + t")
    monkeypatch.setattr(data, "SPILLED_ROWS", 1000)
    assert isinstance(_spilled(Y), np.memmap)
    assert _spilled(Y).tolist() == Y.tolist()
    spilled = gradcalc.fit(FORMULA, {"t": T, "y": Y}, "y", sigma="1 + t")
    assert spilled.parameters == in_memory.parameters
    monkeypatch.setattr(starts, "SORTED_SHARE", 1)
    unsorted = gradcalc.fit(FORMULA, {"t": T, "y": Y}, "y", sigma="1 + t")
    assert unsorted.values == pytest.approx(in_memory.values, rel=1e-15)


def _spilled(column: np.ndarray) -> np.ndarray:
    growing = data.Growing()
    for low in range(0, len(column), 700):
        growing.append(column[low : low + 700])
    return growing.whole()
