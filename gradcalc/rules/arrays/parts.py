"""Rows that take parts of arrays, put them in, or reorder elements."""

from __future__ import annotations

from typing import Any

from gradcalc.numbers.shapes import Shape
from gradcalc.rules.arrays.array_rule import Key, array_rule, lead_of


def _places(key: Key) -> tuple[Any, ...]:
    """A key as NumPy's index, the axes of directions left as they are."""
    return (..., *[k if isinstance(k, int) else slice(*_ends(k)) for k in key])


def _ends(part: tuple[int, int, int]) -> tuple[int, int | None, int]:
    start, stop, step = part
    return start, None if step < 0 and stop < 0 else stop, step


def part_shape(shape: Shape, key: Key) -> Shape:
    """The shape of the part of an array that a key names."""
    lead = shape[: len(shape) - len(key)]
    return lead + tuple(len(range(*k)) for k in key if not isinstance(k, int))


def _axes_of(key: Key) -> int:
    return sum(not isinstance(k, int) for k in key)


def _place(a: Any, x: Any, shape: Shape, key: Key) -> Any:
    made = a.zeros(lead_of(a.shape(x), _axes_of(key)) + shape)
    made[_places(key)] = x
    return made


def _put(a: Any, x: Any, e: Any, key: Key) -> Any:
    made = x.copy()
    made[_places(key)] = e
    return made


def _take(a: Any, x: Any, places: tuple[int, ...], axis: int) -> Any:
    return a.np.take(x, places, axis=axis)


def _scatter(a: Any, x: Any, size: int, places: tuple[int, ...], axis: int) -> Any:
    """Zeros, and the elements of x added to those at their places."""
    x = a.np.moveaxis(a.array(x), axis, 0)
    made = a.zeros((size, *x.shape[1:]))
    a.np.add.at(made, list(places), x)
    return a.np.moveaxis(made, 0, axis)


def _resized(shape: Shape, size: int, axis: int) -> Shape:
    """A shape with another size along an axis, which is counted from the end."""
    sizes = list(shape)
    sizes[axis] = size
    return tuple(sizes)


PARTS = (
    array_rule("index", "x", "a part of an array",
        array=lambda a, x, key: a.plain(x[_places(key)]),
        shape=part_shape,
        push=lambda n, t, out, x, key: n.index(t, key),
        pull=lambda n, c, out, x, key: n.place(c, n.shape(x), key)),
    array_rule("place", "x", "zeros, with x as a part of them",
        array=_place,
        shape=lambda x, shape, key: lead_of(x, _axes_of(key)) + shape,
        push=lambda n, t, out, x, shape, key: n.place(t, shape, key),
        pull=lambda n, c, out, x, shape, key: n.index(c, key)),
    array_rule("put", "x e", "x with a part replaced by e",
        array=_put,
        shape=lambda x, e, key: x,
        push=(lambda n, t, out, x, e, key: n.erase(t, key),
              lambda n, t, out, x, e, key: n.place(t, n.shape(x), key)),
        pull=(lambda n, c, out, x, e, key: n.erase(c, key),
              lambda n, c, out, x, e, key: n.index(c, key))),
    array_rule("erase", "x", "x with a part replaced by zeros",
        array=lambda a, x, key: _put(a, x, a.zeros(()).item(), key),
        shape=lambda x, key: x,
        push=lambda n, t, out, x, key: n.erase(t, key),
        pull=lambda n, c, out, x, key: n.erase(c, key)),
    array_rule("take", "x", "the elements at some places along an axis, in any order",
        array=_take,
        shape=lambda x, places, axis: _resized(x, len(places), axis),
        push=lambda n, t, out, x, places, axis: n.take(t, places, axis),
        pull=lambda n, c, out, x, places, axis: n.scatter(c, n.shape(x)[axis], places, axis)),
    array_rule("scatter", "x", "zeros, to which the elements of x are added at some places",
        rounds=True,
        array=_scatter,
        shape=lambda x, size, places, axis: _resized(x, size, axis),
        push=lambda n, t, out, x, size, places, axis: n.scatter(t, size, places, axis),
        pull=lambda n, c, out, x, size, places, axis: n.take(c, places, axis)),
    array_rule("gather", "x order", "the elements of x along the last axis, in another order",
        array=lambda a, x, order: a.np.take_along_axis(
            x, a.np.broadcast_to(order, a.shape(x)).astype(int), -1),
        shape=lambda x, order: x,
        push=(lambda n, t, out, x, order: n.gather(t, order), lambda n, *_: None),
        pull=(lambda n, c, out, x, order: n.gather(c, n.argsort(order)), lambda n, *_: None)),
    array_rule("argsort", "x", "the order that sorts x along the last axis; ties keep their order",
        array=lambda a, x: a.reductions.argsort(a, x),
        shape=lambda x: x,
        push=lambda n, *_: None, pull=lambda n, *_: None),
)  # fmt: skip
