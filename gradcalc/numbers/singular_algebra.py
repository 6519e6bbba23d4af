"""How singular values change with the elements of a matrix, in numbers of any kind.

An algebraic formula in the value itself, which can be differentiated again. Matrices are square,
and their elements are listed row by row.
"""

from __future__ import annotations

import math
from typing import Any


def place(k: Any, count: int) -> tuple[int, int]:
    """Which value, and how many rows; ValueError where there is none such."""
    which, size = int(k), math.isqrt(count)
    if which != k or not 0 <= which < size:
        raise ValueError("no such singular value")
    return which, size


def halves(numbers: Any) -> tuple[Any, Any]:
    """The direction and the matrix."""
    middle = len(numbers) // 2
    return numbers[:middle], numbers[middle:]


def slopes(value: Any, x: Any) -> list[Any]:
    """The derivatives of a singular value by the elements of a square matrix: those of u @ v.T.

    With the Gram matrix G = x @ x.T the projector u @ u.T is adj(v²I - G) divided by its trace: an
    algebraic formula in the value itself, which any kind of numbers can compute and differentiate
    again. ZeroDivisionError, or NaN, where the value is 0 or not the only one.
    """
    size = math.isqrt(len(x))
    grid = [x[k * size : (k + 1) * size] for k in range(size)]
    square = value * value
    shifted = [
        [square - dot(u, v) if i == j else -dot(u, v) for j, v in enumerate(grid)]
        for i, u in enumerate(grid)
    ]
    adjugate = _adjugate(shifted)
    trace = _sum([adjugate[k][k] for k in range(size)]) * value
    columns = list(zip(*grid, strict=True))
    return [dot(row, column) / trace for row in adjugate for column in columns]


def _adjugate(x: list[list[Any]]) -> list[list[Any]]:
    """By Faddeev and LeVerrier's recursion, which divides by integers only; of the sign that makes
    no difference to a quotient of its elements."""
    size = len(x)
    made: list[list[Any]] = [[int(i == j) for j in range(size)] for i in range(size)]
    for k in range(1, size):
        columns = list(zip(*made, strict=True))
        product = [[dot(row, column) for column in columns] for row in x]
        shift = _sum([product[i][i] for i in range(size)]) / k
        made = [[product[i][j] - shift if i == j else product[i][j] for j in range(size)]
                for i in range(size)]  # fmt: skip
    return made


def dot(x: Any, y: Any) -> Any:
    """The sum of the products."""
    return _sum([a * b for a, b in zip(x, y, strict=True)])


def _sum(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


class _Dual:
    """A number and its derivative along one direction, in numbers of any kind."""

    __slots__ = ("along", "value")

    def __init__(self, value: Any, along: Any) -> None:
        self.value, self.along = value, along

    def __add__(self, other: Any) -> _Dual:
        other = _dual(other)
        return _Dual(self.value + other.value, self.along + other.along)

    def __neg__(self) -> _Dual:
        return _Dual(-self.value, -self.along)

    def __sub__(self, other: Any) -> _Dual:
        return self + -_dual(other)

    def __mul__(self, other: Any) -> _Dual:
        other = _dual(other)
        along = self.along * other.value + self.value * other.along
        return _Dual(self.value * other.value, along)

    def __truediv__(self, other: Any) -> _Dual:
        other = _dual(other)
        quotient = self.value / other.value
        return _Dual(quotient, (self.along - quotient * other.along) / other.value)

    __radd__, __rmul__ = __add__, __mul__


def _dual(number: Any) -> _Dual:
    return number if isinstance(number, _Dual) else _Dual(number, 0)


def second_slope(value: Any, along: Any, t: Any, x: Any, which: int) -> Any:
    """How the derivative of a singular value along t changes with one element of the matrix, by
    which the value itself changes `along`."""
    moved = [_Dual(number, int(m == which)) for m, number in enumerate(x)]
    return dot(t, [slope.along for slope in slopes(_Dual(value, along), moved)])
