"""Text into tokens. Spans are offsets into the text as it was given.

Unicode is read as what it looks like (`×`, `²`, `π`, `x₁`); what can't be seen is refused, also in
comments, since it would let a formula look like another one.
"""

from __future__ import annotations

import re
import unicodedata

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.numerals import numeral
from gradcalc.language.tokens import (
    CLOSING,
    CONTINUES,
    END,
    GREEK,
    KEYWORD,
    KEYWORDS,
    LOOKALIKES,
    NAME,
    NEWLINE,
    OPERATOR,
    POWER,
    REFUSED,
    SUPERSCRIPTS,
    Token,
)

MAX_NAME_CHARACTERS = 100
_LINE_ENDS = "\n\r\u2028\u2029\x85"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_POWERS = "⁰¹²³⁴-⁹"
_TOKEN = re.compile(
    rf"(?P<blank>[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+|\#[^{_LINE_ENDS}]*)"
    rf"|(?P<newline>[{_LINE_ENDS};]+)"
    r"|(?P<number>\.?[0-9])"
    rf"|(?P<name>[^\W0-9{_POWERS}ⁿⁱ](?:[^\W{_POWERS}ⁿⁱ]|[\u0300-\u036f])*)"
    rf"|(?P<power>[⁻⁺]?[{_POWERS}]+)"
    r"|(?P<refused>\*\*\*|===|!==|<>|=<|=>|<<|>>|&&|\|\||//|:=|->|@=|[|&~$?\\`\"'∑∏∂∫])"
    r"|(?P<operator>\*\*=?|\.\.|[-+*/^%=<>!]=|[-+*/@%^=<>!(){}\[\],:.√∞×·⋅∗÷∕−–≤≥≠])"
)


class _Lexer:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self.open: list[Token] = []

    def run(self) -> tuple[Token, ...]:
        # A byte order mark is how some editors begin a file.
        position = 1 if self.source.startswith("\ufeff") else 0
        self._check_visible(position)
        while position < len(self.source):
            position = self._step(position)
        if self.open:
            raise self._unclosed(self.open[-1])
        end = Span(len(self.source), len(self.source))
        self.tokens.append(Token(END, "", end))
        return tuple(self.tokens)

    def _step(self, position: int) -> int:
        match = _TOKEN.match(self.source, position)
        if match is None:
            raise self._bad_character(position)
        kind, text, span = match.lastgroup, match[0], Span(*match.span())
        if kind == "number":
            token = numeral(self.source, position)
            self.tokens.append(token)
            return token.span.end
        if kind == "newline":
            self._newline(text, span)
        elif kind == "name":
            self._name(text, span)
        elif kind == "power":
            self._power(text, span)
        elif kind == "refused":
            raise self._error("bad-sign", f"'{text}' is not supported", span, REFUSED[text])
        elif kind == "operator":
            self._operator(text, span)
        return span.end

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

    def _name(self, text: str, span: Span) -> None:
        if not text.isascii():
            text = self._plain_name(text, span)
        if len(text) > MAX_NAME_CHARACTERS:
            raise self._error(
                "long-name",
                f"this name has {len(text)} characters, more than {MAX_NAME_CHARACTERS}",
                span,
                "choose a shorter name",
            )
        self.tokens.append(Token(KEYWORD if text in KEYWORDS else NAME, text, span))

    def _plain_name(self, text: str, span: Span) -> str:
        plain = unicodedata.normalize("NFKC", text)
        if plain in GREEK:
            return GREEK[plain]
        if plain[0] == "π" and plain[1:].isalpha():
            raise self._error(
                "missing-operator", f"'{text}' is read as one name", span, f"write pi*{plain[1:]}"
            )
        found = _TOKEN.match(plain)  # Ŀ comes apart into L and ·, which is a sign
        if not plain.isidentifier() or found is None or found[0] != plain:
            raise self._bad_character(span.start)
        return plain

    def _power(self, text: str, span: Span) -> None:
        plain = text.translate(SUPERSCRIPTS)
        digits = numeral(plain.lstrip("+-"), 0)
        sign = plain[0] if plain[0] in "+-" else ""
        self.tokens.append(Token(POWER, sign + digits.text, span, digits.value))

    def _operator(self, text: str, span: Span) -> None:
        if text == "∞":
            self.tokens.append(Token(NAME, "inf", span))
            return
        token = Token(OPERATOR, LOOKALIKES.get(text, text), span)
        if text in CLOSING:
            self.open.append(token)
        elif text in ")]}":
            self._close(token)
        self.tokens.append(token)

    def _close(self, token: Token) -> None:
        if not self.open:
            raise self._error(
                "unexpected-close",
                f"'{token.text}' has no opening bracket",
                token.span,
                "remove it, or add an opening bracket before it",
            )
        opening = self.open.pop()
        if CLOSING[opening.text] != token.text:
            raise self._error(
                "unexpected-close",
                f"'{token.text}' can't close '{opening.text}'",
                token.span,
                f"close '{opening.text}' with '{CLOSING[opening.text]}' first",
            )

    def _unclosed(self, opening: Token) -> GradcalcError:
        return self._error(
            "unclosed",
            f"'{opening.text}' is never closed",
            opening.span,
            f"add '{CLOSING[opening.text]}'",
        )

    def _check_visible(self, position: int) -> None:
        match = _INVISIBLE.search(self.source, position)
        if match is not None:
            raise self._error(
                "bad-character",
                f"the invisible character U+{ord(match[0]):04X} is not allowed",
                Span(*match.span()),
                "remove it",
            )

    def _bad_character(self, position: int) -> GradcalcError:
        character = self.source[position]
        hint = "write ^n" if character in "ⁿⁱ" else "remove it, or write it in plain letters"
        return self._error(
            "bad-character",
            f"the character '{character}' (U+{ord(character):04X}) is not allowed",
            Span(position, position + 1),
            hint,
        )

    def _error(self, code: str, message: str, span: Span, hint: str) -> GradcalcError:
        return GradcalcError(code, message, span, hint=hint, source=self.source)


def tokenize(source: str) -> tuple[Token, ...]:
    """The tokens of a text, the last one being the end; brackets are known to match."""
    return _Lexer(source).run()
