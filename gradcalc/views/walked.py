"""The path of a minimization: over contours, or on the curve of one unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradcalc.claims.boxes import Box
from gradcalc.errors import GradcalcError
from gradcalc.optimize.minimum import Minimum
from gradcalc.plots.curves import Plot
from gradcalc.plots.fields import Field, field
from gradcalc.plots.plot import plot
from gradcalc.views import charts, contours, fields, plotted
from gradcalc.views.charts import Chart, Dot, Line
from gradcalc.views.console import Screen

MARGIN = 0.15  # of the path's extent, on each side of it
LEAST_SHARE = 0.15  # of the wider interval, by which the narrower one is widened at least
LEAST_WIDTH = 1e-3  # of an interval, relative to its place


def background(found: Minimum, held: Mapping[str, Any]) -> Plot | Field:
    """The function around the path; GradcalcError where there are not one or two unknowns."""
    names = tuple(found.point)
    if len(names) > 2 or any(hasattr(value, "shape") for value in found.point.values()):
        raise GradcalcError(
            "usage",
            "only a path of one or two unknown numbers can be drawn",
            hint="leave out --plot, or hold inputs with --wrt x,y",
        )
    sizes = [max(ends) - min(ends) for ends in _places(found)]
    box = Box({n: _extent(p, max(sizes)) for n, p in zip(names, _places(found), strict=True)})
    if len(names) == 2:
        return field(found.expr, box, held=held)
    return plot(found.expr, box, held=held, order=0, data=_points(found))


def _places(found: Minimum) -> list[tuple[float, ...]]:
    """By unknown, its numbers along the path."""
    return list(zip(*(one.point for one in found.path if one.point is not None), strict=True))


def _extent(places: Sequence[float], widest: float) -> tuple[float, float]:
    """The interval to draw: of all numbers, and not too narrow beside the widest one."""
    low, high = min(places), max(places)
    least = max(LEAST_WIDTH * max(1.0, abs(low), abs(high)), LEAST_SHARE * widest)
    margin = max(MARGIN * (high - low), least)
    return low - margin, high + margin


def _points(found: Minimum) -> tuple[tuple[float, float], ...]:
    """Of two unknowns their numbers; of one, it and the value."""
    points = [(one.point, one.value) for one in found.path if one.point is not None]
    return tuple((p[0], p[1] if len(p) > 1 else value) for p, value in points)


def chart(found: Minimum, behind: Plot | Field) -> Chart:
    """The path as a line from dot to dot, the last one closed."""
    if isinstance(behind, Plot):
        return charts.chart(behind)
    drawn, points = contours.chart(behind), _points(found)
    panel = drawn.panels[0]
    panel.lines[:] = [line for line in panel.lines if line.style != "arrow"]
    panel.lines.append(Line(points, "curve", 1))
    panel.dots.append(Dot(*points[0], "open", 1, "start"))
    panel.dots.append(Dot(*points[-1], "closed", 1, "end"))
    first, second = behind.names
    words = f"{first} to the right, {second} upwards; the path from the open dot to the closed one"
    return Chart(drawn.title, drawn.name, drawn.panels, drawn.legend, (words,))


def show(found: Minimum, behind: Plot | Field, out: Screen) -> None:
    """In the characters of a terminal."""
    if isinstance(behind, Plot):
        plotted.show(behind, out)
    else:
        fields.show(behind, out, marks=_points(found))
