"""Element by element: a kernel of numbers over arrays of objects, and numbers out of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Kernel = Callable[..., Any]


def plain(number: Any) -> Any:
    """What NumPy makes of a single number, as the number it is."""
    if isinstance(number, np.generic):
        return number.item()
    if isinstance(number, np.ndarray) and number.ndim == 0:
        return number.item()
    return number


def mapped(kernel: Kernel, count: int) -> Any:
    """A scalar kernel of `count` arguments, element by element, in arrays of objects."""
    return np.frompyfunc(kernel, count, 1)


def is_zero(number: Any) -> bool:
    """Is it a plain 0, as stands where nothing is?"""
    return isinstance(number, int | float) and number == 0
