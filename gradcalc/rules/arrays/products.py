"""Products of numbers, vectors and matrices, of which all parts of a gradient are made.

`rx` and `ry` are the ranks of the factors: 2 for a matrix, 1 for a vector, 0 for a number. More
are several matrices, in axes that are broadcast; the other factor then has at least a matrix's.
"""

from __future__ import annotations

from math import prod
from typing import Any

from gradcalc.numbers.shapes import Shape, broadcast
from gradcalc.rules.arrays.array_rule import array_rule, lead_of


def _matmul(a: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    if max(rx, ry) > 2:
        return a.np.matmul(_lined_up(x, rx, ry), _lined_up(y, ry, rx))
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


def _lined_up(x: Any, own: int, other: int) -> Any:
    """A factor with axes of size 1 before its own, where the other factor has more of them, so that
    no axis of directions meets one of several matrices."""
    lead = lead_of(x.shape, own)
    return x.reshape(lead + (1,) * (other - own) + x.shape[len(lead) :]) if lead else x


def _product_shape(x: Shape, y: Shape, rx: int, ry: int) -> Shape:
    if max(rx, ry) > 2:
        several = broadcast(x[len(x) - rx : -2], y[len(y) - ry : -2])
        return (lead_of(x, rx) or lead_of(y, ry)) + several + (x[-2], y[-1])
    lead = lead_of(x, rx) or lead_of(y, ry)
    return lead + (x[-2:-1] if rx == 2 else ()) + (y[-1:] if ry == 2 else ())


def _product_flops(x: Shape, y: Shape) -> int:
    if max(len(x), len(y)) <= 2:
        return 2 * prod(x) * prod(y) // max(1, x[-1])
    return 2 * prod(broadcast(x[:-2], y[:-2])) * prod(x[-2:]) * y[-1]


def _pull_left(n: Any, c: Any, out: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    """The cotangent of x in x @ y."""
    if max(rx, ry) > 2:
        return _collapsed(n, n.matmul(c, n.swap(y), max(rx, ry), ry), n.shape(x), n.shape(out))
    if ry == 1:
        return n.outer(c, y, rx - 1, 1)
    return n.matmul(c, n.swap(y), 2, 2) if rx == 2 else n.matmul(y, c, 2, 1)


def _pull_right(n: Any, c: Any, out: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    """The cotangent of y in x @ y."""
    if max(rx, ry) > 2:
        return _collapsed(n, n.matmul(n.swap(x), c, rx, max(rx, ry)), n.shape(y), n.shape(out))
    if rx == 1:
        return n.outer(x, c, 1, 1) if ry == 2 else n.outer(c, x, 0, 1)
    return n.matmul(n.swap(x), c, 2, 2) if ry == 2 else n.matmul(c, x, 1, 2)


def _collapsed(n: Any, c: Any, own: Shape, out: Shape) -> Any:
    """The cotangent of a factor of this shape: the sum over the axes in which it was broadcast."""
    several = out[:-2] + own[-2:]
    return c if own == several else n.collapse(c, own, several)


def _outer(a: Any, x: Any, y: Any, rx: int, ry: int) -> Any:
    x = a.array(x)
    left = x.reshape(x.shape + (1,) * ry)
    y = a.array(y)
    right = y.reshape(lead_of(y.shape, ry) + (1,) * rx + y.shape[len(y.shape) - ry :])
    return a.plain(left * right)


PRODUCTS = (
    array_rule("matmul", "x y", "the product of matrices, or of a matrix and a vector", rounds=True,
        array=_matmul, shape=_product_shape,
        flops=_product_flops,
        push=(lambda n, t, out, x, y, rx, ry: n.matmul(t, y, rx, ry),
              lambda n, t, out, x, y, rx, ry: n.matmul(x, t, rx, ry)),
        pull=(_pull_left, _pull_right)),
    array_rule("outer", "x y", "all products of an element of x and one of y", rounds=True,
        array=_outer,
        shape=lambda x, y, rx, ry: (
            (lead_of(x, rx) or lead_of(y, ry)) + x[len(x) - rx:] + y[len(y) - ry:]),
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
