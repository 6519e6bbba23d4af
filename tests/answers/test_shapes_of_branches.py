"""Branches whose results have different shapes: beside the boundary there is no such value."""

from __future__ import annotations

from itertools import permutations

import pytest

import gradcalc

PARTS = ["x", "[x, x]", "[x, x, 1]", "[[x, x]]", "ones(2, 1)*x"]
BESIDE = {"<": "left", ">": "right", "==": "both"}  # where the other branch is taken


@pytest.mark.parametrize(("then", "other"), list(permutations(PARTS, 2)))
@pytest.mark.parametrize("op", BESIDE)
def test_a_branch_of_another_shape_is_no_side(then: str, other: str, op: str) -> None:
    # at 1, < and > take `other`, and == takes `then`
    result = gradcalc.evaluate(f"{then} if x {op} 1 else {other}", {"x": 1})
    status = "undefined" if op == "==" else "one-sided"
    assert result.status == status
    if op != "==":
        assert result.exit == 0


def test_a_norm_beside_its_vector() -> None:
    result = gradcalc.evaluate("norm(v) if sum(v) < 1 else v", {"v": [0, 0, 1]})
    assert result.status == "one-sided"
    assert result.gradient["v"].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
