"""All stationary points in a box, against Newton's method from a dense grid, by sympy."""

from __future__ import annotations

import itertools

import pytest
import sympy

from gradcalc.boxes.minimum import StationaryPoint
from gradcalc.boxes.stationary_points import stationary_points

pytest.importorskip("flint")

GRID = 15
SPAN = 2.0
X, Y = sympy.symbols("x y")


def _by_newton(formula: str) -> list[tuple[float, float, str]]:
    """The stationary points that Newton's method finds from a grid, with their kinds."""
    f = sympy.sympify(formula.replace("^", "**"))
    gradient = [f.diff(X), f.diff(Y)]
    hessian = sympy.hessian(f, (X, Y))
    at = sympy.lambdify((X, Y), [gradient, hessian.tolist()], "math")
    found: list[tuple[float, float, str]] = []
    places = [-SPAN + 2 * SPAN * k / (GRID - 1) for k in range(GRID)]
    for start in itertools.product(places, places):
        x, y = start
        for _ in range(60):
            (gx, gy), ((a, b), (_, d)) = at(x, y)
            size = a * d - b * b
            if size == 0 or abs(x) > 10 or abs(y) > 10:
                break
            x, y = x - (d * gx - b * gy) / size, y - (a * gy - b * gx) / size
        (gx, gy), ((a, b), (_, d)) = at(x, y)
        size = a * d - b * b
        if abs(gx) + abs(gy) > 1e-10 or max(abs(x), abs(y)) > SPAN or abs(size) < 1e-8:
            continue
        kind = "saddle" if size < 0 else "minimum" if a > 0 else "maximum"
        if all(abs(x - u) + abs(y - v) > 1e-6 for u, v, _ in found):
            found.append((x, y, kind))
    return sorted(found, key=lambda one: _order(one[0], one[1]))


@pytest.mark.parametrize(
    "formula",
    [
        "x^3 - 3*x*y^2 + x^2 + y",
        "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2",
        "sin(2*x)*cos(y) + x*y/5",
        "x*y*exp(-x^2 - y^2)",
        "(x^2 + y - 1)^2 + (x + y^2 - 1.5)^2",
        "exp(-x^2 - y^2) + exp(-(x - 1)^2 - (y - 1)^2)/2 + x/10",
    ],
)
def test_as_newton_finds_them_and_no_other(formula: str) -> None:
    box = (-SPAN, SPAN)
    found = stationary_points(formula, {"x": box, "y": box})
    assert found.complete
    assert not found.undecided
    truth = _by_newton(formula)
    assert len(found.points) == len(truth)
    for point, (x, y, kind) in zip(sorted(found.points, key=_place), truth, strict=True):
        assert point.kind == kind
        assert [sum(point.at[n]) / 2 for n in "xy"] == pytest.approx([x, y], abs=1e-9)


def _order(x: float, y: float) -> tuple[float, float]:
    """The places as they are sorted: by what is more than rounding."""
    return round(x, 6) + 0.0, round(y, 6) + 0.0


def _place(point: StationaryPoint) -> tuple[float, float]:
    x, y = (sum(point.at[name]) / 2 for name in "xy")
    return _order(x, y)


@pytest.mark.parametrize(
    ("formula", "places"),
    [
        ("x^4", [0]),
        ("x^3", [0]),
        ("abs(x)", [0]),
        ("max(x, -2*x)", [0]),
        ("(x - 1)^2*(x + 1)^3", [-1]),
    ],
)
def test_degenerate_points_and_kinks_are_undecided(formula: str, places: list[float]) -> None:
    found = stationary_points(formula, {"x": (-2, 3)})
    assert found.complete
    assert found.exit == 5
    assert len(found.undecided) == len(places)
    for place, box in zip(places, found.undecided, strict=True):
        low, high = box["x"]
        assert low <= place <= high
        assert high - low < 1e-4


def test_a_kink_that_is_passed_upwards_is_not_stationary() -> None:
    found = stationary_points("abs(x) + 2*x", {"x": (-2, 3)})
    assert (found.points, found.undecided, found.complete) == ((), (), True)
