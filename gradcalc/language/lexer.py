"""Text into tokens. Spans are offsets into the text as it was given.

Unicode is read as what it looks like (`×`, `²`, `π`, `x₁`, `½`, `⌊x⌋`); what can't be seen and
would let a formula look like another one is refused, also in comments.
"""

from __future__ import annotations

import re
import unicodedata

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.numerals import numeral
from gradcalc.language.tokens import (
    CALLED_BRACKETS,
    CLOSED,
    CLOSING,
    CONTINUES,
    END,
    GREEK,
    KEYWORD,
    KEYWORDS,
    LOOKALIKES,
    NAME,
    NEWLINE,
    NUMBER,
    OPERATOR,
    POWER,
    REFUSED,
    Token,
)
from gradcalc.language.unicode import RAISED, divided_word, folded, one_line

MAX_NAME_CHARACTERS = 100
_LINE_ENDS = "\n\r\u2028\u2029\x85"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e-\u200f\u202a-\u202e"
    "\u2064-\u206f\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_RAISED = "".join(RAISED)
_FRACTIONS = "¼½¾⅐-⅞↉"
_TOKEN = re.compile(
    rf"(?P<blank>[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+|\#[^{_LINE_ENDS}]*)"
    rf"|(?P<newline>[{_LINE_ENDS};]+)"
    rf"|(?P<fraction>[0-9]+⁄[0-9]+(?![.0-9])|[⁰¹²³⁴-⁹]+⁄[₀-₉]+|[{_FRACTIONS}])"
    r"|(?P<number>\.?[0-9])"
    rf"|(?P<name>[^\W0-9{_RAISED}{_FRACTIONS}](?:[^\W{_RAISED}{_FRACTIONS}]|[\u0300-\u036f])*)"
    rf"|(?P<power>[{_RAISED}]+)"
    r"|(?P<quoted>`[^`\n]*`)"
    r"|(?P<refused>\*\*\*|===|!==|<>|=<|=>|<<|>>|&&|//|:=|->|@=|[&~$?\\`\"'∑∏∂∫‰±≈∧∨¬])"
    r"|(?P<operator>\*\*=?|\.\.|[-+*/^%=<>!]=|[-+*/@%^=<>!(){}\[\],:.|√∛∜∞°⌊⌋⌈⌉‖⁄≤≥≠\u2062])"
)
_WHOLE = re.compile(r"[-+]?[0-9]+")
_LOWERED = re.compile(r"([a-z)])([0-9]+)")  # in a superscript: `x2`, which may be x²


class Lexer:
    """The text as it was given, the same with plain characters, and the tokens so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = folded(source)
        self.tokens: list[Token] = []
        self.open: list[Token] = []

    def run(self) -> tuple[Token, ...]:
        self._check_visible()
        position = 0
        while position < len(self.text):
            position = self.step(position)
        if self.open:
            raise self._unclosed(self.open[-1])
        end = Span(len(self.source), len(self.source))
        self.tokens.append(Token(END, "", end))
        return tuple(self.tokens)

    def step(self, position: int) -> int:
        """Read what begins at a place; the place behind it."""
        match = _TOKEN.match(self.text, position)
        if match is None:
            raise self._bad_character(position)
        kind, text, span = match.lastgroup, match[0], Span(*match.span())
        if kind == "number":
            return self._number(position)
        if kind == "newline":
            self._newline(text, span)
        elif kind == "name":
            self.step_name(text, span)
        elif kind == "quoted":
            self._quoted_name(position, span)
        elif kind == "power":
            self._power(text, span)
        elif kind == "fraction":
            self._fraction(text, span)
        elif kind == "refused":
            raise self.error("bad-sign", f"'{text}' is not supported", span, REFUSED[text])
        elif kind == "operator":
            self.step_operator(text, span)
        return span.end

    def _number(self, position: int) -> int:
        try:
            token = numeral(self.text, position)
        except GradcalcError as error:
            error.source = self.source
            raise
        self.tokens.append(token)
        return token.span.end

    def _newline(self, text: str, span: Span) -> None:
        if ";" not in text:
            if self.open and self.open[-1].text != "{":
                return
            last = self.tokens[-1] if self.tokens else None
            if last and last.kind in (OPERATOR, KEYWORD) and last.text in CONTINUES:
                return
        elif self.open and self.open[-1].text != "{":
            raise self._unclosed(self.open[-1])
        self.tokens.append(Token(NEWLINE, text, span))

    def step_name(self, text: str, span: Span) -> None:
        """A name or a keyword."""
        if not text.isascii():
            text = self._plain_name(text, span)
        if len(text) > MAX_NAME_CHARACTERS:
            raise self.error(
                "long-name",
                f"this name has {len(text)} characters, more than {MAX_NAME_CHARACTERS}",
                span,
                "choose a shorter name",
            )
        self.tokens.append(Token(KEYWORD if text in KEYWORDS else NAME, text, span))

    def _quoted_name(self, position: int, span: Span) -> None:
        """`temp (C)` in backquotes: a name that a table may have, and formulas can't."""
        text = one_line(self.source[span.start + 1 : span.end - 1])
        if not text or len(text) > MAX_NAME_CHARACTERS:
            raise self.error(
                "bad-sign",
                "these backquotes hold nothing" if not text else "this name is too long",
                span,
                "write the name of a column between them: `temp (C)`",
            )
        self.tokens.append(Token(NAME, text, span))

    def _plain_name(self, text: str, span: Span) -> str:
        plain = unicodedata.normalize("NFKC", text)
        if plain in GREEK:
            return GREEK[plain]
        if plain[0] == "π" and plain[1:].isalpha():
            product = f"pi*{plain[1:]}"
            error = self.error(
                "missing-operator", f"'{text}' is read as one name", span, f"write {product}"
            )
            error.proposals = (span.rewritten(self.source, product),)
            raise error
        found = _TOKEN.match(plain)  # Ŀ comes apart into L and ·, which is a sign
        readable = plain.isidentifier() and folded(plain) == plain
        if not readable or found is None or found[0] != plain:
            raise self._bad_character(span.start)
        return plain

    def _power(self, text: str, span: Span) -> None:
        """`x²`, and `eˣ`, which is read as `e^(x)`."""
        plain = "".join(map(RAISED.__getitem__, text))
        if not _WHOLE.fullmatch(plain):
            self._raised(plain, span)
            return
        digits = numeral(plain.lstrip("+-"), 0)
        sign = plain[0] if plain[0] in "+-" else ""
        self.tokens.append(Token(POWER, sign + digits.text, span, digits.value))

    def _raised(self, plain: str, span: Span) -> None:
        if _LOWERED.search(plain):
            written = _LOWERED.sub(r"\1^\2", plain)
            raise self.error(
                "ambiguous-power",
                "a superscript of a superscript looks like a digit beside it",
                span,
                f"write ^({written})",
            )
        try:
            inner = Lexer(plain).run()[:-1]
        except GradcalcError:
            raise self.error(
                "bad-character", "this superscript can't be read", span, "write it after ^"
            ) from None
        moved = (t._replace(span=_moved(t.span, span.start)) for t in inner)
        self.tokens += [_sign("^", span), _sign("(", span), *moved, _sign(")", span)]

    def _fraction(self, text: str, span: Span) -> None:
        """`½`, `1⁄2` and `¹⁄₂` are `(1/2)`; `2½` and `2 ½` are `(2 + 1/2)`."""
        parts = unicodedata.normalize("NFKC", text).split("⁄")
        above, below = (numeral(part, 0) for part in parts)
        divided = [above._replace(span=span), _sign("/", span), below._replace(span=span)]
        last = self.tokens[-1] if self.tokens else None
        number = last is not None and last.kind == NUMBER
        if last is not None and number and not self.text[last.span.end : span.start].strip():
            divided = [self.tokens.pop(), _sign("+", span), *divided]
        whole = divided[0].span.to(span)
        self.tokens += [_sign("(", whole), *divided, _sign(")", span)]

    def step_operator(self, text: str, span: Span) -> None:
        """A sign or a bracket."""
        if text == "∞":
            self.tokens.append(Token(NAME, "inf", span))
            return
        token = Token(OPERATOR, LOOKALIKES.get(text, text), span)
        if text in CLOSING:
            self.open.append(token)
        elif text in CLOSED:
            self._close(token)
        if text in CALLED_BRACKETS:
            name = CALLED_BRACKETS[text]
            self.tokens += [Token(NAME, name, span)] if name else []
            token = _sign("(" if name else ")", span)
        self.tokens.append(token)

    def _close(self, token: Token) -> None:
        if not self.open:
            raise self.error(
                "unexpected-close",
                f"'{token.text}' has no opening bracket",
                token.span,
                "remove it, or add an opening bracket before it",
            )
        opening = self.open.pop()
        if CLOSING[opening.text] != token.text:
            raise self.error(
                "unexpected-close",
                f"'{token.text}' can't close '{opening.text}'",
                token.span,
                f"close '{opening.text}' with '{CLOSING[opening.text]}' first",
            )

    def _unclosed(self, opening: Token) -> GradcalcError:
        return self.error(
            "unclosed",
            f"'{opening.text}' is never closed",
            opening.span,
            f"add '{CLOSING[opening.text]}'",
        )

    def _check_visible(self) -> None:
        match = _INVISIBLE.search(self.source)
        if match is not None:
            raise self.error(
                "bad-character",
                f"the invisible character U+{ord(match[0]):04X} is not allowed",
                Span(*match.span()),
                "remove it",
            )
        if (divided := divided_word(self.source)) is not None:
            raise self.error(
                "bad-character",
                f"the invisible character U+{ord(self.source[divided.start]):04X} divides a word",
                divided,
                "remove it, or write * in its place for a product",
            )

    def _bad_character(self, position: int) -> GradcalcError:
        character = self.source[position]
        hint = "remove it, or write it in plain letters"
        return self.error(
            "bad-character",
            f"the character '{character}' (U+{ord(character):04X}) is not allowed",
            Span(position, position + 1),
            hint,
        )

    def error(self, code: str, message: str, span: Span, hint: str) -> GradcalcError:
        return GradcalcError(code, message, span, hint=hint, source=self.source)


def _sign(text: str, span: Span) -> Token:
    """A sign that is not written but meant."""
    return Token(OPERATOR, text, span)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def tokenize(source: str) -> tuple[Token, ...]:
    """The tokens of a text, the last one being the end; brackets are known to match."""
    return Lexer(source).run()
