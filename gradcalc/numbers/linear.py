"""Kernels of arrays that NumPy has for float64 only, for any kind of number: factor, sort, compare.

Pivots and orders are decided by `a.key`, so that numbers that are not known yet, only where they
stand in a trace, can be sorted and eliminated too.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from gradcalc.numbers.elements import mapped, plain
from gradcalc.numbers.shapes import AsymmetricError, SingularError
from gradcalc.numbers.system import COMPARISONS

MAX_CONDITION = 1e16  # past it float64 can't tell a matrix from a singular one
MAX_ROWS_BY_MINORS = 5  # of an exact matrix whose second derivatives take no division
WELL_CONDITIONED = 1e6  # below it an inverse is no worse than a singular value decomposition
MAX_EXPANDED_ROWS = 6  # of a determinant of exact numbers, expanded without a division


def argsort(a: Any, x: Any) -> Any:
    """The stable order along the last axis, as float64; neighbours are told to `a.decided`."""
    keys = x if not a.exact else mapped(a.key, 1)(x)
    order = np.argsort(keys, axis=-1, kind="stable")
    if a.decided is not None:
        ranked = np.take_along_axis(x, order, -1)
        for row in ranked.reshape(-1, x.shape[-1]):
            for low, high in pairwise(row):
                a.decided("<=", low, high, True)
    return order.astype(float)


def extreme(a: Any, name: str, x: Any, axes: tuple[int, ...]) -> Any:
    """The greatest (`name` max) or least (min) along axes."""
    if not a.exact:
        return plain(getattr(x, name)(axis=axes))
    return plain(_reduced(getattr(a.scalars, name), x, axes))


def norm2(a: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """The Euclidean length; scaled, so that no square overflows or underflows."""
    if a.exact:
        # abs is taken only of what is alone: elsewhere it would put a kink where an element is 0.
        alone = all(x.shape[axis] == 1 for axis in axes)
        return plain(_reduced(a.scalars.hypot, mapped(a.scalars.abs, 1)(x) if alone else x, axes))
    scale = np.max(np.abs(x), axis=axes, keepdims=True)
    safe = np.where((scale == 0) | ~np.isfinite(scale), 1.0, scale)
    length = np.sqrt(np.sum((x / safe) ** 2, axis=axes, keepdims=True)) * safe
    return plain(np.squeeze(length, axis=axes))


def power_norm(a: Any, x: Any, axes: tuple[int, ...], p: Fraction) -> Any:
    """The norm of order p; scaled, so that no power overflows or underflows."""
    if a.exact:
        powers = a.cpow(a.abs(x), a.number(p))
        return a.cpow(plain(np.sum(powers, axis=axes)), a.number(1 / p))
    scale = np.max(np.abs(x), axis=axes, keepdims=True)
    safe = np.where((scale == 0) | ~np.isfinite(scale), 1.0, scale)
    powers = a.cpow(np.abs(x / safe), a.number(p))
    length = a.cpow(np.sum(powers, axis=axes), a.number(1 / p))
    return plain(length * np.squeeze(safe, axis=axes))


def middle(a: Any, x: Any) -> Any:
    """The middle element along the last axis."""
    order = a.argsort(x)[..., x.shape[-1] // 2]
    place = np.expand_dims(np.asarray(order, dtype=int), -1)
    return plain(np.take_along_axis(x, place, -1)[..., 0])


def _reduced(kernel: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """A fold of a kernel of two numbers over axes."""
    moved = np.moveaxis(x, axes, range(-len(axes), 0))
    flat = moved.reshape(*moved.shape[: moved.ndim - len(axes)], -1)
    return mapped(kernel, 2).reduce(flat, axis=-1)


def compare(a: Any, x: Any, y: Any, op: str) -> Any:
    """1 where the comparison holds, 0 elsewhere; each outcome is told to `a.decided`."""
    holds = COMPARISONS[op]
    if not a.exact:
        return holds(x, y).astype(float)

    def decide(left: Any, right: Any) -> int:
        outcome = bool(holds(a.key(left), a.key(right)))
        if a.decided is not None:
            a.decided(op, left, right, outcome)
        return int(outcome)

    return mapped(decide, 2)(x, y)


def share(a: Any, x: Any, out: Any, axes: tuple[int, ...]) -> Any:
    """1 where x is `out`, its extreme along axes, divided by how many are; 0 elsewhere."""
    keys = mapped(a.key, 1)(x).astype(float) if a.exact else x
    best = np.expand_dims(np.asarray(_keys(a, out)), axes)
    here = keys == best
    if not a.exact:
        return here / here.sum(axis=axes, keepdims=True)
    counts = np.broadcast_to(here.sum(axis=axes, keepdims=True), here.shape)
    return mapped(lambda one, count: Fraction(int(one), int(count)) if one else 0, 2)(here, counts)


def _keys(a: Any, x: Any) -> Any:
    if not a.exact:
        return x
    return mapped(a.key, 1)(x).astype(float) if isinstance(x, np.ndarray) else float(a.key(x))


def times(a: Any, x: Any, t: Any) -> Any:
    """x*t, but 0 where t is 0: what is absent stays so, whatever x is there."""
    if a.exact:
        return mapped(lambda left, right: 0 if _is_zero(right) else left * right, 2)(x, t)
    with np.errstate(all="ignore"):
        return np.where(t == 0, 0, x * t)


# matrices ---------------------------------------------------------------------------------


def inv(a: Any, x: Any) -> Any:
    """The inverse; SingularError where float64 has none."""
    if a.exact:
        return solve(a, x, np.eye(x.shape[-1], dtype=int).astype(object), 2)
    try:
        made = np.linalg.inv(_as_float(x))
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
        if x.shape[-1] <= 64 and x.ndim == 2 and not np.linalg.cond(_as_float(x)) < MAX_CONDITION:
            raise singular(x)
        made = np.linalg.solve(_as_float(x), _as_float(b))
    except np.linalg.LinAlgError:
        raise singular(x) from None
    if x.dtype == float and b.dtype == float:
        return made
    made = made.astype(np.result_type(x, b))
    for _ in range(3):  # the factors are float64's, the residual is not
        made = made + np.linalg.solve(_as_float(x), _as_float(b - np.matmul(x, made)))
    return made


def _refined_inverse(x: Any, made: Any) -> Any:
    """Newton's step for the inverse, in the precision of x where that is more than float64."""
    if x.dtype == float:
        return made
    made = made.astype(x.dtype)
    for _ in range(3):
        made = made + made @ (np.eye(x.shape[-1], dtype=x.dtype) - x @ made)
    return made


def _as_float(x: Any) -> Any:
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
        _pivot(a, k, left, right)
        for i in range(k + 1, size):
            if not _is_zero(left[i, k]):
                factor = a.scalars.div(left[i, k], left[k, k])
                left[i, k + 1 :] = left[i, k + 1 :] - left[k, k + 1 :] * factor
                right[i] = right[i] - right[k] * factor
    for k in range(size - 1, -1, -1):
        total = right[k]
        for i in range(k + 1, size):
            total = total - right[i] * left[k, i]
        right[k] = [a.scalars.div(number, left[k, k]) for number in total]
    return right


def _pivot(a: Any, k: int, *matrices: Any) -> int:
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


def _is_zero(number: Any) -> bool:
    return isinstance(number, int | float) and number == 0


def det(a: Any, x: Any) -> Any:
    """The determinant; of few rows of exact numbers without a division, so that 0 is no matter."""
    if not a.exact:
        return plain(np.linalg.det(x)) if x.dtype == float else _det_extended(x)
    size = x.shape[0]
    if size <= MAX_EXPANDED_ROWS:
        return _expanded(x)
    left = x.copy()
    made: Any = 1
    try:
        for k in range(size):
            made = made * _pivot(a, k, left)
            for i in range(k + 1, size):
                if not _is_zero(left[i, k]):
                    factor = a.scalars.div(left[i, k], left[k, k])
                    left[i, k + 1 :] = left[i, k + 1 :] - left[k, k + 1 :] * factor
            made = made * left[k, k]
    except SingularError:
        return 0
    return made


def _det_extended(x: Any) -> Any:
    """The determinant by elimination in the precision of x."""
    left, made = x.copy(), x.dtype.type(1)
    for k in range(x.shape[0]):
        best = k + int(np.argmax(np.abs(left[k:, k])))
        if not left[best, k]:
            return x.dtype.type(0)
        if best != k:
            left[[k, best]] = left[[best, k]]
            made = -made
        made = made * left[k, k]
        left[k + 1 :, k + 1 :] -= np.outer(left[k + 1 :, k] / left[k, k], left[k, k + 1 :])
    return made


def _expanded(x: Any) -> Any:
    """Laplace's expansion by rows, each minor formed once."""
    size = x.shape[0]
    minors: dict[tuple[int, ...], Any] = {(): 1}
    for row in range(size - 1, -1, -1):
        grown: dict[tuple[int, ...], Any] = {}
        for columns, minor in minors.items():
            for column in range(size):
                if column not in columns and not _is_zero(x[row, column]):
                    place = sum(c < column for c in columns)
                    chosen = tuple(sorted((*columns, column)))
                    term = x[row, column] * minor
                    before = grown.get(chosen, 0)
                    grown[chosen] = before - term if place % 2 else before + term
        minors = grown
    return minors.get(tuple(range(size)), 0)


def cofactor(a: Any, x: Any) -> Any:
    """The cofactors: signed determinants of what is left without a row and a column."""
    size = x.shape[0]
    if a.exact:
        made = np.empty((size, size), dtype=object)
        for i in range(size):
            for j in range(size):
                rest = np.delete(np.delete(x, i, 0), j, 1)
                minor = det(a, rest) if size > 1 else 1
                made[i, j] = -minor if (i + j) % 2 else minor
        return made
    if size <= 3:
        return _small_cofactor(x)
    if x.dtype != float:
        try:
            return _det_extended(x) * np.swapaxes(inv(a, x), -1, -2)
        except SingularError:
            pass
    left, singular_values, right = np.linalg.svd(_as_float(x))
    others = np.array([np.prod(np.delete(singular_values, k)) for k in range(size)])
    sign = np.linalg.det(left) * np.linalg.det(right)
    made = (left * (sign * others)) @ right
    return made if x.dtype == float else made.astype(x.dtype)


def _small_cofactor(x: Any) -> Any:
    """The cofactors of up to three rows: the cross products of the other rows, in turn."""
    if x.shape[0] == 1:
        return np.ones_like(x)
    if x.shape[0] == 2:
        return np.array([[x[1, 1], -x[1, 0]], [-x[0, 1], x[0, 0]]])
    return np.array([np.cross(x[k - 2], x[k - 1]) for k in range(3)])


def cofactor_along(a: Any, x: Any, t: Any) -> Any:
    """The derivative of the cofactors along t, also where the matrix is singular.

    The axes of both in front of the last two are those of directions.
    """
    if x.ndim > 2 or t.ndim > 2:
        lead = np.broadcast_shapes(x.shape[:-2], t.shape[:-2])
        shape = (*lead, *x.shape[-2:])
        pairs = zip(
            np.broadcast_to(x, shape).reshape(-1, *shape[-2:]),
            np.broadcast_to(t, shape).reshape(-1, *shape[-2:]),
            strict=True,
        )
        return np.array([cofactor_along(a, one, along) for one, along in pairs]).reshape(shape)
    if x.shape[0] <= 3:
        return _small_cofactor_along(x, t)
    if a.exact:
        few = x.shape[0] <= MAX_ROWS_BY_MINORS
        return (_cofactor_along_by_minors if few else _cofactor_along_by_inverse)(a, x, t)
    if np.linalg.cond(_as_float(x)) < WELL_CONDITIONED:
        return _cofactor_along_by_inverse(a, x, t)
    return _cofactor_along_by_svd(x, t)


def _small_cofactor_along(x: Any, t: Any) -> Any:
    """Up to three rows: cofactors are linear, or products of two elements."""
    if x.shape[0] == 1:
        return 0 * t
    if x.shape[0] == 2:
        return np.array([[t[1, 1], -t[1, 0]], [-t[0, 1], t[0, 0]]])

    def crossed(u: Any, v: Any) -> list[Any]:
        return [u[k - 2] * v[k - 1] - u[k - 1] * v[k - 2] for k in range(3)]

    rows = [
        [
            p + q
            for p, q in zip(crossed(x[k - 2], t[k - 1]), crossed(t[k - 2], x[k - 1]), strict=True)
        ]
        for k in range(3)
    ]
    return np.array(rows, dtype=np.result_type(x, t))


def _cofactor_along_by_inverse(a: Any, x: Any, t: Any) -> Any:
    """sum(t * cof)*B - B @ t.T @ cof, B being the inverse's transpose and cof the cofactors."""
    back, cofactors = inv(a, x).T, cofactor(a, x)
    return (t * cofactors).sum() * back - back @ t.T @ cofactors


def _cofactor_along_by_minors(a: Any, x: Any, t: Any) -> Any:
    """By what is left without two rows and two columns; no division."""
    size = x.shape[0]
    total = np.zeros_like(x)
    for i, j in np.ndindex(size, size):
        for k, m in np.ndindex(size, size):
            if k != i and m != j and not _is_zero(t[k, m]):
                minor = det(a, np.delete(np.delete(x, (i, k), 0), (j, m), 1))
                odd = (i + j + k + m + (k < i) + (m < j)) % 2
                total[i, j] = total[i, j] + t[k, m] * (-minor if odd else minor)
    return total


def _cofactor_along_by_svd(x: Any, t: Any) -> Any:
    """In the bases of the singular value decomposition x is diagonal, so products of all singular
    values but two are what is left."""
    left, values, right = np.linalg.svd(_as_float(x))
    size = len(values)
    turned = left.T @ _as_float(t) @ right.T
    others = np.array(
        [
            [np.prod(np.delete(values, (i, k))) if i != k else 0.0 for k in range(size)]
            for i in range(size)
        ]
    )
    along = -others * turned.T
    np.fill_diagonal(along, others @ np.diagonal(turned))
    sign = np.linalg.det(left) * np.linalg.det(right)
    return (sign * (left @ along @ right)).astype(x.dtype)


def logdet(a: Any, x: Any) -> Any:
    """log(det x); ValueError where the determinant is not positive."""
    if a.exact:
        return a.scalars.log(det(a, x))
    if x.dtype != float:
        return a.scalars.log(det(a, x))
    sign, logarithm = np.linalg.slogdet(_as_float(x))
    if sign <= 0:
        raise ValueError("not positive")
    return plain(logarithm)


def det_sign(a: Any, x: Any) -> Any:
    """The sign of the determinant, also where that overflows or is lost below the least float."""
    if a.exact:
        known = a.key(det(a, x))
        sign = (known > 0) - (known < 0) or _sign_of_floats(mapped(a.key, 1)(x))
        return a.number(Fraction(sign))
    return x.dtype.type(_sign_of_floats(x))


def _sign_of_floats(x: Any) -> int:
    return int(np.linalg.slogdet(_as_float(x))[0])


def cholesky(a: Any, x: Any) -> Any:
    """The lower factor, of the mean of the matrix and its transpose."""
    if a.exact or x.dtype != float:
        return _cholesky(a, (x + x.T) / 2)
    x = _as_float(x)
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
    condition = np.linalg.cond(_as_float(x))
    told = "infinite" if not condition < 1e300 else f"{condition:.3g}"
    return SingularError(f"the matrix is singular: its condition number is {told}")
