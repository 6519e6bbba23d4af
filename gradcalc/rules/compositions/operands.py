"""Operands of compositions: what is expected of their shapes, and parts of them."""

from __future__ import annotations

from typing import Any

from gradcalc.numbers.shapes import Shape, ShapeError, shown


def axes_of(x: Any, axis: int | None) -> tuple[int, ...]:
    """An axis, or all, counted from the end."""
    rank = len(x.shape)
    if axis is None:
        return tuple(range(-rank, 0))
    if not -rank <= axis < rank:
        raise ShapeError(f"there is no axis {axis} in an array of shape {shown(x.shape)}")
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


def ranked(x: Any, *ranks: int, what: str) -> None:
    """ShapeError unless x is an array of one of these ranks."""
    if len(x.shape) not in ranks:
        words = " or a ".join(("number", "vector", "matrix")[r] for r in ranks)
        given = f"an array of shape {shown(x.shape)}" if x.shape else "a number"
        raise ShapeError(f"{what} takes a {words}, and this is {given}")


def square(x: Any, what: str) -> None:
    """ShapeError unless x is a square matrix."""
    ranked(x, 2, what=what)
    if x.shape[0] != x.shape[1]:
        raise ShapeError(f"{what} takes a square matrix, and this one is {shown(x.shape)}")


def filled(n: Any, x: Any, shape: Shape) -> Any:
    """x repeated to fill a shape."""
    return x if x.shape == shape else n.broadcast(x, x.shape, shape)


def flattened(n: Any, x: Any) -> Any:
    size = 1
    for length in x.shape:
        size *= length
    return n.reshape(x, x.shape, (size,))
