"""An axis: a line through the box along which one input varies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from gradcalc.errors import GradcalcError
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.point import Given
from gradcalc.search.examiner import Examiner
from gradcalc.search.finding import Point
from gradcalc.trace.trace import Trace


class Sample(NamedTuple):
    """A value and its derivative along the axis."""

    value: float
    slope: float


@dataclass(frozen=True, slots=True)
class Axis:
    """The input called `name` varies; `held` has the values of the box's other inputs."""

    examiner: Examiner
    name: str
    held: Point

    def point(self, x: Given) -> Point:
        """The point where the axis's input is x."""
        return {**self.held, self.name: x}

    def trace(self, x: Given) -> Trace | None:
        """The run there, in float64; None where the program has no value."""
        return self.examiner.trace(self.point(x))

    def sample(self, x: float) -> Sample | None:
        """Value and derivative there; None where they are not finite numbers."""
        if not math.isfinite(x):
            return None
        try:
            result = self.examiner.result(self.point(x))
        except GradcalcError as error:
            if not error.is_of_values:
                raise
            return None
        slope = result.gradient[self.name]
        if result.error is not None or shape_of(result.value) or shape_of(slope):
            return None
        return Sample(float(result.value), float(slope))
