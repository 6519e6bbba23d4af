"""Derivatives inside the language: `D(f, x)`, `grad(f, v)`, `jac(f, v)`, `hess(f, v)`.

The variable is recorded again as a slot of its own, and the expression after it: only through
that slot can it vary, so all other variables are held, and derivatives inside derivatives are
never confused with each other. Then a sweep over what was just recorded writes the derivative
behind it, as instructions like any others, to be differentiated in their turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.modes.sweeps import forward
from gradcalc.numbers.shapes import described
from gradcalc.rules.table import TABLE
from gradcalc.run.array_calls import ArrayCalls
from gradcalc.run.expressions import Code, Scope
from gradcalc.run.failures import unknown_name
from gradcalc.run.writer import Handles


class DerivativeExpressions(ArrayCalls):
    """Compiles the forms that are no function of values."""

    def form(self, node: ast.Call) -> Code:
        if node.function == "len":
            return self._len(node)
        code, variable = self.expression(node.arguments[0]), node.arguments[1]
        if not isinstance(variable, ast.Name):
            raise GradcalcError(
                "not-a-variable",
                f"the second argument of {node.function} must be a variable",
                variable.span,
                hint=f"give it a name first: v = …; {node.function}(f, v)",
            )
        self.read.add(variable.name)
        derive: Callable[[int, int, Span], int] = {
            "D": self._by_number,
            "grad": self._gradient,
            "jac": self._jacobian,
            "hess": self._hessian,
        }[node.function]
        return lambda scope: self._differentiated(code, variable, derive, node.span, scope)

    def _len(self, node: ast.Call) -> Code:
        code, span = self.expression(node.arguments[0]), node.span

        def run(scope: Scope) -> int:
            shape = self.shape(code(scope))
            if not shape:
                raise GradcalcError(
                    "shape", "a number has no length", span, hint="len expects a vector or a matrix"
                )
            exact = Fraction(shape[0])
            return self.trace.constant(exact, self.numbers.number(exact), span)

        return run

    def _differentiated(
        self,
        code: Code,
        variable: ast.Name,
        derive: Callable[[int, int, Span], int],
        span: Span,
        scope: Scope,
    ) -> int:
        """Run the expression with the variable in a slot of its own, then derive."""
        trace, name = self.trace, variable.name
        held = scope.get(name)
        if held is None:
            raise unknown_name(variable, scope)
        seed = self.record(TABLE["identity"], (held,), span)
        trace.active[seed] = True
        scope[name] = seed
        writer = self.writer
        before, writer.span = writer.span, span
        try:
            result = code(scope)
            with self.passing_over(self._chooses(seed)):
                made = derive(result, seed, span)
        finally:
            scope[name] = held
            writer.span = before
        if not trace.active[held]:
            self._let_go(seed)
        return made

    def _chooses(self, seed: int) -> bool:
        """Are there elements, in what was just recorded, of branches that are not taken?"""
        return any(row.name == "select" for row in set(self.trace.rules[seed:]))

    def _let_go(self, seed: int) -> None:
        """Nothing outside varies with the seed: what only it made active is so no longer."""
        trace = self.trace
        trace.active[seed] = False
        for slot in range(seed + 1, len(trace)):
            if trace.active[slot]:
                trace.active[slot] = any(trace.active[a] for a in trace.arguments[slot])

    def _require(self, what: str, slot: int, span: Span, *ranks: int) -> tuple[int, ...]:
        shape = self.shape(slot)
        if len(shape) not in ranks:
            words = " or a ".join(("number", "vector", "matrix")[r] for r in ranks)
            raise GradcalcError(
                "shape",
                f"{what} must be a {words}, not {described(shape)}",
                span,
                hint="use D for numbers, grad for a number by a vector, jac for vectors",
            )
        return shape

    def _by_number(self, result: int, seed: int, span: Span) -> int:
        self._require("the variable of D", seed, span, 0)
        if self.holds_arrays:
            return self._pushed(result, seed)
        tangents = forward(self.trace, Handles(self.writer), self.writer, {seed: 1})
        return self._slot_of(tangents[result])

    def _slot_of(self, derivative: Any) -> int:
        """An absent derivative is 0."""
        return self.writer.slot(0 if derivative is None else derivative)

    def _pushed(self, result: int, seed: int, direction: Any = 1) -> int:
        """Forward mode from the seed along a direction."""
        from gradcalc.modes.arrays import pushforward

        n, shape = self.writer, self.shape(result)
        tangent = pushforward(self.trace, Handles(n), n, {seed: direction}, len(self.trace))[result]
        if tangent is None or n.shape(tangent) != shape:  # absent, or a unit
            tangent = n.broadcast(n.handle(self._slot_of(tangent)), (), shape)
        return n.slot(tangent)

    def _pulled(self, result: int, seed: int, direction: Any = 1) -> int:
        """Reverse mode back to the seed, from a direction of the result."""
        from gradcalc.modes.arrays import pullback

        n, trace = self.writer, self.trace
        reached = [False] * len(trace)
        reached[seed] = True
        for slot in range(seed + 1, result + 1):
            reached[slot] = trace.active[slot] and any(reached[a] for a in trace.arguments[slot])
        found = None
        if reached[result]:
            found = pullback(trace, Handles(n), n, {result: direction}, seed, reached)[seed]
        shape = self.shape(seed)
        if found is None or n.shape(found) != shape:
            found = n.broadcast(n.handle(self._slot_of(found)), (), shape)
        return n.slot(found)

    def _gradient(self, result: int, seed: int, span: Span) -> int:
        self._require("the expression in grad", result, span, 0)
        if not self.shape(seed):
            return self._by_number(result, seed, span)
        return self._pulled(result, seed, 1)

    def _directions(self, slot: int) -> Iterator[Any]:
        """The directions of the elements of a vector, one by one."""
        n, (size,) = self.writer, self.shape(slot)
        for k in range(size):
            yield n.place(n.number(Fraction(1)), (size,), (k,))

    def _jacobian(self, result: int, seed: int, span: Span) -> int:
        """A sweep for each row or for each column, whichever are fewer."""
        outputs = self._require("the expression in jac", result, span, 0, 1)
        by = self._require("the variable of jac", seed, span, 0, 1)
        if not by:
            return self._by_number(result, seed, span)
        if not outputs:
            return self._pulled(result, seed)
        n = self.writer
        if outputs[0] <= by[0]:
            rows = [self._pulled(result, seed, d) for d in self._directions(result)]
            return n.slot(n.stack(list(map(n.handle, rows)), 1))
        columns = [self._pushed(result, seed, d) for d in self._directions(seed)]
        return n.slot(n.swap(n.stack(list(map(n.handle, columns)), 1)))

    def _hessian(self, result: int, seed: int, span: Span) -> int:
        """Forward over reverse: the gradient, pushed along each element."""
        self._require("the expression in hess", result, span, 0)
        self._require("the variable of hess", seed, span, 0, 1)
        gradient = self._gradient(result, seed, span)
        if not self.shape(seed):
            return self._by_number(gradient, seed, span)
        n = self.writer
        rows = [self._pushed(gradient, seed, d) for d in self._directions(seed)]
        return n.slot(n.stack(list(map(n.handle, rows)), 1))
