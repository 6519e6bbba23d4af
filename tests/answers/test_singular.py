"""Singular matrices: derivatives that exist are answered, the others are errors."""

import numpy as np
import pytest

from gradcalc import GradcalcError, evaluate
from gradcalc.answers.products import hessian


@pytest.mark.parametrize("source", ["det(A)", "det(A)^2", "det(A - A.T)", "det([[x, y], [y, x]])"])
@pytest.mark.parametrize("size", [2, 3, 4])
def test_hessians_of_determinants_of_singular_matrices(source: str, size: int) -> None:
    A = np.arange(size * size).reshape(size, size) % 5 * 1.0
    A[1] = 2 * A[0]
    at = {"x": 1, "y": 1} if "x" in source else {"A": A}
    found = hessian(source, at)
    assert found.checks.modes is True
    assert found.error is None


@pytest.mark.parametrize("scale", [1e-200, 1e-150, 1e100, 1e200])
@pytest.mark.parametrize("function", ["logdet", "sum(inv", "sum(solve"])
def test_matrices_that_float64_takes_for_singular(function: str, scale: float) -> None:
    """What has no derivative in float64 is answered from the reference, or is an error."""
    ends = {"logdet": ")", "sum(inv": "))", "sum(solve": ", [1, 2]))"}
    source = f"{function}([[{scale}, x], [0, {scale}]]{ends[function]}"
    try:
        found = evaluate(source, {"x": 1})
    except GradcalcError as error:
        assert error.code == "singular"
    else:
        assert function != "logdet" or found.gradient["x"] == 0
