"""Kernels of arrays that sort, compare and reduce, for any kind of number.

Orders are decided by `a.key`, so that numbers that are not known yet, only where they stand in a
trace, can be sorted too.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from gradcalc.numbers.elements import is_zero, mapped, plain
from gradcalc.numbers.system import COMPARISONS


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
        return mapped(lambda left, right: 0 if is_zero(right) else left * right, 2)(x, t)
    with np.errstate(all="ignore"):
        return np.where(t == 0, 0, x * t)
