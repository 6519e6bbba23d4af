"""A chart as PNG or PDF, drawn by matplotlib."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.memory import refuse_scarce
from gradcalc.views.charts import Chart, Panel
from gradcalc.views.charts_svg import COLORS

WIDTH, MARGIN = 7.2, 0.9  # inches
PIXELS = 96  # of a panel's height, in an inch
RESOLUTION = 150  # dots per inch
MARKERS = {"closed": "o", "open": "o", "kink": "D", "data": "x"}


def image(chart: Chart, format: str) -> bytes:
    """The file, as png or pdf. GradcalcError where matplotlib is missing."""
    try:
        # Never pyplot: it keeps figures, and looks for a screen.
        from matplotlib.figure import Figure
    except ImportError:
        refuse_scarce("matplotlib")
        raise GradcalcError(
            "missing-extra",
            "PNG and PDF need matplotlib",
            hint='pip install "gradcalc[plot]"; or write an SVG with -o plot.svg',
        ) from None
    count = len(chart.panels)
    height = sum(panel.height for panel in chart.panels) / PIXELS + MARGIN
    figure = Figure(figsize=(WIDTH, height), dpi=RESOLUTION)
    figure.subplots_adjust(left=0.09, right=0.98, top=1 - 0.35 / height, bottom=0.75 / height)
    axes = figure.subplots(count, 1, squeeze=False)[:, 0]
    for panel, frame in zip(chart.panels, axes, strict=True):
        _draw(panel, frame, chart.name)
    figure.text(0.09, 1 - 0.25 / height, _literal(chart.title)[:90])
    for k, text in enumerate(chart.legend):
        axes[0].plot([], [], color=_color(k), label=_literal(text))
    if chart.legend:
        axes[0].legend(loc="best", fontsize="small")
    figure.text(
        0.02, 0.1 / height, _literal("; ".join(chart.caption))[:220], fontsize=7.5, wrap=True
    )
    file = BytesIO()
    # Nothing that differs from run to run.
    metadata = {"CreationDate": None} if format == "pdf" else {"Software": None}
    figure.savefig(file, format=format, metadata=metadata)
    return file.getvalue()


def _draw(panel: Panel, frame: Any, name: str) -> None:
    frame.set_xlim(panel.x.low, panel.x.high)
    frame.set_ylim(panel.y.low, panel.y.high)
    frame.set_xticks([tick for tick, _ in panel.x.ticks], [text for _, text in panel.x.ticks])
    frame.set_yticks([tick for tick, _ in panel.y.ticks], [text for _, text in panel.y.ticks])
    frame.tick_params(labelsize=8)
    frame.grid(color="#d8dee4", linewidth=0.6)
    if panel.title:
        frame.text(0.01, 0.92, _literal(f"{panel.title}({name})"), transform=frame.transAxes)
    for line in panel.lines:
        x, y = zip(*line.points, strict=True)
        if line.style == "curve":
            frame.plot(x, y, color=_color(line.series), linewidth=1.6)
        else:
            plain = {"asymptote": ("#57606a", "--"), "arrow": ("#6e5494", "-")}
            color, dashes = plain.get(line.style, (_color(line.series), "-"))
            frame.plot(x, y, color=color, linewidth=0.9, linestyle=dashes)
    for one in panel.labels:
        box = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 1}
        frame.text(one.x, one.y, one.text, fontsize=8, ha="center", va="center", bbox=box)
    for dot in panel.dots:
        color = "#1f2328" if dot.style == "data" else _color(dot.series)
        face = "#ffffff" if dot.style == "open" else color
        frame.plot(
            [dot.x],
            [dot.y],
            MARKERS[dot.style],
            color=color,
            markerfacecolor=face,
            markersize=5,
            clip_on=False,
            zorder=3,
        )


def _color(series: int) -> str:
    return COLORS[series % len(COLORS)][0]


def _literal(text: str) -> str:
    """A text in which matplotlib finds no formula."""
    return " ".join(text.split()).replace("$", r"\$")
