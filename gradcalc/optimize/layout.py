"""The unknowns of a problem as one vector, and back: numbers and the elements of arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.numbers.shapes import Shape, shape_of
from gradcalc.trace.elements import element_name, indices

Vector = Any  # a 1-D array of float64


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of each unknown, by name, in the order of the vector."""

    shapes: Mapping[str, Shape]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Layout:
        """The layout of some values, which are numbers or arrays."""
        return cls({name: tuple(shape_of(value)) for name, value in values.items()})

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def has_arrays(self) -> bool:
        return any(self.shapes.values())

    @property
    def elements(self) -> tuple[str, ...]:
        """What each number of the vector is called: x, w[0, 1]."""
        return tuple(
            element_name(name, index)
            for name, shape in self.shapes.items()
            for index in indices(shape)
        )

    def vector(self, values: Mapping[str, Any]) -> Vector:
        """The values as one vector."""
        return np.concatenate([np.ravel(values[name]).astype(float) for name in self.shapes])

    def values(self, vector: Vector) -> dict[str, Any]:
        """A vector as values by name: floats, and arrays."""
        return {
            name: part.reshape(self.shapes[name]) if self.shapes[name] else float(part[0])
            for name, part in self.parts(vector)
        }

    def parts(self, vector: Vector) -> Iterator[tuple[str, Vector]]:
        """The piece of the vector that each unknown has."""
        start = 0
        for name, shape in self.shapes.items():
            size = math.prod(shape)
            yield name, vector[start : start + size]
            start += size
