"""Expressions: one method for each production of the grammar in `gradcalc.language.parser`."""

from __future__ import annotations

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.operands import Operands
from gradcalc.language.syntax import Binary, Compare, Conditional, Expr, Logic, Not
from gradcalc.language.tokens import COMPARISONS, KEYWORD, NAME, NUMBER, OPERATOR, POWER, Token

_OPERATORS = {"or": 1, "and": 2, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "@": 6, "%": 6}
_NOT, _COMPARE, _SUM, _PRODUCT = 3, 4, 5, 6


class Expressions(Operands):
    """The productions from `expression` down to `implicit`."""

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
                left = self._product(left, op)
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

    def _product(self, left: Expr, op: Token) -> Expr:
        right, juxtaposed = self.implicit()
        if juxtaposed is not None and op.text in "/%":
            first, second = juxtaposed
            above, below = self.shown(left.span), self.shown(first)
            tail = self.shown(second)
            raise self._ambiguous(
                left.span.to(right.span),
                f"({above}{op.text}{below})*{tail}",
                f"{above}{op.text}({below}*{tail})",
            )
        return Binary(op.text, left, right, left.span.to(right.span))

    def implicit(self) -> tuple[Expr, tuple[Span, Span] | None]:
        """`implicit = unary { power }`, and where the first two factors stand, if there are two."""
        left = self.unary()
        factors: tuple[Span, Span] | None = None
        while self._starts_value(self.token):
            if self.position == self.bare_power_end:
                raise self._ambiguous_power(left)
            if not self._may_juxtapose():
                raise self.missing_operator()
            right = self.power()
            factors = factors or (left.span, right.span)
            left = Binary("*", left, right, left.span.to(right.span))
        return left, factors

    def _starts_value(self, token: Token) -> bool:
        return token.kind in (NUMBER, NAME) or (
            token.kind == OPERATOR and token.text in ("(", "[", "√")
        )

    def _may_juxtapose(self) -> bool:
        left, right = self.last, self.token
        ends_factor = left.kind in (NUMBER, POWER) or left.is_op(")")
        return ends_factor and right.kind != NUMBER and not right.is_op("[")

    def _without_else(self, then: Expr) -> GradcalcError:
        return self.error(
            "missing-else",
            "a condition inside a formula needs an else",
            self.last.span,
            f"write {self.shown(then.span)} if c else b, or if c {{ … }}",
        )

    def _ambiguous_power(self, left: Expr) -> GradcalcError:
        power = self.bare_power
        assert power is not None
        base, exponent = self.shown(power.left.span), self.shown(power.right.span)
        tail = self.shown(self.token.span)
        if self.token.is_op("(") or self.following.is_op("("):
            tail = f"{tail if tail != '(' else ''}(…)"
        return self._ambiguous(
            left.span.to(self.token.span),
            f"({base}^{exponent})*{tail}",
            f"{base}^({exponent}*{tail})",
        )

    def _ambiguous(self, span: Span, one: str, other: str) -> GradcalcError:
        return self.error(
            "ambiguous-product",
            "this product can be read in two ways",
            span,
            f"write {one} or {other}",
        )
