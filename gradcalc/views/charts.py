"""A plot as a chart: panels of lines, dots and words in the function's own coordinates.

A chart is what all pictures of a plot show, whoever draws it: `charts_svg`, `charts_terminal`,
`charts_image`. Lines are clipped to their panel already.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from gradcalc.plots.curves import Break, Curve, Member, Piece, Plot
from gradcalc.views.names import PRIMES

Point = tuple[float, float]
LineStyle = Literal["curve", "asymptote", "tangent", "contour", "arrow", "break"]
DotStyle = Literal["closed", "open", "kink", "data"]
WORDS = {
    "pole": "pole",
    "jump": "jump",
    "kink": "kink",
    "vertical": "vertical tangent",
    "cusp": "cusp",
    "hole": "hole",
    "edge": "edge of the domain",
    "bend": "bend",
    "undefined": "undefined",
}
MARKED = ("kink", "cusp", "vertical")
PANEL_HEIGHT = 250
MAX_TICKS = 8
MAX_NAMED = 12  # breaks of a kind that a caption names


class Line(NamedTuple):
    """A line through points, of the member `series` of a family."""

    points: Sequence[Point]
    style: LineStyle
    series: int


class Dot(NamedTuple):
    """A mark: an end that belongs to the curve (closed) or not (open), a kink, a data point."""

    x: float
    y: float
    style: DotStyle
    series: int
    words: str = ""


class Label(NamedTuple):
    """Words in a panel."""

    x: float
    y: float
    text: str


class Axis(NamedTuple):
    """A range of numbers, with ticks and their texts."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture of one derivative of all members; `height` is in pixels."""

    title: str
    x: Axis
    y: Axis
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    height: int = PANEL_HEIGHT


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels from top to bottom over the same input; `legend` names the members of a family."""

    title: str
    name: str
    panels: tuple[Panel, ...]
    legend: tuple[str, ...]
    caption: tuple[str, ...]


def chart(plot: Plot, ticks: int = MAX_TICKS) -> Chart:
    """The chart of a plot, with about so many ticks along the input's axis."""
    panels = []
    x_axis = axis(plot.low, plot.high, ticks)
    for order, (low, high) in enumerate(plot.views):
        panel = Panel(PRIMES[order], x_axis, axis(low, high, 6))
        for series, member in enumerate(plot.members):
            _draw(panel, member, member.curves[order], series)
        if order == 0:
            panel.dots.extend(
                Dot(x, y, "data", 0, f"({x:g}, {y:g})")
                for x, y in plot.data
                if plot.low <= x <= plot.high and low <= y <= high
            )
        panels.append(panel)
    legend = tuple(member.label for member in plot.members if member.label)
    return Chart(plot.expr.strip(), plot.name, tuple(panels), legend, tuple(caption(plot)))


def caption(plot: Plot) -> Iterator[str]:
    """What the breaks are, kind by kind, and the tangents."""
    for member in plot.members:
        who = f"{member.label}: " if member.label else ""
        for kind, words in WORDS.items():
            texts = [text_of(one) for one in member.breaks if one.kind == kind]
            if texts:
                more = len(texts) - MAX_NAMED
                named = ", ".join(texts[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
                yield f"{who}{words} at {plot.name} = {named}"
        if member.tangent:
            one = member.tangent
            yield f"{who}tangent at {plot.name} = {one.x:.6g}: slope {one.slope:.6g}"


def text_of(one: Break) -> str:
    """Where a break is: 1/3, pi/2; about a decimal where that is all that is known."""
    return one.text if one.exact else f"{float(one.text):.6g}"


def _draw(panel: Panel, member: Member, curve: Curve, series: int) -> None:
    low, high = panel.y.low, panel.y.high
    order = curve.order
    for piece in curve.pieces:
        for points in clipped(*_ends_included(piece), low, high):
            panel.lines.append(Line(points, "curve", series))
        for end in (piece.start, piece.end):
            if end and low <= end.y <= high:
                panel.dots.append(Dot(end.x, end.y, "closed" if end.closed else "open", series))
    alone = [(float(p.x[0]), float(p.y[0])) for p in curve.pieces if _is_point(p)]
    for x, y in (*curve.points, *alone):
        if low <= y <= high:
            panel.dots.append(Dot(x, y, "closed", series, f"({x:g}, {y:g})"))
    for one in member.breaks:
        if any(side is not None and math.isinf(side) for side in one.sides[order]):
            panel.lines.append(Line([(one.x, low), (one.x, high)], "asymptote", series))
        elif order == 0 and one.kind in MARKED and low <= (one.value or 0.0) <= high:
            words = f"{WORDS[one.kind]} at {text_of(one)}"
            panel.dots.append(Dot(one.x, one.value or 0.0, "kink", series, words))
    if order == 0 and member.tangent:
        x, y, slope = member.tangent.x, member.tangent.y, member.tangent.slope
        ends = np.array([panel.x.low, panel.x.high])
        for points in clipped(ends, y + slope * (ends - x), low, high):
            panel.lines.append(Line(points, "tangent", series))
        if low <= y <= high:
            panel.dots.append(Dot(x, y, "closed", series, f"({x:g}, {y:g})"))


def _is_point(piece: Piece) -> bool:
    """Is it one number alone, where all beside it have none?"""
    return len(piece.x) == 1 and piece.start is None and piece.end is None


def _ends_included(piece: Piece) -> tuple[np.ndarray, np.ndarray]:
    """The coordinates of a piece, up to its ends."""
    ends = [[(e.x, e.y)] if e else [] for e in (piece.start, piece.end)]
    x = np.concatenate([[p[0] for p in ends[0]], piece.x, [p[0] for p in ends[1]]])
    y = np.concatenate([[p[1] for p in ends[0]], piece.y, [p[1] for p in ends[1]]])
    return x, y


def clipped(x: np.ndarray, y: np.ndarray, low: float, high: float) -> Iterator[list[Point]]:
    """The parts of a line between two heights, each cut off at the height where it leaves."""
    part: list[Point] = []
    before: Point | None = None
    for point in zip(x.tolist(), y.tolist(), strict=True):
        if before is not None:
            inside = _segment(before, point, low, high)
            if inside is None or (part and part[-1] != inside[0]):
                if len(part) > 1:
                    yield part
                part = []
            if inside is not None:
                part = part or [inside[0]]
                part.append(inside[1])
        before = point
    if len(part) > 1:
        yield part


def _segment(one: Point, other: Point, low: float, high: float) -> tuple[Point, Point] | None:
    """The part of a segment between two heights."""
    ends = []
    for (x, y), (x2, y2) in ((one, other), (other, one)):
        bound = low if y < low else high if y > high else None
        if bound is None:
            ends.append((x, y))
        elif (y2 - bound) * (y - bound) > 0 or y == y2:
            return None
        else:
            share = (bound - y) / (y2 - y)
            ends.append((x * (1 - share) + x2 * share, bound))
    return ends[0], ends[1]


def axis(low: float, high: float, most: int = MAX_TICKS) -> Axis:
    """An axis with about so many ticks, at multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((power * m for m in (1, 2, 5) if power * m >= rough), power * 10)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    ticks = [k * step for k in range(first, last + 1)] if last - first < 100 else []
    return Axis(low, high, tuple((tick, label(tick, step)) for tick in ticks))


def label(tick: float, step: float) -> str:
    """A tick as text, with the decimals that its step has."""
    if abs(tick) < step / 2:
        return "0"
    if not 1e-4 <= abs(tick) < 1e6:
        digits = max(0, math.floor(math.log10(abs(tick))) - math.floor(math.log10(step)))
        mantissa, power = f"{tick:.{min(digits, 15)}e}".split("e")
        return f"{mantissa}e{int(power)}"
    return f"{tick:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"
