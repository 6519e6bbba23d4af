"""How often lines cross in an SVG, whoever drew it: points where the ink of two edges meets."""

from __future__ import annotations

import re
from itertools import pairwise

Point = tuple[float, float]
CURVE_PIECES = 6  # straight pieces that stand in for a curve
SAME_POINT = 3.0  # pixels within which crossings count as one, as those of bundled edges


def crossings(svg: str) -> int:
    """The crossings of all paths of an SVG, found by a sweep from top to bottom."""
    pieces = []
    for edge, text in enumerate(re.findall(r'<path[^>]* d="([^"]+)"', svg)):
        for one, other in pairwise(_points(text)):
            pieces.append((min(one[1], other[1]), max(one[1], other[1]), one, other, edge))
    pieces.sort()
    live: list[tuple[float, float, Point, Point, int]] = []
    met = set()
    for piece in pieces:
        live = [each for each in live if each[1] > piece[0]]
        for each in live:
            if each[4] != piece[4] and (point := _meeting(piece[2], piece[3], each[2], each[3])):
                met.add((round(point[0] / SAME_POINT), round(point[1] / SAME_POINT)))
        live.append(piece)
    return len(met)


def _points(path: str) -> list[Point]:
    """A path of M, C, L and V, in absolute numbers, as points joined by straight pieces."""
    found: list[Point] = []
    for command, text in re.findall(r"([MCLV])([^A-Za-z]*)", path):
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", text)]
        if command == "V":
            found += [(found[-1][0], y) for y in numbers]
            continue
        points = list(zip(numbers[0::2], numbers[1::2], strict=True))
        if command != "C":
            found += points
            continue
        for k in range(0, len(points), 3):
            found += _curve(found[-1], *points[k : k + 3])
    return found


def _curve(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    """Points on a Bézier curve behind its first."""
    found = []
    for k in range(1, CURVE_PIECES + 1):
        t = k / CURVE_PIECES
        weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
        x, y = (sum(w * p[i] for w, p in zip(weights, (a, b, c, d), strict=True)) for i in (0, 1))
        found.append((x, y))
    return found


def _meeting(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where two pieces cross, inside both."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    one, other = side(c, d, a), side(c, d, b)
    if one * other >= -1e-9 or side(a, b, c) * side(a, b, d) >= -1e-9:
        return None
    t = one / (one - other)
    return a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
