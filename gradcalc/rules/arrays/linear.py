"""Linear algebra: inverses, solutions, determinants, Cholesky's factor.

The maps are those of Giles, An extended collection of matrix derivative results for forward and
reverse mode algorithmic differentiation (2008).
"""

from __future__ import annotations

from math import prod
from typing import Any

from gradcalc.numbers.differences import central_difference
from gradcalc.numbers.shapes import chosen
from gradcalc.rules.arrays.array_rule import array_rule, lead_of


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


def _along_thrice(n: Any, r: Any, out: Any, x: Any, s: Any, t: Any) -> Any:
    """The derivative along r of the second one along s and t: a polynomial's, by differences."""
    degree = n.shape(x)[-1] - 3
    if degree < 1:
        return 0 * r
    total = 0 * r
    for k, weight in central_difference(degree):
        change = n.cofactor_along_twice(x + k * r, s, t) - n.cofactor_along_twice(x - k * r, s, t)
        total = total + change * n.number(weight)
    return total


def _pull_det_torch(n: Any, c: Any, out: Any, x: Any) -> Any:
    """det·inverse, which is 0 where the determinant is."""
    return chosen(_full(n, out, x) == 0, 0, _full(n, c, x) * n.cofactor(x))


def _pull_det_jax(n: Any, c: Any, out: Any, x: Any) -> Any:
    """By elimination from four rows on; without a pivot before the last row it is 0."""
    stuck = n.shape(x)[-1] > 3 and not n.determinants.pivots(x)[:-1].all()
    return _full(n, c, x) * (0 if stuck else n.cofactor(x))


def _full(n: Any, c: Any, x: Any) -> Any:
    return n.spread(c, n.shape(x), (-2, -1))


LINEAR = (
    array_rule("inv", "x", "the inverse of a matrix", rounds=True,
        flops=lambda x: 2 * x[-1] ** 3,
        array=lambda a, x: a.linear.inv(a, x), shape=lambda x: x,
        push=lambda n, t, out, x: -n.matmul(n.matmul(out, t, 2, 2), out, 2, 2),
        pull=lambda n, c, out, x: -n.matmul(
            n.matmul(n.swap(out), c, 2, 2), n.swap(out), 2, 2)),
    array_rule("solve", "x b", "the solution y of x @ y = b", rounds=True,
        flops=lambda x, b: 2 * x[-1] ** 3 // 3 + 2 * x[-1] * prod(b),
        array=lambda a, x, b, rank: a.linear.solve(a, x, b, rank),
        shape=lambda x, b, rank: (lead_of(x, 2) or lead_of(b, rank)) + b[len(b) - rank:],
        push=(lambda n, t, out, x, b, rank: -n.solve(x, n.matmul(t, out, 2, rank), rank),
              lambda n, t, out, x, b, rank: n.solve(x, t, rank)),
        pull=(_pull_solve,
              lambda n, c, out, x, b, rank: n.solve(n.swap(x), c, rank))),
    array_rule("det", "x", "the determinant", rounds=True,
        flops=lambda x: 2 * x[-1] ** 3 // 3,
        array=lambda a, x: a.determinants.det(a, x), shape=lambda x: lead_of(x, 2),
        push=lambda n, t, out, x: n.sum(t * n.cofactor(x), (-2, -1)),
        pull=lambda n, c, out, x: _full(n, c, x) * n.cofactor(x),
        frameworks={"torch": (_pull_det_torch,), "jax": (_pull_det_jax,)}),
    array_rule("cofactor", "x", "the matrix of cofactors: the derivative of the determinant",
         rounds=True,
        flops=lambda x: 2 * x[-1] ** 3,
        array=lambda a, x: a.cofactors.cofactor(a, x), shape=lambda x: x,
        push=lambda n, t, out, x: n.cofactor_along(x, t),
        pull=lambda n, c, out, x: n.cofactor_along(x, c)),
    # The derivatives of a determinant don't depend on the order of directions: each map is its own
    # transpose.
    array_rule("cofactor_along", "x t", "the derivative of the cofactors of x along t", rounds=True,
        flops=lambda x, t: 4 * x[-1] ** 3,
        array=lambda a, x, t: a.cofactors.cofactor_along(a, x, t),
        shape=lambda x, t: t if len(t) > len(x) else x,
        push=(lambda n, s, out, x, t: n.cofactor_along_twice(x, s, t),
              lambda n, s, out, x, t: n.cofactor_along(x, s)),
        pull=(lambda n, c, out, x, t: n.cofactor_along_twice(x, c, t),
              lambda n, c, out, x, t: n.cofactor_along(x, c))),
    array_rule("cofactor_along_twice", "x s t",
        "the second derivative of the cofactors of x along s and t", rounds=True,
        flops=lambda x, s, t: 16 * x[-1] ** 3,
        array=lambda a, x, s, t: a.cofactors.cofactor_along_twice(a, x, s, t),
        shape=lambda x, s, t: max(x, s, t, key=len),
        push=(_along_thrice, lambda n, r, out, x, s, t: n.cofactor_along_twice(x, r, t),
              lambda n, r, out, x, s, t: n.cofactor_along_twice(x, s, r)),
        pull=(_along_thrice, lambda n, c, out, x, s, t: n.cofactor_along_twice(x, c, t),
              lambda n, c, out, x, s, t: n.cofactor_along_twice(x, s, c))),
    array_rule("logdet", "x", "the logarithm of the determinant, without overflow", rounds=True,
        flops=lambda x: 2 * x[-1] ** 3 // 3,
        array=lambda a, x: a.determinants.logdet(a, x), shape=lambda x: lead_of(x, 2),
        push=lambda n, t, out, x: n.sum(t * _transposed_inverse(n, x), (-2, -1)),
        pull=lambda n, c, out, x: _full(n, c, x) * _transposed_inverse(n, x),
        domain="matrices whose determinant is positive",
        outside="slogdet(A)[1] is defined for every matrix that is not singular"),
    array_rule("det_sign", "x", "the sign of the determinant",
        flops=lambda x: 2 * x[-1] ** 3 // 3,
        array=lambda a, x: a.determinants.det_sign(a, x), shape=lambda x: lead_of(x, 2),
        push=lambda n, *_: None, pull=lambda n, *_: None),
    array_rule("cholesky", "x", "the lower triangular L with L @ L.T = x", rounds=True,
        flops=lambda x: x[-1] ** 3 // 3,
        array=lambda a, x: a.linear.cholesky(a, x), shape=lambda x: x,
        push=_push_cholesky, pull=_pull_cholesky),
    array_rule("halved", "x", "the lower triangle, its diagonal halved",
        array=lambda a, x: a.np.tril(x) - a.np.tril(a.np.triu(x)) / 2,
        shape=lambda x: x,
        push=lambda n, t, out, x: n.halved(t), pull=lambda n, c, out, x: n.halved(c)),
)  # fmt: skip
