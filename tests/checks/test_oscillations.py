"""What oscillates without a limit has no derivative, and it is said so; never of what has one."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import mpmath
import pytest

from gradcalc import Exit, Options, evaluate
from gradcalc.answers.orders import derivatives

INNER: dict[str, Callable[[Any], Any]] = {
    "1/x": lambda x: 1 / x,
    "2/x + 1": lambda x: 2 / x + 1,
    "1/x^2": lambda x: 1 / x**2,
    "log(abs(x))": lambda x: mpmath.log(abs(x)),
    "1/sin(x)": lambda x: 1 / mpmath.sin(x),
}
# of w, which swings from -1 to 1, and the order of what it comes to
OUTER: dict[str, tuple[Callable[[Any, Any], Any], int]] = {
    "x*w": (lambda x, w: x * w, 1),
    "x*(3 + w)": (lambda x, w: x * (3 + w), 1),
    "x/(2 + w)": (lambda x, w: x / (2 + w), 1),
    "x*w^2": (lambda x, w: x * w**2, 1),
    "abs(x*w)": (lambda x, w: abs(x * w), 1),
    "relu(x*w)": (lambda x, w: max(x * w, mpmath.mpf(0)), 1),
    "sin(x)*w/(1 + x)": (lambda x, w: mpmath.sin(x) * w / (1 + x), 1),
    "expm1(x*w) + 3*x": (lambda x, w: mpmath.expm1(x * w) + 3 * x, 1),
    "exp(x) - 1 + log(1 + x*w)": (lambda x, w: mpmath.expm1(x) + mpmath.log(1 + x * w), 1),
    "w": (lambda x, w: w, 0),
    "x^2*w": (lambda x, w: x * x * w, 2),
    "sin(x)*x*w + 2*x": (lambda x, w: mpmath.sin(x) * x * w + 2 * x, 2),
    "x*expm1(x*w)": (lambda x, w: x * mpmath.expm1(x * w), 2),
}
WAVES = {"sin": mpmath.sin, "cos": mpmath.cos}
FAST = Options(check="fast")


def _spread(f: Callable[[Any], Any]) -> float:
    """How far difference quotients at 0 are apart, beside it: 0 where they have a limit."""
    with mpmath.workdps(60):
        steps = [mpmath.mpf(10) ** -12 * mpmath.mpf("1.37") ** k for k in range(40)]
        quotients = [f(h) / h for h in steps]
        return float(max(quotients) - min(quotients))


@pytest.mark.parametrize("wave", WAVES)
@pytest.mark.parametrize("inner", INNER)
def test_quotients_without_a_limit(wave: str, inner: str) -> None:
    for (text, (outer, order)), factor in product(OUTER.items(), ("1", "1e-30", "-1e30")):

        def f(x: Any, outer: Any = outer) -> Any:
            return outer(x, WAVES[wave](INNER[inner](x)))

        source = text.replace("w", f"{wave}({inner})")
        result = evaluate(f"0 if x == 0 else {factor}*({source})", {"x": 0}, options=FAST)
        (row,) = result.derivatives
        assert (_spread(f) > 1e-3) == (order < 2)
        assert row.status == ("smooth" if order == 2 else "oscillating"), source
        assert math.isnan(row.gradient) == (order < 2)
        assert (result.exit == Exit.NO_ANSWER) == (order < 2)


@pytest.mark.parametrize(
    "source",
    [
        "x*(sin(1/x)^2 + cos(1/x)^2)",
        "x*sin(1/x) - x*sin(1/x)",
        "x*(sin(1/x)*cos(1/x)*2 - sin(2/x))",
        "x*(sin(1/x) - cos(1/x - pi/2))",
        "x*sin(floor(1/x)*pi)",
        "x*cos(round(1/x)*2*pi)",
        "x*sin(pi*(1/x - (1/x) % 1))",
        "x*sinpi(trunc(1/x))",
        "x*sin(1/x)/sin(1/x)",
        "max(x*sin(1/x), 2*abs(x))",
        "min(x*(2 + sin(1/x)), x)",
        "x*(2 + sin(1/x))^0",
        "x*abs(2 + sin(1/x)) - x*(2 + sin(1/x))",
    ],
)
def test_where_there_may_be_a_derivative_none_is_denied(source: str) -> None:
    (row,) = evaluate(f"0 if x == 0 else {source}", {"x": 0}, options=FAST).derivatives
    assert row.status != "oscillating"


@pytest.mark.parametrize("n", [2, 3, 4])
def test_derivatives_of_higher_order(n: int) -> None:
    """x^n*sin(1/x) has a first derivative, and no second one: x^3*sin(1/x) has the derivative
    3*x^2*sin(1/x) - x*cos(1/x). That of x^4*sin(1/x) has the derivative 0, which oscillates."""
    source = f"0 if x == 0 else x^{n}*sin(1/x)"
    first, second, *_ = derivatives(source, {"x": 0}, 2, options=FAST).derivatives
    assert (first.gradient, first.status) == (0, "smooth")
    assert second.status == ("oscillating" if n < 4 else "smooth")


@pytest.mark.parametrize(
    ("source", "limit"), [("x*sin(1/x) + 3", "3"), ("x*cos(log(x))", "0"), ("exp(x*sin(1/x))", "1")]
)
def test_a_limit_without_a_derivative(source: str, limit: str) -> None:
    result = evaluate(source, {"x": 0}, options=FAST)
    (row,) = result.derivatives
    assert (row.status, row.left, row.right) == ("removable", None, None)
    assert result.error is not None
    assert f"along x the gap is removable: limit {limit}, no derivative" in result.error.message


def test_off_the_axes() -> None:
    """Smooth along both axes, and along no other line."""
    source = "x*y*sin(1/(x^2 + y^2))/norm([x, y]) if x != 0 or y != 0 else 0"
    rows = evaluate(source, {"x": 0, "y": 0}, options=FAST).derivatives
    assert [row.status for row in rows] == ["partial", "partial"]


FADING = {  # at infinity, beside its limit there: twice the power that its waves fade with
    "besselj(0, {u})": 1,
    "besselj(3, {u})": 1,
    "bessely(1, {u})": 1,
    "(si({u}) - pi/2)": 2,
    "ci({u})": 2,
}


@pytest.mark.parametrize("wave", FADING)
@pytest.mark.parametrize("power", [-2, -1, 0, 1])
@pytest.mark.parametrize("inner", [1, 2, 4])
def test_waves_that_fade(wave: str, inner: int, power: int) -> None:
    """x^p times what swings like x^q is differentiable at 0 where p + q > 1, and no better."""
    source = f"x^{power}*{wave.format(u=f'1/abs(x)^{inner}')}"
    result = evaluate(f"0 if x == 0 else {source}", {"x": 0}, options=FAST)
    twice = 2 * power + inner * FADING[wave]
    assert result.derivatives[0].status == ("smooth" if twice > 2 else "oscillating")
    assert (result.gradient["x"] == 0) == (twice > 2)


@pytest.mark.parametrize("source", ["bessely(0, 1/x)", "besselj(1/2, 1/x)*x", "ci(1/x)*x"])
def test_waves_of_a_half_axis_are_undefined_on_the_other(source: str) -> None:
    (row,) = evaluate(f"0 if x == 0 else x^3*{source}", {"x": 0}, options=FAST).derivatives
    assert (row.left, row.right, row.status) == (None, 0, "one-sided")
