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

import math
import sys
from collections import Counter
from fractions import Fraction
from typing import Any, NamedTuple

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.modes.sweeps import partial_at
from gradcalc.numbers.shapes import described
from gradcalc.rules.table import TABLE
from gradcalc.run.derivatives import DerivativeExpressions
from gradcalc.run.expressions import Code, NotFollowedError, Scope
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Exact, Solutions

STEPS = 4  # of Newton's method, from the solution on
MAX_ITERATIONS = 100
MAX_HALVINGS = 30  # of one step
CONVERGED = Fraction(1, 10**13)  # of the solution: a last step as small as this ends the search
STUCK = Fraction(1, 10**6)  # of it: a step as small, that makes nothing better, ends it too
SAME_SLOPE = 1e-3  # by which the slope may change as far around the solution as it may be off
SAFETY = 4  # times the first-order bound of what rounding makes of a residual
FAR_BESIDE = Fraction(1, 10**8)  # of a solution: where the slope of rows that follow is looked at
APART = 1e-8  # of a vector, as far around it as it may be off
ROUNDING = Fraction(1, 10**15)  # of a value that is minimised


class State(NamedTuple):
    """Slots at one point: of f, of what is to be 0 (f, or its gradient), and of its slope."""

    x: int
    value: int
    residual: int
    slope: int


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


class _Search:
    """One equation, or one minimum, at one place of a run."""

    def __init__(self, run: Solvers, node: ast.Call, name: str, code: Code, scope: Scope) -> None:
        self.run = run
        self.node = node
        self.name = name
        self.code = code
        self.scope = scope
        self.minimises = node.function == "argmin"
        self.machine = run.numbers.kind == "machine" and not run.follows
        self.n: Any = run.writer

    def solved(self, start: int) -> int:
        """The slot of the solution."""
        run, span = self.run, self.node.span
        before, run.writer.span = run.writer.span, span
        try:
            x = self._found(self._as_unknown(run.detached(start, span)))
            for _ in range(STEPS):
                state = self._state(x)
                x = self._moved(x, self._step(state))
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
        return self._as_unknown(run.trace.constant(exact, value, span))

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
        state = self._state(x)
        for _ in range(MAX_ITERATIONS):
            self.run.turn(self.node.span)
            step = self._direction(state)
            if self._small(step, state.x, CONVERGED):
                return self._accepted(state)
            better = self._better(state, step)
            if better is None and self._small(step, state.x, STUCK):
                return self._accepted(state)
            if better is None:
                raise self._failed("no step makes it better")
            state = better
        raise self._failed(f"{MAX_ITERATIONS} steps are not enough")

    def _state(self, x: int) -> State:
        """f at a point, with what is to be 0, and the slope of that."""
        run, span = self.run, self.node.span
        by = run.dependents_of(self.name, x)
        value = self.code({**self.scope, self.name: x})
        size = run.shape(x)
        if len(size) > 1 or (self.minimises and run.shape(value)):
            raise self._shapes(
                "number" if len(size) <= 1 else "vector", value if len(size) <= 1 else x
            )
        if not self.minimises and run.shape(value) != size:
            raise self._shapes(f"of the unknown's shape, {described(size)}", value)
        if value not in by:
            raise self._independent()
        residual = run.derived(run.gradient, value, by, span) if self.minimises else value
        slope = run.derived(run.jacobian if size else run.by_number, residual, by, span)
        return State(x, value, residual, slope)

    def _step(self, state: State) -> int:
        """Newton's: the residual divided by its slope."""
        n, residual, slope = self.n, state.residual, state.slope
        if self.run.shape(state.x):
            slot: int = n.slot(n.solve(n.handle(slope), n.handle(residual), 1))
            return slot
        return self.run.record(TABLE["div"], (residual, slope), self.node.span)

    def _direction(self, state: State) -> int:
        """Newton's step; where that does not lead downhill, the gradient."""
        try:
            step = self._step(state)
        except GradcalcError:
            if not self.machine:
                raise
            step = None
        if step is not None and self.machine and not self._finite(step):
            step = None
        if not self.minimises:
            if step is None:
                raise self._failed("the slope is 0")
            return step
        if step is None or not self._holds(">", self._dot(step, state.residual), self._constant(0)):
            return state.residual
        return step

    def _better(self, state: State, step: int) -> State | None:
        """The first of the whole step, its half, its quarter … that makes it better."""
        for _ in range(MAX_HALVINGS):
            try:
                new = self._state(self._moved(state.x, step))
                if self._improves(new, state):
                    return new
            except GradcalcError as error:
                if error.exit is not Exit.NO_ANSWER:
                    raise
                if self.run.follows:  # alone, the search goes on
                    raise NotFollowedError from error
                if not self.machine:
                    raise
            step = self.n.slot(self.n.handle(step) * Fraction(1, 2))
        return None

    def _improves(self, new: State, old: State) -> bool:
        if self.minimises:
            room = self.n.handle(old.value) + self.n.abs(self.n.handle(old.value)) * ROUNDING
            return self._holds("<=", new.value, self.n.slot(room))
        return self._holds("<", self._square(new.residual), self._square(old.residual))

    def _accepted(self, last: State) -> int:
        """Where the search has ended, if it is a solution, and the only one near.

        The float64 run looks for all that follow it in other numbers. GradcalcError otherwise.
        """
        what = "minimum" if self.minimises else "root"
        if self.run.follows:
            self._follow(last)
        elif self.machine and not self._is_isolated(last):
            raise self._failed(f"the slope is 0 at the {what}, or nearly")
        if self.minimises and not self._is_positive(last.slope):
            raise self._failed("it leads to a point that is not a minimum")
        return last.x

    def _follow(self, last: State) -> None:
        """Let only rows follow that are isolated by far; NotFollowedError for others."""
        run, n = self.run, self.n
        start, guards = len(run.trace), len(run.trace.guards)
        if run.shape(last.x) or not self._is_isolated(last):
            raise NotFollowedError
        run.forget(start, guards, run.dependents_of(self.name, last.x))
        beside = self._state(self._as_unknown(n.slot(n.handle(last.x) * (1 + FAR_BESIDE))))
        change = n.handle(beside.slope) - n.handle(last.slope)
        bound = n.abs(n.handle(last.slope)) * Fraction(SAME_SLOPE)
        if not self._holds("<=", n.slot(n.abs(change)), n.slot(bound)):
            raise NotFollowedError

    def _is_isolated(self, state: State) -> bool:
        """Is the slope the same as far around the solution as rounding may have moved it?

        Then the steps from there on converge as fast as they should (Kantorovich); at a multiple
        root it is another, which float64 alone can't tell: x^2 - 2*x + 1 is 0 for all x near 1.
        """
        import numpy as np

        values, n = self.run.trace.values, self.n
        slope = np.array(values[state.slope], dtype=float)
        scale = np.abs(slope).max()
        if not (scale > 0 and math.isfinite(scale)):
            return False
        for sign in (1, -1):
            moved = n.slot(n.handle(state.x) + self._doubt(state, float(scale)) * sign)
            try:
                there = self._state(self._as_unknown(moved))
            except GradcalcError:
                return False
            change = np.array(values[there.slope], dtype=float) - slope
            if change.ndim == 2:
                change = np.linalg.solve(slope, change)
                scale = 1.0
            if not np.abs(change).max() <= SAME_SLOPE * scale:
                return False
        return True

    def _doubt(self, state: State, slope: float) -> Fraction:
        """How far the solution may be off: what rounding makes of the residual, over the slope."""
        values = self.run.trace.values
        x = values[state.x]
        if self.run.shape(state.x):
            return Fraction(APART * float(abs(x).max()))
        try:
            noise = self._rounding(state)
        except GradcalcError:  # a derivative that is not known
            return Fraction(APART * abs(x))
        return Fraction((abs(values[state.residual]) + SAFETY * noise) / slope)

    def _rounding(self, state: State) -> float:
        """A bound of first order: every number that the residual is made of, wrong by one bit."""
        trace, numbers = self.run.trace, self.run.numbers
        weights = {state.residual: 1.0}
        total = 0.0
        for slot in range(state.residual, -1, -1):
            weight = weights.pop(slot, None)
            if weight is None:
                continue
            value = trace.values[slot]
            if self.run.shape(slot):
                return float(APART * abs(trace.values[state.x] * trace.values[state.slope]))
            total += abs(weight * value)
            if slot <= state.x:  # it was there before
                continue
            for which, argument in enumerate(trace.arguments[slot]):
                partial = partial_at(trace, slot, which, trace.values, numbers, 0.0)
                if partial is not None and not self.run.shape(argument):
                    weights[argument] = weights.get(argument, 0.0) + weight * float(partial)
        return total * sys.float_info.epsilon

    def _is_positive(self, slope: int) -> bool:
        if not self.run.shape(slope):
            return self._holds(">", slope, self._constant(0))
        if self.run.follows:
            raise NotFollowedError
        if not self.machine:  # the float64 run has looked
            return True
        import numpy as np

        matrix = self.run.trace.values[slope]
        return bool(np.linalg.eigvalsh((matrix + matrix.T) / 2)[0] > 0)

    # Slots --------------------------------------------------------------------------------

    def _as_unknown(self, slot: int) -> int:
        """A slot that the unknown is bound to."""
        return self.run.bound(self.name, slot, self.node.span, fresh=True)

    def _moved(self, x: int, step: int) -> int:
        moved: int = self.n.slot(self.n.handle(x) - self.n.handle(step))
        if moved == x:  # a step of exactly 0
            moved = self.run.record(TABLE["identity"], (x,), self.node.span)
        return self._as_unknown(moved)

    def _constant(self, number: int) -> int:
        slot: int = self.n.slot(number)
        return slot

    def _dot(self, one: int, other: int) -> int:
        n = self.n
        product = n.handle(one) * n.handle(other)
        slot: int = n.slot(n.sum(product, (0,)) if n.shape(product) else product)
        return slot

    def _square(self, slot: int) -> int:
        return self._dot(slot, slot)

    def _small(self, step: int, x: int, share: Fraction) -> bool:
        bound = self.n.handle(self._square(x)) * share**2
        return self._holds("<=", self._square(step), self.n.slot(bound))

    def _finite(self, slot: int) -> bool:
        """Of floats; other numbers have none that is not finite."""
        value = self.run.trace.values[slot]
        off = value - value
        return bool((off == 0).all() if hasattr(off, "all") else off == 0)

    def _holds(self, op: str, left: int, right: int) -> bool:
        return self.run.compared(op, left, right, self.node.span)

    # Errors -------------------------------------------------------------------------------

    def _failed(self, why: str) -> GradcalcError:
        what = "the minimum" if self.minimises else "the root"
        return GradcalcError(
            "not-converged",
            f"{self.node.function} did not find {what}: {why}",
            self.node.span,
            hint="start nearer to it, and check that there is one, where the slope is not 0",
            exit=Exit.NOT_CONVERGED,
        )

    def _independent(self) -> GradcalcError:
        return GradcalcError(
            "no-unknown",
            f"the first argument of {self.node.function} does not depend on {self.name}",
            self.node.arguments[0].span,
            hint=f"write an expression of {self.name}, the second argument",
        )

    def _shapes(self, wanted: str, slot: int) -> GradcalcError:
        span: Span = self.node.arguments[0].span
        return GradcalcError(
            "shape",
            f"the first argument of {self.node.function} must be a {wanted},"
            f" not {described(self.run.shape(slot))}",
            span,
            hint="root takes as many equations as there are unknowns, argmin a number to minimise",
        )
