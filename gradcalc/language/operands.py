"""Operands: signs, powers, indices, calls and brackets; one method for each production."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction

from gradcalc.errors import GradcalcError
from gradcalc.language.cursor import Cursor
from gradcalc.language.syntax import (
    Binary,
    Call,
    Expr,
    Index,
    Keyword,
    Name,
    Number,
    Slice,
    Transpose,
    Unary,
    Vector,
)
from gradcalc.language.tokens import NAME, NUMBER, OPERATOR, POWER, Token

_WITH_INVERSE = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh"})


class Operands(Cursor, ABC):
    """The productions from `unary` down to `primary`."""

    # The last power with a bare exponent, and where it ended: `2^3x` is refused by it.
    bare_power: Binary | None = None
    bare_power_end = -1

    @abstractmethod
    def expression(self) -> Expr:
        """The loosest production, which stands inside brackets."""

    def unary(self) -> Expr:
        """`unary = ( "-" | "+" ) unary | power`"""
        token = self.token
        if token.kind != OPERATOR or token.text not in ("-", "+"):
            return self.power()
        self.deeper(token)
        self.advance()
        operand = self.unary()
        self.depth -= 1
        return Unary(token.text, operand, token.span.to(operand.span))

    def power(self) -> Expr:
        """`power = postfix [ "^" unary | superscript ]`"""
        base = self.postfix()
        token = self.token
        if token.kind == POWER:
            self.advance()
            if self.token.is_op("^"):
                raise self.error(
                    "ambiguous-power",
                    "a superscript can't be raised to a power",
                    self.token.span,
                    "write (a^b)^c or a^(b^c)",
                )
            return Binary("^", base, _superscript(token), base.span.to(token.span))
        if not token.is_op("^"):
            return base
        self.deeper(token)
        self.advance()
        bracketed = self.token.is_op("(")
        exponent = self.unary()
        self.depth -= 1
        power = Binary("^", base, exponent, base.span.to(exponent.span))
        if not bracketed:
            self.bare_power, self.bare_power_end = power, self.position
        return power

    def postfix(self) -> Expr:
        """`postfix = primary { "!" | "[" index { "," index } "]" | ".T" }`"""
        node = self.primary()
        while self.token.kind == OPERATOR:
            token = self.token
            if token.text == "!":
                self.advance()
                span = node.span.to(token.span)
                node = Call("factorial", (node,), span, token.span)
            elif token.text == "[" and not (isinstance(node, Number) and self.last.kind == NUMBER):
                node = self._index(node)
            elif token.text == ".":
                node = self._attribute(node)
            else:
                break
        return node

    def _index(self, target: Expr) -> Expr:
        self.advance()
        indices: list[Expr | Slice] = [self.index()]
        while self.accept(","):
            indices.append(self.index())
        close = self.expect("]")
        return Index(target, tuple(indices), target.span.to(close.span))

    def index(self) -> Expr | Slice:
        """`index = expression | [ expression ] ":" [ expression ]`"""
        first = self.token
        start = None if first.is_op(":") else self.expression()
        if not self.accept(":"):
            if start is None:
                raise self.missing_value()
            return start
        ends = self.token.is_op("]") or self.token.is_op(",")
        stop = None if ends else self.expression()
        return Slice(start, stop, first.span.to(self.last.span))

    def _attribute(self, node: Expr) -> Expr:
        point = self.advance()
        name = self.token
        if name.kind != NAME:
            raise self.error(
                "attribute",
                "a point is allowed only in numbers and in A.T",
                point.span,
                "write 1.5 for a number, A.T for a transpose",
            )
        if name.text != "T":
            raise self.error(
                "attribute",
                f"'{name.text}' is not an attribute",
                point.span.to(name.span),
                "the only one is A.T, the transpose; write a*b for a product",
            )
        self.advance()
        return Transpose(node, node.span.to(name.span))

    def primary(self) -> Expr:
        """`primary = number | name | call | "(" expression ")" | vector | "√" postfix`"""
        token = self.token
        if token.kind == NUMBER:
            self.advance()
            assert token.value is not None
            return Number(token.text, token.value, token.span)
        if token.kind == NAME:
            return self._name()
        if token.is_op("("):
            return self._group()
        if token.is_op("["):
            return self.vector()
        if token.is_op("√"):
            self.deeper(token)
            self.advance()
            operand = self.postfix()
            self.depth -= 1
            return Call("sqrt", (operand,), token.span.to(operand.span), token.span)
        raise self.missing_value()

    def _group(self) -> Expr:
        opening = self.advance()
        inner = self.expression()
        if not self.token.is_op(")"):
            raise self.unexpected()
        return inner.replaced(span=opening.span.to(self.advance().span))

    def vector(self) -> Expr:
        """`vector = "[" [ expression { "," expression } ] "]"`"""
        opening = self.advance()
        items = self._items("]")
        return Vector(items, opening.span.to(self.last.span))

    def _items(self, closing: str, item: Callable[[], Expr] | None = None) -> tuple[Expr, ...]:
        read = item or self.expression
        items: list[Expr] = []
        if not self.accept(closing):
            items.append(read())
            while self.accept(","):
                items.append(read())
            self.expect(closing)
        return tuple(items)

    def _argument(self) -> Expr:
        """`argument = [ "axis" "=" ] expression`"""
        name = self.token
        if name.kind != NAME or not self.following.is_op("="):
            return self.expression()
        if name.text != "axis":
            raise self.error(
                "unknown-argument",
                f"'{name.text}' is not a named argument",
                name.span,
                f"the only named argument is axis; write == to compare {name.text}",
            )
        self.advance()
        self.advance()
        value = self.expression()
        return Keyword("axis", value, name.span.to(value.span))

    def _name(self) -> Expr:
        name = self.advance()
        token = self.token
        if token.is_op("("):
            return self._call(name)
        if not self.is_function(name.text):
            return Name(name.text, name.span)
        if token.is_op("^") or token.kind == POWER:
            return self._power_of_function(name)
        raise self.call_without_brackets(name, token)

    def _call(self, name: Token) -> Call:
        """`call = name "(" [ expression { "," expression } ] ")"`"""
        self.advance()
        arguments = self._items(")", self._argument)
        return Call(name.text, arguments, name.span.to(self.last.span), name.span)

    def _power_of_function(self, name: Token) -> Expr:
        """`sin^2(x)` is `(sin(x))^2`; `sin^-1(x)` has two meanings and is refused."""
        sign = self.advance()
        negative = sign.text.startswith("-") or self.token.is_op("-")
        exponent = sign if sign.kind == POWER else self.advance()
        if negative:
            known = name.text in _WITH_INVERSE
            either = f"a{name.text}(x) or 1/{name.text}(x)" if known else f"1/{name.text}(x)"
            raise self.error(
                "inverse-function",
                f"'{name.text}^-1' has two meanings",
                name.span.to(exponent.span),
                f"write {either}",
            )
        value = exponent.value
        whole = value is not None and value.denominator == 1 and value >= 1
        if not whole or not self.token.is_op("("):
            raise self.error(
                "call-without-brackets",
                f"the function '{name.text}' needs brackets",
                name.span,
                f"write {name.text}(x)^n",
            )
        call = self._call(name)
        assert value is not None
        power = Number(exponent.text.lstrip("+"), value, exponent.span)
        return Binary("^", call, power, call.span)

    def assigned_function(self, name: Token) -> GradcalcError:
        """`sin = 3`"""
        return self.error(
            "assign-function",
            f"'{name.text}' is a function and can't be assigned to",
            name.span,
            f"choose another name, such as {name.text}_",
        )


def _superscript(token: Token) -> Expr:
    value = token.value
    assert isinstance(value, Fraction)
    number = Number(token.text.lstrip("+-"), value, token.span)
    return Unary("-", number, token.span) if token.text.startswith("-") else number
