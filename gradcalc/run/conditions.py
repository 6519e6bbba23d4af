"""Conditions: of numbers they decide a branch, of arrays they choose element by element."""

from __future__ import annotations

from typing import Any, NamedTuple

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.rules.table import TABLE
from gradcalc.run.calls import Calls
from gradcalc.run.expressions import Code, Scope, Test


class Mask(NamedTuple):
    """The slot of an array of 0 and 1: a condition of arrays."""

    slot: int


class Conditions(Calls):
    """Compiles conditions; a closure answers a bool, or the Mask of a condition of arrays."""

    def test(self, node: ast.Expr) -> Test:
        match node:
            case ast.Compare():
                return self._compare(node)
            case ast.Not(operand):
                return self._not(self.test(operand), node.span)
            case ast.Logic(op, left, right):
                return self._logic(op, self.test(left), self.test(right), node.span)
            case _:
                raise GradcalcError(
                    "not-a-condition",
                    "this is a number, not a condition",
                    node.span,
                    hint="compare it with something: x != 0",
                )

    def decision(self, node: ast.Expr) -> Test:
        """A condition that must be of numbers, for it decides what runs."""
        decide, span = self.test(node), node.span

        def run(scope: Scope) -> Any:
            outcome = decide(scope)
            if isinstance(outcome, Mask):
                raise GradcalcError(
                    "not-a-condition",
                    "this compares arrays: it may hold for some elements only",
                    span,
                    hint="use where(c, a, b) for each element, or compare max(v) or min(v)",
                )
            return outcome

        return run

    def choice(self, node: ast.Expr, then: Code, other: Code, span: Span) -> Code:
        decide = self.test(node)

        def run(scope: Scope) -> int:
            outcome = decide(scope)
            if isinstance(outcome, Mask):
                return self.chosen(outcome.slot, then, other, scope, span)
            return then(scope) if outcome else other(scope)

        return run

    def _compare(self, node: ast.Compare) -> Test:
        codes = [self.expression(operand) for operand in node.operands]
        ops, values, span = node.ops, self.trace.values, node.span

        def run(scope: Scope) -> Any:
            left, mask = codes[0](scope), None
            for op, code in zip(ops, codes[1:], strict=True):
                right = code(scope)
                if hasattr(values[left], "shape") or hasattr(values[right], "shape"):
                    holds = self.masked(op, left, right, span)
                    mask = holds if mask is None else self._both("mul", mask, holds, span)
                elif not self.compared(op, left, right, span):
                    return False
                left = right
            return True if mask is None else Mask(mask)

        return run

    def _not(self, negated: Test, span: Span) -> Test:
        def run(scope: Scope) -> Any:
            outcome = negated(scope)
            if isinstance(outcome, Mask):
                return Mask(self.inverted(outcome.slot, span))
            return not outcome

        return run

    def _logic(self, op: str, first: Test, second: Test, span: Span) -> Test:
        """The right side is looked at only if it matters."""
        decided = op == "or"  # what the left side alone decides with

        def run(scope: Scope) -> Any:
            left = first(scope)
            if not isinstance(left, Mask):
                return left if left == decided else second(scope)
            right = second(scope)
            if not isinstance(right, Mask):
                return right if right == decided else left
            if not decided:
                return Mask(self._both("mul", left.slot, right.slot, span))
            # Of 0 and 1: max(a, b) by rows without a kink, for where both are 0 there is none.
            neither = self._both(
                "mul", self.inverted(left.slot, span), self.inverted(right.slot, span), span
            )
            return Mask(self.inverted(neither, span))

        return run

    def _both(self, row: str, left: int, right: int, span: Span) -> int:
        return self.record(TABLE[row], (left, right), span)

    def masked(self, op: str, left: int, right: int, span: Span) -> int:
        """Record a comparison of arrays; the slot of its 0 and 1."""
        raise NotImplementedError

    def inverted(self, mask: int, span: Span) -> int:
        """Record 1 - mask."""
        raise NotImplementedError

    def chosen(self, mask: int, then: Code, other: Code, scope: Scope, span: Span) -> int:
        """Record a choice element by element."""
        raise NotImplementedError
