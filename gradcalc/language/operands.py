"""Operands: signs, powers, indices, calls and brackets; one method for each production."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.cursor import Cursor
from gradcalc.language.printer import to_text
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
from gradcalc.language.tokens import BARS, NAME, NUMBER, OPERATOR, POWER, ROOTS, Token

_OPENING = frozenset(("(", "[", *ROOTS))
_WITH_INVERSE = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh"})


class Operands(Cursor, ABC):
    """The productions from `unary` down to `primary`."""

    # The last power with a bare exponent, and where it ended: `2^3x` is refused by it.
    bare_power: Binary | None = None
    bare_power_end = -1
    # The last root of an operand without brackets, and where it ended: `√2x`.
    bare_root: Call | None = None
    bare_root_end = -1
    # The last call without brackets, and where it ended: what follows may belong to it.
    bare_call: Call | None = None
    bare_call_end = -1
    # The sign of the innermost bracket: inside of bars, the next bar closes them.
    innermost = ""

    @abstractmethod
    def expression(self) -> Expr:
        """The loosest production, which stands inside brackets."""

    @abstractmethod
    def application(self, name: Token) -> Call:
        """A function with what it is applied to, without brackets."""

    def starts_value(self, token: Token) -> bool:
        """Whether a value may begin with a token that follows another value."""
        if token.kind in (NUMBER, NAME):
            return True
        if token.kind != OPERATOR:
            return False
        bar = token.text in BARS and token.text != self.innermost
        return bar or token.text in _OPENING

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
            return Binary("^", base, _superscript(token), base.span.to(token.span))
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
                node = self._index(node)
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

    def _index(self, target: Expr) -> Expr:
        self.advance()
        outer, self.innermost = self.innermost, "["
        indices: list[Expr | Slice] = [self.index()]
        while self.accept(","):
            indices.append(self.index())
        self.innermost = outer
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
        """`primary = number | name | call | "(" expression ")" | vector | bars | "√" postfix`"""
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
        if token.kind == OPERATOR and token.text in ROOTS:
            return self._root()
        if token.kind == OPERATOR and token.text in BARS:
            return self._bars()
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
        power = Binary("/", _number(1), _superscript(index))
        return Binary("^", root.arguments[0], power, span)

    def _root_index(self, base: Expr, index: Token) -> GradcalcError:
        """`x³√y`"""
        power = Binary("^", base, _superscript(index))
        self.advance()
        operand = self.postfix()
        product = Binary("*", power, Call("sqrt", (operand,)))
        root: Expr = Binary("^", operand, Binary("/", _number(1), _superscript(index)))
        if index.value == 3:
            root = Call("cbrt", (operand,))
        return self.two_readings(
            base.span.to(operand.span), to_text(product), to_text(Binary("*", base, root))
        )

    def _bars(self) -> Call:
        """`bars = "|" expression "|"`, the absolute value; `‖v‖` is the norm."""
        opening = self.advance()
        doubled = self.token.is_op("|") and self.token.span.start == opening.span.end
        outer, self.innermost = self.innermost, opening.text
        inner = self.expression()
        self.innermost = outer
        if not self.token.is_op(opening.text):
            raise self.error(
                "unclosed",
                f"'{opening.text}' is never closed",
                opening.span,
                f"add '{opening.text}' behind the value; write or between conditions",
            )
        closing = self.advance()
        inside = isinstance(inner, Call) and self.source[inner.span.start] == "|"
        if doubled and inside and inner.span.end == closing.span.start:
            raise self._two_bars(inner, opening.span.to(closing.span))
        name = "abs" if opening.text == "|" else "norm"
        return Call(name, (inner,), opening.span.to(closing.span), opening.span)

    def _two_bars(self, absolute: Expr, span: Span) -> GradcalcError:
        """`||v||`"""
        assert isinstance(absolute, Call)
        shown = to_text(absolute.arguments[0])
        hint = f"write norm({shown}) or abs({shown})"
        return self.error("two-bars", "'||' has two meanings", span, hint)

    def _group(self) -> Expr:
        opening = self.advance()
        outer, self.innermost = self.innermost, "("
        inner = self.expression()
        self.innermost = outer
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
        outer, self.innermost = self.innermost, closing
        items: list[Expr] = []
        if not self.accept(closing):
            items.append(read())
            while self.accept(","):
                items.append(read())
            self.expect(closing)
        self.innermost = outer
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
        if token.is_op("_"):
            return self._based(name)
        return self.application(name)

    def _based(self, name: Token) -> Call:
        r"""`\log_2 x`: the base is the second argument."""
        self.advance()
        base = self._group()
        call = self._call(name) if self.token.is_op("(") else self.application(name)
        based = call.replaced(arguments=(*call.arguments, base))
        if self.bare_call is call:
            self.bare_call = based
        return based

    def _call(self, name: Token) -> Call:
        """`call = name "(" [ expression { "," expression } ] ")"`"""
        self.advance()
        arguments = self._items(")", self._argument)
        self.calls[name.text, len(arguments)] = None
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
        if not whole:
            raise self.error(
                "call-without-brackets",
                f"the function '{name.text}' needs brackets",
                name.span,
                f"write {name.text}(x)^n",
            )
        call = self._call(name) if self.token.is_op("(") else self.application(name)
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


def _number(value: int) -> Number:
    return Number(str(value), Fraction(value))


def _superscript(token: Token) -> Expr:
    value = token.value
    assert isinstance(value, Fraction)
    number = Number(token.text.lstrip("+-"), value, token.span)
    return Unary("-", number, token.span) if token.text.startswith("-") else number
