"""Singular values of matrices of float64 and longdouble, and how they change with the elements.

Kernels of single numbers take which one is wanted, from 0 for the largest, then the elements of a
square matrix row by row. Arrays of other numbers are computed element by element, see
`singular_exact`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcalc.numbers.singular_algebra import halves, place, slopes

EQUAL = 1e-12  # of the largest: singular values of float64 that are no further apart are equal
MAX_SWEEPS = 60  # of Jacobi's rotations, which double the right digits of the last ones


def svd(a: Any, x: Any) -> Any:
    """The singular values, the largest first, in a system of arrays."""
    if not a.exact:
        return decomposed(x)[1]
    numbers = list(_squared_up(x).flat)
    values = [a.scalars.singular_value(k, *numbers) for k in range(min(x.shape))]
    return np.array(values, dtype=object)


def svd_slopes(a: Any, x: Any) -> Any:
    """For each singular value the matrix of its derivatives, u @ v.T; where several are equal, the
    mean of theirs; 0 where it is 0."""
    if a.exact:
        whole = _squared_up(x)
        numbers = list(whole.flat)
        each = [np.reshape(slopes(value, numbers), whole.shape) for value in svd(a, x)]
        return np.array(each, dtype=object)[:, : x.shape[0], : x.shape[1]]
    return _float_slopes(x)


def _float_slopes(x: Any) -> Any:
    """`svd_slopes`, of float64 or longdouble."""
    left, values, right = decomposed(x)
    each = np.einsum("ik,kj->kij", left, right)
    if not np.isfinite(values).all():
        return np.full_like(each, np.nan)
    equal = np.abs(values[:, None] - values) <= EQUAL * values[0]
    made = np.einsum("kl,lij->kij", equal / equal.sum(1, keepdims=True).astype(x.dtype), each)
    made[values <= EQUAL * values[0]] = 0
    return made


def _squared_up(x: Any) -> Any:
    """A square matrix with the same singular values, and zeros: rows or columns of zeros added."""
    size = max(x.shape)
    made = np.zeros((size, size), dtype=object)
    made[: x.shape[0], : x.shape[1]] = x
    return made


def decomposed(x: Any) -> tuple[Any, Any, Any]:
    """U, the singular values and V.T, of float64 or longdouble.

    A value that float64 can't tell from what rounding leaves of a 0 is 0.
    """
    if x.dtype == float:
        if not np.isfinite(x).all():
            size = min(x.shape)
            nan = np.full((max(x.shape), max(x.shape)), np.nan)
            return nan[: x.shape[0], :size], nan[0, :size], nan[:size, : x.shape[1]]
        left, values, right = np.linalg.svd(x, full_matrices=False)
        noise = max(x.shape) * np.finfo(float).eps * values[0]
        return left, np.where(values <= noise, 0, values), right
    if x.shape[0] < x.shape[1]:
        right, values, left = decomposed(x.T)
        return left.T, values, right.T
    return _by_rotations(x)


def _by_rotations(x: Any) -> tuple[Any, Any, Any]:
    """Hestenes' one-sided Jacobi method: columns are turned until they are orthogonal."""
    moved, size = x.copy(), x.shape[1]
    turned = np.eye(size, dtype=x.dtype)
    least = np.finfo(x.dtype).eps
    for _ in range(MAX_SWEEPS):
        largest = 0.0
        for p in range(size):
            for q in range(p + 1, size):
                one, other, both = (moved[:, i] @ moved[:, j] for i, j in ((p, p), (q, q), (p, q)))
                scale = np.sqrt(one * other)
                if not abs(both) > least * scale:
                    continue
                largest = max(largest, float(abs(both) / scale))
                zeta = (other - one) / (2 * both)
                t = np.copysign(1, zeta) / (abs(zeta) + np.hypot(1, zeta))
                c = 1 / np.hypot(1, t)
                rotation = np.array([[c, c * t], [-c * t, c]], dtype=x.dtype)
                moved[:, [p, q]] = moved[:, [p, q]] @ rotation
                turned[:, [p, q]] = turned[:, [p, q]] @ rotation
        if largest <= 4 * float(least):
            break
    values = np.sqrt((moved**2).sum(0))
    order = np.argsort(-values, kind="stable")
    values = values[order]
    left = moved[:, order] / np.where(values > 0, values, 1)
    return left, values, turned[:, order].T


def float_value(k: Any, *x: float) -> float:
    """A singular value of float64."""
    which, size = place(k, len(x))
    return float(decomposed(np.array(x, dtype=float).reshape(size, size))[1][which])


def column_value(_: Any, k: Any, *x: Any) -> Any:
    """A singular value, for every row of columns of numbers."""
    size = math.isqrt(len(x))
    k, *numbers = np.broadcast_arrays(k, *x)
    columns = np.stack(numbers, axis=-1)
    each = [decomposed(one.reshape(size, size))[1] for one in columns.reshape(-1, size * size)]
    made = np.array(each, dtype=columns.dtype).reshape(*columns.shape[:-1], size)
    inside = k == np.clip(np.rint(k), 0, size - 1)
    places = np.where(inside, k, 0).astype(int)[..., None]
    refused = np.sqrt(np.where(inside, made.dtype.type(0), -1))  # not a number, and NumPy's flag
    return np.take_along_axis(made, places, -1)[..., 0] + refused


def float_slope(k: Any, *given: float) -> float:
    """The derivative of a singular value along t, the first half of the numbers, at the others."""
    which, _ = place(k, len(given) // 2)
    with np.errstate(invalid="ignore"):  # infinity times 0 is not a number, without a warning
        return float(_slope(which, *halves(np.array(given, dtype=float))))


def column_slope(_: Any, k: Any, *given: Any) -> Any:
    """`float_slope`, for every row of columns of numbers."""
    k, *numbers = np.broadcast_arrays(k, *given)
    columns = np.stack(numbers, axis=-1).reshape(-1, len(given))
    size = math.isqrt(len(given) // 2)
    inside = k == np.clip(np.rint(k), 0, size - 1)
    places = np.where(inside, k, 0).astype(int).ravel()
    each = [_slope(which, *halves(point)) for which, point in zip(places, columns, strict=True)]
    made = np.array(each, dtype=columns.dtype).reshape(k.shape)
    return made + np.sqrt(np.where(inside, made.dtype.type(0), -1))  # NaN, and NumPy's flag


def _slope(which: int, t: Any, x: Any) -> Any:
    size = math.isqrt(len(x))
    return np.sum(t * _float_slopes(x.reshape(size, size))[which].ravel())


def is_tied(k: Any, *x: Any) -> Any:
    """Is a singular value 0, or as large as another one, as far as float64 tells?"""
    if any(map(np.ndim, (k, *x))):
        arrays = np.broadcast_arrays(k, *x)
        points = zip(*(array.ravel() for array in arrays), strict=True)
        return np.array([is_tied(*point) for point in points]).reshape(arrays[0].shape)
    which, size = place(k, len(x))
    values = decomposed(np.array([float(number) for number in x]).reshape(size, size))[1]
    near = np.abs(values - values[which]) <= EQUAL * values[0]
    return bool(near.sum() > 1 or values[which] <= EQUAL * values[0])


def has_ties(x: Any) -> bool:
    """Is any singular value of a matrix 0, or as large as another one?"""
    values = decomposed(np.asarray(x, dtype=float))[1]
    apart = np.append(values[:-1] - values[1:], values[-1])
    return bool((apart <= EQUAL * values[0]).any())
