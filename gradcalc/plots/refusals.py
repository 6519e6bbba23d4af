"""What can't be drawn, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.numbers.shapes import shape_of


def refuse_width(name: str, low: float, high: float) -> None:
    """GradcalcError for bounds between which there is nothing, or too much."""
    if not low < high:
        raise GradcalcError(
            "bad-box",
            f"the bounds of {name} are the same number, {low:g}",
            hint=f"write --over {name}={low - 1:g}:{low + 1:g}",
            source="",
        )
    if not math.isfinite(2 * (high - low)):
        raise GradcalcError(
            "bad-box",
            f"the interval of {name} is too wide to be drawn",
            hint=f"write --over {name}=-10:10",
            source="",
        )


def refuse_arrays(numbers: Mapping[str, Any]) -> None:
    """GradcalcError for a value that is not a single number."""
    for name, value in numbers.items():
        if shape_of(value):
            raise GradcalcError(
                "usage", f"{name} is an array; plot takes only numbers", hint="give a number"
            )
