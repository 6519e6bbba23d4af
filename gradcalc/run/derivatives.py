"""Derivatives inside the language: `D(f, x)`, `grad(f, v)`, `jac(f, v)`, `hess(f, v)`.

A variable is the slot that its name is bound to; a derivative by it goes through all that was
computed from that slot, inside the expression or before it, and nothing else varies. Every name
that is differentiated by has a slot of its own, parameters of functions too: so the partial
derivatives of a function are those by its parameters, and derivatives inside derivatives are never
confused with each other. A sweep writes the derivative behind what is recorded, as instructions
like any others, to be differentiated in their turn.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.modes.sweeps import forward
from gradcalc.numbers.shapes import MAX_AXES, Shape, described
from gradcalc.rules.compositions.operands import with_last
from gradcalc.run.boundaries import AT_A_BOUNDARY, MEAN_OF_SIDES, Boundaries, ReachedError
from gradcalc.run.dependents import Dependents, activated
from gradcalc.run.expressions import Code, Scope
from gradcalc.run.failures import unknown_name
from gradcalc.run.writer import Handles
from gradcalc.trace.elements import indices

Derive = Callable[[int, Dependents, Span], int]


class DerivativeExpressions(Boundaries):
    """Compiles the forms that are no function of values."""

    def __init__(self, *settings: Any, **named: Any) -> None:
        super().__init__(*settings, **named)
        self._dependents: dict[str, Dependents] = {}  # by name, of the slot it was last bound to

    def form(self, node: ast.Call) -> Code:
        if node.function == "len":
            return self._len(node)
        if ast.is_solver(node):
            return self.solver(node)
        code, variable = self.expression(node.arguments[0]), node.arguments[1]
        if not isinstance(variable, ast.Name):
            hint = f"give it a name first: v = …; {node.function}(f, v)"
            if node.function in ("D", "grad") and isinstance(variable, ast.Vector):
                hint = "write one derivative by each name: [D(f, x), D(f, y)]"
            raise GradcalcError(
                "not-a-variable",
                f"the second argument of {node.function} must be a variable",
                variable.span,
                hint=hint,
            )
        self.read.add(variable.name)
        derive: Derive = {
            "D": self.by_number,
            "grad": self.gradient,
            "jac": self.jacobian,
            "hess": self._hessian,
        }[node.function]
        return lambda scope: self._differentiated(node, code, variable, derive, scope)

    @abstractmethod
    def solver(self, node: ast.Call) -> Code:
        """The closure of `root(f, x, start)` or `argmin(f, v, start)`."""

    def _len(self, node: ast.Call) -> Code:
        code, span = self.expression(node.arguments[0]), node.span

        def run(scope: Scope) -> int:
            shape = self.shape(code(scope))
            if not shape:
                raise GradcalcError(
                    "shape", "a number has no length", span, hint="len expects an array"
                )
            exact = Fraction(shape[0])
            return self.trace.constant(exact, self.numbers.number(exact), span)

        return run

    def _differentiated(
        self, node: ast.Call, code: Code, variable: ast.Name, derive: Derive, scope: Scope
    ) -> int:
        """Run the expression, then write down its derivative by the slot of the variable."""
        slot = scope.get(variable.name)
        if slot is None:
            raise unknown_name(variable, scope)
        writer = self.writer
        before, writer.span = writer.span, node.span
        by = self.dependents_of(variable.name, slot)
        start = len(self.trace)
        time = self.reached[id(node)] = self.reached.get(id(node), 0) + 1
        try:
            if self.wanted == (id(node), time):
                raise ReachedError(code(scope))
            outermost = not self.sides and self.ties is None
            earlier = outermost and any(t.left in by or t.right in by for t in self.earlier)
            with self.watched() as ties:
                result = code(scope)
            mine = [tie for tie in ties if tie.left in by or tie.right in by]
            if self.ties is not None:  # this derivative is inside another
                self.ties += [tie for tie in ties if tie not in mine]
            sides: list[int] = []
            if earlier and not self.shape(slot):
                sides = self.beside_from_start(node, result, by, scope)
            elif mine and not self.shape(slot):
                sides = self.beside(code, result, by, scope)
            if (mine or earlier) and not sides:
                self.trace.remarks.append((node.span, AT_A_BOUNDARY))
            elif not any(one in by for one in sides or [result]):
                words = f"is 0: nothing in it depends on {variable.name}"
                self.trace.remarks.append((node.span, words))
            elif self._looks_back(result, by, start):
                name = variable.name
                words = f"goes through what was computed from {name} before it; a function's "
                self.trace.remarks.append((node.span, words + "parameters are held"))
            slots = [self.derived(derive, one, by, node.span) for one in sides or [result]]
            return slots[0] if len(slots) == 1 else self._mean(slots, node.span)
        finally:
            writer.span = before

    def _looks_back(self, result: int, by: Dependents, start: int) -> bool:
        """Does a result vary through something recorded before `start`, besides the variable?"""
        return any(by.slot < slot < start for slot in by.between(result))

    def derived(self, derive: Derive, result: int, by: Dependents, span: Span) -> int:
        """Write down a derivative of what has been computed; its slot."""
        with self.passing_over(self._chooses(by.between(result))):
            return derive(result, by, span)

    def _mean(self, slots: list[int], span: Span) -> int:
        """The mean of two one-sided derivatives; a remark where they differ."""
        n, (right, left) = self.writer, slots
        if not self._meets(right, left):
            self.trace.remarks.append((span, MEAN_OF_SIDES))
        return n.slot((n.handle(right) + n.handle(left)) * Fraction(1, 2))

    def dependents_of(self, name: str, slot: int) -> Dependents:
        """What varies with the slot that a name is bound to now."""
        known = self._dependents.get(name)
        if known is None or known.slot != slot:
            known = self._dependents[name] = Dependents(self.trace, slot, self.fixed)
        return known

    def forget_dependents(self, start: int) -> None:
        for name, known in list(self._dependents.items()):
            if known.slot >= start:
                del self._dependents[name]
            else:
                del known.marks[start - known.slot :]

    def _chooses(self, slots: list[int]) -> bool:
        """Are there elements, in some slots, of branches that are not taken?"""
        rules = self.trace.rules
        return any(rules[slot].name == "select" for slot in slots)

    def _require(self, what: str, slot: int, span: Span, *ranks: int) -> tuple[int, ...]:
        shape = self.shape(slot)
        if len(shape) not in ranks:
            words = " or a ".join(("number", "vector", "matrix")[r] for r in ranks)
            raise GradcalcError(
                "shape",
                f"{what} must be a {words}, not {described(shape)}",
                span,
                hint="use D for numbers, grad for a number by an array, jac for arrays",
            )
        return shape

    def by_number(self, result: int, by: Dependents, span: Span) -> int:
        self._require("the variable of D", by.slot, span, 0)
        if self.holds_arrays:
            return self._pushed(result, by)
        slots = by.between(result)
        if not slots:
            return self._slot_of(None)
        n = self.writer
        with activated(self.trace, slots):
            tangents = forward(self.trace, Handles(n), n, {by.slot: 1}, slots=slots)
            return self._slot_of(tangents[result])

    def _slot_of(self, derivative: Any) -> int:
        """An absent derivative is 0."""
        return self.writer.slot(0 if derivative is None else derivative)

    def _pushed(self, result: int, by: Dependents, direction: Any = 1) -> int:
        """Forward mode from the variable along a direction."""
        from gradcalc.modes.arrays import pushforward

        n, shape, trace = self.writer, self.shape(result), self.trace
        slots, tangent = by.between(result), None
        with activated(trace, slots):
            if slots:
                seeds = {by.slot: direction}
                tangent = pushforward(trace, Handles(n), n, seeds, len(trace), slots=slots)[result]
            return self._shaped(tangent, shape)

    def _pulled(self, result: int, by: Dependents, direction: Any = 1) -> int:
        """Reverse mode back to the variable, from a direction of the result."""
        from gradcalc.modes.arrays import pullback

        n, trace = self.writer, self.trace
        slots, cotangent = by.between(result), None
        needed = [False] * len(trace)
        for slot in slots:
            needed[slot] = True
        with activated(trace, slots):
            if slots:
                seeds = {result: direction}
                cotangents = pullback(trace, Handles(n), n, seeds, by.slot, needed, slots=slots)
                cotangent = cotangents[by.slot]
            return self._shaped(cotangent, self.shape(by.slot))

    def _shaped(self, derivative: Any, shape: Shape) -> int:
        """The slot of a derivative: where it is absent (0) or a unit, an array of its shape."""
        n = self.writer
        if derivative is None or n.shape(derivative) != shape:
            derivative = n.broadcast(n.handle(self._slot_of(derivative)), (), shape)
        return n.slot(derivative)

    def gradient(self, result: int, by: Dependents, span: Span) -> int:
        self._require("the expression in grad", result, span, 0)
        if not self.shape(by.slot):
            return self.by_number(result, by, span)
        return self._pulled(result, by, 1)

    def _directions(self, slot: int) -> Iterator[Any]:
        """The directions of the elements of an array, one by one."""
        n, shape = self.writer, self.shape(slot)
        for place in indices(shape):
            yield n.place(n.number(Fraction(1)), shape, place)

    def jacobian(self, result: int, by: Dependents, span: Span) -> int:
        """A sweep for each row or for each column, whichever are fewer.

        Its shape is that of the expression, followed by that of the variable.
        """
        outputs, inputs = self.shape(result), self.shape(by.slot)
        if not inputs:
            return self.by_number(result, by, span)
        if not outputs:
            return self._pulled(result, by)
        if len(outputs) + len(inputs) > MAX_AXES:
            raise _too_many_axes(outputs, inputs, span)
        n = self.writer
        if prod(outputs) <= prod(inputs):
            rows = [self._pulled(result, by, d) for d in self._directions(result)]
            return self._in_shape(n.stack(list(map(n.handle, rows)), len(inputs)), outputs + inputs)
        columns = [self._pushed(result, by, d) for d in self._directions(by.slot)]
        stacked = n.stack(list(map(n.handle, columns)), len(outputs))
        return self._in_shape(with_last(n, stacked, -len(outputs) - 1), outputs + inputs)

    def _in_shape(self, derivative: Any, shape: Shape) -> int:
        n = self.writer
        same = derivative.shape == shape
        return n.slot(derivative if same else n.reshape(derivative, derivative.shape, shape))

    def _hessian(self, result: int, by: Dependents, span: Span) -> int:
        """Forward over reverse: the gradient, pushed along each element."""
        self._require("the expression in hess", result, span, 0)
        gradient = self.gradient(result, by, span)
        inputs = self.shape(by.slot)
        if not inputs:
            return self.by_number(gradient, by, span)
        if 2 * len(inputs) > MAX_AXES:
            raise _too_many_axes(inputs, inputs, span)
        n = self.writer
        rows = [self._pushed(gradient, by, d) for d in self._directions(by.slot)]
        return self._in_shape(n.stack(list(map(n.handle, rows)), len(inputs)), inputs + inputs)


def _too_many_axes(first: Shape, second: Shape, span: Span) -> GradcalcError:
    return GradcalcError(
        "shape",
        f"this derivative would have {len(first) + len(second)} axes",
        span,
        hint=f"an array can't have more than {MAX_AXES} axes: flatten the variable",
    )
