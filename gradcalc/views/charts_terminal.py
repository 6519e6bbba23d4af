"""A chart in a terminal: plotille's canvas of Braille dots, with axes and marks of our own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from rich.text import Text

from gradcalc.errors import GradcalcError
from gradcalc.memory import refuse_scarce
from gradcalc.plots.curves import Plot
from gradcalc.views.charts import WORDS, Axis, Panel, chart, text_of
from gradcalc.views.console import Screen
from gradcalc.views.layout import gap, rounded, sentence, sheet
from gradcalc.views.sheets import draw

COLUMNS = 80  # where stdout is no terminal
MAX_COLUMNS = 100
ROWS, DERIVATIVE_ROWS = 16, 10  # of the panel of the function, and of others
STYLES = ("blue", "magenta", "green", "red", "cyan", "yellow")
SHOWN_DIGITS = 6
BRAILLE = 0x2800
UPPER, LOWER = 0b00011011, 0b11100100  # the dots of a Braille character in its halves
COLUMNS_PER_TICK = 10

# What is drawn with: Unicode, ASCII.
SIGNS = {
    "closed": "●*",
    "open": "○o",
    "kink": "◆^",
    "data": "×x",
    "asymptote": "┊:",
    "left": "│|",
    "tick": "┤+",
    "corner": "└+",
    "bottom": "─-",
    "mark": "┬+",
    "zero": "─-",
    "upright": "│|",
}


def show(plot: Plot, out: Screen) -> None:
    """Panels, what their marks are, and a table of the breaks."""
    columns = COLUMNS if out.uncut else min(out.width, MAX_COLUMNS)
    picture = chart(plot, max(2, columns // COLUMNS_PER_TICK))
    unicode = out.encoding.lower().startswith("utf")
    drawn = [
        line
        for k, panel in enumerate(picture.panels)
        for line in rows(panel, picture.name, columns, DERIVATIVE_ROWS if k else ROWS, unicode)
    ]
    sentence(out, Text(" ".join(picture.title.split()), style="bold"))
    for line in drawn:
        out.print(line, soft_wrap=True)
    if picture.legend:
        legend = Text("  ").join(
            Text(f"{_digit(k)}: {name}", style=STYLES[k % len(STYLES)])
            for k, name in enumerate(picture.legend)
        )
        sentence(out, legend)
    _breaks(plot, out)
    for member in plot.members:
        if member.tangent:
            _tangent(plot, member.label, member.tangent, out)


def rows(panel: Panel, name: str, columns: int, height: int, unicode: bool) -> list[Text]:
    """The lines of a panel, at most so many columns wide."""
    margin = max((len(text) for _, text in panel.y.ticks), default=0) + 1
    width = max(columns - margin - 1, 10)
    cells = [[Text(" ") for _ in range(width)] for _ in range(height)]
    _axes(panel, cells, unicode)
    _curves(panel, cells, unicode)
    for dot in panel.dots:
        place = _cell(panel, dot.x, dot.y, width, height)
        style = "bold" if dot.style == "data" else f"bold {STYLES[dot.series % len(STYLES)]}"
        cells[place[0]][place[1]] = Text(_sign(dot.style, unicode), style=style)
    for series, (x, y) in _last_points(panel).items():
        place = _cell(panel, x, y, width, height)
        cells[place[0]][place[1]] = Text(
            _digit(series), style=f"bold {STYLES[series % len(STYLES)]}"
        )
    labels = {_row(panel.y, tick, height): text for tick, text in panel.y.ticks}
    lines = [Text(" " * margin + f" {panel.title}({name})", style="italic")]
    for k, row in enumerate(cells):
        edge = _sign("tick" if k in labels else "left", unicode)
        line = Text(labels.get(k, "").rjust(margin) + edge)
        for cell in row:
            line.append_text(cell)
        line.rstrip()
        lines.append(line)
    return [*lines, *_below(panel.x, margin, width, unicode)]


def _digit(series: int) -> str:
    """What a member of a family is called on its curve."""
    return "123456789abcdefghijklmnop"[series]


def _last_points(panel: Panel) -> dict[int, tuple[float, float]]:
    """Where the curve of each member ends, in families of several."""
    ends = {line.series: line.points[-1] for line in panel.lines if line.style == "curve"}
    return ends if len(ends) > 1 else {}


def _sign(name: str, unicode: bool) -> str:
    return SIGNS[name][0 if unicode else 1]


def _share(axis: Axis, number: float) -> float:
    return (number / 2 - axis.low / 2) / (axis.high / 2 - axis.low / 2)


def _row(axis: Axis, y: float, height: int) -> int:
    return min(height - 1, max(0, int((1 - _share(axis, y)) * height)))


def _column(axis: Axis, x: float, width: int) -> int:
    return min(width - 1, max(0, int(_share(axis, x) * width)))


def _cell(panel: Panel, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    return _row(panel.y, y, height), _column(panel.x, x, width)


def _axes(panel: Panel, cells: list[list[Text]], unicode: bool) -> None:
    """The lines x = 0 and y = 0, and asymptotes."""
    height, width = len(cells), len(cells[0])
    if panel.y.low < 0 < panel.y.high:
        row = _row(panel.y, 0.0, height)
        cells[row] = [Text(_sign("zero", unicode), style="dim") for _ in range(width)]
    uprights = [(0.0, "upright", "dim")] if panel.x.low < 0 < panel.x.high else []
    uprights += [
        (line.points[0][0], "asymptote", "") for line in panel.lines if line.style == "asymptote"
    ]
    for x, sign, style in uprights:
        column = _column(panel.x, x, width)
        for row in range(height):
            cells[row][column] = Text(_sign(sign, unicode), style=style)


def _curves(panel: Panel, cells: list[list[Text]], unicode: bool) -> None:
    """Curves, member by member; where two share a cell, it has the dots of both."""
    height, width = len(cells), len(cells[0])
    dots: dict[tuple[int, int], tuple[int, str]] = {}
    layers = sorted({(line.style == "curve", line.series) for line in panel.lines})
    for curve, series in layers:
        canvas = _canvas(width, height)
        style = STYLES[series % len(STYLES)] if curve else "dim"
        for line in panel.lines:
            if line.style == ("curve" if curve else "tangent") and line.series == series:
                scaled = [(_share(panel.x, x), _share(panel.y, y)) for x, y in line.points]
                for one, other in pairwise(scaled):
                    canvas.line(*one, *other)
        for row, text in enumerate(canvas.plot("\n").split("\n")):
            for column, character in enumerate(text):
                bits = ord(character) - BRAILLE
                if 0 < bits < 256:
                    before = dots.get((row, column), (0, ""))[0]
                    dots[row, column] = before | bits, style
    for (row, column), (bits, style) in dots.items():
        cells[row][column] = Text(chr(BRAILLE + bits) if unicode else _ascii(bits), style=style)


def _ascii(bits: int) -> str:
    """Dots as one of ' . :"""
    return ":" if bits & UPPER and bits & LOWER else "'" if bits & UPPER else "."


def _canvas(width: int, height: int) -> Any:
    """plotille's canvas over 0 to 1, its outermost dots inside."""
    try:
        from plotille import Canvas
    except ImportError:
        refuse_scarce("plotille")
        raise GradcalcError(
            "missing-extra",
            "drawing in the terminal needs plotille",
            hint='pip install "gradcalc[plot]"; or write a picture with -o plot.svg',
        ) from None
    right, top = 1 + 1 / (2 * width - 1), 1 + 1 / (4 * height - 1)
    return Canvas(width=width, height=height, xmin=0, ymin=0, xmax=right, ymax=top)


def _below(axis: Axis, margin: int, width: int, unicode: bool) -> list[Text]:
    """The axis below a panel, and its labels where there is room for them."""
    line = [_sign("bottom", unicode)] * width
    labels = [" "] * (margin + 1 + width)
    taken = -1
    for tick, text in axis.ticks:
        column = _column(axis, tick, width)
        start = min(max(margin + 1 + column - len(text) // 2, 0), len(labels) - len(text))
        if start > taken:
            line[column] = _sign("mark", unicode)
            labels[start : start + len(text)] = text
            taken = start + len(text)
    return [
        Text(" " * margin + _sign("corner", unicode) + "".join(line)),
        Text("".join(labels).rstrip()),
    ]


def _breaks(plot: Plot, out: Screen) -> None:
    family = len(plot.members) > 1
    table = sheet(
        ("", "break") if family else ("break",), (plot.name, "left", "value", "right"), ("at",)
    )
    for member in plot.members:
        for one in member.breaks:
            left, right = one.sides[0]
            numbers = [left, one.value, right]
            who = (Text(member.label),) if family else ()
            table.rows.append(
                (
                    *who,
                    Text(WORDS[one.kind]),
                    Text(text_of(one)),
                    *(Text("" if x is None else rounded(x, SHOWN_DIGITS)) for x in numbers),
                    Text(one.place),
                )
            )
    if table.rows:
        gap(out)
        draw(table, out)


def _tangent(plot: Plot, label: str, tangent: Any, out: Screen) -> None:
    who = f" of {label}" if label else ""
    x, y, slope = (rounded(n, SHOWN_DIGITS) for n in (tangent.x, tangent.y, tangent.slope))
    line = f"tangent{who} at {plot.name} = {x}: value {y}, slope {slope}"
    sentence(out, Text(line))
