"""Linear algebra: inverses, solutions, determinants, Cholesky's factor.

The maps are those of Giles, An extended collection of matrix derivative results for forward and
reverse mode algorithmic differentiation (2008).
"""

from __future__ import annotations

from typing import Any

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
        shape=lambda x, b, rank: (lead_of(x, 2) or lead_of(b, rank)) + b[len(b) - rank:],
        push=(lambda n, t, out, x, b, rank: -n.solve(x, n.matmul(t, out, 2, rank), rank),
              lambda n, t, out, x, b, rank: n.solve(x, t, rank)),
        pull=(_pull_solve,
              lambda n, c, out, x, b, rank: n.solve(n.swap(x), c, rank))),
    array_rule("det", "x", "the determinant",
        array=lambda a, x: a.linear.det(a, x), shape=lambda x: lead_of(x, 2),
        push=lambda n, t, out, x: n.sum(t * n.cofactor(x), (-2, -1)),
        pull=lambda n, c, out, x: _full(n, c, x) * n.cofactor(x)),
    array_rule("cofactor", "x", "the matrix of cofactors: the derivative of the determinant",
        array=lambda a, x: a.linear.cofactor(a, x), shape=lambda x: x,
        push=_push_cofactor, pull=_pull_cofactor),
    array_rule("logdet", "x", "the logarithm of the determinant, without overflow",
        array=lambda a, x: a.linear.logdet(a, x), shape=lambda x: lead_of(x, 2),
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
