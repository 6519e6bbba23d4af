"""Operands: signs, powers, roots and what is behind a value; one method for each production."""

from __future__ import annotations

from abc import ABC
from fractions import Fraction

from gradcalc.errors import GradcalcError
from gradcalc.language.calls import Calls
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Number, Transpose, Unary
from gradcalc.language.tokens import BARS, NAME, NUMBER, OPERATOR, POWER, ROOTS, Token

_TRANSPOSES = ("mT", "H", "mH")  # in other languages


class Operands(Calls, ABC):
    """The productions from `unary` down to `primary`."""

    # The last power with a bare exponent, and where it ended: `2^3x` is refused by it.
    bare_power: Binary | None = None
    bare_power_end = -1
    # The last root of an operand without brackets, and where it ended: `√2x`.
    bare_root: Call | None = None
    bare_root_end = -1

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
            if token.span.end == self.token.span.start and self.token.text in ROOTS:
                raise self._root_index(base, token)
            if self.token.is_op("^"):
                raise self.error(
                    "ambiguous-power",
                    "a superscript can't be raised to a power",
                    self.token.span,
                    "write (a^b)^c or a^(b^c)",
                )
            return Binary("^", base, superscript(token), base.span.to(token.span))
        if not token.is_op("^"):
            return base
        root = self.bare_root if self.bare_root_end == self.position else None
        self.deeper(token)
        self.advance()
        bracketed = self.token.is_op("(")
        exponent = self.unary()
        self.depth -= 1
        power = Binary("^", base, exponent, base.span.to(exponent.span))
        if root is not None:
            inner = power.replaced(left=root.arguments[0])
            self.note_reading(power, root.replaced(arguments=(inner,)))
        if not bracketed:
            self.bare_power, self.bare_power_end = power, self.position
        return power

    def postfix(self) -> Expr:
        """`postfix = primary { "!" | "°" | "[" index { "," index } "]" | ".T" }`"""
        node = self.primary()
        while self.token.kind == OPERATOR:
            token = self.token
            if token.text == "!":
                self.advance()
                if self.token.is_op("!"):
                    raise self._double_factorial(node, token)
                span = node.span.to(token.span)
                node = Call("factorial", (node,), span, token.span)
            elif token.text == "°":
                node = self._degrees(node)
            elif token.text == "[" and not (isinstance(node, Number) and self.last.kind == NUMBER):
                node = self.indexed(node)
            elif token.text == ".":
                node = self._attribute(node)
            else:
                break
        return node

    def _degrees(self, node: Expr) -> Call:
        sign, unit = self.advance(), self.token
        if unit.kind == NAME and unit.text in ("C", "F") and unit.span.start == sign.span.end:
            raise self.error(
                "unit",
                f"°{unit.text} is a unit, and numbers here have none",
                sign.span.to(unit.span),
                f"write {self.shown(node.span)}",
            )
        return Call("deg", (node,), node.span.to(sign.span), sign.span)

    def _double_factorial(self, node: Expr, first: Token) -> GradcalcError:
        twice = to_text(Call("factorial", (Call("factorial", (node,)),)))
        whole = node.span.to(self.token.span)
        half = Binary("/", node, _number(2))
        other = Binary("/", Binary("-", node, _number(1)), _number(2))
        even = Binary("*", Binary("^", _number(2), half), Call("factorial", (half,)))
        odd = Binary("*", Binary("^", _number(2), other), Call("factorial", (other,)))
        odd = Binary("/", Call("factorial", (node,)), odd)
        either = f"{to_text(even)} where {{}} is even, {to_text(odd)} where it is odd"
        return self.error(
            "double-factorial",
            "'!!' has two meanings",
            first.span.to(self.token.span),
            f"write {twice}, or for the double factorial "
            + either.replace("{}", self.shown(node.span)),
            *(whole.rewritten(self.source, f"({t})") for t in (twice, to_text(even), to_text(odd))),
        )

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
        if name.text in _TRANSPOSES:
            raise self.error(
                "attribute",
                f"'{name.text}' is not an attribute",
                point.span.to(name.span),
                "write A.T for a matrix, swapaxes(A, -1, -2) for an array of matrices",
                point.span.to(name.span).rewritten(self.source, ".T"),
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
        """`primary = number | name | call | "(" expression ")" | vector | bars | "√" postfix`"""
        token = self.token
        if token.kind == NUMBER:
            self.advance()
            assert token.value is not None
            return Number(token.text, token.value, token.span)
        if token.kind == NAME:
            return self.named()
        if token.is_op("("):
            return self.group()
        if token.is_op("["):
            return self.vector()
        if token.kind == OPERATOR and token.text in ROOTS:
            return self._root()
        if token.kind == OPERATOR and token.text in BARS:
            return self.bars()
        if token.kind == POWER and self.following.is_op("√"):
            return self._indexed_root()
        raise self.missing_value()

    def _root(self) -> Expr:
        sign = self.token
        self.deeper(sign)
        self.advance()
        bracketed = self.token.is_op("(")
        operand = self.postfix()
        self.depth -= 1
        span = sign.span.to(operand.span)
        if sign.text == "∜":
            return Binary("^", operand, Binary("/", _number(1), _number(4)), span)
        root = Call("sqrt" if sign.text == "√" else "cbrt", (operand,), span, sign.span)
        if not bracketed:
            self.bare_root, self.bare_root_end = root, self.position
        return root

    def _indexed_root(self) -> Expr:
        """`³√x`"""
        index = self.advance()
        self.deeper(index)
        root = self._root()
        self.depth -= 1
        assert isinstance(root, Call)
        span = index.span.to(root.span)
        if index.value == 3:
            return root.replaced(function="cbrt", span=span)
        power = Binary("/", _number(1), superscript(index))
        return Binary("^", root.arguments[0], power, span)

    def _root_index(self, base: Expr, index: Token) -> GradcalcError:
        """`x³√y`"""
        power = Binary("^", base, superscript(index))
        self.advance()
        operand = self.postfix()
        product = Binary("*", power, Call("sqrt", (operand,)))
        root: Expr = Binary("^", operand, Binary("/", _number(1), superscript(index)))
        if index.value == 3:
            root = Call("cbrt", (operand,))
        return self.two_readings(
            base.span.to(operand.span), to_text(product), to_text(Binary("*", base, root))
        )


def _number(value: int) -> Number:
    return Number(str(value), Fraction(value))


def superscript(token: Token) -> Expr:
    value = token.value
    assert isinstance(value, Fraction)
    number = Number(token.text.lstrip("+-"), value, token.span)
    return Unary("-", number, token.span) if token.text.startswith("-") else number
