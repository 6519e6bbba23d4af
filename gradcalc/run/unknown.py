"""The unknown of a `root` or an `argmin` at one place of a run, and Newton's step from there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.numbers.shapes import described
from gradcalc.rules.table import TABLE
from gradcalc.run.derivatives import DerivativeExpressions
from gradcalc.run.expressions import Code, Scope


class State(NamedTuple):
    """Slots at one point: of f, of what is to be 0 (f, or its gradient), and of its slope."""

    x: int
    value: int
    residual: int
    slope: int


class Unknown:
    """One equation, or one minimum, at one place of a run."""

    def __init__(
        self, run: DerivativeExpressions, node: ast.Call, name: str, code: Code, scope: Scope
    ) -> None:
        self.run = run
        self.node = node
        self.name = name
        self.code = code
        self.scope = scope
        self.minimises = node.function == "argmin"
        self.machine = run.numbers.kind == "machine" and not run.follows
        self.n: Any = run.writer

    def value(self, x: int) -> int:
        """f at a point."""
        run = self.run
        by = run.dependents_of(self.name, x)
        value = self.code({**self.scope, self.name: x})
        size = run.shape(x)
        if len(size) > 1 or (self.minimises and run.shape(value)):
            raise self.shapes(
                "number" if len(size) <= 1 else "vector", value if len(size) <= 1 else x
            )
        if not self.minimises and run.shape(value) != size:
            raise self.shapes(f"of the unknown's shape, {described(size)}", value)
        if value not in by:
            raise self.independent()
        return value

    def state(self, x: int, value: int | None = None) -> State:
        """f at a point, unless it is known, with what is to be 0, and the slope of that."""
        run, span = self.run, self.node.span
        value = self.value(x) if value is None else value
        by = run.dependents_of(self.name, x)
        residual = run.derived(run.gradient, value, by, span) if self.minimises else value
        slope = run.derived(run.jacobian if run.shape(x) else run.by_number, residual, by, span)
        return State(x, value, residual, slope)

    def step(self, state: State) -> int:
        """Newton's: the residual divided by its slope."""
        n, residual, slope = self.n, state.residual, state.slope
        if self.run.shape(state.x):
            slot: int = n.slot(n.solve(n.handle(slope), n.handle(residual), 1))
            return slot
        return self.run.record(TABLE["div"], (residual, slope), self.node.span)

    def as_unknown(self, slot: int) -> int:
        """A slot that the unknown is bound to."""
        return self.run.bound(self.name, slot, self.node.span, fresh=True)

    def moved(self, x: int, step: int) -> int:
        moved: int = self.n.slot(self.n.handle(x) - self.n.handle(step))
        if moved == x:  # a step of exactly 0
            moved = self.run.record(TABLE["identity"], (x,), self.node.span)
        return self.as_unknown(moved)

    def constant(self, number: int) -> int:
        slot: int = self.n.slot(number)
        return slot

    def dot(self, one: int, other: int) -> int:
        n = self.n
        product = n.handle(one) * n.handle(other)
        slot: int = n.slot(n.sum(product, (0,)) if n.shape(product) else product)
        return slot

    def square(self, slot: int) -> int:
        return self.dot(slot, slot)

    def small(self, step: int, x: int, share: Fraction) -> bool:
        bound = self.n.handle(self.square(x)) * share**2
        return self.holds("<=", self.square(step), self.n.slot(bound))

    def finite(self, slot: int) -> bool:
        """Of floats; other numbers have none that is not finite."""
        value = self.run.trace.values[slot]
        off = value - value
        return bool((off == 0).all() if hasattr(off, "all") else off == 0)

    def holds(self, op: str, left: int, right: int) -> bool:
        return self.run.compared(op, left, right, self.node.span)

    def failed(self, why: str) -> GradcalcError:
        what = "the minimum" if self.minimises else "the root"
        return GradcalcError(
            "not-converged",
            f"{self.node.function} did not find {what}: {why}",
            self.node.span,
            hint="start nearer to it, and check that there is one, where the slope is not 0",
            exit=Exit.NOT_CONVERGED,
        )

    def independent(self) -> GradcalcError:
        return GradcalcError(
            "no-unknown",
            f"the first argument of {self.node.function} does not depend on {self.name}",
            self.node.arguments[0].span,
            hint=f"write an expression of {self.name}, the second argument",
        )

    def shapes(self, wanted: str, slot: int) -> GradcalcError:
        span: Span = self.node.arguments[0].span
        return GradcalcError(
            "shape",
            f"the first argument of {self.node.function} must be a {wanted},"
            f" not {described(self.run.shape(slot))}",
            span,
            hint="root takes as many equations as there are unknowns, argmin a number to minimise",
        )
