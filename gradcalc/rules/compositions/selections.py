"""Elements chosen by their places, in any order, and others put into them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gradcalc.rules.compositions.operands import filled, flattened

Places = tuple[int, ...]


def taken(n: Any, x: Any, places: Places, axis: int | None) -> Any:
    """The elements of x at some places along an axis; without one, of all of them in a row."""
    return n.take(flattened(n, x) if axis is None else x, places, -1 if axis is None else axis)


def replaced(n: Any, x: Any, e: Any, places: Places, axis: int | None) -> Any:
    """x with the elements at some places, each given once, replaced by those of e."""
    if axis is None:
        whole = n.reshape(x, x.shape, (math.prod(x.shape),))
        return n.reshape(replaced(n, whole, e, places, -1), whole.shape, x.shape)
    size = x.shape[axis]
    here = n.scatter(filled(n, n.number(Fraction(1)), e.shape), size, places, axis)
    return n.select(here, n.scatter(e, size, places, axis), x)
