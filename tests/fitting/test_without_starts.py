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
