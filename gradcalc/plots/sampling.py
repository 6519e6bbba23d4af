"""Points of a curve between its breaks: more where it bends in view, none at the breaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcalc.numbers.distinct import distinct
from gradcalc.plots.curves import Break, Curve, End, Piece

FIRST_POINTS = 401
EVEN_POINTS = 501
ROUNDS = 4  # of refinement
MAX_BEND = 0.06  # of the height of the view, that a point may be off the line of its neighbours
APPROACHES = tuple(10.0**-k for k in range(3, 9))  # of the interval, from a break to points near it
SAME = 1e-9  # of the interval: points as near as this are one
OUTLIERS = 0.15  # of the values on each side, that a view need not show where there are poles
BEYOND = 0.5  # of the range of the others, that it shows beyond them
NEAR_POLE = 0.02  # of the interval, on each side of a pole: no matter for the view
MARGIN = 0.06  # of the view, above and below
OUT_OF_VIEW = 3.0  # heights of the view, beyond which nothing is refined

Columns = Callable[[Any], tuple[Any, ...]]


def sample(
    columns: Columns, low: float, high: float, breaks: Sequence[Break], most: int
) -> tuple[Any, tuple[Any, ...]]:
    """Points and the columns there: x ascending, none of them a break, at most so many."""
    width = high - low
    x = np.linspace(low, high, FIRST_POINTS)
    near = [
        b.x + way * share * width for b in breaks for share in _approaches(b) for way in (-1, 1)
    ]
    x = distinct(np.concatenate([x, np.array(near[: max(0, most - len(x) - 1)], dtype=float)]))
    x = x[(x >= low) & (x <= high) & ~_among(x, [b.x for b in breaks], SAME * width)]
    found = columns(x)
    edges = np.array([b.x for b in breaks])
    for _ in range(ROUNDS):
        middles = _bent(x, found, edges)
        middles = middles[: max(0, most - len(x))]
        if not len(middles):
            break
        more = columns(middles)
        order = np.argsort(np.concatenate([x, middles]))
        x = np.concatenate([x, middles])[order]
        found = tuple(
            np.concatenate([old, new])[order] for old, new in zip(found, more, strict=True)
        )
    return x, found


def _approaches(one: Break) -> tuple[float, ...]:
    """How near to a break there are points, as shares of the interval.

    What has limits and no value, as 0/0, is not computed from nearby: its second derivative has no
    digits left there.
    """
    return APPROACHES[:2] if one.value is None and one.kind != "pole" else APPROACHES


def _bent(x: Any, columns: tuple[Any, ...], edges: Any) -> Any:
    """The middles beside the points where a curve in view is off the line of its neighbours."""
    bent = np.zeros(len(x), dtype=bool)
    for y in columns:
        low, high = view(x, y, edges, x[0], x[-1])
        height = high - low
        with np.errstate(all="ignore"):
            share = (x[1:-1] - x[:-2]) / (x[2:] - x[:-2])
            off = np.abs(y[:-2] * (1 - share) + y[2:] * share - y[1:-1]) / height
            inside = (y > low - OUT_OF_VIEW * height) & (y < high + OUT_OF_VIEW * height)
        bent[1:-1] |= (off > MAX_BEND / 10) & inside[1:-1]
    cells = np.flatnonzero(bent[:-1] | bent[1:])
    lows, highs = x[cells], x[cells + 1]
    fine = highs - lows > SAME * (x[-1] - x[0])
    middles = (lows / 2 + highs / 2)[fine]
    return middles[~_among(middles, edges, SAME * (x[-1] - x[0]))]


def _among(x: Any, others: Sequence[float], within: float) -> Any:
    """Which elements of x are one of the others, but for rounding?"""
    return (np.abs(x[:, None] - np.asarray(others, dtype=float)[None, :]) <= within).any(axis=1)


def view(x: Any, y: Any, poles: Any, low: float, high: float) -> tuple[float, float]:
    """The range of y that is worth showing; where there are poles, without what is near them."""
    if len(poles):
        even = np.linspace(low, high, EVEN_POINTS)  # so that close points don't count more
        near = np.clip(np.searchsorted(x, even), 0, len(x) - 1)
        x, y = x[near], y[near]
    good = np.isfinite(y)
    if len(poles):
        far = np.abs(x[:, None] - np.asarray(poles)[None, :]).min(axis=1)
        away = good & (far > NEAR_POLE * (high - low))
        good = away if away.any() else good
    values = y[good]
    if not values.size:
        return -1.0, 1.0
    bottom, top = float(values.min()), float(values.max())
    if len(poles):
        places = np.array([OUTLIERS, 1 - OUTLIERS]) * (values.size - 1)
        inner = np.interp(places, np.arange(values.size), np.sort(values))  # the quantiles
        middle = float(inner[1] - inner[0])
        bottom = max(bottom, float(inner[0]) - BEYOND * middle)
        top = min(top, float(inner[1]) + BEYOND * middle)
    if not bottom < top:
        off = abs(bottom) / 2 or 1.0
        return bottom - off, top + off
    margin = MARGIN * (top - bottom)
    if not math.isfinite(top - bottom):
        return bottom / 4, top / 4
    return bottom - margin, top + margin


def curve(order: int, x: Any, y: Any, breaks: Sequence[Break]) -> Curve:
    """A curve in pieces: it ends at each break where the two limits are not the same number."""
    splits = [b for b in breaks if _splits(b, order)]
    edges = np.array([b.x for b in splits])
    part = np.searchsorted(edges, x)
    pieces = []
    for k in range(len(splits) + 1):
        start = None if k == 0 else _end(splits[k - 1], order, 1)
        end = None if k == len(splits) else _end(splits[k], order, 0)
        pieces += _pieces(x[part == k], y[part == k], start, end)
    points = [
        (b.x, b.value)
        for b in splits
        if order == 0 and b.value is not None and b.value not in b.sides[0]
    ]
    return Curve(order, tuple(pieces), tuple(points))


def _splits(one: Break, order: int) -> bool:
    """Is the curve of a derivative broken there? It is wherever the function has no slope."""
    left, right = one.sides[order]
    if order and one.kind != "bend":
        return True
    if left is None or right is None or not math.isfinite(left) or left != right:
        return True
    return order == 0 and one.value != left


def _end(one: Break, order: int, side: int) -> End | None:
    limit = one.sides[order][side]
    if limit is None or not math.isfinite(limit):
        return None
    return End(one.x, limit, order == 0 and one.value == limit)


def _pieces(x: Any, y: Any, start: End | None, end: End | None) -> list[Piece]:
    """The runs of finite numbers; those at the ends reach to the breaks."""
    good = np.isfinite(y)
    cuts = np.flatnonzero(np.diff(good)) + 1
    runs = [run for run in np.split(np.arange(len(x)), cuts) if len(run) and good[run[0]]]
    pieces = []
    for run in runs:
        first = start if run[0] == 0 else None
        last = end if run[-1] == len(x) - 1 else None
        pieces.append(Piece(x[run], y[run], first, last))
    return pieces
