"""Arrays made of numbers, given another shape, and joined."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradcalc.numbers.shapes import MAX_AXES, Shape, ShapeError, described, shown
from gradcalc.rules.compositions.composition import composed
from gradcalc.rules.compositions.operands import axes_of, flattened, ranked, square, swapped


def linspace(n: Any, a: Any, b: Any, count: int) -> Any:
    """`count` numbers at equal distances, both ends included."""
    if count < 1:
        raise ShapeError(f"linspace needs a count of at least 1, not {count}")
    if count == 1:
        return n.reshape(a, (), (1,))
    return a + (b - a) * (n.iota(count) / (count - 1))


def arange(n: Any, *bounds: Any) -> Any:
    """From a start (by default 0) up to, but not including, a stop, in steps (by default 1)."""
    start, stop, step = {1: (0, bounds[0], 1), 2: (*bounds[:2], 1)}.get(len(bounds), bounds[:3])
    first, last, by = (n.value(b) for b in (start, stop, step))
    count = -int(-(last - first) // by) if by else 0
    if count < 1:
        raise ShapeError(f"arange from {first:g} to {last:g} in steps of {by:g} is empty")
    return start + n.iota(count) * step


def constant_of(number: int) -> Callable[..., Any]:
    """zeros and ones."""
    return lambda n, *shape: n.broadcast(n.number(Fraction(number)), (), _sizes(shape))


def _sizes(shape: tuple[int, ...]) -> Shape:
    if not 1 <= len(shape) <= MAX_AXES or min(shape) < 1:
        raise ShapeError(
            "write one size for a vector, two for a matrix, "
            f"at most {MAX_AXES} sizes, each at least 1"
        )
    return shape


def full(n: Any, *sizes_and_value: Any) -> Any:
    """An array of some sizes, filled with the value that is the last argument."""
    *sizes, x = sizes_and_value
    return n.broadcast(x, (), _sizes(tuple(n.integer(s) for s in sizes)))


def eye(n: Any, size: int) -> Any:
    return diagonal(n, n.broadcast(n.number(Fraction(1)), (), _sizes((size,))))


def diagonal(n: Any, x: Any) -> Any:
    """The matrix with a diagonal, or the diagonal of a matrix."""
    if len(x.shape) == 1:
        size = x.shape[0]
        flat = n.place(x, (size * size,), ((0, size * size, size + 1),))
        return n.reshape(flat, (size * size,), (size, size))
    ranked(x, 1, 2, what="diag")
    square(x, "diag")
    size = x.shape[0]
    return n.index(flattened(n, x), ((0, size * size, size + 1),))


def reshape(n: Any, x: Any, *shape: int) -> Any:
    """The same elements, row by row; one size may be -1 and follows from the others."""
    if not shape:
        raise ShapeError("reshape needs a size")
    size = math.prod(x.shape)
    known = math.prod(length for length in shape if length != -1)
    sizes = tuple(size // known if length == -1 and known > 0 else length for length in shape)
    if len(sizes) > MAX_AXES or math.prod(sizes) != size or min(sizes) < 1:
        raise ShapeError(f"{described(x.shape)} can't be reshaped to {shown(shape)}")
    return n.reshape(x, x.shape, sizes)


def concat(n: Any, *parts: Any, axis: int | None) -> Any:
    items = [x if x.shape else n.reshape(x, (), (1,)) for x in parts]
    along = axes_of(items[0], axis or 0)[0]
    for x in items[1:]:
        rest = [s for k, s in enumerate(x.shape) if k - len(x.shape) != along]
        wanted = [s for k, s in enumerate(items[0].shape) if k - len(items[0].shape) != along]
        if rest != wanted or len(x.shape) != len(items[0].shape):
            raise ShapeError(
                f"arrays of shapes {shown(items[0].shape)} and {shown(x.shape)} can't be joined"
            )
    return n.concat(items, along)


def stack(n: Any, *items: Any) -> Any:
    for x in items:
        if x.shape != items[0].shape:
            raise ShapeError(
                f"arrays of shapes {shown(items[0].shape)} and {shown(x.shape)} can't be stacked"
            )
    return n.stack(list(items), len(items[0].shape))


def swap_axes(n: Any, x: Any, first: int, second: int) -> Any:
    """x with two axes in each other's place."""
    return swapped(n, x, axes_of(x, first)[0], axes_of(x, second)[0])


def permuted(n: Any, x: Any, *axes: int) -> Any:
    """x with its axes in another order: the first of the result is the first that is named."""
    order = tuple(axes_of(x, axis)[0] for axis in axes)
    if sorted(order) != list(range(-len(x.shape), 0)):
        raise ShapeError(f"permute needs each axis of {described(x.shape)} once")
    return n.permute(x, order)


MAKING = (
    composed("linspace", "a b n#", "n numbers from a to b, both included", linspace,
             "sum(linspace(0, 1, 5))"),
    composed("arange", "*x", "numbers from a start up to, not including, a stop, in steps", arange,
             "sum(arange(0, 10, 2))"),
    composed("zeros", "*n#", "zeros: a vector of one size, a matrix of two, …", constant_of(0),
             "sum(zeros(3))"),
    composed("ones", "*n#", "ones: a vector of one size, a matrix of two, …", constant_of(1),
             "sum(ones(2, 3))"),
    composed("full", "*x", "an array filled with a number: its sizes, then the number", full,
             "sum(full(2, 3, 7))"),
    composed("eye", "n#", "the identity matrix", eye, "trace(eye(3))"),
    composed("diag", "x", "a matrix with this diagonal, or the diagonal of a matrix", diagonal,
             "det(diag([2, 3]))"),
    composed("reshape", "x *n#", "the same elements in another shape; one size may be -1",
             reshape, "reshape([1, 2, 3, 4], 2, 2)[1, 0]"),
    composed("flatten", "x", "the elements as one vector", flattened,
             "flatten([[1, 2], [3, 4]])[2]"),
    composed("concat", "*x [axis]", "arrays joined end to end", concat,
             "sum(concat([1, 2], [3]))"),
    composed("stack", "*x", "a vector of numbers, a matrix of rows, …", stack,
             "stack([1, 2], [3, 4])[1, 0]"),
    composed("swapaxes", "x i# j#", "two axes in each other's place: -1, -2 transposes matrices",
             swap_axes, "swapaxes([[1, 2], [3, 4]], 0, 1)[0, 1]"),
    composed("permute", "x *axes#", "the axes in another order, by their numbers", permuted,
             "permute([[1, 2], [3, 4]], 1, 0)[0, 1]"),
)  # fmt: skip
