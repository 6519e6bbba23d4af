"""Higher derivatives of powers at 0: sympy is asked, and answers."""

import pytest

from gradcalc import evaluate
from gradcalc.answers.products import hessian

FORMULAS = [
    "x^2",
    "x^3 + x",
    "(1 - x)^2 + 100*(y - x^2)^2",
    "x^2*y^3",
    "sum([x, y]^2)",
    "y*x^4 - x^2",
]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("y", [0, 2])
def test_sympy_compares_hessians_of_powers_at_zero(formula: str, y: float) -> None:
    at = {"x": 0, "y": y} if "y" in formula else {"x": 0}
    found = hessian(formula, at)
    assert found.checks.symbolic is True
    assert not any("sympy" in note for note in found.notes)


@pytest.mark.parametrize("power", range(1, 6))
@pytest.mark.parametrize("order", [1, 2, 3])
def test_sympy_compares_derivatives_inside_a_program(power: int, order: int) -> None:
    source = f"x^{power}"
    for _ in range(order):
        source = f"D({source}, x)"
    found = evaluate(f"{source} + x*y", {"x": 0, "y": 1})
    factorials = [1, 1, 2, 6, 24, 120]
    assert found.value == (factorials[order] if order == power else 0)
    assert found.gradient["x"] == (factorials[power] if order == power - 1 else 0) + 1
    assert found.checks.symbolic is True
