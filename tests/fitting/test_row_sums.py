"""Sums over all rows in longdouble and in balls are those in mpmath's numbers, for every kind of
formula; and rows that share a branch share what is derived of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradcalc
from gradcalc.fitting import descents, refinement, squares
from gradcalc.fitting.ball_sums import BallSums
from gradcalc.fitting.building import problem_over, read_tables
from gradcalc.fitting.extended_sums import extended_sums, has_longdouble
from gradcalc.fitting.options import FitOptions
from gradcalc.fitting.problem import Problem
from gradcalc.fitting.sums import Sums, big_sums
from gradcalc.rules.systems import big_numbers
from gradcalc.tables.memory import MemoryReader

pytest.importorskip("flint")

X = np.linspace(0.05, 3.95, 40)
NOISE = 0.05 * np.cos(2.3 * np.arange(40.0) ** 1.3)
THETA = [1.25, 0.75, 0.5]
FORMULAS = {
    "straight": "a*exp(-b*x) + c",
    "branches": "a*x if x < 1 else a + b*(x - 1)^2 if x < 2.5 else c*x",
    "a loop": "s = 0; for i in 0..(2 if x > 2 else 4) { s = s + a*x^i }; s*b + c",
    "special": "a*besselj(0, b*x) + c*erf(x)",
}
CONTEXT = big_numbers(50).context


def problem_of(formula: str, *, typed: bool = False, **options: Any) -> Problem:
    columns = {"x": X, "y": np.round(np.exp(-X) + NOISE, 3)}
    settings = FitOptions(typed=typed, **options)
    readers = [MemoryReader(columns), MemoryReader({n: v[:7] for n, v in columns.items()})]
    tables = read_tables([formula], readers, "y if x < 2 else 1.5*y", settings)
    return problem_over(formula, tables, ("x", "y"), "y if x < 2 else 1.5*y", settings)


def assert_same(found: Sums, exact: Sums, digits: float) -> None:
    size = range(len(exact.gradient))
    square = [CONTEXT.sqrt(exact.gram[k][k]) for k in size]
    assert abs(found.rss / exact.rss - 1) < 10.0**-digits
    assert abs(found.squares / exact.squares - 1) < 10.0**-digits
    for j in size:
        apart = abs(found.gradient[j] - exact.gradient[j])
        assert apart <= 10.0**-digits * square[j] * CONTEXT.sqrt(exact.rss)
        for k in size:
            apart = abs(found.gram[j][k] - exact.gram[j][k])
            assert apart <= 10.0**-digits * square[j] * square[k]


@pytest.mark.parametrize("options", [{}, {"sigma": "1 + x"}, {"shared": ("b",)}, {"typed": True}])
@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_sums_agree(formula: str, options: dict[str, Any]) -> None:
    problem = problem_of(formula, **options)
    theta = np.array([THETA["abc".index(name[0])] for name in problem.names])
    problem.derivatives(theta)  # finds the paths
    big = [CONTEXT.mpf(x) for x in theta]
    exact = big_sums(problem, big, 50)
    assert_same(BallSums(problem, 50, CONTEXT).at(big), exact, 38)
    if has_longdouble():
        assert_same(extended_sums(problem, big, CONTEXT), exact, 17)


def test_rows_that_go_the_same_way_are_derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    record = squares.local_trace
    monkeypatch.setattr(squares, "local_trace", lambda *given: runs.append(given) or record(*given))
    problem = problem_of(FORMULAS["branches"])
    terms = squares.terms_of(problem, THETA)
    assert len(runs) == 3
    assert len(terms) == 47


def test_special_functions_are_summed_in_balls_or_of_many_rows_a_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Element by element in mpmath's numbers they took minutes."""
    y, start = np.exp(-X) + NOISE, {"a": 1, "b": 1, "c": 0.1}
    exact = gradcalc.fit(FORMULAS["special"], {"x": X, "y": y}, "y", start)
    assert exact.by == "big numbers"
    monkeypatch.setattr(refinement, "MAX_BALL_STEPS", 500)
    found = gradcalc.fit(FORMULAS["special"], {"x": X, "y": y}, "y", start)
    if not has_longdouble():
        return
    assert found.by == "a sample in longdouble"
    for one, truth in zip(found.parameters, exact.parameters, strict=True):
        assert one.digits is not None
        assert one.digits >= 12
        assert abs(one.value / truth.value - 1) <= 3 * 10.0**-one.digits


def test_residuals_that_stay_large_take_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the residuals' curvature counts, Newton's method takes over after some steps."""
    counts: list[int] = []
    inner = descents.marquardt

    def counted(*given: Any, **named: Any) -> Any:
        counts.append(inner(*given, **named).steps)
        return inner(*given, **named)

    monkeypatch.setattr(descents, "marquardt", counted)
    y = 3 * np.cos(X)
    found = gradcalc.fit("a/(1 + b*x^2)", {"x": X, "y": y}, "y", {"a": 1, "b": 1})
    assert found.converged
    assert max(counts) <= descents.MAX_STEPS / 2
