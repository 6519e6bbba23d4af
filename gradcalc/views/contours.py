"""A function of two inputs as a chart: lines of equal value, and arrows along the gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np

from gradcalc.plots.chains import chained
from gradcalc.plots.fields import Field, Point, contour, torn
from gradcalc.plots.seams import Seam
from gradcalc.search.simplicity import spellings
from gradcalc.views.charts import (
    MAX_NAMED,
    WORDS,
    Axis,
    Chart,
    Dot,
    Label,
    Line,
    LineStyle,
    Panel,
    axis,
)

LEVELS = 9
OUTLIERS = 0.04  # of the values on each side, that levels need not reach
ARROWS = 12  # along each axis
ARROW_SHARE = 0.06  # of the panel, the longest
HEAD = 0.35  # of an arrow, its head
PANEL_HEIGHT = 480
DASHED = ("pole", "edge")
SAME = 1e-9  # of the box: a coordinate that is the same along a line


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
        panel.lines.extend(Line(points, "contour", 0) for points in chained(segments))
        if segments:
            x, y = _free(panel, [one for one, _ in segments])
            panel.labels.append(Label(x, y, text))
    panel.lines.extend(_arrows(found, panel))
    _mark(found, panel)
    x_name, y_name = found.names
    caption = (
        f"{x_name} to the right, {y_name} upwards; lines of equal value,"
        " arrows along the gradient, their length as the logarithm of its size",
        *breaks(found),
    )
    return Chart(found.expr.strip(), x_name, (panel,), (), caption)


def _free(panel: Panel, points: list[Point]) -> Point:
    """Of some points the one that is furthest from the labels of a panel and from its sides."""

    def share(point: Point) -> Point:
        x, y = panel.x, panel.y
        return (point[0] - x.low) / (x.high - x.low), (point[1] - y.low) / (y.high - y.low)

    taken = [share((one.x, one.y)) for one in panel.labels]

    def room(point: Point) -> float:
        place = share(point)
        sides = [2 * side for x in place for side in (x, 1 - x)]
        return min([*sides, *(math.dist(place, other) for other in taken)])

    return max(points, key=room)


def breaks(found: Field) -> Iterator[str]:
    """What breaks the function and where, operation by operation."""
    groups: dict[tuple[str, str], list[Seam]] = {}
    for seam in found.seams:
        groups.setdefault((seam.kind, seam.place), []).append(seam)
    for (kind, place), seams in groups.items():
        places = list(dict.fromkeys(_place(found, seam) for seam in seams))
        more = len(places) - MAX_NAMED
        named = ", ".join(places[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"{WORDS[kind]} of {place}: {named}"


def _place(found: Field, seam: Seam) -> str:
    """A point, the number that is the same along a line, or a point that it goes through."""
    sizes = [(high - low) * SAME for low, high in found.over]
    ends = [(min(axis), max(axis)) for axis in zip(*seam.points, strict=True)]
    texts = [
        _number(low / 2 + high / 2, size) if high - low < size else ""
        for (low, high), size in zip(ends, sizes, strict=True)
    ]
    if all(texts):
        return f"the point {found.names[0]} = {texts[0]}, {found.names[1]} = {texts[1]}"
    for name, text in zip(found.names, texts, strict=True):
        if text:
            return f"{name} = {text}"
    x, y = seam.points[len(seam.points) // 2]
    return f"a line through ({x:.3g}, {y:.3g})"


def _number(x: float, size: float) -> str:
    return next(spellings(x, size), f"{x:.6g}")


def _mark(found: Field, panel: Panel) -> None:
    """Draw the breaks: poles and edges of the domain dashed, others as lines, points as dots."""
    for seam in found.seams:
        if len(seam.points) == 1:
            (x, y) = seam.points[0]
            panel.dots.append(Dot(x, y, "kink", 1, f"{WORDS[seam.kind]} of {seam.place}"))
        else:
            style: LineStyle = "asymptote" if seam.kind in DASHED else "break"
            panel.lines.append(Line(seam.points, style, 1))


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
