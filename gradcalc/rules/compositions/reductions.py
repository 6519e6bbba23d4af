"""Arrays to fewer numbers, and along an axis: sums, order statistics, norms."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.numbers.shapes import ShapeError
from gradcalc.rules.compositions.composition import composed
from gradcalc.rules.compositions.operands import (
    axes_of,
    element,
    lined_up,
    part,
    ranked,
    swapped,
    with_axes,
    with_last,
)


def total(n: Any, x: Any, axis: int | None) -> Any:
    return n.sum(x, axes_of(x, axis)) if x.shape else x


def _count(x: Any, axes: tuple[int, ...]) -> int:
    return math.prod(x.shape[axis] for axis in axes)


def mean(n: Any, x: Any, axis: int | None) -> Any:
    return n.sum(x, axes := axes_of(x, axis)) / _count(x, axes) if x.shape else x


def _deviations(n: Any, x: Any, axes: tuple[int, ...], what: str) -> tuple[Any, int]:
    """The differences to the mean, and how many of them are independent: the count minus 1."""
    count = _count(x, axes)
    if count < 2:
        raise ShapeError(f"{what} needs at least 2 values: it divides by their count minus 1")
    return x - n.spread(n.sum(x, axes) / count, x.shape, axes), count - 1


def variance(n: Any, x: Any, axis: int | None) -> Any:
    """The unbiased variance: the sum of squares divided by the count minus 1."""
    axes = axes_of(x, axis)
    from_mean, free = _deviations(n, x, axes, "var")
    return n.sum(from_mean * from_mean, axes) / free


def deviation(n: Any, x: Any, axis: int | None) -> Any:
    """The square root of the variance, as a length: no square overflows."""
    axes = axes_of(x, axis)
    from_mean, free = _deviations(n, x, axes, "std")
    return n.norm2(from_mean, axes) / n.sqrt(n.number(Fraction(free)))


def product(n: Any, x: Any, axis: int | None) -> Any:
    """Neighbours multiplied with each other until one is left, so that zeros do no harm."""
    x, along = lined_up(n, x, axis)
    while (size := x.shape[along]) > 1:
        even = size - size % 2
        first, second = (n.index(x, part(x, along, k, even, 2)) for k in (0, 1))
        both = first * second
        odd = n.index(x, part(x, along, even, size)) if size % 2 else None
        x = both if odd is None else n.concat([both, odd], along)
    return n.index(x, element(x, along, 0))


def in_order(n: Any, x: Any, axis: int | None) -> Any:
    """Sorted along an axis, the last one by default."""
    with_axes(x, "sort")
    along = axes_of(x, -1 if axis is None else axis)[0]
    x = swapped(n, x, along, -1)
    return swapped(n, n.gather(x, n.argsort(x)), along, -1)


def quantile(n: Any, x: Any, q: Any, axis: int | None = None) -> Any:
    """Linear between the two nearest order statistics, as NumPy's default method (type 7)."""
    x, along = lined_up(n, x, axis)
    ranked(q, 0, what="quantile", role=" for q")
    ordered = in_order(n, x, along)
    share = n.value(q)
    if not 0 <= share <= 1:
        raise ShapeError(f"the q of a quantile must be between 0 and 1, not {float(share):g}")
    size = x.shape[along]
    low = min(int(share * (size - 1)), max(size - 2, 0))
    below = n.index(ordered, element(ordered, along, low))
    above = n.index(ordered, element(ordered, along, min(low + 1, size - 1)))
    return below + (above - below) * (q * (size - 1) - low)


def median(n: Any, x: Any, axis: int | None) -> Any:
    x, along = lined_up(n, x, axis)
    size = x.shape[along]
    if size % 2:
        return n.middle(with_last(n, x, along))
    ordered = in_order(n, x, along)
    low, high = (n.index(ordered, element(ordered, along, k)) for k in (size // 2 - 1, size // 2))
    return (low + high) / 2


def norm(n: Any, x: Any, kind: Any) -> Any:
    """Of any order p > 0 for a vector; of a matrix fro (default), 1 (columns), inf (rows) or 2
    (the largest singular value); of more axes that of all elements."""
    if not x.shape:
        raise ShapeError("norm expects a vector or a matrix, got a number: that of x is abs(x)")
    axes = axes_of(x, None)
    if kind == 2 and len(x.shape) == 2:
        return n.index(n.svd(x), (0,))
    if kind in (None, "fro") or (kind == 2 and len(x.shape) == 1):
        return n.norm2(x, axes)
    ranked(x, 1, 2, what=f"norm of order {kind if isinstance(kind, str) else f'{float(kind):g}'}")
    if len(x.shape) == 2:
        if kind not in (1, float("inf")):
            raise ShapeError(f"the norm of a matrix must be fro, 1, 2 or inf, not {float(kind):g}")
        along = (-2,) if kind == 1 else (-1,)
        return n.maximum(n.sum(n.abs(x), along), (-1,), True)
    if kind == float("inf"):
        return n.maximum(n.abs(x), axes, True)
    if kind == 1:
        return n.sum(n.abs(x), axes)
    if not kind > 0:
        raise ShapeError(f"the order p of a norm must be positive, not {float(kind):g}")
    return n.power_norm(x, axes, Fraction(kind))


REDUCTIONS = (
    composed("sum", "x [axis]", "the sum of the elements", total, "sum([1, 2, 3])"),
    composed("prod", "x [axis]", "the product of the elements", product, "prod([2, 3, 4])"),
    composed("mean", "x [axis]", "the mean of the elements", mean, "mean([1, 2, 6])"),
    composed("median", "x [axis]", "the middle element, or the mean of the middle two", median,
             "median([4, 1, 3, 2])"),
    composed("quantile", "x q", "the quantile q, linear between neighbouring elements", quantile,
             "quantile([1, 2, 4], 1/4)"),
    composed("var", "x [axis]", "the variance, unbiased", variance, "var([1, 2, 6])"),
    composed("std", "x [axis]", "the standard deviation, unbiased",
             deviation, "std([1, 2, 6])"),
    composed("sort", "x [axis]", "the elements in ascending order", in_order,
             "sort([3, 1, 2]) @ [1, 2, 3]"),
    composed("norm", "x [p]", "the Euclidean norm, or that of order p (1, inf, …)", norm,
             "norm([3, 4])"),
)  # fmt: skip
