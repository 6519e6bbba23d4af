"""Products of vectors and matrices, and linear algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.shapes import ShapeError, shown
from gradcalc.rules.compositions.composition import composed
from gradcalc.rules.compositions.making import diagonal, eye
from gradcalc.rules.compositions.operands import ranked, square


def matmul(n: Any, x: Any, y: Any) -> Any:
    rx, ry = len(x.shape), len(y.shape)
    if not rx or not ry:
        raise ShapeError("@ is the product of matrices and vectors: write * for numbers")
    if x.shape[-1] != y.shape[0]:
        raise ShapeError(
            f"the shapes {shown(x.shape)} and {shown(y.shape)} do not fit for @: "
            f"{x.shape[-1]} columns meet {y.shape[0]} rows"
        )
    return n.matmul(x, y, rx, ry)


def dot(n: Any, x: Any, y: Any) -> Any:
    ranked(x, 1, what="dot")
    ranked(y, 1, what="dot")
    return matmul(n, x, y)


def outer(n: Any, x: Any, y: Any) -> Any:
    ranked(x, 1, what="outer")
    ranked(y, 1, what="outer")
    return n.outer(x, y, 1, 1)


def cross(n: Any, x: Any, y: Any) -> Any:
    for v in (x, y):
        if v.shape != (3,):
            raise ShapeError(f"cross takes vectors of 3 elements, and this is {shown(v.shape)}")
    a, b, c = (n.index(x, (k,)) for k in range(3))
    d, e, f = (n.index(y, (k,)) for k in range(3))
    return n.stack([b * f - c * e, c * d - a * f, a * e - b * d], 0)


def trace_of(n: Any, x: Any) -> Any:
    square(x, "trace")
    return n.sum(diagonal(n, x), (-1,))


def of_square(row: str) -> Callable[..., Any]:
    """A row of square matrices, their shape looked at first."""

    def formula(n: Any, x: Any) -> Any:
        square(x, row)
        return getattr(n, row)(x)

    return formula


def solve(n: Any, x: Any, b: Any) -> Any:
    square(x, "solve")
    ranked(b, 1, 2, what="the right side of solve")
    if b.shape[0] != x.shape[0]:
        raise ShapeError(f"a matrix {shown(x.shape)} and a right side {shown(b.shape)} do not fit")
    return n.solve(x, b, len(b.shape))


MOST = 1_000_000  # factors of a matrix power


def matrix_power(n: Any, x: Any, k: int) -> Any:
    square(x, "matpow")
    if k == 0:
        return eye(n, x.shape[0])
    if abs(k) > MOST:
        raise ShapeError(f"matpow multiplies a matrix at most {MOST:,} times by itself")
    made, square_of = None, n.inv(x) if k < 0 else x
    k = abs(k)
    while k:
        if k % 2:
            made = square_of if made is None else n.matmul(made, square_of, 2, 2)
        k //= 2
        square_of = n.matmul(square_of, square_of, 2, 2) if k else square_of
    return made


PRODUCTS = (
    composed("dot", "x y", "the scalar product of vectors", dot, "dot([1, 2], [3, 4])"),
    composed("outer", "x y", "the matrix of products", outer, "outer([1, 2], [3, 4])[1, 0]"),
    composed("cross", "x y", "the vector product", cross, "cross([1, 0, 0], [0, 1, 0])[2]"),
    composed("trace", "x", "the sum of the diagonal", trace_of, "trace([[1, 2], [3, 4]])"),
    composed("det", "x", "the determinant", of_square("det"), "det([[1, 2], [3, 4]])"),
    composed("logdet", "x", "the logarithm of a positive determinant", of_square("logdet"),
             "logdet([[2, 0], [0, 3]])"),
    composed("inv", "x", "the inverse of a matrix", of_square("inv"),
             "inv([[2, 0], [0, 4]])[1, 1]"),
    composed("cholesky", "x", "the lower triangular L with L @ L.T = x", of_square("cholesky"),
             "cholesky([[4, 2], [2, 5]])[1, 1]"),
    composed("solve", "x b", "the y with x @ y = b", solve, "solve([[2, 0], [0, 4]], [2, 2])[1]"),
    composed("matpow", "x k#", "the matrix multiplied by itself; -1 is the inverse", matrix_power,
             "matpow([[1, 1], [1, 0]], 10)[0, 1]"),
)  # fmt: skip
