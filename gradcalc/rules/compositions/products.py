"""Products of vectors and matrices, and linear algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers.shapes import OutsideError, ShapeError, broadcast, described, shown
from gradcalc.rules.compositions.composition import composed
from gradcalc.rules.compositions.making import diagonal, eye
from gradcalc.rules.compositions.operands import of_each_matrix, ranked, square


def matmul(n: Any, x: Any, y: Any) -> Any:
    """As NumPy's: axes in front of those of the matrices are broadcast."""
    rx, ry = len(x.shape), len(y.shape)
    if not rx or not ry:
        raise ShapeError("@ multiplies matrices and vectors; write * for numbers")
    rows = y.shape[max(ry - 2, 0)]
    if x.shape[-1] != rows:
        raise ShapeError(
            f"the shapes {shown(x.shape)} and {shown(y.shape)} do not match for @: "
            f"{x.shape[-1]} columns against {rows} rows"
        )
    if max(rx, ry) < 3:
        return n.matmul(x, y, rx, ry)
    try:
        broadcast(x.shape[:-2], y.shape[:-2])
    except ShapeError:
        raise ShapeError(
            f"the shapes {shown(x.shape)} and {shown(y.shape)} do not match for @: "
            "the axes before the last two must be equal, or 1"
        ) from None
    if ry == 1:
        made = n.matmul(x, n.reshape(y, y.shape, (*y.shape, 1)), rx, 2)
        return n.reshape(made, made.shape, made.shape[:-1])
    if rx == 1:
        made = n.matmul(n.reshape(x, x.shape, (1, *x.shape)), y, 2, ry)
        return n.reshape(made, made.shape, (*made.shape[:-2], made.shape[-1]))
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
            raise ShapeError(f"cross expects vectors of 3, got {described(v.shape)}")
    a, b, c = (n.index(x, (k,)) for k in range(3))
    d, e, f = (n.index(y, (k,)) for k in range(3))
    return n.stack([b * f - c * e, c * d - a * f, a * e - b * d], 0)


def trace_of(n: Any, x: Any) -> Any:
    square(x, "trace")
    return of_each_matrix(n, lambda n, x: n.sum(diagonal(n, x), (-1,)), x)


def of_square(row: str) -> Callable[..., Any]:
    """A call of a row of square matrices, whose shape is checked first."""

    def formula(n: Any, x: Any) -> Any:
        square(x, row)
        return of_each_matrix(n, lambda n, x: getattr(n, row)(x), x)

    return formula


def sign_and_logarithm(n: Any, x: Any) -> Any:
    """[sign, log of the size] of the determinant: of a negative one with a row turned round."""
    ranked(x, 2, what="slogdet")
    square(x, "slogdet")
    sign = n.det_sign(x)
    known = n.value(sign)
    if known == 0:
        raise OutsideError(
            "the determinant is 0, and its logarithm -inf", "slogdet needs a matrix with an inverse"
        )
    if known < 0:
        key = (0, (0, x.shape[1], 1))
        x = n.put(x, -n.index(x, key), key)
    return n.stack([n.detach(sign), n.logdet(x)], 0)


def solve(n: Any, x: Any, b: Any) -> Any:
    ranked(x, 2, what="solve")
    square(x, "solve")
    ranked(b, 1, 2, what="solve", role=" as its right side")
    if b.shape[0] != x.shape[0]:
        raise ShapeError(f"the shapes {shown(x.shape)} and {shown(b.shape)} do not match for solve")
    return n.solve(x, b, len(b.shape))


def singular_values(n: Any, x: Any) -> Any:
    if len(x.shape) < 2:
        ranked(x, 2, what="svd")
    return of_each_matrix(n, lambda n, x: n.svd(x), x)


MAX_MATRIX_EXPONENT = 1_000_000


def matrix_power(n: Any, x: Any, k: int) -> Any:
    """x multiplied by itself, by repeated squaring; the inverse's power where k is negative."""
    square(x, "matpow")
    if abs(k) > MAX_MATRIX_EXPONENT:
        raise ShapeError(
            f"the exponent of matpow must be at most {MAX_MATRIX_EXPONENT:,}, not {abs(k):,}"
        )
    return of_each_matrix(n, lambda n, x: _power(n, x, k), x)


def _power(n: Any, x: Any, k: int) -> Any:
    if k == 0:
        return eye(n, x.shape[0])
    product, power, left = None, n.inv(x) if k < 0 else x, abs(k)
    while left:
        if left % 2:
            product = power if product is None else n.matmul(product, power, 2, 2)
        left //= 2
        power = n.matmul(power, power, 2, 2) if left else power
    return product


PRODUCTS = (
    composed("dot", "x y", "the dot product of vectors", dot, "dot([1, 2], [3, 4])"),
    composed("outer", "x y", "the outer product of vectors", outer, "outer([1, 2], [3, 4])[1, 0]"),
    composed("cross", "x y", "the cross product of vectors of 3", cross,
             "cross([1, 0, 0], [0, 1, 0])[2]"),
    composed("trace", "x", "the sum of the diagonal", trace_of, "trace([[1, 2], [3, 4]])"),
    composed("det", "x", "the determinant", of_square("det"), "det([[1, 2], [3, 4]])"),
    composed("logdet", "x", "the logarithm of a positive determinant", of_square("logdet"),
             "logdet([[2, 0], [0, 3]])"),
    composed("slogdet", "x", "the sign of the determinant and the logarithm of its size",
             sign_and_logarithm, "slogdet([[0, 2], [3, 0]])[1]"),
    composed("inv", "x", "the inverse of a matrix", of_square("inv"),
             "inv([[2, 0], [0, 4]])[1, 1]"),
    composed("cholesky", "x", "the lower triangular L with L @ L.T = x", of_square("cholesky"),
             "cholesky([[4, 2], [2, 5]])[1, 1]"),
    composed("solve", "x b", "the solution y of x @ y = b", solve,
             "solve([[2, 0], [0, 4]], [2, 2])[1]"),
    composed("expm", "x", "the exponential of a matrix: the sum of x^k/k!", of_square("expm"),
             "expm([[0, 1], [-1, 0]])[0, 1]"),
    composed("svd", "x", "the singular values of a matrix, the largest first", singular_values,
             "svd([[3, 0], [0, 4]])[0]"),
    composed("matpow", "x k#", "a matrix to an integer power; -1 is the inverse", matrix_power,
             "matpow([[1, 1], [1, 0]], 10)[0, 1]"),
)  # fmt: skip
