"""The functions of Moré, Garbow and Hillstrom: each minimum is reached, and certified."""

from __future__ import annotations

import pytest

from gradcalc import minimize
from tests.optimize.problems import PROBLEMS, Problem

pytest.importorskip("flint")
# Those whose Hessian is singular at the minimum, or nearly so, where no second derivatives tell.
DEGENERATE = {"powell-singular", "linear-rank-1", "biggs-exp6"}
# Not for every day: some seconds each.
LONG = {"biggs-exp6", "watson-6", "osborne-1", "brown-dennis"}
ACCURACY = 1e-5  # of a value, relative to it or to 10^-3: the published ones have few digits


@pytest.mark.parametrize(
    "problem", [p for p in PROBLEMS if p.name not in LONG], ids=lambda problem: problem.name
)
def test_a_minimum_is_reached_and_certified(problem: Problem) -> None:
    found = minimize(problem.text, problem.start)
    assert found.converged
    assert found.certificate == ("degenerate" if problem.name in DEGENERATE else "minimum")
    assert any(abs(found.value - value) <= ACCURACY * max(value, 1e-3) for value in problem.minima)
