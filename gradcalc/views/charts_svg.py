"""A chart as an SVG picture: text as text, light and dark by the reader's preference."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from gradcalc.views.charts import Axis, Chart, Dot, Line, Panel

WIDTH = 720
LEFT, RIGHT, TOP, GAP = 64, 16, 50, 44  # margins, and between panels
LINE_HEIGHT = 18
CAPTION_CHARACTERS = 100
# Of members, on light and on dark ground, each with a contrast of 4.5 and more.
COLORS = (
    ("#0b5cad", "#6cb6ff"),
    ("#a33e00", "#ffa657"),
    ("#116329", "#56d364"),
    ("#7a3fc2", "#d2a8ff"),
    ("#a0174f", "#ff9bce"),
    ("#5c5c00", "#e3d26f"),
)
STYLE = """\
.gc-plot{{font:13px system-ui,sans-serif}}
.gc-plot .ground{{fill:#ffffff}}
.gc-plot text{{fill:#1f2328}}
.gc-plot .grid{{stroke:#d8dee4;stroke-width:1}}
.gc-plot .zero{{stroke:#6e7781;stroke-width:1}}
.gc-plot .curve{{fill:none;stroke-width:2;stroke-linejoin:round}}
.gc-plot .asymptote{{fill:none;stroke:#57606a;stroke-dasharray:6 5}}
.gc-plot .tangent{{fill:none;stroke-width:1}}
.gc-plot .contour{{fill:none;stroke-width:1.5}}
.gc-plot .break{{fill:none;stroke-width:2.5}}
.gc-plot .arrow{{fill:none;stroke:#6e5494;stroke-width:1.2}}
.gc-plot .level{{font-size:12px;paint-order:stroke;stroke:#ffffff;stroke-width:4}}
.gc-plot .open{{fill:#ffffff;stroke-width:2}}
.gc-plot .data{{fill:none;stroke:#1f2328;stroke-width:1.5}}
{light}
@media(prefers-color-scheme:dark){{
.gc-plot .ground,.gc-plot .open{{fill:#0d1117}}
.gc-plot text{{fill:#e6edf3}}
.gc-plot .grid{{stroke:#30363d}}
.gc-plot .zero{{stroke:#8b949e}}
.gc-plot .asymptote{{stroke:#9ea7b3}}
.gc-plot .data{{stroke:#e6edf3}}
.gc-plot .arrow{{stroke:#b392f0}}
.gc-plot .level{{stroke:#0d1117}}
{dark}
}}"""


def svg(chart: Chart) -> str:
    """The whole file."""
    lines = [part for text in chart.caption for part in wrap(text, CAPTION_CHARACTERS)]
    below = LINE_HEIGHT * (len(lines) + bool(chart.legend)) + 10
    tops = [TOP]
    for panel in chart.panels:
        tops.append(tops[-1] + panel.height + GAP)
    height = tops[-1] + below
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gc-plot" role="img" width="{WIDTH}"'
        f' height="{height}" viewBox="0 0 {WIDTH} {height}">',
        f"<title>{escape(chart.title)}</title>",
        f"<desc>{escape('; '.join(chart.caption))}</desc>",
        f"<style>{_style()}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        f'<text x="{LEFT}" y="20">{escape(_short(chart.title))}</text>',
    ]
    for panel, top in zip(chart.panels, tops, strict=False):
        parts += _panel(panel, top, chart.name)
    bottom = tops[-1] + LINE_HEIGHT - 10
    if chart.legend:
        parts += _legend(chart.legend, bottom)
        bottom += LINE_HEIGHT
    parts += [
        f'<text x="{LEFT}" y="{bottom + k * LINE_HEIGHT}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    ]
    return "\n".join([*parts, "</svg>", ""])


def _style() -> str:
    light, dark = (
        "\n".join(
            f".gc-plot .s{k}{{stroke:{colors[way]}}} .gc-plot .f{k}{{fill:{colors[way]}}}"
            for k, colors in enumerate(COLORS)
        )
        for way in (0, 1)
    )
    return STYLE.format(light=light, dark=dark)


def _short(title: str) -> str:
    text = " ".join(title.split())
    return text if len(text) <= CAPTION_CHARACTERS else text[: CAPTION_CHARACTERS - 1] + "…"


class _Frame:
    """From a panel's coordinates to the picture's."""

    def __init__(self, panel: Panel, top: float) -> None:
        self.panel = panel
        self.top = top

    def x(self, x: float) -> str:
        axis = self.panel.x
        return _number(LEFT + (WIDTH - LEFT - RIGHT) * _share(axis, x))

    def y(self, y: float) -> str:
        return _number(self.top + self.panel.height * (1 - _share(self.panel.y, y)))


def _share(axis: Axis, number: float) -> float:
    # Halves, since the width of a range of huge numbers may overflow.
    return (number / 2 - axis.low / 2) / (axis.high / 2 - axis.low / 2)


def _number(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _panel(panel: Panel, top: float, name: str) -> Iterator[str]:
    frame = _Frame(panel, top)
    bottom, right = top + panel.height, WIDTH - RIGHT
    asymptotes = {frame.x(line.points[0][0]) for line in panel.lines if line.style == "asymptote"}
    for tick, label in panel.x.ticks:
        x = frame.x(tick)
        kind = "zero" if tick == 0 else "grid"
        if x not in asymptotes:  # whose dashes would not be seen
            yield f'<line class="{kind}" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}"/>'
        yield f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{label}</text>'
    for tick, label in panel.y.ticks:
        y = frame.y(tick)
        kind = "zero" if tick == 0 else "grid"
        yield f'<line class="{kind}" x1="{LEFT}" y1="{y}" x2="{right}" y2="{y}"/>'
        yield f'<text x="{LEFT - 6}" y="{y}" dy="4" text-anchor="end">{label}</text>'
    if panel.title:
        title = escape(f"{panel.title}({name})")
        yield f'<text x="{LEFT}" y="{top - 7}" font-style="italic">{title}</text>'
    yield from (_line(line, frame) for line in panel.lines)
    yield from (_dot(dot, frame) for dot in panel.dots)
    for one in panel.labels:
        place = f'x="{frame.x(one.x)}" y="{frame.y(one.y)}" dy="4" text-anchor="middle"'
        yield f'<text class="level" {place}>{escape(one.text)}</text>'


def _line(line: Line, frame: _Frame) -> str:
    points = " ".join(f"{frame.x(x)},{frame.y(y)}" for x, y in line.points)
    color = "" if line.style in ("asymptote", "arrow") else f" s{line.series % len(COLORS)}"
    return f'<polyline class="{line.style}{color}" points="{points}"/>'


def _dot(dot: Dot, frame: _Frame) -> str:
    x, y = frame.x(dot.x), frame.y(dot.y)
    k = dot.series % len(COLORS)
    title = f"<title>{escape(dot.words)}</title>" if dot.words else ""
    match dot.style:
        case "closed":
            return f'<circle class="f{k}" cx="{x}" cy="{y}" r="4">{title}</circle>'
        case "open":
            return f'<circle class="open s{k}" cx="{x}" cy="{y}" r="4">{title}</circle>'
        case "kink":
            return (
                f'<rect class="f{k}" x="-4" y="-4" width="8" height="8"'
                f' transform="translate({x} {y}) rotate(45)">{title}</rect>'
            )
    return f'<path class="data" d="M{x} {y}m-4 -4l8 8m0 -8l-8 8">{title}</path>'


def _legend(names: tuple[str, ...], y: float) -> Iterator[str]:
    x = float(LEFT)
    for k, name in enumerate(names):
        color = f"curve s{k % len(COLORS)}"
        yield f'<line class="{color}" x1="{x}" y1="{y - 4}" x2="{x + 22}" y2="{y - 4}"/>'
        yield f'<text x="{x + 28}" y="{y}">{escape(name)}</text>'
        x += 48 + 8 * len(name)
