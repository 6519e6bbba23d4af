"""Higher derivatives of powers at 0: sympy is asked, and answers."""

import math

import pytest

import gradcalc
from gradcalc import evaluate
from gradcalc.answers.orders import derivatives
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


@pytest.mark.parametrize("source", ["x^p", "sum(x^p)", "sum([x, 2*x]^p)", "prod([x^p, 1])"])
@pytest.mark.parametrize("power", [1, 2, 3, 4, 5, 6])
def test_orders_of_powers_whose_exponent_is_an_input(source: str, power: int) -> None:
    found = derivatives(source, {"x": 0, "p": power}, 5, wrt=("x",))
    factor = 1 + 2**power if "2*x" in source else 1
    wanted = [factor * math.factorial(power) if k == power else 0 for k in range(1, 6)]
    assert [row.gradient for row in found.derivatives] == wanted
    assert found.status == "smooth"


@pytest.mark.parametrize("y", [0.5, 1, 2, 2.5, 300])
@pytest.mark.parametrize(
    "source", ["0^y", "x^y", "(x/3)^y", "sum([x, 0]^y)", "x^y/(3^y + x^y)", "y^2*x^(2*y)"]
)
def test_powers_of_zero_do_not_vary_with_a_positive_exponent(source: str, y: float) -> None:
    """0^y is 0 all around y > 0: so are its derivatives, in both modes and written as D."""
    found = evaluate(source, {"x": 0, "y": y}, wrt=("y",))
    assert (found.value, found.gradient["y"]) == (0, 0)
    assert found.status == "smooth"
    written = evaluate(f"D({source}, y) + y", {"x": 0, "y": y}, wrt=("y",))
    assert (written.value, written.gradient["y"]) == (y, 1)
    rows = gradcalc.compile(source)(x=[0.0, 0.0], y=[y, y + 1])
    assert [*rows["value"], *rows["d_y"]] == [0] * 4


@pytest.mark.parametrize("source", ["0^x", "(2 - 2)^x", "0.0^(x^2)", "0^(x*y)*y"])
def test_the_formula_for_powers_of_zero_has_no_logarithm_of_zero(source: str) -> None:
    for row in gradcalc.diff(source).derivatives:
        assert row.proven, row.key
        assert "log" not in str(row)
