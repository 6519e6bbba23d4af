"""Where the parser stands in the tokens, and the errors every production shares."""

from __future__ import annotations

from collections.abc import Container, Iterator

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Expr
from gradcalc.language.tokens import (
    ASSIGNMENTS,
    BARS,
    BINARY,
    COMPARISONS,
    END,
    KEYWORD,
    NAME,
    NEWLINE,
    NUMBER,
    OPERATOR,
    ROOTS,
    Token,
)

_MAX_QUOTED_CHARACTERS = 30  # of a piece of the source in a hint
_MAX_PROPOSED_CHARACTERS = 60  # of a formula in a hint

_BLOCKS = "use { } after if, else, while, for or f(x) =, and ( ) for grouping"

# After a complete value: signs that are often meant as something else, and words.
_SIGN_MESSAGES = {
    "..": "a range is allowed only in a for loop",
    ":": "':' is allowed only in an index",
}
_SIGN_HINTS = {
    "!": "write n! for a factorial, not a for a negation, a != b to compare",
    "{": _BLOCKS,
    "..": "write for i in 0..3 { … }, v[0:3] or linspace(a, b, n)",
    ":": "write v[1:3]; blocks are written { … }",
}
_KEYWORD_HINTS = {
    "else": "write a if c else b, or if c { … } else { … }",
    "if": "write a if c else b inside a formula",
    "not": "write not (…) around the whole condition",
    "in": "write for i in 0..3 { … }",
}


class Cursor:
    """Tokens read from left to right, one position, one depth."""

    def __init__(
        self,
        source: str,
        tokens: tuple[Token, ...],
        functions: Container[str],
        variables: Container[str],
        max_depth: int,
    ) -> None:
        self.source = source
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.max_depth = max_depth
        self.functions = functions
        self.variables = variables
        self.assigned = assigned(tokens)
        self.defined: set[str] = set()
        self.calls: dict[tuple[str, int], None] = {}  # names, and with how many arguments
        # Is a function without brackets applied as textbooks do, to a whole product (`\\sin 2x`)?
        self.textbook = False
        self.notes: dict[str, None] = {}  # how parts were read that some read otherwise

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    @property
    def last(self) -> Token:
        return self.tokens[self.position - 1]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """The current token, and on to the next one."""
        token = self.tokens[self.position]
        self.position += 1
        return token

    def accept(self, text: str) -> bool:
        """Step over the sign or keyword if it is there."""
        if self.token.is_op(text):
            self.position += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Step over the sign or keyword, which has to be there."""
        if not self.token.is_op(text):
            raise self.unexpected()
        return self.advance()

    def deeper(self, token: Token) -> None:
        """Count one level of nesting; a matching `self.depth -= 1` follows."""
        self.depth += 1
        if self.depth > self.max_depth:
            raise self.error(
                "too-deep",
                f"the formula is nested deeper than {self.max_depth} levels",
                token.span,
                "name a part of it first, or allow more with --max-depth",
            )

    def is_function(self, name: str) -> bool:
        """Whether a name is a function, where no bracket follows it: of the table, and no variable;
        or of the text so far."""
        variable = name in self.variables or name in self.assigned
        return (name in self.functions and not variable) or name in self.defined

    def shown(self, span: Span) -> str:
        """A piece of the source, short enough for a hint."""
        length = span.end - span.start
        return self.source[span.start : span.end] if length <= _MAX_QUOTED_CHARACTERS else "(…)"

    def error(
        self, code: str, message: str, span: Span, hint: str | None, *proposals: str
    ) -> GradcalcError:
        """An error in the text; `proposals` are whole texts to write instead of it."""
        return GradcalcError(
            code, message, span, hint=hint, proposals=proposals, source=self.source
        )

    def missing_value(self) -> GradcalcError:
        """There should be a value here, and there is none."""
        token = self.token
        if token.kind == KEYWORD:
            return self._misplaced_keyword()
        if token.is_op("="):
            return self._stray_equals()
        if token.is_op("{"):
            return self.error(
                "stray-block", "a value is expected here, not '{'", token.span, _BLOCKS
            )
        previous = self.last if self.position else None
        if token.text in BINARY | COMPARISONS | ASSIGNMENTS and token.kind == OPERATOR:
            return self.error(
                "missing-value",
                f"a value is missing before '{token.text}'",
                token.span,
                f"write a value on the left of {token.text}",
            )
        if previous is not None and previous.kind in (OPERATOR, KEYWORD):
            return self.error(
                "missing-value",
                f"a value is missing after '{previous.text}'",
                previous.span,
                "write a number, a name or a formula there",
            )
        return self.error("missing-value", "a value is missing", token.span, "write a formula")

    def unexpected(self) -> GradcalcError:
        """A value is complete, and what follows it does not go on with it."""
        token = self.token
        if token.kind == KEYWORD:
            return self._misplaced_keyword()
        if token.is_op("="):
            return self._stray_equals()
        if token.is_op(","):
            return self._stray_comma()
        if token.kind in (NAME, NUMBER) or token.text in ("(", "[", *ROOTS):
            return self.missing_operator()
        if token.kind in (END, NEWLINE):
            return self.error("unexpected", "the line ends too soon", self.last.span, None)
        code = "stray-block" if token.is_op("{") else "unexpected"
        message = _SIGN_MESSAGES.get(token.text, f"'{token.text}' is not expected here")
        hint = _SIGN_HINTS.get(token.text, "remove it, or finish what comes before it")
        return self.error(code, message, token.span, hint)

    def missing_operator(self) -> GradcalcError:
        """Two values side by side that are no product."""
        left, right = self.last, self.token
        if right.text in BARS:
            return self._stray_bar(left, right)
        between = Span(left.span.start, right.span.end)
        if left.kind == NUMBER and right.kind == NUMBER:
            hint = "write * for a product"
        elif left.kind in (NAME, NUMBER) and right.kind in (NAME, NUMBER):
            hint = f"write {self.shown(left.span)}*{self.shown(right.span)} for a product"
        else:
            hint = f"write * before {self.shown(right.span)} for a product"
        return self.error(
            "missing-operator", "an operator is missing between two values", between, hint
        )

    def two_readings(self, span: Span, one: str, other: str) -> GradcalcError:
        """A product that some read in one way and some in another."""
        long = max(len(one), len(other)) > _MAX_PROPOSED_CHARACTERS
        return self.error(
            "ambiguous-product",
            "this product can be read in two ways",
            span,
            "put brackets around the part that is meant" if long else f"write {one} or {other}",
            *(span.rewritten(self.source, text) for text in (one, other) if not self.textbook),
        )

    def note_reading(self, read: Expr, other: Expr | None = None) -> None:
        """Tell how a part was read, and how it was not."""
        shown, text = self.shown(read.span), to_text(read)
        if "…" not in shown and len(text) <= _MAX_PROPOSED_CHARACTERS:
            instead = "" if other is None else f", not as {to_text(other)}"
            self.notes[f"{shown} is read as {text}{instead}"] = None

    def _stray_bar(self, left: Token, bar: Token) -> GradcalcError:
        doubled = self.following.is_op("|") and self.following.span.start == bar.span.end
        return self.error(
            "bad-sign",
            f"'{'||' if doubled else bar.text}' is not expected here",
            bar.span.to(self.following.span) if doubled else bar.span,
            f"write or between conditions, {self.shown(left.span)}*abs(x) for a product",
        )

    def _stray_equals(self) -> GradcalcError:
        return self.error(
            "stray-equals",
            "'=' is not expected here",
            self.token.span,
            "write == to compare; an assignment is a statement of its own",
        )

    def _stray_comma(self) -> GradcalcError:
        position = self.position
        left, right = self.last, self.following
        if left.kind == right.kind == NUMBER and right.span.start == self.token.span.end:
            start = left.span.start
            # The hint is written as it was typed: `1,05` is 1.05.
            text = (
                self.source[start : left.span.end],
                self.source[right.span.start : right.span.end],
            )
            return self.error(
                "decimal-comma",
                "a number can't contain a comma",
                Span(start, right.span.end),
                f"write {text[0]}.{text[1]} for a decimal, [{text[0]}, {text[1]}] for a vector",
            )
        return self.error(
            "stray-comma",
            "a comma is allowed only inside a call, a vector or an index",
            self.tokens[position].span,
            "write [a, b] for a vector",
        )

    def _misplaced_keyword(self) -> GradcalcError:
        token = self.token
        if self.following.kind == OPERATOR and self.following.text in ASSIGNMENTS:
            return self.keyword_as_name()
        hint = _KEYWORD_HINTS.get(token.text, f"{token.text} is a keyword")
        return self.error("keyword", f"'{token.text}' is not expected here", token.span, hint)

    def keyword_as_name(self) -> GradcalcError:
        """`if = 3`."""
        text = self.token.text
        return self.error(
            "keyword",
            f"'{text}' is a keyword and can't be a name",
            self.token.span,
            f"choose another name, such as {text}_",
        )


def assigned(tokens: tuple[Token, ...]) -> frozenset[str]:
    """The names that a text makes variables: assigned, counted by a loop, or parameters."""
    names: set[str] = set()
    for place, token in enumerate(tokens):
        if token.kind == OPERATOR and token.text in ASSIGNMENTS and place:
            before = tokens[place - 1]
            if before.kind == NAME:
                names.add(before.text)
            elif before.is_op(")"):
                names.update(_parameters(tokens, place - 1))
        elif token.is_op("in") and place and tokens[place - 1].kind == NAME:
            names.add(tokens[place - 1].text)
    return frozenset(names)


def _parameters(tokens: tuple[Token, ...], close: int) -> Iterator[str]:
    """The names from a closing bracket back to the one that opens it, if they are only names."""
    for token in reversed(tokens[:close]):
        if token.kind == NAME:
            yield token.text
        elif not token.is_op(","):
            return
