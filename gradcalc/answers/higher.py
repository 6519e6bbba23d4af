"""What germs tell of the derivatives of a run of higher order, where rules can't be trusted.

The program of a derivative has lost what its function does beside the point: the branch that was
not taken, the limit of a quotient. So the function is asked.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from gradcalc.answers.evidence import Higher, Target, doubt
from gradcalc.answers.numbers import number_target
from gradcalc.answers.request import Run
from gradcalc.numbers.shapes import shape_of

if TYPE_CHECKING:
    from gradcalc.checks.higher import SecondDerivatives
    from gradcalc.checks.probe import OneSided

MAX_PAIRED_PARTS = 20  # numbers that a run depends on, for second derivatives by germs


class _Function:
    """The value of a run as a function beside its point; no target where it is too large."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.target = _target(run)
        self.doubt = None if self.target is None else doubt(self.target)

    def needed(self, in_doubt: bool) -> bool:
        """Is it to be asked of a derivative that is in doubt itself, or not?"""
        return self.target is not None and (in_doubt or self.doubt is not None)

    @property
    def missing(self) -> bool:
        """Is there no finite value at the point?"""
        return bool(self.doubt)

    @property
    def digits(self) -> int:
        """Of its derivatives."""
        from gradcalc.checks.sides import WANTED_DIGITS

        return max(WANTED_DIGITS, self.run.options.reference_digits)


class HigherOrders(_Function):
    """The derivatives of orders 1 to n of a number by one number."""

    def __init__(self, run: Run, name: str, order: int) -> None:
        super().__init__(run)
        self.name = name
        self.order = order

    @cached_property
    def _rows(self) -> list[OneSided]:
        from gradcalc.checks.higher import orders_along

        assert self.target is not None
        rerun, exact, along = self.target.rerun, self.target.point.numbers, {self.name: 1}
        return orders_along(
            rerun, exact, along, self.order, missing=self.missing, digits=self.digits
        )

    def known(self, k: int, in_doubt: bool) -> Higher:
        """Of the derivative of order k - 1, whose slope is the one of order k."""
        if not self.needed(in_doubt) or k > len(self._rows):
            return Higher()
        return Higher(self._rows[k - 2], {self.name: self._rows[k - 1]})


class HigherHessian(_Function):
    """The second derivatives of a number by all pairs of its inputs' elements."""

    def known(self, part: str, in_doubt: bool) -> Higher:
        """Of the first derivative by one part, and its derivatives by each."""
        if not self.needed(in_doubt) or self.target is None or part not in self.target.wrt:
            return Higher()
        if len(self.target.wrt) > MAX_PAIRED_PARTS:
            return Higher()
        sides = {other: self._seconds.second(part, other) for other in self.target.wrt}
        known = {other: side for other, side in sides.items() if side is not None}
        return Higher(self._seconds.first(part), known)

    @cached_property
    def _seconds(self) -> SecondDerivatives:
        from gradcalc.checks.higher import SecondDerivatives

        assert self.target is not None
        return SecondDerivatives(
            self.target.rerun, self.target.point.numbers, missing=self.missing, digits=self.digits
        )

    def rows(self, group: tuple[str, ...]) -> list[partial[Higher]]:
        """`known` for each element of the gradient by some inputs."""
        from gradcalc.trace.elements import element_name, indices

        machine = self.run.point.machine()
        return [
            partial(self.known, element_name(name, index))
            for name in group
            for index in indices(shape_of(machine[name]))
        ]


def _target(run: Run) -> Target | None:
    """The run's value as a number to be proven; None where it is too large for that."""
    if not run.trace.statics and not any(map(shape_of, run.point.machine().values())):
        return number_target(run)
    from gradcalc.answers.elementwise import element_target

    return element_target(run)
