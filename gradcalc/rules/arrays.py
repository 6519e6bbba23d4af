"""Rows that move or combine elements, each with its linear maps and their transposes.

Statics stand after the arguments: axes are counted from the end, a `key` names a part of an array
by one integer or (start, stop, step) per axis, `old` and `new` are shapes, `rank` is a number of
axes. They describe the primal; the axes of directions in front of a tangent stay where they are.
"""

from __future__ import annotations

from typing import Any

from gradcalc.rules.rule import Kernel, Rule

Shape = tuple[int, ...]
Key = tuple[Any, ...]


def array_rule(
    name: str, parameters: str, doc: str, array: Kernel, shape: Kernel,
    push: Kernel | tuple[Kernel, ...], pull: Kernel | tuple[Kernel, ...], **more: Any,
) -> Rule:  # fmt: skip
    """An entry of a row of arrays."""
    names = tuple(parameters.split())
    return Rule(
        name, names, "array", doc, (None,) * len(names), (), array=array, shape=shape,
        push=push if isinstance(push, tuple) else (push,),
        pull=pull if isinstance(pull, tuple) else (pull,), hidden=True, **more,
    )  # fmt: skip


# parts ------------------------------------------------------------------------------------


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


def _lead(shape: Shape, rank: int) -> Shape:
    """The axes in front of the last `rank`."""
    return shape[: len(shape) - rank]


def _axes_of(key: Key) -> int:
    return sum(not isinstance(k, int) for k in key)


def _place(a: Any, x: Any, shape: Shape, key: Key) -> Any:
    made = a.zeros(_lead(a.shape(x), _axes_of(key)) + shape)
    made[_places(key)] = x
    return made


def _put(a: Any, x: Any, e: Any, key: Key) -> Any:
    made = x.copy()
    made[_places(key)] = e
    return made


PARTS = (
    array_rule("index", "x", "a part of an array",
        array=lambda a, x, key: a.plain(x[_places(key)]),
        shape=part_shape,
        push=lambda n, t, out, x, key: n.index(t, key),
        pull=lambda n, c, out, x, key: n.place(c, n.shape(x), key)),
    array_rule("place", "x", "zeros, with x as a part of them",
        array=_place,
        shape=lambda x, shape, key: _lead(x, _axes_of(key)) + shape,
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
    array_rule("gather", "x order", "the elements of x along the last axis, in another order",
        array=lambda a, x, order: a.np.take_along_axis(
            x, a.np.broadcast_to(order, a.shape(x)).astype(int), -1),
        shape=lambda x, order: x,
        push=(lambda n, t, out, x, order: n.gather(t, order), lambda n, *_: None),
        pull=(lambda n, c, out, x, order: n.gather(c, n.argsort(order)), lambda n, *_: None)),
    array_rule("argsort", "x", "the order that sorts x along the last axis, equals as they stand",
        array=lambda a, x: a.linear.argsort(a, x),
        shape=lambda x: x,
        push=lambda n, *_: None, pull=lambda n, *_: None),
)  # fmt: skip


# shapes -----------------------------------------------------------------------------------


def _broadcast(a: Any, x: Any, old: Shape, new: Shape) -> Any:
    lead = _lead(a.shape(x), len(old))
    x = a.array(x).reshape(lead + (1,) * (len(new) - len(old)) + old)
    return a.plain(a.np.broadcast_to(x, lead + new))


def _collapse(a: Any, x: Any, old: Shape, new: Shape) -> Any:
    """Sum over the axes along which `old` was broadcast to `new`."""
    lead = _lead(a.shape(x), len(new))
    added = len(new) - len(old)
    axes = [k - len(new) for k in range(len(new)) if k < added or old[k - added] != new[k]]
    return a.plain(a.array(a.np.sum(x, axis=tuple(axes))).reshape(lead + old))


def _spread(a: Any, x: Any, shape: Shape, axes: tuple[int, ...]) -> Any:
    lead = _lead(a.shape(x), len(shape) - len(axes))
    return a.np.broadcast_to(a.np.expand_dims(a.array(x), axes), lead + shape)


def _summed(shape: Shape, axes: tuple[int, ...]) -> Shape:
    return tuple(size for k, size in enumerate(shape) if k - len(shape) not in axes)


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
            a.array(x).reshape(_lead(a.shape(x), len(old)) + new)),
        shape=lambda x, old, new: _lead(x, len(old)) + new,
        push=lambda n, t, out, x, old, new: n.reshape(t, old, new),
        pull=lambda n, c, out, x, old, new: n.reshape(c, new, old)),
    array_rule("swap", "x", "the transpose",
        array=lambda a, x: a.np.swapaxes(x, -1, -2),
        shape=lambda x: (*x[:-2], x[-1], x[-2]),
        push=lambda n, t, out, x: n.swap(t), pull=lambda n, c, out, x: n.swap(c)),
    array_rule("flip", "x", "the elements along an axis in the opposite order",
        array=lambda a, x, axis: a.np.flip(x, axis),
        shape=lambda x, axis: x,
        push=lambda n, t, out, x, axis: n.flip(t, axis),
        pull=lambda n, c, out, x, axis: n.flip(c, axis)),
    array_rule("broadcast", "x", "x repeated to fill a shape",
        array=_broadcast,
        shape=lambda x, old, new: _lead(x, len(old)) + new,
        push=lambda n, t, out, x, old, new: n.broadcast(t, old, new),
        pull=lambda n, c, out, x, old, new: n.collapse(c, old, new)),
    array_rule("collapse", "x", "the sum over what was repeated",
        array=_collapse,
        shape=lambda x, old, new: _lead(x, len(new)) + old,
        push=lambda n, t, out, x, old, new: n.collapse(t, old, new),
        pull=lambda n, c, out, x, old, new: n.broadcast(c, old, new)),
    array_rule("spread", "x", "x repeated along new axes",
        array=_spread,
        shape=lambda x, shape, axes: _lead(x, len(shape) - len(axes)) + shape,
        push=lambda n, t, out, x, shape, axes: n.spread(t, shape, axes),
        pull=lambda n, c, out, x, shape, axes: n.sum(c, axes)),
    array_rule("stack", "items", "arrays of one shape, side by side along a new axis", many=True,
        array=lambda a, items, rank: a.np.stack([a.array(i) for i in items], -rank - 1),
        shape=lambda shapes, rank: (
            *_lead(shapes[0], rank), len(shapes), *shapes[0][len(shapes[0]) - rank:]),
        push=lambda n, ts, rank: n.stack(ts, rank),
        pull=lambda n, c, which, shapes, rank: n.index(
            c, (which, *_whole(shapes[which][len(shapes[which]) - rank:])))),
    array_rule("concat", "items", "arrays, one after the other along an axis", many=True,
        array=lambda a, items, axis: a.np.concatenate(items, axis),
        shape=_joined,
        push=lambda n, ts, axis: n.concat(ts, axis),
        pull=lambda n, c, which, shapes, axis: n.index(c, _share(which, shapes, axis))),
)  # fmt: skip


def _whole(shape: Shape) -> Key:
    return tuple((0, size, 1) for size in shape)


def _share(which: int, shapes: list[Shape], axis: int) -> Key:
    """Where one of the arrays stands in their concatenation."""
    start = sum(shape[axis] for shape in shapes[:which])
    key = list(_whole(shapes[which]))
    key[axis] = (start, start + shapes[which][axis], 1)
    return tuple(key)


# sums -------------------------------------------------------------------------------------


def _extreme(name: str, word: str) -> Rule:
    """The greatest or least element."""

    def tied(x: Any, axes: tuple[int, ...]) -> bool:
        best = getattr(x, name)(axis=axes, keepdims=True)
        return bool(((x == best).sum(axis=axes) > 1).any())

    return array_rule(
        f"{name}imum", "x", f"the {word} element along axes",
        array=lambda a, x, axes: a.linear.extreme(a, name, x, axes),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t * n.share(x, out, axes), axes),
        pull=lambda n, c, out, x, axes: (
            n.spread(c, n.shape(x), axes) * n.share(x, out, axes)),
        kink=tied, convention="a tie is shared equally",
    )  # fmt: skip


SUMS = (
    array_rule("sum", "x", "the sum over axes",
        array=lambda a, x, axes: a.plain(a.np.sum(x, axis=axes)),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t, axes),
        pull=lambda n, c, out, x, axes: n.spread(c, n.shape(x), axes)),
    array_rule("cumsum", "x", "the sums of the first elements along an axis",
        array=lambda a, x, axis: a.np.cumsum(x, axis=axis),
        shape=lambda x, axis: x,
        push=lambda n, t, out, x, axis: n.cumsum(t, axis),
        pull=lambda n, c, out, x, axis: n.flip(n.cumsum(n.flip(c, axis), axis), axis)),
    _extreme("max", "greatest"),
    _extreme("min", "least"),
    array_rule("share", "x out", "1 where x is its extreme along axes, equals sharing it; else 0",
        array=lambda a, x, out, axes: a.linear.share(a, x, out, axes),
        shape=lambda x, out, axes: x,
        push=(lambda n, *_: None,) * 2, pull=(lambda n, *_: None,) * 2),
    array_rule("times", "x t", "x*t, 0 where t is absent, whatever x is there",
        array=lambda a, x, t: a.linear.times(a, x, t),
        shape=lambda x, t: x,
        push=(lambda n, s, out, x, t: n.times(s, t), lambda n, s, out, x, t: n.times(x, s)),
        pull=(lambda n, c, out, x, t: n.times(c, t), lambda n, c, out, x, t: n.times(x, c))),
    array_rule("norm2", "x", "the Euclidean length, without overflow",
        array=lambda a, x, axes: a.linear.norm2(a, x, axes),
        shape=_summed,
        push=lambda n, t, out, x, axes: n.sum(t * (x / n.spread(out, n.shape(x), axes)), axes),
        pull=lambda n, c, out, x, axes: (
            n.spread(c, n.shape(x), axes) * (x / n.spread(out, n.shape(x), axes))),
        kink=lambda x, axes: not x.any(), convention="at 0, a cone: the mean is 0"),
    array_rule("select", "mask x y", "x where the mask is 1, y where it is 0",
        array=lambda a, mask, x, y: a.np.where(a.holds(mask), x, y),
        shape=lambda mask, x, y: mask,
        push=(lambda n, *_: None,
              lambda n, t, out, mask, x, y: n.masked(t, mask),
              lambda n, t, out, mask, x, y: n.masked(t, 1 - mask)),
        pull=(lambda n, *_: None,
              lambda n, c, out, mask, x, y: n.masked(c, mask),
              lambda n, c, out, mask, x, y: n.masked(c, 1 - mask))),
    array_rule("masked", "x mask", "x where the mask is 1, else 0",
        array=lambda a, x, mask: a.np.where(a.holds(mask), x, a.zeros(())),
        shape=lambda x, mask: x,
        push=(lambda n, t, out, x, mask: n.masked(t, mask), lambda n, *_: None),
        pull=(lambda n, c, out, x, mask: n.masked(c, mask), lambda n, *_: None)),
    array_rule("compare", "x y", "1 where a comparison holds, else 0",
        array=lambda a, x, y, op: a.linear.compare(a, x, y, op),
        shape=lambda x, y, op: x,
        push=(lambda n, *_: None,) * 2, pull=(lambda n, *_: None,) * 2,
        kink=lambda x, y, op: bool((x == y).any())),
)  # fmt: skip


# products ---------------------------------------------------------------------------------
# `rx` and `ry` are the ranks of the factors: 2 for a matrix, 1 for a vector, 0 for a number.


def _matmul(a: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    if rx == 1 and ry == 1:
        return a.plain(a.np.sum(x * y, axis=-1)) if x.ndim + y.ndim > 2 else a.plain(x @ y)
    # Several directions of one factor are the rows of one matrix: one product, not many.
    if rx == 1 and y.ndim == 2:
        return a.np.matmul(x, y)
    if ry == 1 and x.ndim == 2:
        return a.np.matmul(y, x.T)
    if y.ndim == ry and x.ndim > 2 >= ry:
        return a.np.matmul(x.reshape(-1, x.shape[-1]), y).reshape(*x.shape[:-1], *y.shape[1:])
    left = x[..., None, :] if rx == 1 else x
    right = y[..., :, None] if ry == 1 else y
    made = a.np.matmul(left, right)
    return made[..., 0, :] if rx == 1 else made[..., 0] if ry == 1 else made


def _product_shape(x: Shape, y: Shape, rx: int, ry: int) -> Shape:
    lead = _lead(x, rx) or _lead(y, ry)
    return lead + (x[-2:-1] if rx == 2 else ()) + (y[-1:] if ry == 2 else ())


def _pull_left(n: Any, c: Any, out: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    """The cotangent of x in x @ y."""
    if ry == 1:
        return n.outer(c, y, rx - 1, 1)
    return n.matmul(c, n.swap(y), 2, 2) if rx == 2 else n.matmul(y, c, 2, 1)


def _pull_right(n: Any, c: Any, out: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    """The cotangent of y in x @ y."""
    if rx == 1:
        return n.outer(x, c, 1, 1) if ry == 2 else n.outer(c, x, 0, 1)
    return n.matmul(n.swap(x), c, 2, 2) if ry == 2 else n.matmul(c, x, 1, 2)


def _outer(a: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    x = a.array(x)
    left = x.reshape(x.shape + (1,) * ry)
    y = a.array(y)
    right = y.reshape(_lead(y.shape, ry) + (1,) * rx + y.shape[len(y.shape) - ry :])
    return a.plain(left * right)


PRODUCTS = (
    array_rule("matmul", "x y", "the product of matrices, or of a matrix and a vector",
        array=_matmul, shape=_product_shape,
        push=(lambda n, t, out, x, y, rx, ry: n.matmul(t, y, rx, ry),
              lambda n, t, out, x, y, rx, ry: n.matmul(x, t, rx, ry)),
        pull=(_pull_left, _pull_right)),
    array_rule("outer", "x y", "all products of an element of x and one of y",
        array=_outer,
        shape=lambda x, y, rx, ry: (
            (_lead(x, rx) or _lead(y, ry)) + x[len(x) - rx:] + y[len(y) - ry:]),
        push=(lambda n, t, out, x, y, rx, ry: n.outer(t, y, rx, ry),
              lambda n, t, out, x, y, rx, ry: n.outer(x, t, rx, ry)),
        pull=(lambda n, c, out, x, y, rx, ry: _contract(n, c, y, rx, ry),
              lambda n, c, out, x, y, rx, ry: (
                  n.matmul(x, c, 1, 1 + ry) if rx else n.outer(x, c, 0, ry)))),
)  # fmt: skip


def _contract(n: Any, c: Any, y: Any, rx: int, ry: int) -> Any:
    """The cotangent of x in the outer product."""
    if ry == 0:
        return n.outer(y, c, 0, rx)
    return n.matmul(c, y, 1 + rx, 1)


# linear algebra ---------------------------------------------------------------------------
# The maps are those of Giles, An extended collection of matrix derivative results (2008).


def _transposed_inverse(n: Any, x: Any) -> Any:
    return n.swap(n.inv(x))


def _push_cholesky(n: Any, t: Any, out: Any, x: Any) -> Any:
    inverse = n.inv(out)
    inner = n.matmul(n.matmul(inverse, (t + n.swap(t)) / 2, 2, 2), n.swap(inverse), 2, 2)
    return n.matmul(out, n.halved(inner), 2, 2)


def _pull_cholesky(n: Any, c: Any, out: Any, x: Any) -> Any:
    inverse = n.inv(out)
    inner = n.halved(n.matmul(n.swap(out), c, 2, 2))
    whole = n.matmul(n.matmul(n.swap(inverse), inner, 2, 2), inverse, 2, 2)
    return (whole + n.swap(whole)) / 2


def _pull_solve(n: Any, c: Any, out: Any, x: Any, b: Any, rank: int) -> Any:
    back = n.solve(n.swap(x), c, rank)
    return -n.outer(back, out, 1, 1) if rank == 1 else -n.matmul(back, n.swap(out), 2, 2)


def _push_cofactor(n: Any, t: Any, out: Any, x: Any) -> Any:
    back = _transposed_inverse(n, x)
    whole = n.spread(n.sum(t * back, (-2, -1)), n.shape(x), (-2, -1)) * out
    return whole - n.matmul(n.matmul(out, n.swap(t), 2, 2), back, 2, 2)


def _pull_cofactor(n: Any, c: Any, out: Any, x: Any) -> Any:
    back = _transposed_inverse(n, x)
    whole = n.spread(n.sum(c * out, (-2, -1)), n.shape(x), (-2, -1)) * back
    return whole - n.matmul(n.matmul(back, n.swap(c), 2, 2), out, 2, 2)


def _full(n: Any, c: Any, x: Any) -> Any:
    return n.spread(c, n.shape(x), (-2, -1))


LINEAR = (
    array_rule("inv", "x", "the inverse of a matrix",
        array=lambda a, x: a.linear.inv(a, x), shape=lambda x: x,
        push=lambda n, t, out, x: -n.matmul(n.matmul(out, t, 2, 2), out, 2, 2),
        pull=lambda n, c, out, x: -n.matmul(
            n.matmul(n.swap(out), c, 2, 2), n.swap(out), 2, 2)),
    array_rule("solve", "x b", "the solution y of x @ y = b",
        array=lambda a, x, b, rank: a.linear.solve(a, x, b, rank),
        shape=lambda x, b, rank: (_lead(x, 2) or _lead(b, rank)) + b[len(b) - rank:],
        push=(lambda n, t, out, x, b, rank: -n.solve(x, n.matmul(t, out, 2, rank), rank),
              lambda n, t, out, x, b, rank: n.solve(x, t, rank)),
        pull=(_pull_solve,
              lambda n, c, out, x, b, rank: n.solve(n.swap(x), c, rank))),
    array_rule("det", "x", "the determinant",
        array=lambda a, x: a.linear.det(a, x), shape=lambda x: _lead(x, 2),
        push=lambda n, t, out, x: n.sum(t * n.cofactor(x), (-2, -1)),
        pull=lambda n, c, out, x: _full(n, c, x) * n.cofactor(x)),
    array_rule("cofactor", "x", "the matrix of cofactors: the derivative of the determinant",
        array=lambda a, x: a.linear.cofactor(a, x), shape=lambda x: x,
        push=_push_cofactor, pull=_pull_cofactor),
    array_rule("logdet", "x", "the logarithm of the determinant, without overflow",
        array=lambda a, x: a.linear.logdet(a, x), shape=lambda x: _lead(x, 2),
        push=lambda n, t, out, x: n.sum(t * _transposed_inverse(n, x), (-2, -1)),
        pull=lambda n, c, out, x: _full(n, c, x) * _transposed_inverse(n, x),
        domain="matrices whose determinant is positive",
        outside="log(abs(det(A))) is defined for every matrix that is not singular"),
    array_rule("cholesky", "x", "the lower triangular L with L @ L.T = x",
        array=lambda a, x: a.linear.cholesky(a, x), shape=lambda x: x,
        push=_push_cholesky, pull=_pull_cholesky),
    array_rule("halved", "x", "the lower triangle, its diagonal halved",
        array=lambda a, x: a.np.tril(x) - a.np.tril(a.np.triu(x)) / 2,
        shape=lambda x: x,
        push=lambda n, t, out, x: n.halved(t), pull=lambda n, c, out, x: n.halved(c)),
)  # fmt: skip

ARRAYS = (*PARTS, *SHAPES, *SUMS, *PRODUCTS, *LINEAR)
