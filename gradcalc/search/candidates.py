"""Points of a box that are worth looking at, without any knowledge of the function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from gradcalc.claims.boxes import Box
from gradcalc.language.syntax import Number, Program
from gradcalc.search.finding import Point
from gradcalc.search.simplicity import ROOT_DIGITS, SIMPLE, spellings, value_of

MAX_NUMERALS = 40  # of the text
MAX_SIMPLE_POINTS = 300
OFFSETS = (1e-3, 1e-6, 1e-9)  # from a finding, relative to its coordinate or to 1
MAX_NEIGHBOURHOODS = 20  # findings whose surroundings are looked at


def simple_points(box: Box) -> Iterator[Point]:
    """Simple numbers inside the box, its ends among them, the simplest combinations first."""
    axes = [_simple_values(low, high) for low, high in box.bounds.values()]
    greatest = sum(len(axis) - 1 for axis in axes)
    sizes = [len(axis) for axis in axes]
    choices = (choice for total in range(greatest + 1) for choice in _adding_up(sizes, total))
    for choice in islice(choices, MAX_SIMPLE_POINTS):
        yield {name: axis[k] for name, axis, k in zip(box.bounds, axes, choice, strict=True)}


def _simple_values(low: float, high: float) -> list[str]:
    inside = [text for text in SIMPLE if low <= value_of(text) <= high]
    ends = [f"{end:.15g}" for end in (low, high)]  # rounded, an end may lie outside
    return list(dict.fromkeys([*inside, *(end for end in ends if low <= float(end) <= high)]))


def _adding_up(sizes: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """The indices into axes of these sizes that add up to a total."""
    if not sizes:
        if total == 0:
            yield ()
        return
    most_of_rest = sum(sizes[1:]) - len(sizes[1:])
    for first in range(max(0, total - most_of_rest), min(sizes[0], total + 1)):
        for rest in _adding_up(sizes[1:], total - first):
            yield first, *rest


def numerals(box: Box, program: Program) -> Iterator[Point]:
    """The numbers in the text, along each axis: thresholds and poles are often among them."""
    numbers = dict.fromkeys(
        f"{sign * float(node.value):.15g}"
        for node in islice((n for n in program.walk() if isinstance(n, Number)), MAX_NUMERALS)
        for sign in (1, -1)
    )
    for name, (low, high) in box.bounds.items():
        held = held_points(box, name)[0]
        for text in numbers:
            if low <= float(text) <= high:
                yield {**held, name: text}


def neighbours(box: Box, points: Iterable[Mapping[str, str]]) -> Iterator[Point]:
    """Points close to trouble, along each axis: digits are lost there."""
    for at in list(points)[:MAX_NEIGHBOURHOODS]:
        for name, (low, high) in box.bounds.items():
            x = value_of(at[name])
            for offset in (sign * size for size in OFFSETS for sign in (1, -1)):
                text = f"{x + offset * max(1.0, abs(x)):.{ROOT_DIGITS}g}"
                if low <= float(text) <= high:
                    yield {**at, name: text}


def middles(parts: Iterable[Mapping[str, tuple[float, float]]]) -> Iterator[Point]:
    """Of parts of a box the simplest points near their middles, and the middles."""
    for part in parts:
        middle = {name: low / 2 + high / 2 for name, (low, high) in part.items()}
        yield {
            name: next(spellings(x, (part[name][1] - part[name][0]) / 2), repr(x))
            for name, x in middle.items()
        }
        yield {name: repr(x) for name, x in middle.items()}


def held_points(box: Box, name: str) -> list[Point]:
    """One or two choices of values for the inputs other than `name`, held along its axis."""
    others = Box({other: bounds for other, bounds in box.bounds.items() if other != name})
    if not others.bounds:
        return [{}]
    # Not the very simplest point: 0 or 1 everywhere hides what a product or a power does.
    return [*islice(simple_points(others), 1, 2), *others.draw(1, 1)]
