"""Places in a box that are worth looking at, and how simply they can be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from gradcalc.claims.boxes import Box
from gradcalc.hunt.crossings import Key, crossed
from gradcalc.hunt.search import Point, Search
from gradcalc.hunt.simplicity import DIGITS, SIMPLE, spellings, value_of
from gradcalc.language.syntax import Number, Program
from gradcalc.trace.trace import Trace

NUMERALS = 40  # of the text that are tried
ELEMENTS = 50  # of an array that are looked at
COMBINED = 300  # simple points at most
GRID = 41  # places along an axis
BESIDE = (1e-3, 1e-6, 1e-9)  # how far from trouble there is more of it
BESIDES = 20  # troubles that are looked at from close by


def simple_points(box: Box) -> Iterator[Point]:
    """Simple numbers inside the box, its ends among them, the simplest combinations first."""
    axes = []
    for low, high in box.bounds.values():
        inside = [t for t in SIMPLE if low <= value_of(t) <= high]
        ends = [f"{end:.15g}" for end in (low, high)]
        axes.append(list(dict.fromkeys([*inside, *(e for e in ends if low <= float(e) <= high)])))
    most = sum(len(axis) - 1 for axis in axes)
    places = (p for total in range(most + 1) for p in _adding_up([*map(len, axes)], total))
    for place in islice(places, COMBINED):
        yield {name: axis[k] for name, axis, k in zip(box.bounds, axes, place, strict=True)}


def named_points(box: Box, program: Program) -> Iterator[Point]:
    """The numbers that stand in the text, along each axis: thresholds and poles are among them."""
    numbers = dict.fromkeys(
        f"{sign * float(node.value):.15g}"
        for node in islice((n for n in program.walk() if isinstance(n, Number)), NUMERALS)
        for sign in (1, -1)
    )
    for name, (low, high) in box.bounds.items():
        for rest in _others(box, name)[:1]:
            for text in numbers:
                if low <= float(text) <= high:
                    yield {**rest, name: text}


def _adding_up(sizes: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """The places on axes of these sizes that add up to a number."""
    if not sizes:
        if total == 0:
            yield ()
        return
    left = sum(sizes[1:]) - len(sizes[1:])
    for first in range(max(0, total - left), min(sizes[0], total + 1)):
        for rest in _adding_up(sizes[1:], total - first):
            yield first, *rest


def beside(box: Box, found: Iterable[Mapping[str, str]]) -> Iterator[Point]:
    """Points close to trouble, along each axis: there digits are lost."""
    for at in list(found)[:BESIDES]:
        for name, (low, high) in box.bounds.items():
            x = value_of(at[name])
            for step in (sign * size for size in BESIDE for sign in (1, -1)):
                moved = f"{x + step * max(1.0, abs(x)):.{DIGITS}g}"
                if low <= float(moved) <= high:
                    yield {**at, name: moved}


def edges(search: Search, box: Box) -> Iterator[Point]:
    """Along each axis, the places where a quantity changes sign or the run stops.

    Where none of the numbers that can be written shows trouble, what lies on both sides is kept.
    """
    for name, (low, high) in box.bounds.items():
        for rest in _others(box, name):
            for start, end in _steps(low, high):
                for root, key in _changes(search, name, rest, start, end):
                    point = next(_written(search, name, rest, root), None)
                    if point is not None:
                        yield point
                    elif key is not None:
                        crossed(search, name, rest, root, key)


def _others(box: Box, name: str) -> list[Point]:
    """Values for the inputs that are held along an axis."""
    others = Box({n: b for n, b in box.bounds.items() if n != name})
    if not others.bounds:
        return [{}]
    return [*islice(simple_points(others), 1, 2), *others.draw(1, 1)]


def _steps(low: float, high: float) -> Iterator[tuple[float, float]]:
    # Off the grid of simple numbers, so that no root is an end.
    shares = [(k + 0.0137) * 0.9996 / (GRID - 1) for k in range(GRID)]
    places = [low * (1 - share) + high * share for share in shares]  # high - low may overflow
    yield from pairwise(places)


def _changes(
    search: Search, name: str, rest: Point, start: float, end: float
) -> Iterator[tuple[float, Key | None]]:
    """The roots between two places on an axis, and what changes its sign there."""
    first, last = (search.run({**rest, name: x}) for x in (start, end))
    if first is None or last is None:
        if (first is None) != (last is None):
            runs = first is not None

            def stays(x: float) -> bool:
                return (search.run({**rest, name: x}) is not None) == runs

            yield bisected(stays, start, end), None
        return
    before, after = signs(first), signs(last)
    for key in sorted(before.keys() & after.keys()):
        if before[key] != after[key]:

            def keeps(x: float, key: Key = key) -> bool:
                trace = search.run({**rest, name: x})
                return trace is not None and signs(trace).get(key) == before[key]

            yield bisected(keeps, start, end), key


def signs(trace: Trace) -> dict[Key, float]:
    """The signs of what decides, and of what must not be zero, by where it stands: of arrays those
    of the first elements."""
    made: dict[Key, float] = {}
    for slot, row in enumerate(trace.rules):
        if row.crossing is None:
            continue
        of = row.crossing(trace.values[slot], *[trace.values[a] for a in trace.arguments[slot]])
        for k, x in enumerate(of.ravel()[:ELEMENTS].tolist() if hasattr(of, "ravel") else [of]):
            made[row.name, slot, k] = x if row.steps else x > 0
    for k, guard in enumerate(trace.guards):
        left, right = trace.values[guard.left], trace.values[guard.right]
        if not hasattr(left, "shape") and not hasattr(right, "shape"):
            made["guard", k, 0] = left > right
    return made


def bisected(stays: Any, start: float, end: float) -> float:
    """Where a property of the start is lost."""
    for _ in range(60):
        middle = start / 2 + end / 2
        if stays(middle):
            start = middle
        else:
            end = middle
    return start / 2 + end / 2


def _written(search: Search, name: str, rest: Point, root: float) -> Iterator[Point]:
    """The root, as shortly as shows trouble: a fraction, a multiple of pi, a decimal.

    Lost digits are trouble of what is near a root, not of the root.
    """
    for text in spellings(root):
        point = {**rest, name: text}
        if any(found.kind != "digits" for found in search.seen(point)):
            yield point
            return
