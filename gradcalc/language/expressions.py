"""Expressions: one method for each production of the grammar in `gradcalc.language.parser`."""

from __future__ import annotations

from gradcalc.errors import GradcalcError
from gradcalc.language.products import Products
from gradcalc.language.syntax import Binary, Compare, Conditional, Expr, Logic, Not
from gradcalc.language.tokens import COMPARISONS, KEYWORD, OPERATOR

_OPERATORS = {"or": 1, "and": 2, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "@": 6, "%": 6}
_NOT, _COMPARE, _SUM, _PRODUCT = 3, 4, 5, 6


class Expressions(Products):
    """The productions from `expression` down to `comparison`."""

    def expression(self) -> Expr:
        """`expression = binary [ "if" binary "else" expression ]`"""
        self.deeper(self.token)
        then = self.binary(1)
        if self.accept("if"):
            test = self.binary(1)
            if not self.token.is_op("else"):
                raise self._without_else(then)
            self.advance()
            other = self.expression()
            then = Conditional(test, then, other, then.span.to(other.span))
        self.depth -= 1
        return then

    def binary(self, loosest: int) -> Expr:
        """`binary`: the operators from `or` to `%`, by climbing their precedences."""
        left = self.negation(loosest)
        while (binding := self._binding()) >= loosest:
            if binding == _COMPARE:
                left = self.comparison(left)
                continue
            op = self.advance()
            if binding == _PRODUCT:
                left = self.product(left, op)
                continue
            right = self.binary(binding + 1)
            span = left.span.to(right.span)
            if binding < _NOT:
                left = Logic(op.text, left, right, span)
            else:
                left = Binary(op.text, left, right, span)
        return left

    def _binding(self) -> int:
        token = self.token
        if token.kind not in (OPERATOR, KEYWORD):
            return 0
        return _COMPARE if token.text in COMPARISONS else _OPERATORS.get(token.text, 0)

    def negation(self, loosest: int) -> Expr:
        """`negation = "not" negation | comparison`"""
        token = self.token
        if loosest > _NOT or not token.is_op("not"):
            return self.implicit()[0]
        self.deeper(token)
        self.advance()
        operand = self.binary(_NOT)
        self.depth -= 1
        return Not(operand, token.span.to(operand.span))

    def comparison(self, first: Expr) -> Expr:
        """`comparison = sum { ( "<" | "<=" | … ) sum }`"""
        ops: list[str] = []
        operands = [first]
        while self._binding() == _COMPARE:
            ops.append(self.advance().text)
            operands.append(self.binary(_SUM))
        return Compare(tuple(ops), tuple(operands), first.span.to(operands[-1].span))

    def _without_else(self, then: Expr) -> GradcalcError:
        return self.error(
            "missing-else",
            "a condition inside a formula needs an else",
            self.last.span,
            f"write {self.shown(then.span)} if c else b, or if c {{ … }}",
        )
