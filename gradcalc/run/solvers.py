"""Equations and minima inside the language: `root(f, x, start)` and `argmin(f, v, start)`.

A solution is found by damped Newton steps, whose number is not differentiated: they leave no trace.
From the solution, as a constant, STEPS more Newton steps are recorded. If that constant is off by
e, the last of them is off by e^16, as a function of all that the equation depends on: its n-th
derivative by any of that, which is the implicit one, is right to e^(16 - n). So derivatives come
out as those of any other part of a run, to any order that is asked for in practice.

Where a run is to be followed by others, as the rows of a table follow it, the search is recorded
too, with guards that tell how long it took.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.run.derivatives import DerivativeExpressions
from gradcalc.run.expressions import Code, NotFollowedError
from gradcalc.run.isolation import follow, is_isolated, is_positive
from gradcalc.run.unknown import State, Unknown
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Exact, Solutions

STEPS = 4  # of Newton's method, from the solution on
MAX_ITERATIONS = 100
MAX_HALVINGS = 30  # of one step
CONVERGED = Fraction(1, 10**13)  # of the solution: a last step as small as this ends the search
STUCK = Fraction(1, 10**6)  # of it: a step as small, that makes nothing better, ends it too
ROUNDING = Fraction(1, 10**15)  # of a value that is minimised


class Solvers(DerivativeExpressions):
    """Compiles `root` and `argmin`, whose second argument is a name that only the first sees."""

    def __init__(self, *settings: Any, **named: Any) -> None:
        super().__init__(*settings, **named)
        self.solutions: Solutions = {}  # that are known, from a float64 run
        self.solved: Counter[Span] = Counter()  # how often the run came by a place

    def solver(self, node: ast.Call) -> Code:
        expression, variable, first = node.arguments
        if not isinstance(variable, ast.Name):
            raise GradcalcError(
                "not-a-variable",
                f"the second argument of {node.function} must be a name: the unknown",
                variable.span,
                hint="write root(cos(x) - x, x, 1)",
            )
        name, code, start = variable.name, self.expression(expression), self.expression(first)
        return lambda scope: _Search(self, node, name, code, scope).solved(start(scope))


class _Search(Unknown):
    """The search for it: damped Newton steps."""

    run: Solvers

    def solved(self, start: int) -> int:
        """The slot of the solution."""
        run, span = self.run, self.node.span
        before, run.writer.span = run.writer.span, span
        try:
            x = self._found(self.as_unknown(run.detached(start, span)))
            for _ in range(STEPS):
                state = self.state(x)
                x = self.moved(x, self.step(state))
            return x
        finally:
            run.writer.span = before

    def _found(self, start: int) -> int:
        """The solution, before the steps that are differentiated."""
        run, span = self.run, self.node.span
        key = span, run.solved[span]
        run.solved[span] += 1
        if self.machine:
            run.trace.solutions[key] = self._off_the_trace(start)
        elif key in run.solutions:
            run.trace.solutions[key] = run.solutions[key]
        else:
            return self._search(start)
        exact = run.trace.solutions[key]
        value = exact_number(exact, run.numbers)
        return self.as_unknown(run.trace.constant(exact, value, span))

    def _off_the_trace(self, x: int) -> Exact:
        """Search, and take back all that was recorded: the solution alone is kept."""
        run, trace = self.run, self.run.trace
        by = run.dependents_of(self.name, x)
        start, guards, remarks = len(trace), len(trace.guards), len(trace.remarks)
        lists = [run.earlier, *([] if run.ties is None else [run.ties])]
        lengths = [len(one) for one in lists]
        try:
            found = trace.values[self._search(x)]
        finally:
            run.forget(start, guards, by)
            del trace.remarks[remarks:]
            for one, length in zip(lists, lengths, strict=True):
                del one[length:]
        return found if hasattr(found, "shape") else Fraction(found)

    def _search(self, x: int) -> int:
        """Damped Newton steps until they are tiny; GradcalcError where they don't get there."""
        state = self.state(x)
        for _ in range(MAX_ITERATIONS):
            self.run.turn(self.node.span)
            step = self._direction(state)
            if self.small(step, state.x, CONVERGED):
                return self._accepted(state)
            better = self._better(state, step)
            if better is None and self.small(step, state.x, STUCK):
                return self._accepted(state)
            if better is None:
                raise self.failed("no step makes it better")
            state = better
        raise self.failed(f"{MAX_ITERATIONS} steps are not enough")

    def _direction(self, state: State) -> int:
        """Newton's step; where that does not lead downhill, the gradient."""
        try:
            step = self.step(state)
        except GradcalcError:
            if not self.machine:
                raise
            step = None
        if step is not None and self.machine and not self.finite(step):
            step = None
        if not self.minimises:
            if step is None:
                raise self.failed("the slope is 0")
            return step
        if step is None or not self.holds(">", self.dot(step, state.residual), self.constant(0)):
            return state.residual
        return step

    def _better(self, state: State, step: int) -> State | None:
        """The first of the whole step, its half, its quarter … that makes it better."""
        for _ in range(MAX_HALVINGS):
            try:
                x = self.moved(state.x, step)
                value = self.value(x)
                if self._improves(value, state):
                    return self.state(x, value)
            except GradcalcError as error:
                if error.exit is not Exit.NO_ANSWER:
                    raise
                if self.run.follows:  # alone, the search goes on
                    raise NotFollowedError from error
                if not self.machine:
                    raise
            step = self.n.slot(self.n.handle(step) * Fraction(1, 2))
        return None

    def _improves(self, value: int, old: State) -> bool:
        if self.minimises:
            room = self.n.handle(old.value) + self.n.abs(self.n.handle(old.value)) * ROUNDING
            return self.holds("<=", value, self.n.slot(room))
        return self.holds("<", self.square(value), self.square(old.residual))

    def _accepted(self, last: State) -> int:
        """Where the search has ended, if it is a solution, and the only one near.

        The float64 run looks for all that follow it in other numbers. GradcalcError otherwise.
        """
        what = "minimum" if self.minimises else "root"
        if self.run.follows:
            follow(self, last)
        elif self.machine and not is_isolated(self, last):
            raise self.failed(f"the slope is 0 at the {what}, or nearly")
        if self.minimises and not is_positive(self, last.slope):
            raise self.failed("it leads to a point that is not a minimum")
        return last.x
