"""Fits without starting values: the truth's minimum is found, in every family of formulas."""

from __future__ import annotations

import numpy as np
import pytest

import gradcalc
from tests.fitting.families import FAMILIES, problem, solved


@pytest.mark.parametrize("name", FAMILIES)
def test_the_minimum_is_found_without_starting_values(name: str) -> None:
    assert solved(problem(name, 0, seed=3))


@pytest.mark.parametrize("seed", range(3))
def test_two_places_and_two_widths_are_found(seed: int) -> None:
    """Few draws have the kinds of all four right, so that these must be learnt."""
    one = problem("two peaks", 7, seed=303)
    found = gradcalc.fit(one.formula, {"x": one.x, "y": one.y}, "y", seed=seed)
    assert found.quality.rss <= one.rss


@pytest.mark.parametrize("power", [-12, -6, 6, 12])
def test_units_make_no_difference(power: int) -> None:
    """Columns in other units: times in ps, currents in nA."""
    x = np.linspace(0.1, 4.0, 20)
    y = 3 * np.exp(-1.3 * x) + 0.5 + 0.01 * np.cos(np.arange(20) * 2.3)
    unit = 10.0**power
    found = gradcalc.fit("a*exp(-b*x) + c", {"x": x * unit, "y": y / unit}, "y")
    a, b, c = found.values.values()
    assert [a * unit, b * unit, c * unit] == pytest.approx([3.0055, 1.3049, 0.50149], rel=1e-4)
    assert [one.digits for one in found.parameters] == [16, 16, 16]


CUBIC = {"a": 1288.0, "b": 1491.0, "c": 583.0, "d": 75.4, "f": 0.966, "g": 0.398, "h": 0.0497}


@pytest.mark.parametrize("seed", range(5))
def test_a_start_near_a_poor_minimum_is_not_the_end(seed: int) -> None:
    """A rational function that a pole keeps from the data: its residuals have a shape."""
    random = np.random.default_rng(seed)
    x = np.linspace(-3.1, 2.2, 37)
    a, b, c, d, f, g, h = CUBIC.values()
    y = (a + b * x + c * x**2 + d * x**3) / (1 + f * x + g * x**2 + h * x**3)
    noise = 0.01 * float(np.std(y)) * random.normal(size=len(x))
    start = {name: value * 10 ** random.uniform(-0.5, 0.5) for name, value in CUBIC.items()}
    formula = "(a + b*x + c*x^2 + d*x^3)/(1 + f*x + g*x^2 + h*x^3)"
    found = gradcalc.fit(formula, {"x": x, "y": y + noise}, "y", start)
    assert found.quality.rss <= float(noise @ noise)


def test_an_equation_in_the_formula_is_solved_while_starts_are_looked_for() -> None:
    """Most draws have no root in some row, which takes hundreds of trials to know: one is enough
    to leave a draw out. The fit is that of the closed form."""
    t = np.linspace(0.2, 4, 20)
    y = 0.4 + (np.sqrt(1 + 4 * 2.3 * t) - 1) / 2 + 1e-3 * np.cos(np.arange(20) * 2.3)
    table = {"t": t, "y": y}
    found = gradcalc.fit("root(x^2 + x - a*t, x, 1) + b", table, "y")
    same = gradcalc.fit("(sqrt(1 + 4*a*t) - 1)/2 + b", table, "y")
    assert found.values == pytest.approx(same.values, rel=1e-13)
    assert found.proven
