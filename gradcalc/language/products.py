"""Products, written with a sign or without one, and functions without brackets.

What has one reading by the textbook is read; where people disagree, both readings are shown:

    x sin x         x*sin(x)                        sin x/2      sin(x/2) or sin(x)/2
    sin x cos x     sin(x)*cos(x)                   sin 2x       sin(2*x) or sin(2)*x
    sin x^2         sin(x^2), with a note           1/2x         (1/2)*x or 1/(2*x)

Without brackets a function is applied to one number, name or power. In LaTeX, where a page sets
`\\sin 2x`, it is applied to the whole product up to the next function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.operands import Operands
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Name, Number, Unary, Vector
from gradcalc.language.tokens import BARS, JUXTAPOSED, NAME, NUMBER, POWER, Token

_DOTS = ("·", "⋅", "∙", "•", "\\cdot", "\\bullet")


class Products(Operands):
    """The productions `product`, `implicit` and `application`."""

    def product(self, left: Expr, op: Token) -> Expr:
        """`product = implicit { ( "*" | "/" | "@" | "%" ) implicit }`, behind its sign."""
        start = self.position
        call = self.bare_call if self.bare_call_end == start - 1 else None
        power = self.bare_power if self.bare_power_end == start - 1 else None
        if op.text == "%":
            self._refuse_percent(left, op)
        before_function = self._is_function(self.token)
        right, factors = self.implicit()
        whole = Binary(op.text, left, right, left.span.to(right.span))
        if isinstance(left, Vector) and isinstance(right, Vector) and self._is_dot(op):
            product = Binary("@", left, right)
            raise self.two_readings(whole.span, to_text(product), to_text(whole))
        if len(factors) > 1 and op.text in "/%":
            one: Expr = Binary(op.text, left, factors[0])
            for factor in factors[1:]:
                one = Binary("*", one, factor)
            raise self.two_readings(whole.span, to_text(one), to_text(whole))
        if call is not None and not (before_function and op.text in "*/"):
            inner = Binary(op.text, call.arguments[0], right)
            taken = _with_tail(left, call, _applied(call, inner))
            raise self.two_readings(whole.span, to_text(taken), to_text(whole))
        if power is not None and op.text == "/" and _may_go_on(power.right, right):
            inner = power.replaced(right=Binary("/", power.right, right))
            self.note_reading(whole, _with_tail(left, power, inner))
        return whole

    def _is_dot(self, op: Token) -> bool:
        """Is it the sign that is a dot product between vectors on paper?"""
        return op.text == "*" and self.source[op.span.start : op.span.end] in _DOTS

    def implicit(self) -> tuple[Expr, list[Expr]]:
        """`implicit = unary { power }`, and its factors."""
        left = self.unary()
        factors: list[Expr] = [left]
        while self.starts_value(self.token) or self.token.is_op(JUXTAPOSED):
            self._check_factor(left)
            self.accept(JUXTAPOSED)
            root = self.bare_root if self.bare_root_end == self.position else None
            call = self.bare_call if self.bare_call_end == self.position else None
            right = self.power()
            factors.append(right)
            before, left = left, Binary("*", left, right, left.span.to(right.span))
            if root is not None:
                inner = Binary("*", root.arguments[0], right)
                other = _with_tail(before, root, root.replaced(arguments=(inner,)))
                self.note_reading(left, other)
            if call is not None and not self.textbook:
                self.note_reading(left)
        return left, factors

    def _check_factor(self, left: Expr) -> None:
        """Raise where what follows is no factor, or not surely one of this product."""
        token = self.following if self.token.is_op(JUXTAPOSED) else self.token
        if self.position == self.bare_power_end:
            power = self.bare_power
            assert power is not None
            apart = self._is_function(token) and token.span.start > self.last.span.end
            if not (apart and isinstance(power.right, Number)):
                raise self._ambiguous_power(left, power)
        elif self.position == self.bare_call_end and not self._is_function(token):
            raise self._ambiguous_argument(left)
        elif not (self.token.is_op(JUXTAPOSED) or self._may_juxtapose()):
            raise self.missing_operator()

    def _may_juxtapose(self) -> bool:
        left, right = self.last, self.token
        if self._is_function(right) and left.kind != NUMBER:
            return True
        ends_factor = left.kind in (NUMBER, POWER) or left.text in (")", "°", *BARS)
        doubled = right.text == "|" and self.following.is_op("|")
        return ends_factor and right.kind != NUMBER and not right.is_op("[") and not doubled

    def _is_function(self, token: Token) -> bool:
        return token.kind == NAME and self.is_function(token.text)

    def application(self, name: Token) -> Call:
        """`application = name power`; in LaTeX `name power { power }`"""
        token = self.token
        if token.text in ("-", "+") and self._is_sign(name, token):
            raise self._needs_brackets(name, self.unary())
        if not (self.starts_value(token) or token.text in BARS) or token.is_op("["):
            raise self._needs_brackets(name, None)
        self.deeper(name)
        argument = self.power()
        self.depth -= 1
        if self._is_function(token) and not self.textbook:
            raise self._needs_brackets(name, argument)
        called = argument.function if isinstance(argument, Call) else ""
        if token.kind == NAME and token.text == called and not self.is_function(called):
            assert isinstance(argument, Call)
            raise self._argument_or_factor(name, argument)
        if self.textbook:
            argument = self._textbook_argument(name, argument)
        call = Call(name.text, (argument,), name.span.to(argument.span), name.span)
        self.calls[name.text, 1] = None
        if isinstance(argument, Binary) and not self.textbook and token.text != "(":
            self.note_reading(
                call, argument.replaced(left=call.replaced(arguments=(argument.left,)))
            )
        self.bare_call, self.bare_call_end = call, self.position
        return call

    def _is_sign(self, name: Token, sign: Token) -> bool:
        """Does a sign belong to what follows: `exp -x`, not `exp - x`?"""
        apart, joined = sign.span.start > name.span.end, self.following.span.start == sign.span.end
        return apart and joined and self.starts_value(self.following)

    def _textbook_argument(self, name: Token, argument: Expr) -> Expr:
        """The product that a function is applied to: it ends before a bracket or a function."""
        while self.token.is_op(JUXTAPOSED) or self.starts_value(self.token):
            following = self.following if self.token.is_op(JUXTAPOSED) else self.token
            bracket = following.is_op("(") and self.source[following.span.start] == "("
            if self._is_function(following) and not _varies(argument):
                self.accept(JUXTAPOSED)
                factor = self.power()
                call, inner = Call(name.text, (argument,)), Binary("*", argument, factor)
                raise self.two_readings(
                    name.span.to(factor.span),
                    to_text(_applied(call, inner)),
                    to_text(Binary("*", call, factor)),
                )
            if self._is_function(following) or bracket:
                break
            if not self.accept(JUXTAPOSED) and not self._may_juxtapose():
                raise self.missing_operator()
            factor = self.power()
            argument = Binary("*", argument, factor, argument.span.to(factor.span))
        return argument

    def _needs_brackets(self, name: Token, argument: Expr | None) -> GradcalcError:
        """`sin`, `sin -x` or `sin cos x`"""
        proposals: list[str] = []
        if argument is None:
            hint = f"write {name.text}(x), or give the variable a value: --at {name.text}=…"
        else:
            text = to_text(Call(name.text, (argument,)))
            hint = f"write {text}"
            if not self.textbook:
                proposals = [name.span.to(argument.span).rewritten(self.source, text)]
        return self.error(
            "call-without-brackets",
            f"the function '{name.text}' needs brackets",
            name.span,
            hint,
            *proposals,
        )

    def _argument_or_factor(self, name: Token, product: Call) -> GradcalcError:
        """`sin x(y + 1)`"""
        variable = Name(product.function)
        factor: Expr = product.arguments[0] if len(product.arguments) == 1 else product
        return self.two_readings(
            name.span.to(product.span),
            to_text(Call(name.text, (Binary("*", variable, factor),))),
            to_text(Binary("*", Call(name.text, (variable,)), factor)),
        )

    def _ambiguous_argument(self, left: Expr) -> GradcalcError:
        """`sin 2x`"""
        call = self.bare_call
        assert call is not None
        self.accept(JUXTAPOSED)
        right = self.power()
        inner = Binary("*", call.arguments[0], right)
        taken = _with_tail(left, call, _applied(call, inner))
        return self.two_readings(
            left.span.to(right.span), to_text(taken), to_text(Binary("*", left, right))
        )

    def _ambiguous_power(self, left: Expr, power: Binary) -> GradcalcError:
        """`2^3x`"""
        self.accept(JUXTAPOSED)
        right = self.power()
        inner = power.replaced(right=Binary("*", power.right, right))
        shown, product = to_text(left), to_text(Binary("*", left, right))
        return self.two_readings(
            left.span.to(right.span),
            f"({shown}){product.removeprefix(shown)}",
            to_text(_with_tail(left, power, inner)),
        )

    def _refuse_percent(self, left: Expr, op: Token) -> None:
        """`50%`, `50% - x`, `50% x` and `x*50% + 1`; `7 % x` and `7%x` are remainders."""
        token = self.token
        last = left.right if isinstance(left, Binary) and left.op in "*/" else left
        quotient = Binary("/", last, Number("100", Fraction(100)))
        percent = to_text(quotient)
        span = last.span.to(op.span)
        signed = token.text in ("-", "+") and self.starts_value(self.following)
        if signed or (self.starts_value(token) and token.text != "of"):
            joined = last.span.end == op.span.start and op.span.end < token.span.start  # 50% x
            if not isinstance(last, Number) or not (signed or joined):
                return
            gap = Span(op.span.start, token.span.start)
            meant = span.to(gap).rewritten(self.source, f"{percent} " if signed else f"{percent}*")
            proposals: tuple[str, ...] = (meant, gap.rewritten(self.source, " % "))
            operand = self.unary()
            of = percent if signed else to_text(Binary("*", quotient, operand))
            remainder = to_text(Binary("%", left, operand))
            hint = f"write {of} for percent, {remainder} for the remainder"
        elif token.text == "%":
            hint, proposals = f"write {percent}", ()
        elif token.text == "of":
            hint = f"write {percent}*"
            proposals = (span.to(token.span).rewritten(self.source, f"{percent} * "),)
        else:
            proposals = tuple(self._percents(span, percent))
            hint = f"write {' or '.join(proposals)}"
        message = "'%' is the remainder of a division, not a percent sign"
        raise self.error("percent", message, span, hint, *proposals)

    def _percents(self, span: Span, percent: str) -> Iterator[str]:
        """`x*50%` with what percent means, and `x + 50%` also with percent of x."""
        yield span.rewritten(self.source, percent)
        before, behind = self.source[: span.start].rstrip(), self.source[span.end :].strip()
        whole = before[:-1].strip()
        if before.endswith(("+", "-")) and not behind and re.fullmatch(r"[^=;\n]+", whole):
            base = whole if whole.isidentifier() else f"({whole})"
            yield f"{base}*(1 {before[-1]} {percent})"


def _may_go_on(exponent: Expr, divisor: Expr) -> bool:
    """Was the exponent in `x^1/2` or `e^-x^2/2` meant to go on behind the stroke?"""
    plain = exponent.operand if isinstance(exponent, Unary) else exponent
    if isinstance(plain, Number):
        return plain.value == 1 and isinstance(divisor, Number)
    return isinstance(exponent, Unary)


def _varies(argument: Expr) -> bool:
    r"""Is there more in it than numbers? `\sin 2\cos x` may be `sin(2*cos(x))`."""
    return any(isinstance(node, Name) and node.name != "pi" for node in argument.walk())


def _applied(call: Call, argument: Expr) -> Call:
    return call.replaced(arguments=(argument, *call.arguments[1:]))


def _with_tail(node: Expr, old: Expr, new: Expr) -> Expr:
    """The tree with another part where it ends: in `2*sin(x)`, `sin(x)`."""
    if node is old:
        return new
    if isinstance(node, Unary):
        return node.replaced(operand=_with_tail(node.operand, old, new))
    if isinstance(node, Binary) and node.op == "^" and isinstance(node.right, Number):
        return node.replaced(left=_with_tail(node.left, old, new))  # sin^2 x
    if isinstance(node, Binary):
        return node.replaced(right=_with_tail(node.right, old, new))
    return node
