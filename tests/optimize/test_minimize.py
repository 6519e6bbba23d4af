"""`minimize`: where it ends, what it proves, and what it must not prove."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Any

import numpy as np
import pytest

from gradcalc import GradcalcError, minimize
from gradcalc.optimize.minimum import Minimum

pytest.importorskip("flint")
VALLEY = "(1-x)^2 + 100*(y-x^2)^2"


def test_the_valley_is_proven_whichever_method_goes_down() -> None:
    for method in (None, "trust-exact", "bfgs", "l-bfgs-b", "slsqp", "trust-constr"):
        found = minimize(VALLEY, {"x": -1.2, "y": 1}, method=method)
        assert found.point == {"x": 1.0, "y": 1.0}
        assert (found.certificate, found.digits, found.value) == ("minimum", 16, 0.0)
        assert found.exit == 0


def test_nelder_mead_keeps_its_own_point_and_counts_its_digits() -> None:
    found = minimize(VALLEY, {"x": -1.2, "y": 1}, method="nelder-mead")
    assert found.digits is not None
    assert 4 <= found.digits < 16
    assert found.certificate == "minimum"
    assert abs(found.point["x"] - 1) < 10.0**-found.digits


@pytest.mark.parametrize(
    ("text", "at", "certificate"),
    [
        ("x^4", {"x": 1}, "degenerate"),
        ("x^3", {"x": 1}, "degenerate"),
        ("(x - 1)^6", {"x": 3}, "degenerate"),
        ("x^3 - 3*x*y^2", {"x": 0, "y": 0}, "degenerate"),  # the monkey saddle
        ("(x*y)^2", {"x": 1, "y": 2}, "degenerate"),
        ("(x + y)^2", {"x": 1, "y": 2}, "degenerate"),
        ("x^2 + y^4", {"x": 1, "y": 1}, "degenerate"),
        ("(y - x^2)*(y - 3*x^2)", {"x": 0, "y": 0}, "degenerate"),
        ("x^2*y^2 + z^2", {"x": 1, "y": 1, "z": 1}, "degenerate"),
        ("x*y", {"x": 0, "y": 0}, "saddle"),
        ("x^2 - y^2", {"x": 0, "y": 0}, "saddle"),
        ("abs(x) + x^2", {"x": 1}, "not proven"),
        ("max(x, -x)", {"x": 0.5}, "not proven"),
        ("x^2 if x > 0 else 2*x^2", {"x": 1}, "not proven"),
        ("x^2 - detach(x)", {"x": 1}, "not proven"),
    ],
)
def test_what_is_no_proven_minimum(text: str, at: Mapping[str, Any], certificate: str) -> None:
    assert minimize(text, at).certificate == certificate


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("exp(x)", {"x": 1}),
        ("exp(-x) + y^2", {"x": 0, "y": 1}),
        ("x", {"x": 1}),
        ("-x^2 - y^2", {"x": 1, "y": 1}),
        ("atan(x)", {"x": 1}),
        ("1/(1 + x^2)", {"x": 1}),
    ],
)
def test_what_falls_for_ever_does_not_converge(text: str, at: Mapping[str, Any]) -> None:
    found = minimize(text, at)
    assert found.exit == 5
    assert found.certificate == "not proven"


def test_too_few_steps_do_not_converge() -> None:
    for method in (None, "bfgs", "adam", "nelder-mead"):
        found = minimize(VALLEY, {"x": -1.2, "y": 1}, method=method, steps=2)
        assert found.exit == 5
        assert found.certificate == "not proven"


@pytest.mark.parametrize("seed", range(8))
def test_planted_minima_are_found_and_boxed(seed: int) -> None:
    """A convex function with its minimum at a known point: the box holds it."""
    random = Random(seed)
    size = random.choice((1, 2, 3))
    centre = [random.randint(-50, 50) / 8 for _ in range(size)]
    names = [f"x{k}" for k in range(size)]
    terms = [f"cosh(({c})*1 - {n})" for c, n in zip(centre, names, strict=True)]
    mixed = " + ".join(f"({n} - ({c}))" for c, n in zip(centre, names, strict=True))
    found = minimize(f"{' + '.join(terms)} + ({mixed})^2", dict.fromkeys(names, 0))
    assert found.certificate == "minimum"
    assert [found.point[name] for name in names] == centre
    for c, (low, high) in zip(centre, found.proof.alone, strict=True):
        assert low <= c <= high


def test_maxima() -> None:
    found = minimize("sin(x)*exp(-x^2/9)", {"x": 0.5}, maximize=True)
    assert found.certificate == "maximum"
    slope = math.cos(found.point["x"]) - math.sin(found.point["x"]) * 2 * found.point["x"] / 9
    assert abs(slope) < 1e-15
    assert found.eigenvalues is not None
    assert found.eigenvalues[0] < 0


def test_a_minimum_at_a_bound_is_proven_by_its_slope() -> None:
    found = minimize(VALLEY, {"x": 0, "y": 0}, bounds={"x": (-2, 0.5)})
    assert found.point == {"x": 0.5, "y": 0.25}
    assert found.at_bounds == ("x",)
    assert found.certificate == "minimum"
    corner = minimize("x + 2*y", {"x": 0.5, "y": 0.5}, bounds="x=0:1,y=0:1")
    assert (corner.point, corner.certificate) == ({"x": 0.0, "y": 0.0}, "minimum")
    flat = minimize("x^2 + y^2", {"x": 0.5, "y": 0.5}, bounds="x=0:1,y=0:1")
    assert (flat.point, flat.certificate) == ({"x": 0.0, "y": 0.0}, "not proven")
    upper = minimize("x^2", {"x": 0.5}, bounds="x=0:1", maximize=True)
    assert (upper.point, upper.certificate) == ({"x": 1.0}, "maximum")
    assert minimize("x^2", bounds="x=1:3").point == {"x": 1.0}


def test_arrays_and_tables() -> None:
    at = {"A": [[2, 1], [1, 3]], "v": [0, 0], "b": [1, 2]}
    found = minimize("sum((A @ v - b)^2)", at, wrt=["v"])
    np.testing.assert_allclose(found.point["v"], [0.2, 0.6], rtol=1e-15)
    assert found.certificate == "minimum"
    columns = {"t": [0, 1, 2, 3], "y": [1.5, 3.5, 5.5, 7.5]}
    line = minimize("(a*t + b - y)^2", {"a": 0, "b": 0}, columns=columns)
    assert (line.point, line.certificate) == ({"a": 2.0, "b": 1.5}, "minimum")
    many = minimize("sum((v - 1)^2)", {"v": [0.0] * 1200})
    assert many.converged
    np.testing.assert_allclose(many.point["v"], 1, rtol=1e-6)


def test_starts_are_random_and_repeatable() -> None:
    def ends(seed: int) -> Minimum:
        return minimize("sin(3*x) + x^2/10", {"x": 4}, starts=40, seed=seed)

    assert ends(1).value == ends(1).value
    x = ends(0).point["x"]
    assert -0.6 < x < -0.4
    assert abs(3 * math.cos(3 * x) + x / 5) < 1e-14
    assert ends(0).starts == 40


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": "[x, x]", "at": {"x": 1}}, "only a number can be minimized"),
        ({"source": "x + y", "at": {"x": 1}}, "no value for y"),
        ({"source": "log(x)", "at": {"x": -1}}, "log(-1) has no real value"),
        ({"source": "x^2", "at": {"x": 1}, "method": "newton"}, "no method is called 'newton'"),
        (
            {"source": "x^2", "at": {"x": 1}, "method": "bfgs", "bounds": "x=0:1"},
            "bfgs can't keep bounds",
        ),
        ({"source": "x^2", "at": {"x": 1}, "bounds": "y=0:1"}, "y has bounds but is not varied"),
        ({"source": "x^2", "at": {"x": 1}, "subject_to": ["x + 1"]}, "must compare two sides"),
        ({"source": "x^2", "at": {"x": 1}, "subject_to": ["z > 1"]}, "reads z"),
        ({"source": "3", "at": {}}, "no input to vary"),
    ],
)
def test_bad_requests(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        minimize(**arguments)
    assert message in caught.value.message
