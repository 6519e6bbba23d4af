"""Kernels of linear algebra that NumPy has for float64 only, for any kind of number: solutions,
inverses, Cholesky's factor.

Pivots are decided by `a.key`, so that numbers that are not known yet, only where they stand in a
trace, can be eliminated too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcalc.numbers.elements import is_zero
from gradcalc.numbers.shapes import AsymmetricError, SingularError

MAX_CONDITION = 1e16  # past it float64 can't tell a matrix from a singular one


def inv(a: Any, x: Any) -> Any:
    """The inverse; SingularError where float64 has none."""
    if a.exact:
        return solve(a, x, np.eye(x.shape[-1], dtype=int).astype(object), 2)
    try:
        made = np.linalg.inv(as_float(x))
    except np.linalg.LinAlgError:
        raise singular(x) from None
    if not np.linalg.norm(x, 1) * np.linalg.norm(made, 1) < MAX_CONDITION:
        raise singular(x)
    return _refined_inverse(x, made)


def solve(a: Any, x: Any, b: Any, rank: int) -> Any:
    """The solution of x @ y = b, b being vectors (rank 1) or matrices (2)."""
    if rank == 1:
        return solve(a, x, b[..., None], 2)[..., 0]
    if not a.exact:
        return _solve_floats(x, b)
    if b.ndim == 2:
        return _eliminated(a, x, b)
    return np.stack([_eliminated(a, x, one) for one in b])


def _solve_floats(x: Any, b: Any) -> Any:
    try:
        if x.shape[-1] <= 64 and x.ndim == 2 and not np.linalg.cond(as_float(x)) < MAX_CONDITION:
            raise singular(x)
        made = np.linalg.solve(as_float(x), as_float(b))
    except np.linalg.LinAlgError:
        raise singular(x) from None
    if x.dtype == float and b.dtype == float:
        return made
    made = made.astype(np.result_type(x, b))
    for _ in range(3):  # the factors are float64's, the residual is not
        made = made + np.linalg.solve(as_float(x), as_float(b - np.matmul(x, made)))
    return made


def _refined_inverse(x: Any, made: Any) -> Any:
    """Newton's step for the inverse, in the precision of x where that is more than float64."""
    if x.dtype == float:
        return made
    made = made.astype(x.dtype)
    for _ in range(3):
        made = made + made @ (np.eye(x.shape[-1], dtype=x.dtype) - x @ made)
    return made


def as_float(x: Any) -> Any:
    """As float64; LAPACK would complain aloud of what is not finite."""
    made = np.asarray(x, dtype=float)
    if not np.isfinite(made).all():
        raise SingularError("the matrix has an element that is not finite")
    return made


def _eliminated(a: Any, x: Any, b: Any) -> Any:
    """Gauss's elimination with row pivots, for any kind of number."""
    size = x.shape[0]
    left, right = x.copy(), np.broadcast_to(b, (size, b.shape[-1])).copy()
    for k in range(size):
        pivot(a, k, left, right)
        for i in range(k + 1, size):
            if not is_zero(left[i, k]):
                factor = a.scalars.div(left[i, k], left[k, k])
                left[i, k + 1 :] = left[i, k + 1 :] - left[k, k + 1 :] * factor
                right[i] = right[i] - right[k] * factor
    for k in range(size - 1, -1, -1):
        total = right[k]
        for i in range(k + 1, size):
            total = total - right[i] * left[k, i]
        right[k] = [a.scalars.div(number, left[k, k]) for number in total]
    return right


def pivot(a: Any, k: int, *matrices: Any) -> int:
    """Bring the row with the largest k-th element to place k; 1 where it was there, else -1."""
    column = [abs(a.key(number)) for number in matrices[0][k:, k]]
    best = k + max(range(len(column)), key=column.__getitem__)
    if not column[best - k]:
        raise SingularError("the matrix is singular")
    if best == k:
        return 1
    for matrix in matrices:
        matrix[[k, best]] = matrix[[best, k]]
    return -1


def cholesky(a: Any, x: Any) -> Any:
    """The lower factor, of the mean of the matrix and its transpose."""
    if a.exact or x.dtype != float:
        return _cholesky(a, (x + x.T) / 2)
    x = as_float(x)
    skew = np.max(np.abs(x - x.T), initial=0.0)
    if skew > 1e-8 * np.max(np.abs(x), initial=0.0):
        raise AsymmetricError(
            f"the matrix is not symmetric: an element differs from its mirror by {skew:.3g}"
        )
    try:
        return np.linalg.cholesky((x + x.T) / 2)
    except np.linalg.LinAlgError:
        least = np.linalg.eigvalsh(x)[0]
        raise SingularError(
            f"the matrix is not positive definite: its least eigenvalue is {least:.6g}"
        ) from None


def _cholesky(a: Any, x: Any) -> Any:
    """Cholesky and Banachiewicz's rows, for any kind of number."""
    size = x.shape[0]
    made = np.zeros((size, size), dtype=x.dtype)
    for i in range(size):
        for j in range(i + 1):
            total = x[i, j]
            for k in range(j):
                total = total - made[i, k] * made[j, k]
            made[i, j] = a.scalars.sqrt(total) if i == j else a.scalars.div(total, made[j, j])
    return made


def singular(x: Any) -> SingularError:
    """The error of a matrix without an inverse, with its condition number."""
    condition = np.linalg.cond(as_float(x))
    told = "infinite" if not condition < 1e300 else f"{condition:.3g}"
    return SingularError(f"the matrix is singular: its condition number is {told}")
