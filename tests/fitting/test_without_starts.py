"""Fits without starting values: the truth's minimum is found, in every family of formulas."""

from __future__ import annotations

import pytest

from tests.fitting.families import FAMILIES, problem, solved


@pytest.mark.parametrize("name", FAMILIES)
def test_the_minimum_is_found_without_starting_values(name: str) -> None:
    assert solved(problem(name, 0, seed=3))
