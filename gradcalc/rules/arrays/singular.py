"""Singular values.

The derivative of a single one by the matrix is u @ v.T. How that changes follows from the symmetric
matrix H = [[0, x], [x.T, 0]], which has the value for an eigenvalue, with the projector P, whose
blocks are u @ u.T, u @ v.T and v @ v.T, halved: along a symmetric T it changes by R @ T @ P and its
transpose, R being the inverse of value*I - H beside the eigenvector (Kato, Perturbation theory for
linear operators, II.2). The second derivative is symmetric, so it is its own transpose.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradcalc.numbers.shapes import Shape
from gradcalc.rules.arrays.array_rule import array_rule, lead_of


def _values_of(shape: Shape) -> int:
    return min(shape[-2:])


def _turned(n: Any, c: Any, x: Any) -> Any:
    """The cotangents of the values, each repeated to the shape of the matrix."""
    return n.spread(c, (_values_of(n.shape(x)), *n.shape(x)), (-2, -1))


def _has_ties(x: Any) -> bool:
    from gradcalc.numbers.singular import has_ties

    return has_ties(x)


def _zeros(n: Any, *shape: int) -> Any:
    return n.broadcast(n.number(Fraction(0)), (), shape)


def _whole(shape: Shape) -> tuple[Any, ...]:
    return tuple((0, size, 1) for size in shape)


class _Second:
    """The second derivatives of the singular values at x."""

    def __init__(self, n: Any, out: Any, x: Any) -> None:
        self.n, self.x = n, x
        rows, columns = n.shape(x)
        self.slopes, self.values = out, n.svd(x)
        above = n.concat([_zeros(n, rows, rows), x], -1)
        below = n.concat([n.swap(x), _zeros(n, columns, columns)], -1)
        self.symmetric = n.concat([above, below], -2)

    def along(self, k: int, t: Any) -> Any:
        """How u @ v.T of the k-th value changes along t."""
        n = self.n
        rows, columns = n.shape(self.x)
        uv = n.index(self.slopes, (k, *_whole((rows, columns))))
        vu = n.swap(uv)
        uu, vv = n.matmul(uv, vu, 2, 2), n.matmul(vu, uv, 2, 2)
        projector = n.concat([n.concat([uu, uv], -1), n.concat([vu, vv], -1)], -2) / 2
        size = rows + columns
        value = n.spread(n.index(self.values, (k,)), (size, size), (-2, -1))
        shifted = value * n.reshape(
            n.place(n.spread(n.number(Fraction(1)), (size,), (-1,)), (size * size,),
                    ((0, size * size, size + 1),)), (size * size,), (size, size))  # fmt: skip
        rest = n.inv(shifted - self.symmetric + projector) - projector
        first, second = (0, rows, 1), (rows, size, 1)
        r11, r12, r22 = (n.index(rest, key) for key in
                         ((first, first), (first, second), (second, second)))  # fmt: skip
        back = n.swap(t)
        terms = ((r11, t, vv), (r12, back, uv), (uu, t, r22), (uv, back, r12))
        products = [n.matmul(n.matmul(a, b, 2, 2), c, 2, 2) for a, b, c in terms]
        return products[0] + products[1] + products[2] + products[3]


def _push_slopes(n: Any, t: Any, out: Any, x: Any) -> Any:
    second = _Second(n, out, x)
    each = [second.along(k, t) for k in range(_values_of(n.shape(x)))]
    return n.stack(each, 2)


def _pull_slopes(n: Any, c: Any, out: Any, x: Any) -> Any:
    second = _Second(n, out, x)
    total = None
    for k in range(_values_of(n.shape(x))):
        term = second.along(k, n.index(c, (k, *_whole(n.shape(x)))))
        total = term if total is None else total + term
    return total


SINGULAR = (
    array_rule("svd", "x", "the singular values of a matrix, the largest first", rounds=True,
        flops=lambda x: 10 * x[-1] * x[-2] * min(x[-2:]),
        array=lambda a, x: a.singular.svd(a, x),
        shape=lambda x: (*lead_of(x, 2), _values_of(x)),
        push=lambda n, t, out, x: n.sum(
            n.spread(t, (_values_of(n.shape(x)), *n.shape(x)), (-3,)) * n.svd_slopes(x), (-2, -1)),
        pull=lambda n, c, out, x: n.sum(_turned(n, c, x) * n.svd_slopes(x), (-3,)),
        kink=_has_ties, convention="equal ones share equally; at 0, a cone: the mean is 0"),
    array_rule("svd_slopes", "x", "the derivatives of each singular value by the matrix",
        rounds=True,
        flops=lambda x: 20 * x[-1] * x[-2] * min(x[-2:]),
        array=lambda a, x: a.singular.svd_slopes(a, x),
        shape=lambda x: (*lead_of(x, 2), _values_of(x), *x[-2:]),
        push=_push_slopes, pull=_pull_slopes),
)  # fmt: skip
