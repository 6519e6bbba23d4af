"""Interpolation in a table of knots: linear, by a cubic spline, and monotone.

Which interval holds x is decided by comparisons that are guards, so that what bends or jumps at a
knot is found as at any other branch. All of it is differentiated by x, the xs and the ys.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from gradcalc.numbers.shapes import OutsideError, ShapeError, shown
from gradcalc.rules.compositions.composition import composed
from gradcalc.rules.compositions.operands import flattened, part, ranked

Places = list[int]  # of the left knot of the interval that holds each element of x


def _element(n: Any, v: Any, k: int) -> Any:
    return n.index(v, (k,))


def _knots(n: Any, x: Any, xs: Any, ys: Any, what: str) -> Places:
    """The intervals of the elements of x; errors where the knots won't do, or x is outside."""
    for v, role in ((xs, " of xs"), (ys, " of ys")):
        ranked(v, 1, what=what, role=role)
    if xs.shape != ys.shape or xs.shape[0] < 2:
        sizes = f"{shown(xs.shape)} and {shown(ys.shape)}"
        raise ShapeError(f"{what} needs as many ys as xs, at least 2: the shapes are {sizes}")
    knots = [_element(n, xs, k) for k in range(xs.shape[0])]
    for low, high in pairwise(knots):
        if not n.holds("<", low, high):
            raise ShapeError(f"the xs of {what} must increase")
    line = flattened(n, x) if x.shape else None
    points = [x] if line is None else [_element(n, line, k) for k in range(line.shape[0])]
    return [_interval(n, point, knots, what) for point in points]


def _interval(n: Any, x: Any, knots: list[Any], what: str) -> int:
    """The interval that holds x, by bisection; at a knot the one on its right."""
    low, high = 0, len(knots) - 1
    if not n.holds("<=", knots[0], x) or not n.holds("<=", x, knots[-1]):
        raise OutsideError(
            f"{what} is defined from the first of its xs to the last: x is outside",
            f"write {what}(clip(x, xs[0], xs[-1]), xs, ys) to go on with the values at the ends",
        )
    while high - low > 1:
        middle = (low + high) // 2
        if n.holds("<=", knots[middle], x):
            low = middle
        else:
            high = middle
    return low


def _at(n: Any, v: Any, places: Places, x: Any) -> Any:
    """The elements of a vector at some places, in the shape of x."""
    if not x.shape:
        return _element(n, v, places[0])
    taken = n.take(v, tuple(places), -1)
    return n.reshape(taken, taken.shape, x.shape)


def _differences(n: Any, v: Any) -> Any:
    size = v.shape[0]
    return n.index(v, part(v, -1, 1, size)) - n.index(v, part(v, -1, 0, size - 1))


def linear(n: Any, x: Any, xs: Any, ys: Any) -> Any:
    """Straight lines between the knots."""
    left = _knots(n, x, xs, ys, "interp")
    right = [k + 1 for k in left]
    x0, x1, y0, y1 = (_at(n, v, k, x) for v in (xs, ys) for k in (left, right))
    return y0 + (y1 - y0) * ((x - x0) / (x1 - x0))


def cubic(n: Any, x: Any, xs: Any, ys: Any) -> Any:
    """The natural cubic spline: its second derivative is 0 at the first knot and the last.

    From the second derivatives m at the knots, de Boor, A Practical Guide to Splines (1978).
    """
    left = _knots(n, x, xs, ys, "interp_cubic")
    right = [k + 1 for k in left]
    bends = _bends(n, xs, ys)
    x0, x1, y0, y1 = (_at(n, v, k, x) for v in (xs, ys) for k in (left, right))
    h, before, behind = x1 - x0, x - x0, x1 - x
    straight = y0 + (y1 - y0) * (before / h)
    if bends is None:
        return straight
    m0, m1 = (_at(n, bends, k, x) for k in (left, right))
    return straight - before * behind / 6 * (m0 * (1 + behind / h) + m1 * (1 + before / h))


def _bends(n: Any, xs: Any, ys: Any) -> Any:
    """The second derivatives of a natural spline at its knots; None of a single line."""
    inner = xs.shape[0] - 2
    if inner == 0:
        return None
    h = _differences(n, xs)
    slopes = _differences(n, ys) / h
    low, high = (n.index(h, part(h, -1, k, k + inner)) for k in (0, 1))
    off = n.index(h, part(h, -1, 1, inner)) if inner > 1 else None
    bands = [2 * (low + high)] + ([off, off] if inner > 1 else [])
    places = [k * inner + k for k in range(inner)]
    places += [k * inner + k + 1 for k in range(inner - 1)]
    places += [(k + 1) * inner + k for k in range(inner - 1)]
    flat = n.scatter(n.concat(bands, -1), inner * inner, tuple(places), -1)
    matrix = n.reshape(flat, (inner * inner,), (inner, inner))
    inside = n.solve(matrix, 6 * _differences(n, slopes), 1)
    return n.scatter(inside, inner + 2, tuple(range(1, inner + 1)), -1)


def monotone(n: Any, x: Any, xs: Any, ys: Any) -> Any:
    """Cubics that rise and fall only where the ys do (PCHIP).

    Slopes at the knots are those of Fritsch and Butland (1984): 0 at an extreme of the ys, else
    the weighted harmonic mean of the slopes on both sides; at the ends from three knots.
    """
    left = _knots(n, x, xs, ys, "interp_monotone")
    right = [k + 1 for k in left]
    h = _differences(n, xs)
    secants = _differences(n, ys) / h
    tangents = {k: _tangent(n, h, secants, k) for k in sorted({*left, *right})}
    d0, d1 = (_of_places(n, tangents, places, x) for places in (left, right))
    x0, y0 = _at(n, xs, left, x), _at(n, ys, left, x)
    step, secant = _at(n, h, left, x), _at(n, secants, left, x)
    share = (x - x0) / step
    bend, twist = 3 * secant - 2 * d0 - d1, d0 + d1 - 2 * secant
    return y0 + (x - x0) * (d0 + share * (bend + share * twist))


def _of_places(n: Any, numbers: dict[int, Any], places: Places, x: Any) -> Any:
    if not x.shape:
        return numbers[places[0]]
    stacked = n.stack([numbers[k] for k in places], 0)
    return n.reshape(stacked, stacked.shape, x.shape)


def _tangent(n: Any, h: Any, secants: Any, k: int) -> Any:
    """The slope of a monotone interpolant at a knot."""
    last = h.shape[0]
    if last == 1:
        return _element(n, secants, 0)
    if k in (0, last):
        near, far = (0, 1) if k == 0 else (last - 1, last - 2)
        return _end_tangent(n, *(_element(n, v, j) for v in (h, secants) for j in (near, far)))
    h0, h1, s0, s1 = (_element(n, v, j) for v in (h, secants) for j in (k - 1, k))
    if not _same_sign(n, s0, s1):
        return 0 * s0
    w0, w1 = 2 * h1 + h0, h1 + 2 * h0
    return (w0 + w1) / (w0 / s0 + w1 / s1)


def _end_tangent(n: Any, h0: Any, h1: Any, s0: Any, s1: Any) -> Any:
    slope = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1)
    if not _same_sign(n, slope, s0):
        return 0 * s0
    if not _same_sign(n, s0, s1) and n.holds(">", n.abs(slope), 3 * n.abs(s0)):
        return 3 * s0
    return slope


def _same_sign(n: Any, x: Any, y: Any) -> bool:
    zero = n.number(Fraction(0))
    if n.holds(">", x, zero):
        return bool(n.holds(">", y, zero))
    return bool(n.holds("<", x, zero) and n.holds("<", y, zero))


INTERPOLATION = (
    composed("interp", "x xs ys", "straight lines between the points (xs, ys), xs increasing",
             linear, "interp(1.5, [0, 1, 2], [0, 1, 4])"),
    composed("interp_cubic", "x xs ys", "the natural cubic spline through the points (xs, ys)",
             cubic, "interp_cubic(1.5, [0, 1, 2], [0, 1, 4])"),
    composed("interp_monotone", "x xs ys",
             "cubics through the points (xs, ys) that rise and fall only where they do (PCHIP)",
             monotone, "interp_monotone(1.5, [0, 1, 2], [0, 1, 4])"),
)  # fmt: skip
