"""Singular matrices: derivatives that exist are answered, the others are errors."""

from typing import Any

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


# Matrices at x = 0 whose singular values are equal, or 0, and how they move away from there.
MEETING = [
    "[[x, 1], [1, x]]",
    "[[1 + 2*x, x], [-x, 1]]",
    "[[3 + x, -4], [4, 3 - 5*x]]",
    "[[0.6 + x, 0.8], [-0.8 + x, 0.6]]",
    "[[x, 2*x], [3*x, x]]",
    "[[1, x], [0, x^2]]",
    "[[cos(x), -sin(x)], [sin(x), cos(x) + x]]",
    "[[1, x, 0], [x, 1, 0], [0, 0, 1 - x]]",
    "[[0, x, 0], [1, 0, 0], [0, 0, -1]]",
]


@pytest.mark.parametrize("function", ["sum", "max", "min", "prod", "norm"])
@pytest.mark.parametrize("matrix", MEETING)
def test_singular_values_that_meet_have_their_one_sided_slopes(function: str, matrix: str) -> None:
    """What is smooth of them where each has a kink, their sum and product, is found smooth."""
    source = f"{function}(svd({matrix}))"
    found = evaluate(source, {"x": 0})
    (row,) = found.derivatives
    left, right = (_slope(source, side) for side in (-1, 1))
    smooth = left == pytest.approx(right, abs=1e-5)
    assert found.status == ("smooth" if smooth else "kink")
    if not smooth:
        assert (row.left, row.right) == pytest.approx((left, right), abs=1e-5)
    assert found.gradient["x"] == pytest.approx((left + right) / 2, abs=1e-5)


def _slope(source: str, side: int) -> float:
    """The one-sided difference quotient at 0 by NumPy, to which its error is added once more."""
    names: dict[str, Any] = {"sum": np.sum, "max": np.max, "min": np.min, "prod": np.prod}
    names |= {"norm": np.linalg.norm, "cos": np.cos, "sin": np.sin}
    names["svd"] = lambda x: np.linalg.svd(x, compute_uv=False)
    code = compile(source.replace("^", "**"), "matrix", "eval")
    here, half, whole = (eval(code, names, {"x": side * x}) for x in (0, 5e-6, 1e-5))
    return float(side * (4 * half - whole - 3 * here) / 1e-5)
