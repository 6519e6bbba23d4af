"""Array numbers whose results are moved at random by as much as rounding may have moved them.

Run twice, what differs is what rounding decided (random rounding: Parker, Pierce and Eggert, Monte
Carlo arithmetic, 2000). An operation that comes out exactly is left alone: the sum of two numbers
whose error is 0, the product of two short ones, what is done with integers, and what only selects
or moves elements. Rows that add up many products have their arguments moved as well: what cancels
inside them is rounded too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradcalc.numbers.arrays import ArrayNumbers
from gradcalc.numbers.shapes import shape_of

MAX_WHOLE = 2.0**53  # integers up to it are exact, and so are their sums
Kernel = Callable[..., Any]


class Perturbation:
    """Moves numbers by up to `unit` of their size; each seed moves them otherwise."""

    def __init__(self, seed: int, unit: Any) -> None:
        self.random = np.random.default_rng(seed)
        self.unit = unit

    def moved(self, number: Any, exact: Any = False) -> Any:
        """A number or an array, moved by half a unit to a whole one where it is not exact."""
        shape = shape_of(number)
        size = self.random.uniform(0.5, 1.0, shape) * self.random.choice((-1.0, 1.0), shape)
        size = np.where(exact, 0.0, size)
        if not shape:
            return number + number * (self.unit * float(size)) if size else number
        steps = size.astype(number.dtype) * self.unit
        return number + number * steps

    # kernels ----------------------------------------------------------------------------------

    def sum(self, kernel: Kernel) -> Kernel:
        """A kernel that adds or subtracts."""

        def perturbed(x: Any, y: Any) -> Any:
            out = kernel(x, y)
            other = out - x  # ±y, where nothing was rounded away
            exact = (np.abs(other) == np.abs(y)) & (out - other == x)
            return self.moved(out, exact)

        return perturbed

    def product(self, kernel: Kernel) -> Kernel:
        """A kernel that multiplies, divides or takes powers."""

        def perturbed(*arguments: Any) -> Any:
            out = kernel(*arguments)
            exact = np.logical_and.reduce(np.broadcast_arrays(*map(_short, (out, *arguments))))
            return self.moved(out, exact)

        return perturbed

    def function(self, kernel: Kernel) -> Kernel:
        """A kernel whose results are never exact, but where all arguments are 0."""

        def perturbed(*arguments: Any) -> Any:
            zero = [np.equal(x, 0) for x in arguments]
            return self.moved(kernel(*arguments), np.logical_and.reduce(np.broadcast_arrays(*zero)))

        return perturbed

    def selection(self, kernel: Kernel) -> Kernel:
        """A kernel in pieces: exact where it gives one of its arguments, or an integer."""

        def perturbed(*arguments: Any) -> Any:
            out = kernel(*arguments)
            exact = np.asarray(_whole(out))
            for x in arguments:
                exact = exact | np.equal(np.abs(out), np.abs(x))
            return self.moved(out, exact)

        return perturbed

    def accumulation(self, kernel: Kernel) -> Kernel:
        """A row of arrays that adds up: moved before and after, unless all are integers."""

        def perturbed(*arguments: Any) -> Any:
            out = kernel(*arguments)
            arrays = [x for x in arguments if isinstance(x, np.ndarray | np.longdouble)]
            if all(np.all(_whole(x)) for x in (out, *arrays)):
                return out
            given = [self.moved(x) if any(x is a for a in arrays) else x for x in arguments]
            return self.moved(kernel(*given))

        return perturbed


def perturbed(system: Any, kinds: Mapping[str, str], seed: int, unit: Any) -> ArrayNumbers:
    """A system of array numbers with every kernel perturbed.

    `kinds` says of each name which method of `Perturbation` it takes; others stay as they are.
    """
    perturbation = Perturbation(seed, unit)
    numbers = ArrayNumbers(system.scalars, system.dtype, {}, system.key, system.decided)
    for name, kernel in vars(system).items():
        if callable(kernel) and name not in vars(numbers):
            kind = kinds.get(name)
            numbers.__dict__[name] = getattr(perturbation, kind)(kernel) if kind else kernel
    numbers.plus, numbers.product = numbers.add, numbers.mul
    return numbers


def _whole(x: Any) -> Any:
    """Where a number is an integer that float64 holds."""
    number = np.asarray(x).astype(float)
    return (number == np.rint(number)) & (np.abs(number) < MAX_WHOLE) & (number == x)


def _short(x: Any) -> Any:
    """Where a number has so few digits that its product with another such number is exact."""
    return np.asarray(x).astype(np.float32).astype(float) == x
