"""A function of two inputs: its values and gradients on a grid, and the lines of equal value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from gradcalc.claims.boxes import Box, fitted
from gradcalc.errors import Exit, GradcalcError, blaming, not_used
from gradcalc.kernels.kernel import Kernel
from gradcalc.plots.curves import place_of
from gradcalc.plots.judging import FieldJudge
from gradcalc.plots.paths import PlaneWays
from gradcalc.plots.refusals import refuse_arrays, refuse_width
from gradcalc.plots.seams import Seam, SeamSearch
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given, point

GRID = 61  # points along each axis: 3,721 evaluations
MARGINS = 0.382, 0.21  # of a cell, at the ends: no number that people write is on the grid
SPREAD = 0.5  # of the difference of two slopes, that the mean slope between may lie beyond them
BETWEEN = 0.1  # of the steeper slope, likewise: where the slopes at both ends are the same
CREASE = 1e-6  # of the range of values, that a change may be off what the slopes explain

MANY_SEAMS = GRID // 3
TEARING = ("pole", "jump", "edge", "undefined")  # breaks across which values are not joined

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Values and gradients on a grid: `value[j, i]` is at x[i], y[j]; NaN where there is none.

    `names` are the inputs along x and y, `over` their bounds; `seams` are where it breaks.
    """

    expr: str
    names: tuple[str, str]
    over: tuple[tuple[float, float], tuple[float, float]]
    x: Any
    y: Any
    value: Any
    slopes: tuple[Any, Any]
    notes: tuple[str, ...] = ()
    seams: tuple[Seam, ...] = ()


def field(
    source: str, box: Box, *, held: Mapping[str, Given] | None = None, limits: Limits | None = None
) -> Field:
    """A function over a box of two inputs; `held` has the values of the others.

    GradcalcError where the text can't be read, an interval is empty, an input has no value, or the
    function has no value anywhere in the box.
    """
    held = dict(held or {})
    first, second = box.bounds  # as they are given, not as the text has them
    with blaming(source):
        kernel = Kernel(source, tuple(box.bounds), limits=limits, names=held, native=False)
        _, notes = fitted(box, held, kernel.inputs)
        notes += not_used(name for name in held if name not in kernel.inputs)
        numbers = point({k: v for k, v in held.items() if k in kernel.inputs}).machine()
        refuse_arrays(numbers)
        xs, ys = box.bounds[first], box.bounds[second]
        for name, bounds in box.bounds.items():
            refuse_width(name, *bounds)
        x, y = (np.linspace(*_inner(*bounds), GRID) for bounds in (xs, ys))
        table = {**numbers, first: np.tile(x, GRID), second: np.repeat(y, GRID)}
        columns = kernel(table)
        seams = _seams(kernel, (first, second), numbers, x + 1j * y[:, None])
    if len(seams) > MANY_SEAMS:
        notes.append(
            "there are many breaks: those closer than a cell of the grid, "
            f"{(xs[1] - xs[0]) / GRID:.2g} by {(ys[1] - ys[0]) / GRID:.2g}, are not told apart;"
            " plot a smaller box"
        )
    value, along, up = (
        columns[name].reshape(GRID, GRID) for name in ("value", f"d_{first}", f"d_{second}")
    )
    value = np.where(np.isfinite(value), value, np.nan)
    if np.isnan(value).all():
        raise GradcalcError(
            "undefined",
            "nothing to draw: the formula has no value at any point of the box",
            hint="choose another box with --over",
            exit=Exit.NO_ANSWER,
        )
    names, slopes = (first, second), (along, up)
    return Field(source, names, (xs, ys), x, y, value, slopes, tuple(notes), seams)


def _seams(
    kernel: Kernel, names: tuple[str, str], held: Mapping[str, Any], z: Any
) -> tuple[Seam, ...]:
    """Where the function breaks, found on a grid of complex numbers x + iy."""
    search = SeamSearch(PlaneWays(kernel.program, names, held), z)
    judge = FieldJudge(kernel, names, held, search.cell)
    return tuple(
        replace(one, place=place_of(kernel.source, one.span)) for one in search.seams(judge)
    )


def _inner(low: float, high: float) -> tuple[float, float]:
    """The ends of the grid: off the numbers that people write."""
    cell = (high - low) / GRID
    return low + cell * MARGINS[0], high - cell * MARGINS[1]


def torn(found: Field) -> Any:
    """By cell of the grid: is the function not continuous along an edge of it?

    Between two points a smooth function changes as its slopes there say; over a pole or a jump it
    doesn't. Cells with a point without value are torn as well.
    """
    z = found.value
    slack = CREASE * (np.nanmax(z) - np.nanmin(z))
    dx, dy = np.diff(found.x)[None, :], np.diff(found.y)[:, None]
    with np.errstate(all="ignore"):
        across = _breaks(z[:, :-1], z[:, 1:], found.slopes[0], dx, slack, axis=1)
        up = _breaks(z[:-1], z[1:], found.slopes[1], dy, slack, axis=0)
    cells = across[:-1] | across[1:] | up[:, :-1] | up[:, 1:]
    for seam in found.seams:
        if seam.kind in TEARING:
            for (x, y), (x2, y2) in pairwise(seam.points):
                i, j = (
                    np.searchsorted(found.x, (x + x2) / 2),
                    np.searchsorted(found.y, (y + y2) / 2),
                )
                cells[min(max(j - 1, 0), GRID - 2), min(max(i - 1, 0), GRID - 2)] = True
    return cells


def _breaks(one: Any, other: Any, slope: Any, width: Any, slack: float, axis: int) -> Any:
    start, end = np.take(slope, range(GRID - 1), axis), np.take(slope, range(1, GRID), axis)
    steepest = np.maximum(np.abs(start), np.abs(end))
    spread = (SPREAD * np.abs(end - start) + BETWEEN * steepest) * width + slack
    change = other - one
    low, high = np.minimum(start, end) * width, np.maximum(start, end) * width
    against = (np.abs(change) > slack) & (change * start < 0) & (change * end < 0)
    return against | ~((change >= low - spread) & (change <= high + spread))


def contour(found: Field, level: float, skip: Any) -> Iterator[Segment]:
    """The line where the function has a value, as segments; none in the cells to `skip`."""
    above = found.value > level
    corners = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, 1:] + above[1:, :-1]
    for j, i in np.argwhere((corners % 4 != 0) & ~skip).tolist():
        ring = [(j, i), (j, i + 1), (j + 1, i + 1), (j + 1, i)]
        ends = [
            _between(found, ring[k], ring[(k + 1) % 4], level)
            for k in range(4)
            if above[ring[k]] != above[ring[(k + 1) % 4]]
        ]
        yield ends[0], ends[1]
        if len(ends) == 4:
            yield ends[2], ends[3]


def _between(found: Field, one: tuple[int, int], other: tuple[int, int], level: float) -> Point:
    a, b = float(found.value[one]), float(found.value[other])
    share = (level - a) / (b - a)
    x = found.x[one[1]] * (1 - share) + found.x[other[1]] * share
    y = found.y[one[0]] * (1 - share) + found.y[other[0]] * share
    return float(x), float(y)
