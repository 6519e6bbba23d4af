"""Pictures of plots: what is drawn is in the picture, can be read, and crosses no break."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from gradcalc.claims.boxes import Box
from gradcalc.plots.fields import contour, field, torn
from gradcalc.plots.plot import plot
from gradcalc.views import contours
from gradcalc.views.charts import Chart, axis, chart, clipped
from gradcalc.views.charts_svg import COLORS, WIDTH, svg
from gradcalc.views.charts_terminal import rows

NAMESPACE = "{http://www.w3.org/2000/svg}"
GROUND = "#ffffff", "#0d1117"


def picture(source: str, low: float = -3, high: float = 3, order: int = 1) -> Chart:
    return chart(plot(source, Box({"x": (low, high)}), order=order))


def elements(text: str, kind: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter(NAMESPACE + kind))


@pytest.mark.parametrize("source", ["tan(x)", "1/x + floor(x)", "abs(x)", "x if x < 0 else 5"])
def test_all_is_inside_the_picture(source: str) -> None:
    text = svg(picture(source))
    root = ElementTree.fromstring(text)
    height = float(root.attrib["height"])
    for line in elements(text, "polyline"):
        for pair in line.attrib["points"].split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= height


def test_a_pole_is_a_dashed_line_that_no_curve_crosses() -> None:
    text = svg(picture("1/x", order=0))
    lines = elements(text, "polyline")
    (pole,) = [line for line in lines if line.attrib["class"] == "asymptote"]
    x_pole = float(pole.attrib["points"].split(",")[0])
    curves = [line for line in lines if line.attrib["class"].startswith("curve")]
    assert len(curves) == 2
    for curve in curves:
        xs = [float(pair.split(",")[0]) for pair in curve.attrib["points"].split()]
        assert max(xs) <= x_pole or min(xs) >= x_pole


def test_ends_are_open_and_closed_dots() -> None:
    dots = elements(svg(picture("floor(x)", 0.5, 2.5, order=0)), "circle")
    kinds = sorted(dot.attrib["class"].split()[0] for dot in dots)
    assert kinds == ["f0", "f0", "open", "open"]


@pytest.mark.parametrize("source", ["sqrt(x)*sqrt(-x)", "sqrt(-x^2)", "3 + sqrt(-abs(x))"])
def test_a_domain_of_one_point_is_a_dot(source: str) -> None:
    (dot,) = elements(svg(picture(source, order=0)), "circle")
    x, y = float(dot.attrib["cx"]), float(dot.attrib["cy"])
    assert 0 < x < WIDTH
    assert y > 0
    assert dot.attrib["class"].split()[0] == "f0"


def test_what_a_formula_says_is_text_and_no_markup() -> None:
    text = svg(picture("abs(x) if x < 1 else 2"))
    assert elements(text, "title")[0].text == "abs(x) if x < 1 else 2"
    assert "jump at x = 1" in "".join(one.text or "" for one in elements(text, "text"))


def luminance(color: str) -> float:
    parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("way", [0, 1])
def test_curves_and_words_can_be_told_from_the_ground(way: int) -> None:
    text = svg(picture("x"))
    (style,) = (one.text or "" for one in elements(text, "style"))
    half = style.partition("@media")[2 * way]
    words = re.search(r"text\{fill:(#\w+)\}", half)
    assert words
    for color in (words[1], *(pair[way] for pair in COLORS)):
        assert contrast(color, GROUND[way]) >= 4.5


@pytest.mark.parametrize("low", [-7.3, 0.0, 1e-9, 123456.0, -1e12])
@pytest.mark.parametrize("width", [1e-3, 1.0, 37.0, 1e7])
def test_ticks_are_inside_and_their_texts_are_their_numbers(low: float, width: float) -> None:
    found = axis(low, low + width)
    assert 3 <= len(found.ticks) <= 12
    texts = [text for _, text in found.ticks]
    assert len(set(texts)) == len(texts)
    for tick, text in found.ticks:
        assert low - width * 1e-6 <= tick <= low + width * (1 + 1e-6)
        assert float(text) == pytest.approx(tick, abs=width * 1e-3)


def test_a_line_that_leaves_the_view_is_cut_at_its_edge() -> None:
    x, y = np.array([0.0, 1, 2, 3, 4]), np.array([0.0, 4, 0, -4, 0])
    parts = list(clipped(x, y, -1, 1))
    assert parts == [[(0, 0), (0.25, 1)], [(1.75, 1), (2, 0), (2.25, -1)], [(3.75, -1), (4, 0)]]


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("unicode", [True, False])
def test_a_terminal_of_any_width(columns: int, unicode: bool) -> None:
    panel = picture("1/x + floor(x)").panels[0]
    lines = [line.plain for line in rows(panel, "x", columns, 16, unicode)]
    assert max(map(len, lines)) <= columns
    assert unicode or all(line.isascii() for line in lines)
    body = "\n".join(lines)
    assert all(sign in body for sign in ("┊●○" if unicode else ":*o"))


def test_the_terminal_draws_the_curve_where_it_is() -> None:
    """A line from corner to corner has a dot in each column, and rises."""
    panel = picture("x", -1, 1, order=0).panels[0]
    lines = [line.plain for line in rows(panel, "x", 60, 20, False)][1:21]
    columns = [
        [row for row, line in enumerate(lines) if line[5:].ljust(60)[k] in "'.:"]
        for k in range(0, 50, 7)
    ]
    tops = [rows_of[0] for rows_of in columns if rows_of]
    assert len(tops) >= 6
    assert tops == sorted(tops, reverse=True)


def test_contours_are_where_the_function_has_their_value() -> None:
    found = field("x^2 + 2*y^2", Box({"x": (-2, 2), "y": (-2, 2)}))
    points = [p for segment in contour(found, 1.0, torn(found)) for p in segment]
    assert len(points) > 50
    for x, y in points:
        assert x * x + 2 * y * y == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("source", ["1/x + 0*y", "floor(x) + y", "y + x/abs(x)"])
def test_contours_stop_at_poles_and_jumps(source: str) -> None:
    found = field(source, Box({"x": (-1, 1), "y": (-1, 1)}))
    cells = torn(found)
    beside = np.searchsorted(found.x, 0) - 1
    assert cells[:, beside].all()
    assert not cells[:, beside + 3].any()


@pytest.mark.parametrize("source", ["abs(x)*y", "x*y", "sin(3*x) + cos(2*y)", "max(x, y)"])
def test_what_is_continuous_is_not_torn(source: str) -> None:
    assert not torn(field(source, Box({"x": (-1, 1), "y": (-1, 1)}))).any()


def test_arrows_point_along_the_gradient() -> None:
    picture = contours.chart(field("3*x + 4*y", Box({"x": (-1, 1), "y": (-1, 1)})))
    arrows = [line for line in picture.panels[0].lines if line.style == "arrow"]
    assert len(arrows) > 50
    for arrow in arrows:
        (x, y), (x2, y2) = arrow.points[:2]
        assert ((x2 - x) / (y2 - y)) == pytest.approx(0.75)
        assert x2 > x
