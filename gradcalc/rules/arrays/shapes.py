"""Rows that change shapes, repeat elements, or join arrays."""

from __future__ import annotations

from typing import Any

from gradcalc.numbers.shapes import Shape
from gradcalc.rules.arrays.array_rule import Key, array_rule, lead_of


def _broadcast(a: Any, x: Any, old: Shape, new: Shape) -> Any:
    lead = lead_of(a.shape(x), len(old))
    x = a.array(x).reshape(lead + (1,) * (len(new) - len(old)) + old)
    return a.plain(a.np.broadcast_to(x, lead + new))


def _collapse(a: Any, x: Any, old: Shape, new: Shape) -> Any:
    """Sum over the axes along which `old` was broadcast to `new`."""
    lead = lead_of(a.shape(x), len(new))
    added = len(new) - len(old)
    axes = [k - len(new) for k in range(len(new)) if k < added or old[k - added] != new[k]]
    return a.plain(a.array(a.np.sum(x, axis=tuple(axes))).reshape(lead + old))


def _spread(a: Any, x: Any, shape: Shape, axes: tuple[int, ...]) -> Any:
    lead = lead_of(a.shape(x), len(shape) - len(axes))
    return a.np.broadcast_to(a.np.expand_dims(a.array(x), axes), lead + shape)


def _joined(shapes: list[Shape], axis: int) -> Shape:
    made = list(shapes[0])
    made[axis] = sum(shape[axis] for shape in shapes)
    return tuple(made)


SHAPES = (
    array_rule("iota", "", "the numbers 0, 1, 2, …",
        array=lambda a, count: a.from_floats(a.np.arange(count, dtype=float)),
        shape=lambda count: (count,), push=(), pull=()),
    array_rule("reshape", "x", "the same elements in another shape",
        array=lambda a, x, old, new: a.plain(
            a.array(x).reshape(lead_of(a.shape(x), len(old)) + new)),
        shape=lambda x, old, new: lead_of(x, len(old)) + new,
        push=lambda n, t, out, x, old, new: n.reshape(t, old, new),
        pull=lambda n, c, out, x, old, new: n.reshape(c, new, old)),
    array_rule("swap", "x", "the transpose",
        array=lambda a, x: a.np.swapaxes(x, -1, -2),
        shape=lambda x: (*x[:-2], x[-1], x[-2]),
        push=lambda n, t, out, x: n.swap(t), pull=lambda n, c, out, x: n.swap(c)),
    array_rule("permute", "x", "the axes in another order",
        array=lambda a, x, axes: a.np.transpose(x, (
            *range(x.ndim - len(axes)), *[axis % x.ndim for axis in axes])),
        shape=lambda x, axes: lead_of(x, len(axes)) + tuple(x[axis] for axis in axes),
        push=lambda n, t, out, x, axes: n.permute(t, axes),
        pull=lambda n, c, out, x, axes: n.permute(c, _inverse(axes))),
    array_rule("flip", "x", "the elements along an axis in the opposite order",
        array=lambda a, x, axis: a.np.flip(x, axis),
        shape=lambda x, axis: x,
        push=lambda n, t, out, x, axis: n.flip(t, axis),
        pull=lambda n, c, out, x, axis: n.flip(c, axis)),
    array_rule("broadcast", "x", "x repeated to fill a shape",
        array=_broadcast,
        shape=lambda x, old, new: lead_of(x, len(old)) + new,
        push=lambda n, t, out, x, old, new: n.broadcast(t, old, new),
        pull=lambda n, c, out, x, old, new: n.collapse(c, old, new)),
    array_rule("collapse", "x", "the sum over what was repeated", rounds=True,
        array=_collapse,
        shape=lambda x, old, new: lead_of(x, len(new)) + old,
        push=lambda n, t, out, x, old, new: n.collapse(t, old, new),
        pull=lambda n, c, out, x, old, new: n.broadcast(c, old, new)),
    array_rule("spread", "x", "x repeated along new axes",
        array=_spread,
        shape=lambda x, shape, axes: lead_of(x, len(shape) - len(axes)) + shape,
        push=lambda n, t, out, x, shape, axes: n.spread(t, shape, axes),
        pull=lambda n, c, out, x, shape, axes: n.sum(c, axes)),
    array_rule("stack", "items", "arrays of one shape, side by side along a new axis", many=True,
        array=lambda a, items, rank: a.np.stack([a.array(i) for i in items], -rank - 1),
        shape=lambda shapes, rank: (
            *lead_of(shapes[0], rank), len(shapes), *shapes[0][len(shapes[0]) - rank:]),
        push=lambda n, ts, rank: n.stack(ts, rank),
        pull=lambda n, c, which, shapes, rank: n.index(
            c, (which, *_whole(shapes[which][len(shapes[which]) - rank:])))),
    array_rule("concat", "items", "arrays, one after the other along an axis", many=True,
        array=lambda a, items, axis: a.np.concatenate(items, axis),
        shape=_joined,
        push=lambda n, ts, axis: n.concat(ts, axis),
        pull=lambda n, c, which, shapes, axis: n.index(c, _share(which, shapes, axis))),
)  # fmt: skip


def _inverse(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The order of axes (counted from the end) that undoes another."""
    rank = len(axes)
    return tuple(axes.index(k) - rank for k in range(-rank, 0))


def _whole(shape: Shape) -> Key:
    return tuple((0, size, 1) for size in shape)


def _share(which: int, shapes: list[Shape], axis: int) -> Key:
    """Where one of the arrays stands in their concatenation."""
    start = sum(shape[axis] for shape in shapes[:which])
    key = list(_whole(shapes[which]))
    key[axis] = (start, start + shapes[which][axis], 1)
    return tuple(key)
