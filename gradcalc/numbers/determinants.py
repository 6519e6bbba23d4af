"""Determinants, their signs and logarithms, for any kind of number."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.numbers.elements import is_zero, mapped, plain
from gradcalc.numbers.linear import as_float, pivot
from gradcalc.numbers.shapes import SingularError

MAX_EXPANDED_ROWS = 6  # of a determinant of exact numbers, expanded without a division


def det(a: Any, x: Any) -> Any:
    """The determinant; of few rows of exact numbers without a division, so that 0 is no matter."""
    if not a.exact:
        return plain(np.linalg.det(x)) if x.dtype == float else det_extended(x)
    size = x.shape[0]
    if size <= MAX_EXPANDED_ROWS:
        return expanded(x)
    left = x.copy()
    made: Any = 1
    try:
        for k in range(size):
            made = made * pivot(a, k, left)
            for i in range(k + 1, size):
                if not is_zero(left[i, k]):
                    factor = a.scalars.div(left[i, k], left[k, k])
                    left[i, k + 1 :] = left[i, k + 1 :] - left[k, k + 1 :] * factor
            made = made * left[k, k]
    except SingularError:
        return 0
    return made


def det_extended(x: Any) -> Any:
    """The determinant by elimination in the precision of x."""
    return np.prod(pivots(x)) if x.size else x.dtype.type(1)


def pivots(x: Any) -> Any:
    """The pivots of Gauss's elimination, turned round where rows change places; 0 where there is
    none, and from there on."""
    left, size = x.copy(), x.shape[0]
    found = np.zeros(size, dtype=x.dtype)
    for k in range(size):
        best = k + int(np.argmax(np.abs(left[k:, k])))
        if not left[best, k]:
            break
        if best != k:
            left[[k, best]] = left[[best, k]]
        found[k] = left[k, k] if best == k else -left[k, k]
        left[k + 1 :, k + 1 :] -= np.outer(left[k + 1 :, k] / left[k, k], left[k, k + 1 :])
    return found


def expanded(x: Any) -> Any:
    """Laplace's expansion by rows, each minor formed once."""
    size = x.shape[0]
    minors: dict[tuple[int, ...], Any] = {(): 1}
    for row in range(size - 1, -1, -1):
        grown: dict[tuple[int, ...], Any] = {}
        for columns, minor in minors.items():
            for column in range(size):
                if column not in columns and not is_zero(x[row, column]):
                    place = sum(c < column for c in columns)
                    chosen = tuple(sorted((*columns, column)))
                    term = x[row, column] * minor
                    before = grown.get(chosen, 0)
                    grown[chosen] = before - term if place % 2 else before + term
        minors = grown
    return minors.get(tuple(range(size)), 0)


def logdet(a: Any, x: Any) -> Any:
    """log(det x); ValueError where the determinant is not positive."""
    if a.exact:
        return a.scalars.log(det(a, x))
    if x.dtype != float:
        return a.scalars.log(det(a, x))
    sign, logarithm = np.linalg.slogdet(as_float(x))
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
    return int(np.linalg.slogdet(as_float(x))[0])
