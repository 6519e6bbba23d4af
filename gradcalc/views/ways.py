"""The ways to a derivative, as columns: those that give the same numbers share one.

`forward = reverse = sympy` over one column says what three equal columns would.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from gradcalc.answers.result import Derivative, Result
from gradcalc.numbers.big import brief
from gradcalc.numbers.shapes import shape_of
from gradcalc.views.verdicts import lost_digits


class Way(NamedTuple):
    """A heading, and for each derivative its number by this way: None where there is none."""

    heading: str
    numbers: tuple[Any, ...]
    counted: bool = True  # are the digits counted those of these numbers?

    def joined(self, other: Way) -> Way:
        """Both ways under one heading."""
        return Way(f"{self.heading} = {other.heading}", self.numbers, self.counted or other.counted)


def ways(result: Result, mode: str = "both") -> list[Way]:
    """The answer, where neither sweep gave it; the sweeps of `mode`; sympy; the truth, if amiss."""
    rows = result.derivatives

    def way(heading: str, of: Callable[[Derivative], Any], counted: bool = True) -> Way:
        return Way(heading, tuple(map(of, rows)), counted)

    if result.precise and all(row.reference is not None for row in rows):
        return [way("answer", lambda row: row.reference, counted=False)]
    columns = [way("answer", lambda row: row.gradient)]
    if _same(columns[0], way("", lambda row: row.reverse)):
        columns = []  # the answer is the reverse sweep's
    if mode != "reverse":
        columns.append(way("forward", lambda row: row.forward))
    if mode != "forward":
        columns.append(way("reverse", lambda row: row.reverse))
    columns.append(way("sympy", lambda row: row.symbolic, counted=False))
    merged: list[Way] = []
    for column in columns:
        if merged and _same(merged[-1], column):
            merged[-1] = merged[-1].joined(column)
        elif any(number is not None for number in column.numbers):
            merged.append(column)
    if any(lost_digits(result, row) for row in rows):
        merged.append(way("truth", lambda row: _brief(row.reference), counted=False))
    return merged


def _brief(true: Any) -> Any:
    """The truth for the eye; of arrays, and where there is none, as it is."""
    return brief(true) if isinstance(true, str) else true


def _same(one: Way, other: Way) -> bool:
    return all(map(_equal, one.numbers, other.numbers))


def _equal(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return False
    if shape_of(a) or shape_of(b):
        import numpy as np

        return bool(np.array_equal(a, b, equal_nan=True))
    return bool(a == b or (math.isnan(a) and math.isnan(b)))
