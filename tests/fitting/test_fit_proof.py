"""The proof of a unique minimum: given where there is one, and never for another place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import gradcalc
from gradcalc.fitting.building import problem_over, read_tables
from gradcalc.fitting.losses import SHAPES
from gradcalc.fitting.options import FitOptions
from gradcalc.fitting.problem import Problem
from gradcalc.fitting.proof import unproven_because
from gradcalc.fitting.refinement import refined
from gradcalc.fitting.robust import reweighted
from gradcalc.fitting.solution import Start, solve
from gradcalc.rules.systems import big_numbers
from gradcalc.tables.memory import MemoryReader

pytest.importorskip("flint")

X = np.linspace(0.1, 4.0, 12)
WAVES = np.cos(np.arange(12.0) * 2.3)
PROBLEMS = {
    "a*exp(-b*x) + c": (3 * np.exp(-1.3 * X) + 0.5 + 0.03 * WAVES, [3, 1.3, 0.5]),
    "a*x/(b + x)": (5 * X / (0.7 + X) + 0.1 * WAVES, [5, 0.7]),
    "a*sin(b*x + c)": (2 * np.sin(1.7 * X + 0.4) + 0.05 * WAVES, [2, 1.7, 0.4]),
}


def problem_of(formula: str, x: Any, y: Any) -> Problem:
    readers, options = [MemoryReader({"x": x, "y": y})], FitOptions()
    tables = read_tables([formula], readers, "y", options)
    return problem_over(formula, tables, ("x", "y"), "y", options)


@pytest.mark.parametrize("formula", PROBLEMS)
def test_a_minimum_is_proven_and_a_wrong_centre_is_not(formula: str) -> None:
    """Centres that are off by a little or much, in every direction."""
    y, start = PROBLEMS[formula]
    problem = problem_of(formula, X, y)
    size = len(problem.names)
    found = gradcalc.fit(
        formula, {"x": X, "y": y}, "y", dict(zip(problem.names, start, strict=True))
    )
    theta = np.array([found.values[name] for name in problem.names])
    assert theta == pytest.approx(start, rel=0.1)
    minimum = refined(problem, theta, range(size))
    assert minimum is not None
    assert minimum.centre is not None
    assert unproven_because(problem, minimum, range(size)) == ""
    context = big_numbers(50).context
    random = np.random.default_rng(7)
    for power in (-1, -3, -6, -9, -12, -14):
        for direction in random.normal(size=(3, size)):
            moved = tuple(
                context.mpf(float(t + d * 10.0**power * max(1.0, abs(t))))
                for t, d in zip(theta, direction, strict=True)
            )
            narrow = minimum.errors * 0 + 10.0**power / 100
            wrong = replace(minimum, centre=moved, errors=narrow, standard_errors=narrow)
            assert unproven_because(problem, wrong, range(size))


def test_a_maximum_is_not_proven_to_be_a_minimum() -> None:
    """The residuals (a^2 - 1)x - x vanish at a = sqrt(2); a = 0 is a maximum between."""
    x = np.array([1.0, 2.0, 3.0])
    problem = problem_of("(a^2 - 1)*x", x, x)
    best = refined(problem, np.array([1.4]), [0])
    assert best is not None
    zero = replace(best, centre=(big_numbers(50).context.mpf(0),))
    assert unproven_because(problem, zero, [0]) == "the stationary point there is not a minimum"


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("a*x if x > 1.5 else c", ""),
        ("a*x if x > b - b else c", "the parameters are not all determined"),
        ("a*x if a > 0 else c", "the parameters are not all determined"),
        ("y0 = a*x; y0 if y0 < 100 else c*y0", "the parameters are not all determined"),
        ("detach(a)*x + b", "the parameters are not all determined"),
        ("abs(a)*x + b*x^2", ""),
    ],
)
def test_what_is_not_smooth_is_not_proven(formula: str, reason: str) -> None:
    y = PROBLEMS["a*x/(b + x)"][0]
    start = {"a": 2.0, "b": 1.5, "c": 3.0}
    names = [name for name in start if name in formula.replace("detach", "").replace("abs", "")]
    found = gradcalc.fit(formula, {"x": X, "y": y}, "y", {name: start[name] for name in names})
    assert found.proven == (not reason)
    assert found.unproven.startswith(reason) or not found.converged


def test_parameters_at_bounds_are_proven_by_their_slopes() -> None:
    y, start = PROBLEMS["a*exp(-b*x) + c"]
    table, names = {"x": X, "y": y}, dict(zip("abc", start, strict=True))
    for bounds, held in (("b=1.4:9", "b"), ("b=0:1.2", "b"), ("b=1.4:,c=:0.4", "bc")):
        found = gradcalc.fit("a*exp(-b*x) + c", table, "y", names, bounds=bounds)
        assert [one.name for one in found.parameters if one.at_bound] == list(held)
        assert found.unproven == ""
    # The bound lies at the minimum without it, as far as float64 tells.
    free = gradcalc.fit("a*x + c", {"x": X, "y": 2 * X + 0.5}, "y")
    assert free.values == {"a": 2.0, "c": 0.5}
    found = gradcalc.fit("a*x + c", {"x": X, "y": 2 * X + 0.5}, "y", bounds="a=2:3")
    assert not found.proven


@pytest.mark.parametrize("loss", ["huber", "soft-l1", "cauchy", "tukey"])
def test_robust_losses_are_proven(loss: Any) -> None:
    """With outliers; a maximum of cauchy's, far from all data but one, is not."""
    y, start = PROBLEMS["a*exp(-b*x) + c"]
    table = {"x": X, "y": y + np.where(np.arange(12) == 4, 2.0, 0.0)}
    found = gradcalc.fit("a*exp(-b*x) + c", table, "y", dict(zip("abc", start, strict=True)),
                         loss=loss)  # fmt: skip
    assert found.unproven == ""
    assert found.values["b"] == pytest.approx(1.3, rel=0.2)


def test_a_loss_is_not_proven_off_its_minimum() -> None:
    y, start = PROBLEMS["a*x/(b + x)"]
    problem = problem_of("a*x/(b + x)", X, y)
    settings = Start(np.array(start, dtype=float), None, 0)
    robust = reweighted(problem, solve(problem, settings), settings, "cauchy")
    minimum = refined(robust.problem, robust.solution.found.theta, [0, 1])
    assert minimum is not None
    assert unproven_because(problem, minimum, [0, 1], None, robust) == ""
    random = np.random.default_rng(3)
    for power in (-1, -3, -6, -9):
        theta = minimum.theta * (1 + 10.0**power * random.normal(size=2))
        narrow = minimum.standard_errors * 10.0**power / 10
        wrong = replace(minimum, centre=None, theta=theta, standard_errors=narrow)
        assert unproven_because(problem, wrong, [0, 1], None, robust)


@pytest.mark.parametrize("loss", SHAPES)
def test_balls_of_losses_are_their_functions(loss: Any) -> None:
    from flint import arb

    shape = SHAPES[loss]
    for u in (-3.0, -0.75, 0.0, 0.25, 0.9, 1.5):
        weight, slope = shape.ball(arb(u))
        assert float(weight) == pytest.approx(float(shape.weight(np.array(u))), rel=1e-14)
        assert float(slope) == pytest.approx(float(shape.slope(np.array(u))), rel=1e-14)
    kink = shape.ball(arb(1, 0.125))
    assert (kink is None) == (loss in ("huber", "tukey"))
