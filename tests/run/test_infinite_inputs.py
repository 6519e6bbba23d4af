"""Infinity as a value of an input: the formula's limit where it has one; and the imaginary unit."""

from __future__ import annotations

import math

import pytest

from gradcalc import GradcalcError, evaluate

FINITE = [
    ("logaddexp(x, y)", {"x": "-inf", "y": 2}, 2.0, {"x": 0.0, "y": 1.0}),
    ("exp(x)", {"x": "-inf"}, 0.0, {"x": 0.0}),
    ("atan(x)", {"x": "inf"}, math.pi / 2, {"x": 0.0}),
    ("tanh(x)", {"x": "-Infinity"}, -1.0, {"x": 0.0}),
    ("erf(x)", {"x": math.inf}, 1.0, {"x": 0.0}),
    ("1/x", {"x": -math.inf}, 0.0, {"x": 0.0}),
    ("min(x, y)", {"x": "+inf", "y": 3}, 3.0, {"x": 0.0, "y": 1.0}),
    ("max(x, y)", {"x": "-inf", "y": 3}, 3.0, {"x": 0.0, "y": 1.0}),
    ("normal_cdf(x)", {"x": "-inf"}, 0.0, {"x": 0.0}),
    ("gammaincc(2, x)", {"x": "inf"}, 0.0, {"x": 0.0}),
]


@pytest.mark.parametrize(("text", "at", "value", "gradient"), FINITE)
def test_a_formula_that_has_a_limit_answers(
    text: str, at: dict[str, str | float], value: float, gradient: dict[str, float]
) -> None:
    result = evaluate(text, at)
    assert result.error is None
    assert result.value == value
    assert result.gradient == gradient


@pytest.mark.parametrize("text", ["x - x", "0*x", "sin(x)", "x/x"])
def test_what_has_no_value_there_is_undefined(text: str) -> None:
    result = evaluate(text, {"x": "inf"})
    assert math.isnan(result.value)
    assert result.error is not None


@pytest.mark.parametrize("given", ["nan", math.nan, "1e999", "-2e400"])
def test_what_overflows_is_no_infinity(given: str | float) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate("exp(-x)", {"x": given})
    assert caught.value.code in ("not-finite", "number-too-large")


@pytest.mark.parametrize(
    ("text", "at"),
    [("1+2i", {}), ("i*x", {"x": 1}), ("3j", {}), ("x^2", {"x": "1+2i"}), ("x", {"x": "2j"})],
)
def test_complex_numbers_are_refused_with_the_way_by_hand(text: str, at: dict[str, str]) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(text, at)
    assert "the real and the imaginary part as two formulas" in str(caught.value.hint)


def test_i_is_a_name_like_any_other() -> None:
    assert evaluate("2i + 1", {"i": 3}).value == 7
