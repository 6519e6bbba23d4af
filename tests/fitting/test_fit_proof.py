"""The proof of a unique minimum: given where there is one, and never for another place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gradcalc
from gradcalc.fitting.building import problem_of
from gradcalc.fitting.options import FitOptions
from gradcalc.fitting.proof import unproven_because
from gradcalc.fitting.refinement import refined
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


@pytest.mark.parametrize("formula", PROBLEMS)
def test_a_minimum_is_proven_and_a_wrong_centre_is_not(formula: str) -> None:
    """Centres that are off by a little or much, in every direction."""
    y, start = PROBLEMS[formula]
    problem = problem_of(formula, [MemoryReader({"x": X, "y": y})], "y", FitOptions())
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
            wrong = replace(minimum, centre=moved, errors=minimum.errors * 0 + 10.0**power / 100)
            assert unproven_because(problem, wrong, range(size))


def test_a_maximum_is_not_proven_to_be_a_minimum() -> None:
    """The residuals (a^2 - 1)x - x vanish at a = sqrt(2); a = 0 is a maximum between."""
    x = np.array([1.0, 2.0, 3.0])
    problem = problem_of("(a^2 - 1)*x", [MemoryReader({"x": x, "y": x})], "y", FitOptions())
    best = refined(problem, np.array([1.4]), [0])
    assert best is not None
    zero = replace(best, centre=(big_numbers(50).context.mpf(0),))
    assert unproven_because(problem, zero, [0]) == "the stationary point there is not a minimum"


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("a*x if x > 1.5 else c", "the formula has branches"),
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
