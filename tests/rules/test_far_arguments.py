"""Arguments far from the origin: answered, with a reference, in a time that does not grow."""

import mpmath
import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import Exit, GradcalcError
from gradcalc.rules.systems import _rough_partials, big_numbers
from gradcalc.rules.table import SCALAR

FAST = Options(check="fast")


@pytest.mark.parametrize("x", [-30.5, -31.0, -45.25, -100.0, -120.5, -200.75])
def test_zeta_to_the_left_is_mpmaths(x: float) -> None:
    answer = evaluate("zeta(x)", {"x": x}, options=FAST)
    with mpmath.workdps(60):
        assert answer.value == float(mpmath.zeta(x))
        # Not mpmath's own derivative, which takes ever longer there: a difference of its values.
        assert answer.derivatives[0].gradient == float(mpmath.diff(mpmath.zeta, mpmath.mpf(x)))
    assert answer.worst_digits == 16


@pytest.mark.parametrize("x", [-1e4, -1e8, -1e15, -123456789.5])
def test_zeta_far_to_the_left_ends(x: float) -> None:
    answer = evaluate("zeta(x)", {"x": x}, options=FAST)
    assert answer.exit is Exit.NO_ANSWER  # a derivative that is larger than float64 can hold
    assert answer.value == 0 or abs(answer.value) == float("inf")


@pytest.mark.parametrize("size", [5e3, 1e4, 1e6, 1e12])
def test_the_log_of_far_sums_of_exponentials_has_a_reference(size: float) -> None:
    for text, at, value, slopes in (
        ("softplus(x)", {"x": size}, size, {"x": 1}),
        ("softplus(x) + 2", {"x": -size}, 2, {"x": 0}),
        ("logaddexp(x, y)", {"x": size, "y": 1}, size, {"x": 1, "y": 0}),
        ("logaddexp(x, y)", {"x": size, "y": 2 * size}, 2 * size, {"x": 0, "y": 1}),
    ):
        answer = evaluate(text, at, options=FAST)
        assert (answer.value, answer.digits) == (value, 16)
        assert answer.gradient == slopes
        assert answer.checks.proof


@pytest.mark.parametrize("x", ["1e15", "2e200", "1e300"])
def test_zeta_far_to_the_right_is_1_and_ends(x: str) -> None:
    answer = evaluate("zeta(x)", {"x": x})
    assert (answer.value, answer.gradient) == (1, {"x": 0})
    assert answer.checks.symbolic is not False


@pytest.mark.parametrize("order", [3, 8, 9, 10, 11, 25, 60])
def test_derivatives_of_zeta_of_any_order_are_enclosed(order: int) -> None:
    answer = evaluate(f"zeta_prime({order}, x)", {"x": "5/2"})
    with mpmath.workdps(60):
        true = [mpmath.zeta(mpmath.mpf(5) / 2, 1, k) for k in (order, order + 1)]
        assert answer.value == pytest.approx(float(true[0]), rel=1e-15)
        assert answer.gradient["x"] == pytest.approx(float(true[1]), rel=1e-15)
    assert answer.worst_digits == 16
    assert answer.checks.symbolic is not False


@pytest.mark.parametrize("name", ["polygamma", "zeta_prime"])
@pytest.mark.parametrize("order", ["-1", "1/2", "1001", "1e9", "1e200"])
def test_orders_that_are_none_are_refused(name: str, order: str) -> None:
    with pytest.raises(GradcalcError, match="no real value"):
        evaluate(f"{name}({order}, x)", {"x": "5/2"}, options=FAST)


@pytest.mark.parametrize("x", ["-1e15", "-1e160", "-1e200"])
def test_zeta_far_to_the_left_is_not_contradicted_by_sympy(x: str) -> None:
    """Its arguments need more digits than the answer: in too few, x is another number."""
    answer = evaluate("zeta(x)", {"x": x})
    assert answer.value == 0
    assert answer.checks.symbolic is not False


@pytest.mark.parametrize("x", [-32, -100, -1000, -(10**15)])
def test_zeta_vanishes_at_even_numbers_to_the_left(x: int) -> None:
    answer = evaluate("1/zeta(x)", {"x": x}, options=FAST)
    assert answer.derivatives[0].status == "pole"
    beside = evaluate("1/zeta(x)", {"x": x - 1}, options=FAST)
    with mpmath.workdps(60):
        true = 0 if x < -300 else float(1 / mpmath.zeta(x - 1))
    assert beside.value == pytest.approx(true, rel=1e-12)


@pytest.mark.parametrize("name", ["zeta_prime", "digamma", "polygamma", "erfcx", "lgamma", "sin"])
@pytest.mark.parametrize("x", ["-1e20", "-1e40", "1e40", "-12345678901234567890.5"])
def test_rough_partials_take_arguments_of_any_precision(name: str, x: str) -> None:
    """They say how errors grow, and must not lose the argument on the way."""
    row = SCALAR[name]
    full = big_numbers(400)
    number = full.context.mpf(x)
    orders = [full.context.mpf(1)] * (row.arity - 1)
    rough = _rough_partials(row, big_numbers(15))[-1]
    rule = row.partials[-1]
    assert rough is not None
    assert rule is not None
    try:
        out = getattr(full, name)(*orders, number)
        true = rule(full, out, *orders, number)
    except (ValueError, ArithmeticError):
        return
    found = rough(out, *orders, number)
    assert found == true or abs(found - true) <= abs(true) / 1000


@pytest.mark.parametrize(
    ("source", "slope"),
    [
        ("tanh(x) - 1", "4*exp(-2*x)"),
        ("zeta(x) - 1", "-log(2)*2^-x"),
        ("(2^-x + 1) - 1", "-log(2)*2^-x"),
        ("erf(x) - 1", "2/sqrt(pi)*exp(-x^2)"),
        ("sqrt(1 + 2^-x) - 1", "-log(2)*2^-x/2"),
    ],
)
@pytest.mark.parametrize("x", ["1e5", "3e8"])
def test_a_value_lost_in_all_digits_costs_the_derivative_none(
    source: str, slope: str, x: str
) -> None:
    """What vanishes below 10^-3200 beside 1 is not 0, nor is it a number: it is within a bound."""
    answer = evaluate(source, {"x": x}, options=FAST)
    assert (answer.exit, answer.status) == (Exit.OK, "smooth")
    assert (answer.digits, answer.reference) == (0, None)
    assert any(note.startswith("the value is 0 within ") for note in answer.notes)
    row, true = answer.derivatives[0], evaluate(slope, {"x": x}, options=FAST)
    assert row.gradient == 0
    assert row.reference is not None
    assert true.reference is not None
    with mpmath.workdps(40):
        ratio = mpmath.mpf(row.reference) / mpmath.mpf(true.reference)
        assert abs(ratio - 1) < 1e-20
