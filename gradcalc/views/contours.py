"""A function of two inputs as a chart: lines of equal value, and arrows along the gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from gradcalc.plots.fields import Field, contour, torn
from gradcalc.views.charts import Axis, Chart, Label, Line, Panel, axis

LEVELS = 9
OUTLIERS = 0.04  # of the values on each side, that levels need not reach
ARROWS = 12  # along each axis
ARROW_SHARE = 0.06  # of the panel, the longest
HEAD = 0.35  # of an arrow, its head
PANEL_HEIGHT = 480


def levels(found: Field) -> Axis:
    """The values whose lines are drawn, with their texts."""
    good = found.value[~np.isnan(found.value)]
    low, high = (float(q) for q in np.quantile(good, [OUTLIERS, 1 - OUTLIERS]))
    if not low < high:
        low, high = low - 1, high + 1
    return axis(low, high, LEVELS)


def chart(found: Field) -> Chart:
    """Contours, labelled, and arrows along the gradient."""
    (x_low, x_high), (y_low, y_high) = found.over
    panel = Panel("", axis(x_low, x_high), axis(y_low, y_high), height=PANEL_HEIGHT)
    skip = torn(found)
    for level, text in levels(found).ticks:
        segments = list(contour(found, level, skip))
        panel.lines.extend(Line(points, "contour", 0) for points in _chained(segments))
        if segments:
            x, y = segments[len(segments) // 3][0]
            panel.labels.append(Label(x, y, text))
    panel.lines.extend(_arrows(found, panel))
    x_name, y_name = found.names
    caption = (
        f"{x_name} to the right, {y_name} upwards; lines of equal value,"
        " arrows along the gradient, their length as the logarithm of its size",
    )
    return Chart(found.expr.strip(), x_name, (panel,), (), caption)


def _chained(segments: list[Any]) -> Iterator[list[Any]]:
    """Segments joined end to end, as long as each begins where another ends."""
    by_end: dict[Any, list[int]] = {}
    for k, segment in enumerate(segments):
        for end in segment:
            by_end.setdefault(end, []).append(k)
    left = set(range(len(segments)))
    while left:
        k = left.pop()
        line = list(segments[k])
        for _ in range(2):
            while follow := [n for n in by_end[line[-1]] if n in left]:
                left.discard(follow[0])
                one, other = segments[follow[0]]
                line.append(other if one == line[-1] else one)
            line.reverse()
        yield line


def _arrows(found: Field, panel: Panel) -> Iterator[Line]:
    """Arrows in the shares of the panel, where an arrow has the same length in each direction."""
    wide, high = panel.x.high - panel.x.low, panel.y.high - panel.y.low
    step = max(1, len(found.x) // ARROWS)
    places = list(product(range(step // 2, len(found.y), step), repeat=2))  # the grid is square
    along, up = found.slopes
    slopes = {p: (float(along[p]) * wide, float(up[p]) * high) for p in places}
    sizes = {p: math.hypot(*slope) for p, slope in slopes.items() if not np.isnan(found.value[p])}
    sizes = {p: size for p, size in sizes.items() if 0 < size < math.inf}
    if not sizes:
        return
    typical = float(np.median(list(sizes.values())))
    most = max(math.log1p(size / typical) for size in sizes.values())
    for place, size in sizes.items():
        length = ARROW_SHARE * math.log1p(size / typical) / most
        dx, dy = (length * slope / size for slope in slopes[place])
        x, y = float(found.x[place[1]]), float(found.y[place[0]])
        tip = x + dx * wide, y + dy * high
        sides = [
            (tip[0] - HEAD * (dx - way * dy) * wide, tip[1] - HEAD * (dy + way * dx) * high)
            for way in (-0.6, 0.6)
        ]
        yield Line([(x, y), tip, sides[0], tip, sides[1]], "arrow", 0)
