"""The distinct numbers of an array, without what `numpy.unique` loads: masked arrays, 20 ms."""

from __future__ import annotations

from typing import Any

import numpy as np


def distinct(x: Any) -> Any:
    """The numbers of an array in ascending order, each once; NaN, if there is one, comes last."""
    ordered = np.sort(x, axis=None)
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]) & ~np.isnan(ordered[:-1])
    return ordered[first]
