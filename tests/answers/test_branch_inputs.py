"""Inputs that some ways through a program assign, and others read."""

import numpy as np
import pytest

from gradcalc import compile, evaluate


@pytest.mark.parametrize("y", [-1.0, 1.0])
def test_an_input_that_one_branch_assigns(y: float) -> None:
    source = "if y > 0 { x = 1 } else { x = 2*x }; x"
    found = evaluate(source, {"x": 3, "y": y})
    assert (found.value, found.gradient["x"]) == ((1, 0) if y > 0 else (6, 2))
    rows = compile(source).rows({"x": np.array([3.0, 3.0]), "y": np.array([1.0, -1.0])})
    assert rows.columns["value"].tolist() == [1, 6]
    assert evaluate("if y > 0 { x = 1 }; x", {"x": 3, "y": y}).value == (1 if y > 0 else 3)
    assert evaluate("if y > 0 { x = 1 }; x", {"y": 1}).value == 1
