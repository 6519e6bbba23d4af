"""A fit as a chart: data, curve and band above, residuals below."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gradcalc.fitting.answer import Fit
from gradcalc.fitting.curves import FitCurve
from gradcalc.views.charts import Axis, Chart, Dot, Line, Panel, axis, clipped
from gradcalc.views.charts_terminal import COLUMNS, COLUMNS_PER_TICK, MAX_COLUMNS, rows
from gradcalc.views.console import Screen

ROWS, RESIDUAL_ROWS = 16, 8  # of the panels in a terminal
RESIDUAL_HEIGHT = 150  # pixels of the lower panel
MARGIN = 0.05  # above and below what is shown


def show(fit: Fit, out: Screen) -> None:
    """Both panels in a terminal."""
    columns = COLUMNS if out.uncut else min(out.width, MAX_COLUMNS)
    picture = chart(fit, max(2, columns // COLUMNS_PER_TICK))
    unicode = out.encoding.lower().startswith("utf")
    for panel, height in zip(picture.panels, (ROWS, RESIDUAL_ROWS), strict=True):
        for line in rows(panel, picture.name, columns, height, unicode):
            out.print(line, soft_wrap=True)


def chart(fit: Fit, ticks: int = 8) -> Chart:
    """The chart of a fit, with about so many ticks along the column."""
    curves = fit.curves
    x = _axis([one.at for one in curves], ticks, margin=0)
    y = _axis([part for one in curves for part in (one.y, one.value)], 6)
    above = Panel("fit", x, y)
    low = _axis([np.append(one.residuals, 0.0) for one in curves], 4)
    below = Panel("residuals", x, low, height=RESIDUAL_HEIGHT)
    below.lines.append(Line([(x.low, 0.0), (x.high, 0.0)], "asymptote", 0))
    for series, one in enumerate(curves):
        _draw(above, below, one, series)
    legend = tuple(one.path for one in curves) if len(curves) > 1 else ()
    caption = ", ".join(f"{one.name} = {one.value:.6g}" for one in fit.parameters)
    return Chart(fit.expr.strip(), curves[0].column, (above, below), legend, (caption,))


def _draw(above: Panel, below: Panel, one: FitCurve, series: int) -> None:
    for values, style in ((one.value, "curve"), (one.low, "tangent"), (one.high, "tangent")):
        if np.isfinite(values).all():
            for points in clipped(one.at, values, above.y.low, above.y.high):
                above.lines.append(Line(points, style, series))  # type: ignore[arg-type]
    for x, y, r in zip(one.x.tolist(), one.y.tolist(), one.residuals.tolist(), strict=True):
        above.dots.append(Dot(x, y, "data", series, f"({x:g}, {y:g})"))
        below.dots.append(Dot(x, r, "data", series, f"({x:g}, {r:g})"))


def _axis(parts: Iterable[np.ndarray], ticks: int, margin: float = MARGIN) -> Axis:
    numbers = np.concatenate([part[np.isfinite(part)] for part in parts])
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        low, high = low - (abs(low) or 1.0), high + (abs(high) or 1.0)
    room = margin * (high - low)
    return axis(low - room, high + room, ticks)
