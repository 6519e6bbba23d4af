"""Where a function of two inputs breaks: lines and points of the plane, from what decides in it.

Along each edge of a grid a decider (`deciders`) may change its sign or step; where it does is
bisected, and joined across the cells. A line along which one only touches 0 is found by its minima
on the grid's rows and columns, a point by a minimum both ways. Some places of each are looked at
(`judge`): they say what it is, or that nothing breaks.

Points of the plane are complex numbers here, x + iy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any, Protocol

import numpy as np

from gradcalc.errors import Span
from gradcalc.kernels.deciders import Decider, columns, deciders
from gradcalc.plots.candidates import states
from gradcalc.plots.chains import chained
from gradcalc.plots.curves import Kind
from gradcalc.plots.paths import PlaneWays
from gradcalc.trace.trace import Trace

BISECTIONS = 45
SHRINKINGS = 90  # of the surroundings of a minimum
SHRUNK = 0.7
TOUCHED = 1e-6  # of the neighbours' value, what is left of 0 by rounding
TOUCH_RATIO = 0.5  # of the neighbours' value, below which a minimum may be 0
SAME = 1e-3  # of a cell: places as near as this are one
CROSSING = 3  # places of a line that another may hide
FIRST_LOOKS = 6  # at a line, besides its start
MAX_POINTS = 8  # of a decider
AROUND = np.array([1, -1, 1j, -1j, 1 + 1j, 1 - 1j, -1 + 1j, -1 - 1j])

Edge = tuple[tuple[int, int], tuple[int, int]]  # between two points of the grid, by row and column
Place = tuple[complex, bool]  # of a line, and whether it is crossed along x


@dataclass(frozen=True, slots=True)
class Seam:
    """A line along which a function breaks, or a single point: what it is, and where.

    `place` is the text at `span`, the operation that decides.
    """

    kind: Kind
    points: tuple[tuple[float, float], ...]
    span: Span | None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A decider, and the trace that it is one of."""

    trace: Trace
    which: Decider

    @property
    def key(self) -> tuple[Any, ...]:
        """What is the same for the same operation in another trace."""
        guard, row = self.which.guard, self.which.row
        return self.which.span, guard.op if guard else row.name if row else ""


class Judge(Protocol):
    """What tells the kind of a line at a place of it, and that of a point; None: no break."""

    def line(self, z: complex, along: bool, which: Decider) -> Kind | None:
        """Of a line that is crossed along x, or else along y."""

    def point(self, z: complex) -> Kind | None:
        """Of a single point."""


@dataclass(slots=True)
class _Found:
    """What was found of one operation: places on the edges of the grid, and touches of 0."""

    source: Source
    crossings: dict[Edge, complex] = field(default_factory=dict)
    touches: list[tuple[Place, Place]] = field(default_factory=list)
    points: list[complex] = field(default_factory=list)


class SeamSearch:
    """The search on a grid `z` of complex numbers, its rows upwards."""

    def __init__(self, ways: PlaneWays, z: Any) -> None:
        self.ways = ways
        self.z = z
        self.cell = complex((z[0, 1] - z[0, 0]).real, (z[1, 0] - z[0, 0]).imag)
        self.found: dict[tuple[Any, ...], _Found] = {}

    def seams(self, judge: Judge) -> list[Seam]:
        """All lines and points at which the judge sees a break."""
        seams: list[Seam] = []
        with np.errstate(all="ignore"):
            numbers = self.ways.of(self.z.ravel()).reshape(self.z.shape)
            for number in np.flatnonzero(np.bincount(numbers[numbers >= 0])).tolist():
                self._search(self.ways.traces[number], numbers == number)
            taken: dict[Edge, list[complex]] = {}
            # Last comes whether the value is finite: where nothing else says why it is not.
            for found in sorted(self.found.values(), key=lambda one: one.source.which.is_value):
                seams += _lines(found, judge, self._joined(found, taken))
            for found in self.found.values():
                seams += self._single(found, judge, seams)
        return seams

    def _single(self, found: _Found, judge: Judge, known: list[Seam]) -> Iterator[Seam]:
        """Single points that break, further than a cell from all that is known."""
        near = [complex(*point) for seam in known for point in seam.points]
        for z in found.points:
            kind = judge.point(z) if self._distance(near, z) > 1 else None
            if kind:
                near.append(z)
                yield Seam(kind, ((z.real, z.imag),), found.source.which.span)

    def _search(self, trace: Trace, own: Any) -> None:
        """Note what the deciders of one trace do, on its points and beside them."""
        near = own.copy()
        for axis in (0, 1):
            for way in (-1, 1):
                near |= _moved(own, way, axis, False)
        which = deciders(trace)
        values = columns(trace, which, self.ways.table(self.z[near]), int(near.sum()))
        for one, column in zip(which, values, strict=True):
            source = Source(trace, one)
            found = self.found.setdefault(source.key, _Found(source))
            whole = np.full(self.z.shape, np.nan)
            whole[near] = column
            self._cross(source, found, whole)
            if one.row is not None and not one.steps:
                found.touches += self._touches(source, whole)
                found.points += self._points(source, whole)

    def _cross(self, source: Source, found: _Found, whole: Any) -> None:
        """Bisect the places on the edges of the grid at which a decider changes."""
        state = states(source.which, whole)
        edges: list[Edge] = []
        for axis in (0, 1):
            low, high = np.delete(state, -1, axis), np.delete(state, 0, axis)
            changes = (low != high) & ~np.isnan(low) & ~np.isnan(high)
            edges += [((j, i), (j + 1 - axis, i + axis)) for j, i in np.argwhere(changes).tolist()]
        edges = [edge for edge in edges if edge not in found.crossings]
        if not edges:
            return
        low, high = (np.array([self.z[edge[k]] for edge in edges]) for k in (0, 1))
        before = np.array([state[edge[0]] for edge in edges])
        for _ in range(BISECTIONS):
            middle = low / 2 + high / 2
            same = states(source.which, self._at(source, middle)) == before
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        found.crossings.update(zip(edges, (low / 2 + high / 2).tolist(), strict=True))

    def _joined(
        self, found: _Found, taken: dict[Edge, list[complex]]
    ) -> Iterator[tuple[Place, Place]]:
        """The places on the edges of each cell, joined in pairs; none that is taken already.

        Then those where 0 is touched, unless they are among all these.
        """
        cells: dict[tuple[int, int], list[Place]] = {}
        for edge, z in found.crossings.items():
            if self._distance(taken.get(edge, ()), z) <= SAME:
                continue
            taken.setdefault(edge, []).append(z)
            (j, i), (above, _) = edge
            along = above == j
            for cell in ((j, i), (j - 1, i) if along else (j, i - 1)):
                cells.setdefault(cell, []).append((z, along))
        for places in cells.values():
            yield from zip(places[::2], places[1::2], strict=False)
        known = [z for places in taken.values() for z in places]
        for ends in found.touches:
            if all(self._distance(known, z) > SAME for z, _ in ends):
                yield ends

    def _touches(self, source: Source, whole: Any) -> Iterator[tuple[Place, Place]]:
        """Pieces of lines along which |decider| has minima that are 0, on rows and on columns."""
        linked: list[complex] = []  # by the rows: columns tell of the others
        for along, size, z, step in (
            (True, whole, self.z, self.cell.real),
            (False, whole.T, self.z.T, 1j * self.cell.imag),
        ):
            least = _minima(size)
            if not least.any():
                continue
            zeros, good = self._descended(source, z[:, 1:-1][least], step * np.array([1, -1]))
            rows, places = (place[good].tolist() for place in np.nonzero(least))
            at = dict(zip(zip(rows, places, strict=True), zeros[good].tolist(), strict=True))
            new = []
            for (j, i), w in at.items():
                for other in [at[j + 1, k] for k in (i, i - 1, i + 1) if (j + 1, k) in at][:1]:
                    if self._distance(linked, w) > 1:
                        new += [w, other]
                        yield (w, along), (other, along)
            linked += new

    def _points(self, source: Source, whole: Any) -> Iterator[complex]:
        """Points where |decider| comes to 0, and keeps its sign around."""
        least = _minima(whole)[1:-1] & _minima(whole.T).T[:, 1:-1]
        starts = self.z[1:-1, 1:-1][least][:MAX_POINTS]
        if len(starts):
            step = AROUND.real * self.cell.real + 1j * AROUND.imag * self.cell.imag
            zeros, good = self._descended(source, starts, step)
            yield from zeros[good].tolist()

    def _descended(self, source: Source, starts: Any, steps: Any) -> tuple[Any, Any]:
        """The minima of |decider| near some points, within so many steps; and which are 0."""
        z, steps = starts, np.asarray(steps)
        least = np.abs(self._at(source, z))
        level = np.min([np.abs(self._at(source, z + step)) for step in steps], axis=0)
        for _ in range(SHRINKINGS):
            for step in steps:
                size = np.abs(self._at(source, z + step))
                better = size < least
                z, least = np.where(better, z + step, z), np.where(better, size, least)
            steps = steps * SHRUNK
        return z, least <= TOUCHED * level

    def _distance(self, places: Sequence[complex], z: complex) -> float:
        """From the nearest of some places, in cells."""
        off = np.array(places, dtype=complex) - z
        cells = np.hypot(off.real / self.cell.real, off.imag / self.cell.imag)
        return float(cells.min(initial=np.inf))

    def _at(self, source: Source, z: Any) -> Any:
        return columns(source.trace, [source.which], self.ways.table(z), len(z))[0]


def _lines(found: _Found, judge: Judge, joined: Iterator[tuple[Place, Place]]) -> Iterator[Seam]:
    """Lines from joined places, as far as they break."""
    which = found.source.which
    for chain in chained(list(joined)):
        for kind, places in _by_kind(chain, lambda place: judge.line(*place, which)):
            yield Seam(kind, tuple((z.real, z.imag) for z, _ in places), which.span)


def _by_kind(
    chain: Sequence[Place], look: Callable[[Place], Kind | None]
) -> Iterator[tuple[Kind, Sequence[Place]]]:
    """The parts of a line that break alike: between places of unlike kinds it is bisected."""
    last = len(chain) - 1
    firsts = {round(last * n / FIRST_LOOKS) for n in range(FIRST_LOOKS + 1)}
    looks = {k: look(chain[k]) for k in firsts}
    open_ones = list(pairwise(sorted(looks)))
    while open_ones:
        low, high = open_ones.pop()
        if looks[low] != looks[high] and high - low > 1:
            middle = (low + high) // 2
            looks[middle] = look(chain[middle])
            open_ones += [(low, middle), (middle, high)]
    groups = [(kind, list(group)) for kind, group in groupby(sorted(looks), key=looks.__getitem__)]
    parts: list[tuple[Kind | None, int, int]] = []
    for kind, group in groups:
        if len(parts) > 1 and parts[-2][0] == kind and parts[-1][2] - parts[-1][1] < CROSSING:
            _, start, _ = parts[-2]  # what is between is another line that crosses this one
            parts[-2:] = [(kind, start, group[-1])]
        else:
            parts.append((kind, group[0], group[-1]))
    for kind, start, end in parts:
        if kind and end > start:
            yield kind, chain[start : end + 1]


def _moved(whole: Any, way: int, axis: int, outside: Any) -> Any:
    """An array moved by one place along an axis."""
    moved = np.roll(whole, way, axis)
    end: list[Any] = [slice(None), slice(None)]
    end[axis] = 0 if way > 0 else -1
    moved[tuple(end)] = outside
    return moved


def _minima(whole: Any) -> Any:
    """By inner point of each row: is |whole| least there, may it come to 0, and is the sign the
    same on both sides?"""
    size, sign = np.abs(whole), np.sign(whole)
    before, here, after = size[:, :-2], size[:, 1:-1], size[:, 2:]
    bend = before - 2 * here + after
    vertex = here - (after - before) ** 2 / (8 * bend)
    low = (here <= before) & (here < after) & (vertex < TOUCH_RATIO * np.maximum(before, after))
    return low & (sign[:, :-2] * sign[:, 2:] > 0)
