"""Names and calls: `x`, `f(x)`, `sin^2(x)`, `log_2(x)`; one method for each production."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.brackets import Brackets
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Keyword, Name, Number
from gradcalc.language.tokens import BARS, NAME, NUMBER, OPERATOR, POWER, ROOTS, Token

_OPENING = frozenset(("(", "[", *ROOTS))
_SEVERAL_AXES = re.compile(r"\(\s*-?\d+\s*,[-\d\s,]*\)|\[[-\d\s,]*\]")
_WORD = re.compile(r"[^\W\d]\w*")
_MAX_NOTED_CHARACTERS = 60
_WITH_INVERSE = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh"})


class Calls(Brackets, ABC):
    """The productions `name` and `call`."""

    # The last call without brackets, and where it ended: what follows may belong to it.
    bare_call: Call | None = None
    bare_call_end = -1

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

    def named(self) -> Expr:
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
        base = self.group()
        call = self._call(name) if self.token.is_op("(") else self.application(name)
        based = call.replaced(arguments=(*call.arguments, base))
        if self.bare_call is call:
            self.bare_call = based
        return based

    def _call(self, name: Token) -> Call:
        """`call = name "(" [ expression { "," expression } ] ")"`"""
        self.advance()
        arguments = self.items(")", self._argument)
        self.calls[name.text, len(arguments)] = None
        if name.text in ("log", "gammainc", "root") and len(arguments) == 2:
            self._note_order(name, *arguments)
        return Call(name.text, arguments, name.span.to(self.last.span), name.span)

    def _note_order(self, name: Token, first: Expr, second: Expr) -> None:
        """Say which argument is which where others have them in the other order."""
        shown, swapped = (
            f"{name.text}({to_text(a)}, {to_text(b)})"
            for a, b in ((first, second), (second, first))
        )
        if not self.is_function(name.text) or len(shown) > _MAX_NOTED_CHARACTERS:
            return
        one, other = isinstance(first, Number), isinstance(second, Number)
        numbered = one and not other
        if name.text == "root" and numbered:
            taken = f"root(x, n) takes n last: {shown} is the root {to_text(second)}"
            self.notes[f"{taken} of {to_text(first)}; write {swapped} for the other"] = None
        elif name.text == "log" and numbered:
            base = f"the base is the second argument: {shown} has the base {to_text(second)}"
            self.notes[f"{base}; write {swapped} for the base {to_text(first)}"] = None
        elif (
            name.text == "gammainc" and isinstance(second, Number) and not isinstance(first, Number)
        ):
            order = f"gammainc(a, x) takes the shape a first: it is {to_text(first)} here"
            self.notes[f"{order}; write {swapped} for what MATLAB has as {shown}"] = None

    def _power_of_function(self, name: Token) -> Expr:
        """`sin^2(x)` is `(sin(x))^2`; `sin^-1(x)` has two meanings and is refused."""
        sign = self.advance()
        negative = sign.text.startswith("-") or self.token.is_op("-")
        exponent = sign if sign.kind == POWER else self.advance()
        if negative:
            raise self._inverse(name, self.advance() if exponent.text == "-" else exponent)
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

    def _inverse(self, name: Token, exponent: Token) -> GradcalcError:
        """`sin^-1(x)`, which is asin(x) or 1/sin(x)."""
        shown, place = "x", exponent.span.end
        if self.token.is_op("(") or self.starts_value(self.token):
            call = self._call(name) if self.token.is_op("(") else self.application(name)
            shown, place = ", ".join(map(to_text, call.arguments)), call.span.end
        power = exponent.text.lstrip("-")
        reciprocal = f"1/{name.text}({shown})" + (f"^{power}" if power != "1" else "")
        texts = [reciprocal]
        if name.text in _WITH_INVERSE and power == "1":
            texts.insert(0, f"a{name.text}({shown})")
        whole = Span(name.span.start, place)
        # On a page only a letter is a name, unless it is given.
        plain = not self.textbook or all(
            len(word) == 1 or word in self.variables for word in _WORD.findall(shown)
        )
        return self.error(
            "inverse-function",
            f"'{name.text}^-{power}' has two meanings",
            name.span.to(exponent.span),
            f"write {' or '.join(texts)}",
            *(whole.rewritten(self.source, f"({text})") for text in texts if plain),
        )

    def _argument(self) -> Expr:
        """`argument = [ "axis" "=" ] expression`"""
        name = self.token
        if name.kind != NAME or not self.following.is_op("="):
            return self.expression()
        if name.text == "keepdims":
            raise self.error(
                "unknown-argument",
                "an axis that is reduced is left out",
                name.span,
                "write reshape(sum(A, axis=1), len(A), 1) to keep it with a length of 1",
            )
        if name.text != "axis":
            raise self.error(
                "unknown-argument",
                f"'{name.text}' is not a named argument",
                name.span,
                f"the only named argument is axis; write == to compare {name.text}",
            )
        self.advance()
        self.advance()
        if several := _SEVERAL_AXES.match(self.source, self.token.span.start):
            raise self.error(
                "several-axes",
                "axis is one integer",
                Span(*several.span()),
                "reduce one axis after the other, the last one first: sum(sum(B, axis=2), axis=1)",
            )
        value = self.expression()
        return Keyword("axis", value, name.span.to(value.span))

    def assigned_function(self, name: Token) -> GradcalcError:
        """`sin = 3`"""
        return self.error(
            "assign-function",
            f"'{name.text}' is a function and can't be assigned to",
            name.span,
            f"choose another name, such as {name.text}_",
        )
