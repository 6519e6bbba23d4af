"""Interpolation against SciPy: values, and gradients by x, the xs and the ys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.interpolate import CubicSpline, PchipInterpolator

import gradcalc
from gradcalc.errors import Exit, GradcalcError

SCIPY: dict[str, Callable[[Any, Any, Any], Any]] = {
    "interp": np.interp,
    "interp_cubic": lambda x, xs, ys: CubicSpline(xs, ys, bc_type="natural")(x),
    "interp_monotone": lambda x, xs, ys: PchipInterpolator(xs, ys)(x),
}


def _central(f: Callable[[Any], float], at: Any) -> Any:
    """Central differences of four points, right to about 1e-10 where f is smooth."""
    at, step = np.asarray(at, dtype=float), 1e-3
    slopes = np.zeros_like(at)
    for index in np.ndindex(*at.shape):
        e = np.zeros_like(at)
        e[index] = step
        near, far = f(at + e) - f(at - e), f(at + 2 * e) - f(at - 2 * e)
        slopes[index] = (8 * near - far) / (12 * step)
    return slopes


@pytest.mark.parametrize("count", [2, 3, 4, 7])
@pytest.mark.parametrize("name", SCIPY)
def test_values_and_gradients(name: str, count: int) -> None:
    random = np.random.default_rng(count)
    xs = np.cumsum(random.uniform(0.5, 1.5, count))
    ys = random.normal(size=count)
    x = np.array([xs[0] + 0.1, (xs[0] + xs[1]) / 2, xs[-1] - 0.17])
    weights = np.array([1, 2, -1])

    def f(x: Any, xs: Any, ys: Any) -> float:
        return float(weights @ SCIPY[name](x, xs, ys))

    answer = gradcalc.evaluate(f"{name}(x, xs, ys) @ [1, 2, -1]", {"x": x, "xs": xs, "ys": ys})
    assert answer.value == pytest.approx(f(x, xs, ys), rel=1e-13)
    assert answer.checks.symbolic is not False
    wanted = {
        "x": _central(lambda v: f(v, xs, ys), x),
        "xs": _central(lambda v: f(x, v, ys), xs),
        "ys": _central(lambda v: f(x, xs, v), ys),
    }
    for key, slopes in wanted.items():
        np.testing.assert_allclose(answer.gradient[key], slopes, rtol=1e-7, atol=1e-8)
    assert answer.digits >= 13


def test_a_monotone_interpolant_is_flat_at_an_extreme() -> None:
    at = {"x": 1, "ys": [0, 2, 1]}
    assert gradcalc.evaluate("interp_monotone(x, [0, 1, 2], ys)", at).gradient["x"] == 0


@pytest.mark.parametrize(
    ("name", "status"),
    [("interp", "kink"), ("interp_cubic", "smooth"), ("interp_monotone", "smooth")],
)
def test_only_lines_bend_at_a_knot(name: str, status: str) -> None:
    at = {"x": 2, "ys": [3, 8, 9]}
    assert gradcalc.evaluate(f"{name}(x, [1, 2, 3], ys)", at).status == status


def test_a_table_of_points_is_mapped() -> None:
    kernel = gradcalc.compile("interp_cubic(x, [1, 2, 4], [3, 8, 9])")
    x = np.array([1.5, 2.5, 3.9, 1.0, 2.0])
    spline = CubicSpline([1, 2, 4], [3, 8, 9], bc_type="natural")
    columns = kernel(x=x)
    np.testing.assert_allclose(columns["value"], spline(x), rtol=1e-14)
    np.testing.assert_allclose(columns["d_x"][:3], spline(x, 1)[:3], rtol=1e-13)


def test_outside_of_the_knots_is_an_error_with_a_remedy() -> None:
    at = {"x": 5, "xs": [1, 2, 3], "ys": [3, 8, 9]}
    with pytest.raises(GradcalcError, match="x is outside") as info:
        gradcalc.evaluate("interp(x, xs, ys)", at)
    assert (info.value.code, info.value.exit) == ("domain", Exit.NO_ANSWER)
    assert gradcalc.evaluate("interp(clip(x, xs[0], xs[-1]), xs, ys)", at).value == 9


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("interp(x, [1, 1, 2], [1, 2, 3])", "must increase"),
        ("interp(x, [1, 2], [1, 2, 3])", "as many ys as xs"),
        ("interp_cubic(x, [1], [1])", "at least 2"),
        ("interp(x, 1, [1])", "expects a vector of xs"),
    ],
)
def test_knots_that_will_not_do(text: str, told: str) -> None:
    with pytest.raises(GradcalcError, match=told):
        gradcalc.evaluate(text, {"x": 1})


@pytest.mark.parametrize("text", ["diff(x^2, x)", "1 + diff(sin(x)*x, x)"])
def test_a_derivative_is_not_a_difference(text: str) -> None:
    with pytest.raises(GradcalcError) as info:
        gradcalc.evaluate(text, {"x": 2})
    assert info.value.proposals == (text.replace("diff", "D"),)
    with pytest.raises(GradcalcError, match="D\\(x\\^2, x\\)"):
        gradcalc.evaluate("diff(x^2)", {"x": 2})
