"""Brackets: groups, vectors, indices and bars; one method for each production."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.cursor import Cursor
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Index, Slice, Vector


class Brackets(Cursor, ABC):
    """The productions `group`, `vector`, `index` and `bars`."""

    # The sign of the innermost bracket: inside of bars, the next bar closes them.
    innermost = ""

    @abstractmethod
    def expression(self) -> Expr:
        """The loosest production, which stands inside brackets."""

    def bars(self) -> Call:
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
        texts = (span.rewritten(self.source, f"{name}({shown})") for name in ("norm", "abs"))
        return self.error("two-bars", "'||' has two meanings", span, hint, *texts)

    def group(self) -> Expr:
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
        items = self.items("]")
        vector = Vector(items, opening.span.to(self.last.span))
        start = opening.span.start
        before = self.source[max(0, start - 2) : start].rstrip()[-1:]
        factor = before in ("*", "/") or any(map(self.token.is_op, "*/^"))
        if len(items) == 1 and isinstance(items[0], Binary) and factor:
            shown, text = to_text(vector), to_text(items[0])  # square brackets around a sum
            self.notes[f"{shown} is a vector of one element; write ({text}) for a number"] = None
        return vector

    def items(self, closing: str, item: Callable[[], Expr] | None = None) -> tuple[Expr, ...]:
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

    def indexed(self, target: Expr) -> Expr:
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
        if first.is_op(".."):
            raise self.error(
                "bad-index",
                "'...' is not an index",
                first.span,
                "write : for each axis that is taken whole: B[:, :, 0]",
            )
        start = None if first.is_op(":") else self.expression()
        if not self.accept(":"):
            if start is None:
                raise self.missing_value()
            return start
        ends = self.token.is_op("]") or self.token.is_op(",")
        stop = None if ends or self.token.is_op(":") else self.expression()
        if self.token.is_op(":"):
            raise self.error(
                "bad-index",
                "a part of an array has no step",
                first.span.to(self.token.span),
                "write v[arange(0, len(v), 2)] for every second element, "
                "v[arange(len(v) - 1, -1, -1)] for all of them backwards",
            )
        return Slice(start, stop, first.span.to(self.last.span))
