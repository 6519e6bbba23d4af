"""Lines and points of the plane at which functions break, of formulas that are made to."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest

from gradcalc.claims.boxes import Box
from gradcalc.plots.fields import field
from gradcalc.plots.seams import Seam

SMOOTH = (
    "sin(x)*y",
    "x^2 + y^2",
    "exp(-x^2 - y^2)",
    "sqrt(x^4 + 1)*abs(y^2 + 1)",
    "1/(x^2 + y^2 + 0.01)",
    "relu(x - y) - relu(y - x)",
    "(x - y)*abs(x - y)",
    "z = x; for i in 0..3 { z = sin(z*y) }; z",
    "x if x < y else 2*x - y + (x - y)^2 - (x - y)",
    "max(x*y, x*y - 1)",
)
# What a function of u = x - y, of u = x*y - 1 or of u = x^2 + y^2 - 2 has at u = 0.
FORMS = (
    ("1/({})", "pole"),
    ("1/({})^2", "pole"),
    ("log(abs({}))", "pole"),
    ("abs({})", "kink"),
    ("max({}, 2*({}))", "kink"),
    ("cbrt({})", "vertical"),
    ("sqrt(abs({}))", "cusp"),
    ("sign({})", "jump"),
    ("sqrt({})", "edge"),
    ("({})^2/({})", "hole"),
    ("1 if {} > 0 else 0", "jump"),
)
LINES: dict[str, Callable[[float, float], float]] = {
    "x - y": lambda x, y: x - y,
    "x*y - 1": lambda x, y: x * y - 1,
    "x^2 + y^2 - 2": lambda x, y: x * x + y * y - 2,
    "y - 0.3": lambda x, y: y - 0.3,
    "x + 3*y - 1/7": lambda x, y: x + 3 * y - 1 / 7,
}


def seams(source: str) -> tuple[Seam, ...]:
    return field(source, Box({"x": (-3, 3), "y": (-2, 2)})).seams


@pytest.mark.parametrize("source", SMOOTH)
def test_where_nothing_breaks_nothing_is_said(source: str) -> None:
    assert seams(source) == ()


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(("form", "kind"), FORMS)
def test_each_kind_is_found_along_lines(form: str, kind: str, line: str) -> None:
    """Each point is on the line, and each part of the line has points."""
    source = "y*0 + x*0 + " + f"({form.replace('{}', line)})"
    found = seams(source)
    assert {one.kind for one in found} == {kind}
    value = LINES[line]
    points = [point for one in found for point in one.points]
    assert all(abs(value(*point)) < 1e-6 for point in points)
    for x, y in _on(value):
        assert min(math.hypot(x - u, y - v) for u, v in points) < 0.25, (x, y)


def _on(value: Callable[[float, float], float]) -> list[tuple[float, float]]:
    """Points of a line, roots along rows and columns of another grid than the search's."""
    steps = [k / 10 for k in range(-18, 19)]
    roots = []
    for fixed in steps:
        for along in (True, False):

            def f(t: float, fixed: float = fixed, along: bool = along) -> float:
                return value(t, fixed) if along else value(fixed, t)

            ends = [k / 50 for k in range(-95, 96)]
            for low, high in pairwise(ends):
                if f(low) * f(high) < 0:
                    t = (low + high) / 2
                    roots.append((t, fixed) if along else (fixed, t))
    return roots


@pytest.mark.parametrize(
    ("source", "kind", "x", "y"),
    [
        ("hypot(x, y)", "kink", 0, 0),
        ("norm([x - 1, y + 0.5])", "kink", 1, -0.5),
        ("x*y/(x^2 + y^2)", "undefined", 0, 0),
        ("1/(x^2 + (y - 1/3)^2)", "pole", 0, 1 / 3),
        ("(x^2 + y^2)^2/(x^2 + y^2)", "hole", 0, 0),
        ("sin(x^2 + y^2)/(x^2 + y^2)", "hole", 0, 0),
    ],
)
def test_single_points(source: str, kind: str, x: float, y: float) -> None:
    (one,) = seams(source)
    assert one.kind == kind
    assert one.points == (pytest.approx((x, y), abs=1e-6),)


def test_a_line_is_named_as_far_as_it_breaks() -> None:
    (cut,) = seams("atan2(y, x)")
    assert cut.kind == "jump"
    assert cut.place == "atan2(y, x)"
    assert all(abs(y) < 1e-9 and x < 0.1 for x, y in cut.points)
    assert min(x for x, _ in cut.points) < -2.9
    assert max(x for x, _ in cut.points) > -0.2


def test_lines_that_cross() -> None:
    found = seams("abs(x) + floor(y + 0.25)")
    assert [(one.kind, one.place) for one in found if one.kind == "kink"] == [("kink", "abs(x)")]
    jumps = sorted(round(one.points[0][1], 6) for one in found if one.kind == "jump")
    assert jumps == [-1.25, -0.25, 0.75, 1.75]


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_at_every_scale(scale: float) -> None:
    box = Box({"x": (-3 * scale, 3 * scale), "y": (-2.0, 2.0)})
    found = field(f"abs(x/{scale:g} - y) + 1/(x/{scale:g} + y)", box).seams
    signs = {"kink": -1, "pole": 1}
    assert {one.kind for one in found} == signs.keys()
    for one in found:
        assert all(abs(x / scale + signs[one.kind] * y) < 1e-6 for x, y in one.points)


def test_breaks_too_close_to_be_told_apart_are_noted() -> None:
    box = Box({"x": (-3, 3), "y": (-2, 2)})
    assert "not told apart" in " ".join(field("floor(50*x) + y", box).notes)
    assert field("floor(2*x) + y", box).notes == ()
