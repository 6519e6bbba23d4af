"""Enclosures over boxes under attack: random programs, boxes and points, for as long as wanted.

    python -m tests.fuzz.boxes 100000 [seed]

Each program is enclosed over a part (`boxes.forms`) and over a box (`boxes.bound`); so many points
are drawn inside, on borders and at corners, and the program is run there in 60 digits by mpmath.
Its values must lie in the ranges, its differences in the mean value form of the slopes, and what is
called monotone or convex must be so between the points. The first that does not is printed.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import pairwise
from random import Random

from gradcalc.boxes.bound import bound
from gradcalc.boxes.extents import Extents
from gradcalc.boxes.forms import enclosed
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction
from gradcalc.boxes.search import Limits
from gradcalc.errors import GradcalcError
from gradcalc.language import parse
from gradcalc.numbers.ranges import working
from tests.boxes.attacks import BITS, attack, part_of, program, slack, value_at

POINTS = 40  # of a program's part


def main(points: int, seed: int) -> int:
    """Compare so many points; the number of programs that were enclosed."""
    random, compared, programs = Random(seed), 0, 0
    while compared < points:
        text, sides = program(random, random.choice((2, 3, 4))), part_of(random)
        with working(BITS):
            try:
                found = enclosed(PathFunction(parse(text), ("x", "y"), {}), sides, second=True)
            except NotEnclosedError:
                continue
        compared += attack(text, sides, found, random, POINTS)
        programs += 1
        if programs % 10 == 0:
            compared += whole(text, sides, random)
    print(f"{compared} points of {programs} programs lie in their enclosures")
    return programs


def whole(text: str, sides: Sides, random: Random) -> int:
    """Attack the ranges of `bound`, and what follows of them."""
    over = dict(zip("xy", sides, strict=True))
    try:
        found = bound(text, over, tolerance=1e-2, search=Limits.of(0.5))
    except GradcalcError:
        return 0
    points = [
        tuple(random.choice((a, b, random.uniform(a, b))) for a, b in sides) for _ in "123456"
    ]
    values = []
    for point in points:
        value = value_at(text, point)
        if value is None:
            assert found.value.undecided, (text, point)
            return 0
        gap = slack(value)
        assert found.value.outer[0] - gap <= value <= found.value.outer[1] + gap, (text, point)
        values.append((point, value))
    for (a, u), (b, v) in pairwise(values):
        _between(text, found, (a, u), (b, v))
    return len(points)


def _between(
    text: str,
    found: Extents,
    one: tuple[tuple[float, ...], Fraction],
    other: tuple[tuple[float, ...], Fraction],
) -> None:
    """What is claimed must hold between two points."""
    (a, u), (b, v) = one, other
    gap = slack(u, v, v * v)
    moves = [abs(Fraction(s) - Fraction(t)) for s, t in zip(a, b, strict=True)]
    lengths = {"1": sum(moves), "inf": max(moves), "2": sum(m * m for m in moves)}
    for norm, length in lengths.items():
        most = found.lipschitz[norm][1]
        if most != float("inf"):
            rise = abs(v - u) if norm != "2" else (v - u) ** 2
            factor = Fraction(most) if norm != "2" else Fraction(most) ** 2
            assert rise <= factor * length + gap, (text, norm, a, b)
    for k, name in enumerate("xy"):
        low, high = sorted((a[k], b[k]))
        ends = [value_at(text, (*a[:k], end, *a[k + 1 :])) for end in (low, high)]
        if None in ends:
            continue
        rise = ends[1] - ends[0]  # type: ignore[operator]
        way = found.monotone[name]
        assert not (way in ("increasing", "nondecreasing") and rise < -gap), (text, name, a, b)
        assert not (way in ("decreasing", "nonincreasing") and rise > gap), (text, name, a, b)
        assert way != "constant" or abs(rise) <= gap, (text, name, a, b)
    middle = value_at(
        text, tuple((Fraction(s) + Fraction(t)) / 2 for s, t in zip(a, b, strict=True))
    )
    if middle is not None:
        assert not found.convex or middle <= (u + v) / 2 + gap, (text, a, b)
        assert not found.concave or middle >= (u + v) / 2 - gap, (text, a, b)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
