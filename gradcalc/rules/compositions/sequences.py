"""Arrays as sequences: running extremes, differences, places of extremes, shifts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.shapes import ShapeError, described
from gradcalc.rules.compositions.composition import composed
from gradcalc.rules.compositions.operands import (
    axes_of,
    element,
    lined_up,
    part,
    with_axes,
    with_last,
)


def running(combine: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """What combines the first elements along an axis, by doubling (Hillis and Steele 1986)."""

    def formula(n: Any, x: Any, axis: int | None) -> Any:
        x, along = lined_up(n, x, axis)
        step, size = 1, x.shape[along]
        while step < size:
            first = n.index(x, part(x, along, 0, step))
            rest = combine(
                n,
                n.index(x, part(x, along, step, size)),
                n.index(x, part(x, along, 0, size - step)),
            )
            x = n.concat([first, rest], along)
            step *= 2
        return x

    return formula


def differences(n: Any, x: Any, axis: int | None) -> Any:
    """Each element less the one before it, along an axis, the last one by default."""
    if not x.shape:
        raise ShapeError(
            "diff gives the differences of a vector's neighbours, got a number: "
            "the derivative of x^2 is D(x^2, x)"
        )
    along = axes_of(x, -1 if axis is None else axis)[0]
    size = x.shape[along]
    if size < 2:
        raise ShapeError(f"diff needs at least 2 elements, got {described(x.shape)}")
    return n.index(x, part(x, along, 1, size)) - n.index(x, part(x, along, 0, size - 1))


def place_of(sign: int) -> Callable[..., Any]:
    """The index of the least element of sign*x along an axis, of equal ones the first."""

    def formula(n: Any, x: Any, axis: int | None) -> Any:
        x, along = lined_up(n, x, axis)
        x = x if sign > 0 else -x
        order = n.argsort(with_last(n, x, along))
        return n.index(order, element(order, -1, 0))

    return formula


def rolled(n: Any, x: Any, count: int, axis: int | None) -> Any:
    """The elements moved by some places, the last ones to the front; without an axis in a row."""
    with_axes(x, "roll")
    line, along = lined_up(n, x, axis)
    size = line.shape[along]
    moved = n.take(line, tuple((k - count) % size for k in range(size)), along)
    return n.reshape(moved, moved.shape, x.shape) if moved.shape != x.shape else moved


def padded(n: Any, x: Any, before: int, after: int) -> Any:
    """Zeros in front of the elements along the last axis and behind them."""
    with_axes(x, "pad")
    if min(before, after) < 0:
        raise ShapeError("the counts of pad must be at least 0: write x[1:] to remove elements")
    size = x.shape[-1]
    return n.scatter(x, before + size + after, tuple(range(before, before + size)), -1)


SEQUENCES = (
    composed("cumsum", "x [axis]", "the cumulative sum",
             lambda n, x, axis: n.cumsum(*lined_up(n, x, axis)), "sum(cumsum([1, 2, 3]))"),
    composed("cumprod", "x [axis]", "the cumulative product",
             running(lambda n, x, y: x * y), "sum(cumprod([1, 2, 3]))"),
    composed("cummax", "x [axis]", "the greatest of the elements so far",
             running(lambda n, x, y: n.max(x, y)), "sum(cummax([1, 3, 2]))"),
    composed("cummin", "x [axis]", "the least of the elements so far",
             running(lambda n, x, y: n.min(x, y)), "sum(cummin([3, 1, 2]))"),
    composed("diff", "x [axis=]", "the differences of neighbours; a derivative is D(f, x)",
             differences, "sum(diff([1, 4, 9]))"),
    composed("argmax", "x [axis]", "the index of the greatest element, the first of equal ones",
             place_of(-1), "argmax([1, 3, 2])"),
    composed("argmin", "x [axis]", "the index of the least element, the first of equal ones;"
             " argmin(f, v, start) is the v that makes f least",
             place_of(1), "argmin([3, 1, 2])"),
    composed("roll", "x k# [axis]", "the elements moved by k places, the last ones to the front",
             rolled, "roll([1, 2, 3], 1)[0]"),
    composed("pad", "x before# after#", "zeros before and after the elements of the last axis",
             padded, "sum(pad([1, 2], 1, 3))"),
)  # fmt: skip
