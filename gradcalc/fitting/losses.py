"""The losses of a residual in its own units, as functions of arrays and of balls.

For the constants see R. Maronna et al., Robust Statistics, 2006.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradcalc.fitting.problem import Vector

Loss = Literal["squares", "huber", "soft-l1", "cauchy", "tukey"]
Ball = tuple[Any, Any]  # weight and slope, as balls of Arb's


@dataclass(frozen=True, slots=True)
class Shape:
    """A loss: the weight of u, the derivative of u times the weight, and the constant c.

    `ball` gives weight and slope for all u of a ball, None where it may hold a kink.
    """

    weight: Callable[[Vector], Vector]
    slope: Callable[[Vector], Vector]
    tuning: float
    ball: Callable[[Any], Ball | None]


def _huber(u: Any) -> Ball | None:
    if abs(u) < 1:
        return u * 0 + 1, u * 0 + 1
    return (1 / abs(u), u * 0) if abs(u) > 1 else None


def _soft(u: Any) -> Ball:
    root = (1 + u * u).rsqrt()
    return root, root**3


def _cauchy(u: Any) -> Ball:
    return 1 / (1 + u * u), (1 - u * u) / (1 + u * u) ** 2


def _tukey(u: Any) -> Ball | None:
    if abs(u) < 1:
        return (1 - u * u) ** 2, (1 - u * u) * (1 - 5 * u * u)
    return (u * 0, u * 0) if abs(u) > 1 else None


SHAPES = {
    "huber": Shape(
        lambda u: 1 / np.maximum(1, np.abs(u)),
        lambda u: (np.abs(u) <= 1).astype(float),
        1.345,
        _huber,
    ),
    "soft-l1": Shape(lambda u: (1 + u * u) ** -0.5, lambda u: (1 + u * u) ** -1.5, 1.345, _soft),
    "cauchy": Shape(
        lambda u: 1 / (1 + u * u), lambda u: (1 - u * u) / (1 + u * u) ** 2, 2.385, _cauchy
    ),
    "tukey": Shape(
        lambda u: np.maximum(0, 1 - u * u) ** 2,
        lambda u: np.where(u * u < 1, (1 - u * u) * (1 - 5 * u * u), 0),
        4.685,
        _tukey,
    ),
}
