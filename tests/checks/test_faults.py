"""Why there is no finite answer: what is larger than float64, what is infinite, what is open."""

from __future__ import annotations

import math

import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import Exit

LARGE = ["1e-100", "1e-160", "-1e-200", "1e-300"]
OVER = {  # by formula the size of x below which float64 can't hold its slope
    "1/x": 1e-154,
    "gamma(x)": 1e-154,
    "log(abs(x))^3": 0,
    "log(abs(1e-200*x))*1e200": 1e-108,
    "abs(x)^-1.5": 1e-123,
    "1e200*cbrt(x)": 1e-163,
    "max(1/x, -1/x)": 1e-154,
    "coth(x)": 1e-154,
}


@pytest.mark.parametrize("check", ["full", "fast"])
@pytest.mark.parametrize("place", LARGE)
@pytest.mark.parametrize("source", OVER)
def test_a_slope_that_float64_cannot_hold_is_finite(source: str, place: str, check: str) -> None:
    """It was said to have no finite derivative."""
    result = evaluate(source, {"x": place}, options=Options(check=check))  # type: ignore[arg-type]
    (row,) = result.derivatives
    assert row.status == "smooth"
    assert "Infinity" not in str(row.reference)
    assert math.isinf(row.gradient) == (abs(float(place)) < OVER[source])
    if math.isfinite(result.value) and math.isinf(row.gradient):
        assert result.error is not None
        assert result.error.code == "overflow"
        assert "larger than float64 can hold" in result.error.message
    assert "no finite derivative" not in str(result.error)


@pytest.mark.parametrize(
    "source", ["cbrt(x)", "sqrt(abs(x))", "x^0.3", "asin(1 - abs(x))", "cbrt(sin(x))*1e-300"]
)
def test_an_infinite_slope_is_none(source: str) -> None:
    result = evaluate(source, {"x": "0"})
    assert result.error is not None
    assert result.error.code == "no-derivative"
    assert "has no finite derivative" in result.error.message


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("x*tan(1/x) if x != 0 else 0", "0"),
        ("sin(1/x)*sin(2/x) if x != 0 else 0", "0"),
        ("log(1 - tanh(x))", "1e30"),
        ("1/(1 - erf(x))", "1e20"),
        ("1/erfc(x) - 1/(1 - erf(x))", "1e20"),
    ],
)
def test_what_is_not_determined_is_not_said_to_be_missing(source: str, place: str) -> None:
    """log(1 - tanh(x)) is -2e30 at 1e30, no pole."""
    result = evaluate(source, {"x": place})
    assert result.derivatives[0].status == "not determined"
    assert result.error is not None
    assert (result.error.code, result.error.exit) == ("not-determined", Exit.NO_ANSWER)
    for claim in ("pole", "no finite derivative", "is undefined:"):
        assert claim not in result.error.message


@pytest.mark.parametrize("kink", ["torch", "jax"])
@pytest.mark.parametrize("source", ["sqrt(x^4)", "sqrt(x^2)", "sqrt(x^6)*3"])
def test_nan_of_a_framework_is_no_overflow(source: str, kink: str) -> None:
    result = evaluate(source, {"x": "0"}, options=Options(kink=kink))  # type: ignore[arg-type]
    assert math.isnan(result.derivatives[0].gradient)
    assert result.error is not None
    assert result.error.code == "no-derivative"


@pytest.mark.parametrize("inner", ["1/x", "2/x + 1", "1/x^2", "-1/(3*x)"])
@pytest.mark.parametrize("wave", ["sin", "cos"])
def test_where_slopes_oscillate_none_is_claimed_to_exist(wave: str, inner: str) -> None:
    """The derivative is undefined there; algebra and differences together only fail to find it."""
    result = evaluate(f"x*{wave}({inner}) if x != 0 else 0", {"x": 0})
    assert result.exit == Exit.NO_ANSWER
    assert result.error is not None
    assert "d/dx is undefined" in result.error.message


@pytest.mark.parametrize(
    "source", ["sigmoid(y/log(y))", "y*sigmoid(y/log(y))", "sigmoid(y*log(y))"]
)
def test_a_partial_that_few_digits_leave_open_gets_more(source: str) -> None:
    """At 50 digits cosh of the argument may be anything: that was taken for no derivative."""
    result = evaluate(source, {"y": "1e297"})
    assert result.derivatives[0].status == "smooth"
    assert result.error is None
