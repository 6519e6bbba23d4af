"""Operands of compositions: what is expected of their shapes, and parts of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

from gradcalc.numbers.shapes import Shape, ShapeError, described


def axes_of(x: Any, axis: int | None) -> tuple[int, ...]:
    """The axes that `axis` means, all where it is None, counted from the end: -1 is the last."""
    rank = len(x.shape)
    if axis is None:
        return tuple(range(-rank, 0))
    if not -rank <= axis < rank:
        raise ShapeError(f"{described(x.shape)} has no axis {axis}")
    return (axis - rank if axis >= 0 else axis,)


def part(x: Any, axis: int, start: int, stop: int, step: int = 1) -> tuple[Any, ...]:
    """The key of a part along one axis (counted from the end)."""
    key = [(0, size, 1) for size in x.shape]
    key[axis] = (start, stop, step)
    return tuple(key)


def element(x: Any, axis: int, k: int) -> tuple[Any, ...]:
    """The key of one place along an axis (counted from the end)."""
    key: list[Any] = [(0, size, 1) for size in x.shape]
    key[axis] = k
    return tuple(key)


def ranked(x: Any, *ranks: int, what: str, role: str = "") -> None:
    """ShapeError unless x, the argument of `what` in some `role`, has one of these ranks."""
    if len(x.shape) not in ranks:
        words = " or a ".join(("number", "vector", "matrix")[r] for r in ranks)
        raise ShapeError(f"{what} expects a {words}{role}, got {described(x.shape)}")


def with_axes(x: Any, what: str) -> None:
    """ShapeError unless x, the argument of `what`, has an axis."""
    if not x.shape:
        raise ShapeError(f"{what} expects an array, got a number")


def square(x: Any, what: str) -> None:
    """ShapeError unless x is a square matrix, or several of them along axes in front."""
    if len(x.shape) < 2:
        ranked(x, 2, what=what)
    if x.shape[-2] != x.shape[-1]:
        raise ShapeError(f"{what} expects a square matrix, got {described(x.shape)}")


def of_each_matrix(n: Any, formula: Callable[[Any, Any], Any], x: Any) -> Any:
    """A formula of a matrix; of an array with axes in front, for each of its matrices."""
    lead = x.shape[:-2]
    if not lead:
        return formula(n, x)
    whole = tuple((0, size, 1) for size in x.shape[-2:])
    places = product(*map(range, lead))
    parts = [formula(n, n.index(x, (*place, *whole))) for place in places]
    rank = len(parts[0].shape)
    stacked = n.stack(parts, rank)
    shape = lead + parts[0].shape
    return stacked if stacked.shape == shape else n.reshape(stacked, stacked.shape, shape)


def swapped(n: Any, x: Any, first: int, second: int) -> Any:
    """x with two axes (counted from the end) in each other's place."""
    if first == second:
        return x
    if {first, second} == {-1, -2}:
        return n.swap(x)
    axes = list(range(-len(x.shape), 0))
    axes[first], axes[second] = second, first
    return n.permute(x, tuple(axes))


def with_last(n: Any, x: Any, axis: int) -> Any:
    """x with an axis (counted from the end) moved behind the others."""
    if axis == -1:
        return x
    rest = [k for k in range(-len(x.shape), 0) if k != axis]
    return n.swap(x) if len(rest) == 1 else n.permute(x, (*rest, axis))


def filled(n: Any, x: Any, shape: Shape) -> Any:
    """x repeated to fill a shape."""
    return x if x.shape == shape else n.broadcast(x, x.shape, shape)


def flattened(n: Any, x: Any) -> Any:
    """The elements of x, row by row, as one vector."""
    return n.reshape(x, x.shape, (math.prod(x.shape),))


def lined_up(n: Any, x: Any, axis: int | None) -> tuple[Any, int]:
    """The array and the axis to work along; without one, the array flattened, and its only axis."""
    if axis is None and len(x.shape) != 1:
        return flattened(n, x), -1
    return x, axes_of(x, axis)[0]
