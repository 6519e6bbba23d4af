"""Arrays of numbers: any number system lifted to vectors and matrices.

An array is a NumPy array: of float64 for machine numbers, of objects for the others. A number
alone stays what it was, so a lifted system costs a program of scalars one look at each argument.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradcalc.numbers.elements import mapped, plain
from gradcalc.numbers.shapes import Shape, shape_of
from gradcalc.numbers.system import Numbers

Array = Any  # np.ndarray, or a number where the shape is ()
Kernel = Callable[..., Any]


class ArrayNumbers(Numbers):
    """A number system whose numbers may be arrays.

    `dtype` is that of its arrays; `scalars` the system of its elements. `key(x)` is a number that
    decides an order, and `decided(op, x, y, outcome)` is told of each comparison that did.
    """

    def __init__(
        self,
        scalars: Numbers,
        dtype: Any,
        kernels: Mapping[str, Kernel],
        key: Callable[[Any], Any] = lambda x: x,
        decided: Callable[[str, Any, Any, bool], None] | None = None,
    ) -> None:
        super().__init__(scalars.kind, scalars.number, scalars.constant, kernels)
        self.context = scalars.context
        self.scalars = scalars
        self.dtype = dtype
        self.np = np
        self.shape = shape_of
        self.plain = plain
        self.plus: Kernel = operator.add  # of sweeps: of two tangents or cotangents
        self.product: Kernel = operator.mul  # of sweeps: of one of them and a partial derivative
        self.key = key
        self.decided = decided

    @property
    def linear(self) -> Any:
        """The kernels of linear algebra."""
        from gradcalc.numbers import linear

        return linear

    @property
    def determinants(self) -> Any:
        """The kernels of determinants."""
        from gradcalc.numbers import determinants

        return determinants

    @property
    def cofactors(self) -> Any:
        """The kernels of what determinants have for derivatives."""
        from gradcalc.numbers import cofactors

        return cofactors

    @property
    def exponentials(self) -> Any:
        """The kernels of exponentials of matrices."""
        from gradcalc.numbers import exponentials

        return exponentials

    @property
    def singular(self) -> Any:
        """The kernels of singular values."""
        from gradcalc.numbers import singular

        return singular

    @property
    def reductions(self) -> Any:
        """The kernels that sort, compare and reduce."""
        from gradcalc.numbers import reductions

        return reductions

    def array(self, items: Any) -> Array:
        """An array of the system's dtype from nested sequences, or from an array."""
        return np.asarray(items, dtype=self.dtype)

    def zeros(self, shape: Shape) -> Array:
        """Zeros; in an array of objects they are Python's own 0, which any number takes in."""
        return np.zeros(shape, dtype=self.dtype)

    @property
    def exact(self) -> bool:
        """Are the arrays arrays of objects, which NumPy's own linear algebra can't take?"""
        return bool(self.dtype == object)

    def holds(self, mask: Array) -> Array:
        """Where a mask is not 0."""
        if not self.exact:
            return np.asarray(mask) != 0
        return mapped(lambda one: self.key(one) != 0, 1)(mask).astype(bool)

    def from_floats(self, floats: Array) -> Array:
        """Float64 data as numbers of the system."""
        if not self.exact:
            return np.asarray(floats, dtype=self.dtype)
        from fractions import Fraction

        def convert(x: float) -> Any:
            return self.number(Fraction(x)) if np.isfinite(x) else x

        return mapped(convert, 1)(floats)


def elementwise(kernel: Kernel, arrays: Kernel, count: int | None) -> Kernel:
    """A kernel that takes numbers the one way and arrays the other."""
    ndarray = np.ndarray

    def one(x: Any) -> Any:
        return arrays(x) if isinstance(x, ndarray) else kernel(x)

    def two(x: Any, y: Any) -> Any:
        if isinstance(x, ndarray) or isinstance(y, ndarray):
            return arrays(x, y)
        return kernel(x, y)

    def many(*given: Any) -> Any:
        return (arrays if any(isinstance(x, ndarray) for x in given) else kernel)(*given)

    if count == 1:
        return one
    return two if count == 2 else many
