"""Conditions that choose elements: `x[x > 0]`, which of the elements it holds for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.language.printer import to_text
from gradcalc.numbers.shapes import Shape, ShapeError, broadcast, described, shape_of
from gradcalc.rules.table import TABLE
from gradcalc.run.conditions import Conditions
from gradcalc.run.expressions import Code, Scope


class Selections(Conditions):
    """Compiles conditions whose elements are decided one by one.

    How many elements are chosen shapes the run, so each comparison is a guard.
    """

    def shape(self, slot: int) -> Shape:
        """The shape of a slot's value; () for a number."""
        return shape_of(self.trace.values[slot])

    def elements_held(self, node: ast.Expr) -> Callable[[Scope], Any]:
        """What finds for which elements a condition holds: an array of bool of the shape that
        what it compares broadcasts to."""
        import numpy as np

        match node:
            case ast.Not(operand):
                negated = self.elements_held(operand)
                return lambda scope: ~negated(scope)
            case ast.Logic(op, left, right):
                both = np.logical_and if op == "and" else np.logical_or
                one, other = self.elements_held(left), self.elements_held(right)
                return lambda scope: both(one(scope), other(scope))
            case ast.Compare():
                return self._elements_compared(node)
            case _:
                self.test(node)  # raises what it has to say of a number
                raise AssertionError("a number is not a condition")

    def _elements_compared(self, node: ast.Compare) -> Callable[[Scope], Any]:
        codes: list[Code] = [self.expression(operand) for operand in node.operands]
        ops, span = node.ops, node.span

        def run(scope: Scope) -> Any:
            import numpy as np

            slots = [code(scope) for code in codes]
            try:
                shape = broadcast(*map(self.shape, slots))
            except ShapeError as error:
                raise GradcalcError("shape", str(error), span) from error
            held = np.empty(shape, dtype=bool)
            for place in np.ndindex(*shape):
                chain = zip(ops, slots, slots[1:], strict=False)
                held[place] = all(self._compared_at(place, *link, span) for link in chain)
            return held

        return run

    def _compared_at(
        self, place: tuple[int, ...], op: str, left: int, right: int, span: Span
    ) -> bool:
        one, other = self._element(left, place, span), self._element(right, place, span)
        return self.compared(op, one, other, span)

    def _element(self, slot: int, place: tuple[int, ...], span: Span) -> int:
        """One element of an array that is broadcast; a number is its own."""
        shape = self.shape(slot)
        if not shape:
            return slot
        own = zip(place[len(place) - len(shape) :], shape, strict=True)
        key = tuple(k if size > 1 else 0 for k, size in own)
        return self.record(TABLE["index"], (slot,), span, (key,))

    def places_held(self, held: Any, shape: Shape, node: ast.Expr) -> tuple[int, ...]:
        """Where a condition holds among elements, or rows, of this shape, counted through."""
        if held.shape != shape:
            raise GradcalcError(
                "index",
                f"the condition is of {described(held.shape)}, and chooses from {described(shape)}",
                node.span,
                hint="compare what is indexed, as in x[x > 0]",
            )
        places = tuple(map(int, held.ravel().nonzero()[0]))
        if not places:
            raise GradcalcError(
                "index",
                "the condition holds for no element",
                node.span,
                hint=f"where({to_text(node)}, a, b) keeps all elements: a where it holds, else b",
            )
        return places
