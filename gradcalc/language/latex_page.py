r"""What pages of mathematics have beside commands: letters, braces, scripts.

`xy` is a product, unless a name `xy` is given or assigned; a letter with a subscript is a name
(`x_1`, `sigma_max`); braces group.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Container

from gradcalc.errors import Span
from gradcalc.language.lexer import Lexer
from gradcalc.language.numerals import numeral
from gradcalc.language.tokens import JUXTAPOSED, KEYWORD, KEYWORDS, NAME, NUMBER, OPERATOR, Token
from gradcalc.language.unicode import RAISED

COMMAND = re.compile(r"\\(operatorname\*|[A-Za-z]+|.)", re.DOTALL)
_SUPERSCRIPTS = "".join(RAISED)
RUN = re.compile(rf"[^\W\d_{_SUPERSCRIPTS}]+")
_WORD = re.compile(rf"[^\W\d{_SUPERSCRIPTS}][^\W{_SUPERSCRIPTS}]{{0,100}}")
ARGUMENT = re.compile(rf"[{{\\0-9]|[^\W\d_{_SUPERSCRIPTS}]")
_ASSIGNED = re.compile(r"\b(?!π\w)([^\W\d]\w*)\s*(?:\([^()]*\)\s*)?(?:[-+*/^%]|\*\*)?=(?!=)")
_COUNTED = re.compile(r"\bfor\s+(\w+)\s+in\b")
_BLOCKS = re.compile(r"\b(?:if|else|for|while)\b[^{}\\$\n;]{0,200}\{|=\s*\{")
_LAST_STOP = re.compile(r"[.,](?:\s|\\\]|\\\)|\$)*$")
_BLANKS = re.compile(r"(?:\s|~|\\[,:;! ])*")
_MAX_NOTED_CHARACTERS = 30


class PageLexer(Lexer, ABC):
    """The lexer with commands, braces, scripts and single-letter names.

    `functions` and `variables` are names that are not taken apart, `max_depth` bounds the nesting.
    """

    def __init__(
        self, source: str, functions: Container[str], variables: Container[str], max_depth: int
    ) -> None:
        super().__init__(source)
        self.functions, self.variables = functions, variables
        self.max_depth, self.depth = max_depth, 0
        self.is_page = "\\" in source or "$" in source
        self.has_blocks = _BLOCKS.search(source) is not None
        self.whole = set(_ASSIGNED.findall(self.text)) | set(_COUNTED.findall(self.text))
        self.notes: dict[str, None] = {}
        self.closing, self.vectors = _brackets(self.text)
        self.waiting = -1  # so many tokens there are where a function waits for its argument
        self.group, self.is_divided = (
            0,
            False,
        )  # where the innermost group begins; has it an \\over?
        self.matrix = -1  # so many where a matrix has ended

    def run(self) -> tuple[Token, ...]:
        tokens = super().run()
        if not self.is_divided:
            return tokens
        return (*tokens[:-1], tokens[-1]._replace(kind=OPERATOR, text=")"), tokens[-1])

    @abstractmethod
    def command(self, position: int) -> int:
        """Read a command and its arguments; the place behind them."""

    @abstractmethod
    def multiplies_matrices(self, both: bool) -> bool:
        r"""Is the product that is left out here one of matrices: `x^\top A x`?"""

    @abstractmethod
    def script(self, position: int, sign: str) -> int:
        """Read what is raised or lowered; the place behind it."""

    def step(self, position: int) -> int:
        """Read what begins at a place; the place behind it."""
        character = self.text[position]
        if character == "\\":
            return self.command(position)
        if character == "{" and not self.has_blocks:
            self.juxtapose(position)
            return self.bracketed(position)
        if character in "^_":
            return self.script(position, character)
        if character in "$~" or (character in ".," and _LAST_STOP.match(self.text, position)):
            return position + 1
        if self.is_page and character == "[" and position not in self.vectors:
            return self._square(position)
        if self.is_page and (run := RUN.match(self.text, position)) is not None:
            return self._letters(run)
        word = _WORD.match(self.text, position)
        if word is None:
            return super().step(position)
        if word[0].endswith("_") and self.text.startswith("{", word.end()):  # x_{max}
            return self.word(word[0][:-1], position, word.end() - 1)
        self.juxtapose(position)
        return super().step(position)

    # Values, and the product signs that pages leave out.

    def emit(self, text: str, start: int, end: int, kind: str = OPERATOR) -> None:
        self.tokens.append(Token(kind, text, Span(start, end)))

    def juxtapose(self, position: int, *, matrix: bool = False) -> None:
        """A product sign where a value begins behind another value."""
        last = self.tokens[-1] if self.tokens else None
        if last is None or self.waiting == len(self.tokens):
            return
        number = last.kind == NUMBER
        ends = number or (last.kind == OPERATOR and last.text in (")", "]", "°", "!"))
        if not ends and (last.kind != NAME or self.is_function(last)):
            return
        beside = self.matrix == len(self.tokens)
        if not number and self.multiplies_matrices(matrix and beside):
            self.emit("@", position, position)
            return
        if (matrix or beside) and not number:
            raise self.error(
                "missing-operator",
                "a product with a matrix or a vector needs its sign",
                Span(last.span.start, position + 1),
                "write @ for the product of matrices, * for the product by element",
            )
        self.emit(JUXTAPOSED, position, position)

    def is_function(self, token: Token) -> bool:
        known = token.kind == NAME and token.text in self.functions
        return known and token.text not in self.variables and token.text not in self.whole

    def word(self, text: str, start: int, end: int) -> int:
        """A name, or a function or a keyword."""
        if text not in KEYWORDS:
            self.juxtapose(start)
        self.emit(text, start, end, KEYWORD if text in KEYWORDS else NAME)
        return end

    def _letters(self, run: re.Match[str]) -> int:
        """A name if it is known, else a product of letters."""
        word = _WORD.match(self.text, run.start())
        assert word is not None
        for text in (word[0], run[0]):
            if len(text) > 1 and self.is_whole(text):
                return self.word(text, run.start(), run.start() + len(text))
        for place in range(*run.span()):
            self.juxtapose(place)
            super().step_name(self.text[place], Span(place, place + 1))
        if 1 < len(run[0]) <= _MAX_NOTED_CHARACTERS:
            self.notes[f"{run[0]} is read as {'*'.join(run[0])}"] = None
        return run.end()

    def is_whole(self, text: str) -> bool:
        return (
            text in self.variables
            or text in self.whole
            or text in self.functions
            or text in KEYWORDS
        )

    # Braces, arguments and scripts.

    def until(self, position: int, *stops: str) -> tuple[int, str]:
        """Read up to one of some texts outside of brackets; its place, and which one it is."""
        start, opened = position, len(self.open)
        self.deeper(start)
        while position < len(self.text):
            if len(self.open) <= opened:
                for stop in stops:
                    if self.text.startswith(stop, position):
                        self.depth -= 1
                        return position, stop
            position = self.step(position)
        raise self.error(
            "unclosed",
            f"'{self.source[max(start - 1, 0)]}' is never closed"
            if stops == ("}",)
            else f"'{stops[-1]}' is missing",
            Span(max(start - 1, 0), start or 1),
            f"add '{stops[-1]}'",
        )

    def deeper(self, position: int) -> None:
        self.depth += 1
        if self.depth > self.max_depth:
            raise self.error(
                "too-deep",
                f"the formula is nested deeper than {self.max_depth} levels",
                Span(position, min(position + 1, len(self.text))),
                "name a part of it first, or allow more with --max-depth",
            )

    def bracketed(self, position: int) -> int:
        """A group in braces, or one argument, in brackets."""
        position = self.skip(position)
        self.emit("(", position, min(position + 1, len(self.text)))
        end = self.argument(position)
        self.emit(")", end - 1, end)
        return end

    def skip(self, position: int) -> int:
        match = _BLANKS.match(self.text, position)
        return match.end() if match else position

    def argument(self, position: int) -> int:
        """What an argument holds, without brackets: a group, or one digit, letter or command."""
        position = self.skip(position)
        character = self.text[position : position + 1]
        if character == "{":
            return self._group(position)
        if character == "\\":
            self.deeper(position)
            end = self.command(position)
            self.depth -= 1
            return end
        if character and character in "0123456789":
            self.tokens.append(numeral(character, 0)._replace(span=Span(position, position + 1)))
            return position + 1
        if character and RUN.match(character):
            super().step_name(character, Span(position, position + 1))
            return position + 1
        raise self.error(
            "missing-value",
            "an argument is missing here",
            Span(max(position - 1, 0), max(position, 1)),
            "write it in braces: \\frac{a}{b}",
        )

    def _group(self, position: int) -> int:
        r"""A group in braces, which is a fraction where `\over` divides it."""
        outer, self.group = self.group, len(self.tokens)
        divided, self.is_divided = self.is_divided, False
        end = self.until(position + 1, "}")[0] + 1
        if self.is_divided:
            self.emit(")", end - 1, end)
        self.group, self.is_divided = outer, divided
        return end

    def matching(self, position: int) -> int:
        """The place of the brace that closes one."""
        if position in self.closing:
            return self.closing[position]
        raise self.error("unclosed", "'{' is never closed", Span(position, position + 1), "add '}'")

    def _square(self, position: int) -> int:
        """Square brackets that only group."""
        last = self.tokens[-1] if self.tokens else None
        if last is not None and last.kind == NAME and last.span.end == position:
            return super().step(position)  # an element: v[0]
        self.juxtapose(position)
        self.emit("(", position, position + 1)
        end = self.until(position + 1, "\\right]", "]")
        self.emit(")", end[0], end[0] + len(end[1]))
        return end[0] + len(end[1])


def _brackets(text: str) -> tuple[dict[int, int], set[int]]:
    """Where each brace is closed, and the square brackets that have a comma of their own."""
    closing: dict[int, int] = {}
    vectors: set[int] = set()
    opened: list[int] = []
    escaped = False
    for place, character in enumerate(text):
        if escaped or character == "\\":
            escaped = not escaped
        elif character in "([{":
            opened.append(place)
        elif character in ")]}" and opened:
            start = opened.pop()
            if character == "}":
                closing[start] = place
        elif character == "," and opened and text[opened[-1]] == "[":
            vectors.add(opened[-1])
    return closing, vectors
