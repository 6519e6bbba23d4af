"""The whole way, from text to a result."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from gradcalc import Exit, GradcalcError, Options, evaluate


@pytest.mark.parametrize(
    ("source", "at", "name", "true"),
    [
        ("y if x >= x else y", {"x": 5e-324, "y": 5e-324}, "y", 1),
        ("(x - 2) - y if x >= x else y", {"x": 5e-324, "y": 1e300}, "x", 1),
    ],
)
def test_the_probe_sees_slopes_at_tiny_numbers(
    source: str, at: dict[str, float], name: str, true: float
) -> None:
    assert evaluate(source, at).gradient[name] == true


def test_a_condition_without_a_value_is_no_branch() -> None:
    for source in ("x if x/x > 2 else 7", "y = 3; while x/x < 1 { y = 4 }; y*x"):
        with pytest.raises(GradcalcError, match="the condition is undefined") as caught:
            evaluate(source, {"x": 0})
        assert caught.value.exit is Exit.NO_ANSWER


def test_the_first_example_is_proven() -> None:
    result = evaluate("sin(x)*y", {"x": "1", "y": "2"})
    assert result.value == 2 * math.sin(1)
    assert result.gradient == pytest.approx({"x": 2 * math.cos(1), "y": math.sin(1)}, rel=1e-15)
    assert result.checks.modes is True
    assert result.checks.symbolic is True
    assert result.checks.method == "whole"
    assert result.digits is not None
    assert result.digits >= 15
    assert result.exit is Exit.OK


def test_typed_numbers_are_exact_and_floats_are_what_they_are() -> None:
    typed = evaluate("1/(x - 0.1)", {"x": "0.1000001"})
    assert typed.reference == "10000000"
    assert typed.digits == 9
    given = evaluate("1/(x - 0.1)", {"x": 0.1000001}, options=Options(typed=False))
    assert given.digits is not None
    assert given.digits >= 15


def test_a_cancellation_is_no_agreement() -> None:
    result = evaluate("(1 - cos(x))/x^2", {"x": "1e-9"})
    assert result.digits == 0
    assert result.reference is not None
    assert result.reference.startswith("0.49999999")
    assert any("1 - cos(x)" in note for note in result.notes)


@pytest.mark.parametrize(
    ("source", "at", "gradient", "status"),
    [
        ("abs(x)", "0", 0, "kink"),
        ("relu(x)", "0", 0.5, "kink"),
        ("relu(x) - relu(-x)", "0", 1, "smooth"),
        ("max(x, 0) + min(x, 0)", "0", 1, "smooth"),
        ("clip(x, 0, 1)", "1", 0.5, "kink"),
        ("sqrt(x)", "0", math.inf, "vertical"),
        ("sqrt(x^2)", "0", 0, "kink"),
        ("sqrt(x^4)", "0", 0, "smooth"),
        ("sqrt(x)^2", "0", 1, "one-sided"),
        ("4 if x == 2 else x^2", "2", 4, "smooth"),
        ("where(x > 0, sqrt(x), 0)", "-1", 0, "smooth"),
        ("where(x == 0, 1, sin(x)/x)", "0", 0, "smooth"),
        ("acos(cos(x))", "0", 0, "kink"),
        ("x^0", "0", 0, "smooth"),
        ("floor(x)", "1", 0, "jump"),
        ("cbrt(x)", "0", math.inf, "vertical"),
        ("cbrt(x)", "-8", 1 / 12, "smooth"),
    ],
)
def test_derivatives_in_doubt(source: str, at: str, gradient: float, status: str) -> None:
    result = evaluate(source, {"x": at})
    assert result.gradient["x"] == gradient
    assert result.status == status


@pytest.mark.parametrize(
    ("source", "at", "code"),
    [
        ("log(x)", "-1", "domain"),
        ("asin(x)", "2", "domain"),
        ("x^(1/3)", "-8", "domain"),
        ("sinn(x)", "1", "unknown-name"),
        ("x + y", "1", "missing-value"),
        ("x", "abc", "unknown-name"),
        ("x", "nan", "not-finite"),
        ("while x > 0 { x = x + 1 }", "1", "trace-too-long"),
        ("f(t) = f(t + 1)\nf(x)", "1", "recursion"),
        ("if x > 5 {f(t) = t}\nf(x)", "1", "unknown-name"),
        ("while x > 5 {f(t) = t}\nf(x)", "1", "unknown-name"),
        ("g(s) = {f(t) = t; s}\nf(x)", "1", "unknown-name"),
        ("if x > 0 {f(t) = t} else {f(t, u) = u}\nf(x, x)", "1", "arity"),
    ],
)
def test_what_has_no_answer_says_why(source: str, at: str, code: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(source, {"x": at})
    assert caught.value.code == code


def test_the_hint_of_a_real_cube_root() -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate("x^(1/3)", {"x": -8})
    assert caught.value.hint is not None
    assert "cbrt" in caught.value.hint
    assert caught.value.exit is Exit.NO_ANSWER


@pytest.mark.parametrize(
    ("source", "status"),
    [("1/x", "pole"), ("log(x)", "pole"), ("x/x", "removable"), ("sin(x)/x", "removable")],
)
def test_no_value_is_explained(source: str, status: str) -> None:
    result = evaluate(source, {"x": 0})
    assert result.status == status
    assert result.error is not None
    assert result.exit is Exit.NO_ANSWER


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("if x > 0 {f(t) = 2*t} else {f(t, u) = u}\nf(x)", 2.0),
        ("f(t) = t\ng(s) = f(s)\nf(t, u) = t*u\nf(x, 3)", 3.0),
    ],
)
def test_the_definition_that_the_run_came_by_last_counts(source: str, value: float) -> None:
    assert evaluate(source, {"x": 1}).value == value


def test_programs() -> None:
    source = "y = 1\nwhile abs(y*y - x) > 1e-14 { y = (y + x/y)/2 }\ny"
    result = evaluate(source, {"x": 2})
    assert result.value == pytest.approx(math.sqrt(2), rel=1e-15)
    assert result.gradient["x"] == pytest.approx(1 / (2 * math.sqrt(2)), rel=1e-12)
    assert result.checks.symbolic is True
    assert result.guards


def test_an_input_may_be_reassigned() -> None:
    result = evaluate("for i in 0..3 { x = r*x*(1 - x) }\nx", {"x": "0.3", "r": "3.5"})
    assert set(result.gradient) == {"x", "r"}
    assert result.checks.symbolic is True


def test_many_instructions_are_checked_one_by_one() -> None:
    result = evaluate("for i in 0..200 { y = sin(y)*x }\ny", {"x": 1.1, "y": 0.5})
    assert result.checks.method == "instruction"
    assert result.checks.symbolic is True


def test_detach_stops_differentiation() -> None:
    result = evaluate("x*detach(x)", {"x": 3})
    assert result.gradient == {"x": 3}


def test_what_overflows_in_float64_has_a_reference() -> None:
    result = evaluate("exp(x)*exp(-x)", {"x": 800})
    assert math.isnan(result.value)
    assert result.reference == "1"
    assert result.gradient == {"x": 0}
    assert result.error is not None
    assert result.error.code == "overflow"


def test_exact_numbers_are_taken() -> None:
    result = evaluate("x^2", {"x": Fraction(1, 3)})
    assert result.reference is not None
    assert result.reference.startswith("0.11111111111111111111111111111")


def test_wrt_chooses() -> None:
    result = evaluate("x^y", {"x": -2, "y": 3}, wrt=("x",))
    assert result.gradient == {"x": 12}


def test_long_chains_do_not_recurse() -> None:
    result = evaluate("x" + " + x" * 20_000, {"x": 1}, options=Options(check="off"))
    assert result.gradient == {"x": 20_001}


def test_a_million_instructions() -> None:
    source = "for i in 0..500000 { y = sin(y)*x } y"
    result = evaluate(source, {"x": "1.1", "y": "0.5"}, options=Options(check="off"))
    assert len(result.steps.trace) > 1_000_000
    assert result.derivatives[0].forward == pytest.approx(result.derivatives[0].reverse, rel=1e-9)


def test_numerals_as_float64() -> None:
    exact = evaluate("x - 0.1", {"x": "0.3"})
    rounded = evaluate("x - 0.1", {"x": "0.3"}, options=Options(typed=False))
    assert exact.reference == "0.2"
    assert rounded.reference != "0.2"
