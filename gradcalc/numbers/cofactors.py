"""The derivatives of the determinant by the matrix, also where that is singular.

The determinant is a polynomial of the elements; its derivatives are called by what they are:
`cofactor` is the first, `cofactor_along` the second, along t, and `cofactor_along_twice` the third,
along s and t. Of well-conditioned matrices of float64 the inverse gives them; elsewhere minors, the
singular values, or differences, which of polynomials are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from gradcalc.numbers.determinants import det, det_extended, expanded
from gradcalc.numbers.differences import central_difference
from gradcalc.numbers.elements import is_zero
from gradcalc.numbers.linear import as_float, inv
from gradcalc.numbers.shapes import SingularError

MAX_ROWS_BY_MINORS = 5  # of a matrix whose second derivatives take no division
WELL_CONDITIONED = 1e6  # below it an inverse is no worse than a singular value decomposition

Along = Callable[[Any], Any]  # a derivative as a function of the direction


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
            return det_extended(x) * np.swapaxes(inv(a, x), -1, -2)
        except SingularError:
            pass
    left, singular_values, right = np.linalg.svd(as_float(x))
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
    if x.ndim == 2:
        return _each(_along(a, x), t)
    return _each(lambda one, along: _along(a, one)(along), x, t)


def cofactor_along_twice(a: Any, x: Any, s: Any, t: Any) -> Any:
    """The second derivative of the cofactors, along s and along t, also of singular matrices.

    The axes of all in front of the last two are those of directions.
    """
    size = x.shape[-1]
    if size <= 2:
        return _each(lambda one, other, along: 0 * along, x, s, t)
    if size == 3:
        return _each(lambda one, other, along: _small_cofactor_along(other, along), x, s, t)
    return _each(lambda one, other, along: _along_twice(a, one, other, along), x, s, t)


def _each(kernel: Callable[..., Any], *matrices: Any) -> Any:
    """A kernel of matrices over the axes of directions in front of them."""
    lead = np.broadcast_shapes(*[one.shape[:-2] for one in matrices])
    if not lead:
        return kernel(*matrices)
    sizes = matrices[0].shape[-2:]
    rows = [np.broadcast_to(one, (*lead, *sizes)).reshape(-1, *sizes) for one in matrices]
    return np.array([kernel(*row) for row in zip(*rows, strict=True)]).reshape(*lead, *sizes)


def _along(a: Any, x: Any) -> Along:
    """The derivative of the cofactors at x, as a function of the direction."""
    size = x.shape[0]
    if size <= 3:
        return partial(_small_cofactor_along, x)
    if size <= MAX_ROWS_BY_MINORS:
        return _by_minors(x)
    if a.exact:
        try:
            return _by_inverse(a, x)
        except SingularError:
            return lambda t: _slope(a, partial(cofactor, a), x, t, size - 1)
    return _apart(_by_inverse(a, x) if _well_conditioned(x) else _by_singular_values(x))


def _well_conditioned(x: Any) -> bool:
    return bool(np.linalg.cond(as_float(x)) < WELL_CONDITIONED)


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


def _by_inverse(a: Any, x: Any) -> Along:
    """sum(t * cof)*B - B @ t.T @ cof, B being the inverse's transpose and cof the cofactors."""
    back, cofactors = inv(a, x).T, cofactor(a, x)
    return lambda t: (t * cofactors).sum() * back - back @ t.T @ cofactors


def _by_minors(x: Any) -> Along:
    """By what is left without two rows and two columns; no division."""
    places = list(np.ndindex(x.shape))

    @cache
    def minor(rows: frozenset[int], columns: frozenset[int]) -> Any:
        return expanded(np.delete(np.delete(x, list(rows), 0), list(columns), 1))

    def along(t: Any) -> Any:
        total = np.zeros_like(x, dtype=np.result_type(x, t))
        for k, m in places:
            if is_zero(t[k, m]):
                continue
            for i, j in places:
                if i != k and j != m:
                    term = t[k, m] * minor(frozenset((i, k)), frozenset((j, m)))
                    odd = (i + j + k + m + (k < i) + (m < j)) % 2
                    total[i, j] = total[i, j] + (-term if odd else term)
        return total

    return along


def _apart(along: Along) -> Along:
    """Without the rounding of zeros: what is left without a row doesn't change along that row."""

    def exact(t: Any) -> Any:
        made = along(t)
        rows, columns = (np.flatnonzero(t.any(axis)) for axis in (1, 0))
        if len(rows) == 1:
            made[rows[0]] = 0
        if len(columns) == 1:
            made[:, columns[0]] = 0
        return made

    return exact


def _by_singular_values(x: Any) -> Along:
    """In the bases of the singular value decomposition x is diagonal, so products of all singular
    values but two are what is left."""
    left, values, right = np.linalg.svd(as_float(x))
    size = len(values)
    sign = np.linalg.det(left) * np.linalg.det(right)
    others = np.array(
        [
            [np.prod(np.delete(values, (i, k))) if i != k else 0.0 for k in range(size)]
            for i in range(size)
        ]
    )

    def along(t: Any) -> Any:
        turned = left.T @ as_float(t) @ right.T
        made = -others * turned.T
        np.fill_diagonal(made, others @ np.diagonal(turned))
        return (sign * (left @ made @ right)).astype(x.dtype)

    return along


def _along_twice(a: Any, x: Any, s: Any, t: Any) -> Any:
    """The second derivative of the cofactors of four rows and more."""
    size = x.shape[0]
    if a.exact or size <= MAX_ROWS_BY_MINORS or not _well_conditioned(x):
        return _slope(a, lambda one: cofactor_along(a, one, t), x, s, size - 2)
    back, cofactors, along = inv(a, x).T, cofactor(a, x), cofactor_along(a, x, s)
    turned = back @ s.T @ back
    first = (t * along).sum() * back - (t * cofactors).sum() * turned
    return first + turned @ t.T @ cofactors - back @ t.T @ along


def _slope(a: Any, polynomial: Callable[[Any], Any], x: Any, t: Any, degree: int) -> Any:
    """The derivative along t of a polynomial of the elements, by central differences.

    Of a polynomial they are exact, but for rounding; so the steps are of the size of x.
    """
    if a.exact:
        total = 0
        for k, weight in central_difference(degree):
            total = total + (polynomial(x + k * t) - polynomial(x - k * t)) * a.number(weight)
        return total
    length, step = np.max(np.abs(x)), np.max(np.abs(t))
    if not step or (not length and degree > 1):
        return 0 * x
    unit = np.exp2(np.round(np.log2(length) - np.log2(step))) if length else 1
    unit = unit / ((degree + 1) // 2)
    total = 0 * x
    for k, weight in central_difference(degree):
        moved = k * unit * t
        total = total + (polynomial(x + moved) - polynomial(x - moved)) * float(weight)
    return total / unit
