"""Functions over boxes that are made of another's derivatives: one of them, or how steep it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

from gradcalc.boxes.cones import largest_sum, longest
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.parts import Sides
from gradcalc.numbers.ranges import hull, integer_power, magnitude

Arb = Any  # flint.arb
Matrix = list[list[Arb]]


class Differentiable(Protocol):
    """A function whose derivatives are known over boxes; NotEnclosedError where they are not."""

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """The value and the generalised derivatives."""

    def pieces(self, box: Box) -> list[tuple[Arb, list[Arb]]]:
        """The value and the generalised derivatives for each choice of the sides of kinks."""

    def at_cones(self, box: Box) -> list[list[Matrix]]:
        """For each cone and choice of sides, the derivatives by its slopes; see `cones`."""

    def curves(self, box: Box) -> tuple[list[Arb], Matrix]:
        """The gradient and the Hessian; the function is smooth in the box."""


class Derived:
    """A function of another's derivatives; a base of the two below."""

    def hessian(self, box: Box) -> Matrix:
        """Not known: third derivatives."""
        raise NotEnclosedError("third derivatives are not taken", divisible=False)

    def where_defined(self, box: Box, part: Sides) -> tuple[Arb, Arb]:
        """Not known: at the edge of a domain derivatives are seldom bounded."""
        raise NotEnclosedError("a derivative has no finite enclosure over the box")


@dataclass(frozen=True, slots=True)
class Slope(Derived):
    """The derivative of a function by its input number `which`; at a kink, all that lies between
    the derivatives on its sides."""

    function: Differentiable
    which: int

    def value(self, box: Box) -> Arb:
        """All its values in the box."""
        return _finite(self.function.slopes(box)[1][self.which])

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """Its values and derivatives."""
        gradient, hessian = self.function.curves(box)
        return _finite(gradient[self.which]), hessian[self.which]


@dataclass(frozen=True, slots=True)
class Steepness(Derived):
    """The length of the gradient: of |f(b) - f(a)| over the length of b - a, the greatest is the
    Lipschitz constant.

    With `squared` both lengths are Euclidean. Else the way's is its greatest entry, and the
    gradient's, which is dual to it, the sum of all entries.
    """

    function: Differentiable
    squared: bool

    def value(self, box: Box) -> Arb:
        """Its values nearly everywhere in the box, by the sides of kinks: at a kink it counts as
        the greatest and the least beside it."""
        lengths = [_finite(self._length(piece)) for _, piece in self.function.pieces(box)]
        return self._at_most(reduce(hull, lengths), box)

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """Its values and generalised derivatives."""
        gradient, hessian = self.function.curves(box)
        length = _finite(self._length(gradient))
        weights = [self._weight(slope, length) for slope in gradient]
        inputs = range(len(gradient))
        length = self._at_most(length, box)
        return length, [sum(weights[i] * hessian[i][j] for i in inputs) for j in inputs]

    def _at_most(self, length: Arb, box: Box) -> Arb:
        """The length without what is above its bound by any of the cones."""
        for sides in self.function.at_cones(box):
            bounds = [longest(one) if self.squared else largest_sum(one) for one in sides]
            bound = reduce(lambda a, b: a.max(b), bounds)
            if bound < length.upper():
                length = length.lower().min(bound).union(bound)
        return length

    def _length(self, gradient: list[Arb]) -> Arb:
        if not self.squared:
            return sum(map(magnitude, gradient))
        return sum(integer_power(slope, 2) for slope in gradient).nonnegative_part().sqrt()

    def _weight(self, slope: Arb, length: Arb) -> Arb:
        """The derivative of the length by an entry of the gradient."""
        if not self.squared:
            return slope.sgn()
        whole = type(slope)(0, 1)
        return whole if length.contains(0) else (slope / length).intersection(whole)


@dataclass(frozen=True, slots=True)
class Negative:
    """A function with the other sign: its minimum is the other's maximum."""

    function: Any

    def value(self, box: Box) -> Arb:
        """All its values."""
        return -self.function.value(box)

    def where_defined(self, box: Box, part: Sides) -> tuple[Arb, Arb]:
        """The ends of its values, wherever it is defined."""
        low, high = self.function.where_defined(box, part)
        return -high, -low

    def slopes(self, box: Box) -> tuple[Arb, list[Arb]]:
        """Its values and generalised derivatives."""
        value, slopes = self.function.slopes(box)
        return -value, [-slope for slope in slopes]

    def gradient(self, box: Box) -> tuple[Arb, list[Arb]]:
        """Its values and derivatives, where it is smooth."""
        value, gradient = self.function.gradient(box)
        return -value, [-slope for slope in gradient]

    def hessian(self, box: Box) -> Matrix:
        """Its second derivatives."""
        return [[-entry for entry in row] for row in self.function.hessian(box)]


def _finite(derivative: Arb) -> Arb:
    if not derivative.is_finite():
        raise NotEnclosedError("a derivative has no finite enclosure over the box")
    return derivative
