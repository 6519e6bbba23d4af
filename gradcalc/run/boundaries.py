"""Derivatives at the boundary of a branch: the mean of those on its two sides.

Where a comparison inside D(f, x) ties, as x == 2 does at 2, the branch taken may be that of a
single point. The expression is then run once more for either side of x: a tie is decided as the
slope of its difference decides it a hair beside the point. Where it comes before D(y, x), and x is
an input, the program is run once more up to there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import COMPARISONS
from gradcalc.run.array_calls import ArrayCalls
from gradcalc.run.dependents import Dependents, activated
from gradcalc.run.expressions import Code, Scope

AT_A_BOUNDARY = "is that of the branch taken at a boundary: beside it the derivative may differ"
MEAN_OF_SIDES = "is the mean of the one-sided derivatives: the point is the boundary of a branch"
MAX_RERUNS = 20  # of a program, up to derivatives of what was computed before them
SAME_VALUE = 1e-12  # relative difference up to which two branches meet


class Tie(NamedTuple):
    """A comparison of two slots of equal value."""

    left: int
    right: int
    span: Span


@dataclass
class Side:
    """A run for x + h (sign 1) or x - h (sign -1), h tiny; how it decided the ties of x."""

    by: Dependents
    sign: int
    outcomes: list[bool] = field(default_factory=list)


class ReachedError(Exception):
    """The run has come to the derivative that it was to run up to; `slot` is what that is of."""

    def __init__(self, slot: int) -> None:
        super().__init__()
        self.slot = slot


class UndecidedError(Exception):
    """The slopes at a tie don't tell how it is decided beside the point."""


class Boundaries(ArrayCalls):
    """Compiles comparisons that tie where a derivative is taken."""

    def __init__(self, *settings: Any, **named: Any) -> None:
        super().__init__(*settings, **named)
        self.ties: list[Tie] | None = None  # met inside the derivative that is being taken
        self.sides: list[Side] = []  # being run, the innermost last
        self.earlier: list[Tie] = []  # met outside of every derivative
        self.restart: Callable[[], Any] | None = None  # runs the program from its inputs on
        self.reached: dict[int, int] = {}  # by node of a derivative, how often the run came by
        self.wanted: tuple[int, int] | None = None  # the node and the time to run up to
        self.reruns = 0

    def compared(self, op: str, left: int, right: int, span: Span) -> bool:
        derives = self.ties is not None or bool(self.derived_by)
        if (self.sides or derives) and self._ties(left, right):
            for side in reversed(self.sides):
                if left in side.by or right in side.by:
                    slope = self._slope(left, side.by) - self._slope(right, side.by)
                    if slope == 0:
                        raise UndecidedError
                    outcome = bool(COMPARISONS[op](slope * side.sign, 0))
                    side.outcomes.append(outcome)
                    return outcome
            if self.ties is not None:
                self.ties.append(Tie(left, right, span))
            elif not self.sides:
                self.earlier.append(Tie(left, right, span))
        outcome = super().compared(op, left, right, span)
        if self.follows and derives and op not in ("==", "!="):
            # Where it ties, the derivative is another than on the side that it then falls to.
            super().compared("==", left, right, span)
        return outcome

    def _ties(self, left: int, right: int) -> bool:
        """Do two slots hold the same number?"""
        one, other = self.trace.values[left], self.trace.values[right]
        return not (shape_of(one) or shape_of(other)) and bool(one == other)

    def _slope(self, slot: int, by: Dependents) -> Any:
        """The derivative of a slot, as a number of the run; nothing is recorded."""
        from gradcalc.modes.arrays import pushforward
        from gradcalc.modes.sweeps import forward

        trace, n = self.trace, self.numbers
        slots = by.between(slot)
        if not slots:
            return 0
        with activated(trace, slots):
            if self.holds_arrays:
                tangent = pushforward(trace, trace.values, n, {by.slot: 1}, slots=slots)[slot]
            else:
                tangent = forward(trace, trace.values, n, {by.slot: 1}, slots=slots)[slot]
        return 0 if tangent is None else tangent

    @contextmanager
    def watched(self) -> Iterator[list[Tie]]:
        """The ties met meanwhile, in a list that fills."""
        before, self.ties = self.ties, []
        try:
            yield self.ties
        finally:
            self.ties = before

    def beside(self, code: Code, result: int, by: Dependents, scope: Scope) -> list[int]:
        """The slots of an expression's value on either side of the variable: one slot where they
        take the same branches, and none where that isn't known or the value jumps."""
        start, guards, runs = len(self.trace), len(self.trace.guards), []
        try:
            for sign in (1, -1):
                side = Side(by, sign)
                self.sides.append(side)
                try:
                    runs.append((side.outcomes, code(scope)))
                finally:
                    self.sides.pop()
        except (GradcalcError, UndecidedError):
            runs = []
        if not runs or not all(self._meets(slot, result) for _, slot in runs):
            self.forget(start, guards, by)
            return []
        (right, first), (left, second) = runs
        return [first] if right == left else [first, second]

    def beside_from_start(
        self, node: ast.Call, result: int, by: Dependents, scope: Scope
    ) -> list[int]:
        """`beside` for a derivative by an input, of what was computed before it: the program is run
        again up to this derivative."""
        restart, self.reruns = self.restart, self.reruns + 1
        if restart is None or self.reruns > MAX_RERUNS or by.slot not in self.trace.inputs.values():
            return []
        before = self.reached, self.steps, self.depth

        def code(_: Scope) -> int:
            self.reached, self.wanted = {}, (id(node), before[0][id(node)])
            try:
                restart()
            except ReachedError as reached:
                return reached.slot
            finally:
                self.wanted = None
                self.reached, self.steps, self.depth = before
            raise UndecidedError  # beside the point the run does not come by

        return self.beside(code, result, by, scope)

    def _meets(self, slot: int, other: int) -> bool:
        """Are two slots of equal value, but for rounding?"""
        one, two = self.trace.values[slot], self.trace.values[other]
        if shape_of(one) or shape_of(two):
            import numpy as np

            return shape_of(one) == shape_of(two) and np.allclose(one, two, SAME_VALUE, SAME_VALUE)
        return bool(abs(one - two) <= SAME_VALUE * max(abs(one), abs(two), 1))

    def forget(self, start: int, guards: int, by: Dependents) -> None:
        """Take back what was recorded from a slot on: a run that led nowhere."""
        trace = self.trace
        columns: tuple[list[Any], ...] = (
            trace.rules,
            trace.arguments,
            trace.spans,
            trace.values,
            trace.active,
            self.varying,
            self._of_variables,
        )
        for column in columns:
            del column[start:]
        del trace.guards[guards:]
        del by.marks[start - by.slot :]
        self.forget_dependents(start)
        for table in (trace.constants, trace.statics, trace.names):
            for slot in [slot for slot in table if slot >= start]:
                del table[slot]
        for slots in (self.fixed, self.variables_bound):
            slots.difference_update({slot for slot in slots if slot >= start})

    def forget_dependents(self, start: int) -> None:
        """Forget what varies among the slots from `start` on."""
