r"""LaTeX as it stands on pages into the tokens of the language; spans are places in the LaTeX.

What is written plainly is read as in any other text. Beside that, as a page is read: `xy` is a
product unless a name `xy` is given or assigned, `\sin 2x` is `sin(2*x)`, a letter with a subscript
is a name (`x_1`, `sigma_max`), braces group. `\alpha` is the name `alpha`, or `α` if that is given.
"""

from __future__ import annotations

import re

from gradcalc.errors import Span
from gradcalc.language.latex_page import COMMAND
from gradcalc.language.latex_signs import (
    ACCENTS,
    ALIASES,
    BLANKS,
    BOLD,
    DISPLAYS,
    GREEK,
    OPENING,
    REFUSED,
    SIGNS,
    STYLES,
    UPRIGHT,
    WORDS,
)
from gradcalc.language.latex_tables import Tables
from gradcalc.language.numerals import numeral
from gradcalc.language.suggest import nearest
from gradcalc.language.tokens import KEYWORD, NAME, NEWLINE, OPERATOR, Token

_LATEX = re.compile(r"\\[^\W\d_]{2}|\$")  # a command, or the sign around mathematics
_BRACED_TABLE = re.compile(r"left\s*\\\{\s*(\\begin)\{(?:array|matrix|aligned)\}")
_PIECES = re.compile(r"\s*\\\{(?=(?:(?!\\right\s*\\\}).)*:)", re.DOTALL)  # \left\{c: a, b
_ENDED_DISPLAY = re.compile(rf"\{{(?:{'|'.join(DISPLAYS)})\*?\}}")


class LatexLexer(Tables):
    """The lexer that knows LaTeX's commands."""

    def command(self, position: int) -> int:
        """Read a command and its arguments; the place behind them."""
        match = COMMAND.match(self.text, position)
        if match is None or match[1] == "\n":
            raise self.error(
                "bad-sign",
                "'\\' is not supported",
                Span(position, position + 1),
                "a line goes on after an operator or inside brackets",
            )
        if re.fullmatch(r"[ a-zA-Z]", match[1]) and not _LATEX.search(self.text):
            raise self.error(
                "bad-sign",
                "'\\' does not divide",
                Span(position, position + 1),
                "write y/x for the quotient of numbers, solve(A, b) for that of a matrix",
            )
        name, end = match[1].removesuffix("*") or "ast", match.end()
        name = ALIASES.get(name, name)
        if (behind := self._surrounding(name, position, end)) is not None:
            return behind
        if name in BLANKS:
            return end + (name in ("left", "right") and self.text[end : end + 1] == ".")
        if name in SIGNS:
            return self._sign(name, position, end)
        if name in WORDS:
            self.emit(WORDS[name], position, end, KEYWORD)
            return end
        if name == "frac":
            return self._fraction_of(position, end)
        if name == "sqrt":
            return self._root(position, end)
        if name in UPRIGHT:
            return self._upright(position, end)
        if name in STYLES or name in ACCENTS:
            return self._styled(name, position, end)
        if name in ("sum", "prod"):
            raise self.loop(name, position, end)
        if name == "over":
            return self._over(position, end)
        if name == "binom":
            return self._binomial(position, end)
        if name == "langle":
            return self._inner_product(position, end)
        if name in REFUSED:
            raise self.error(
                "bad-sign", f"'{match[0]}' is not supported", Span(position, end), REFUSED[name]
            )
        return self._named(name, position, end)

    def _surrounding(self, name: str, position: int, end: int) -> int | None:
        """Behind a table, a choice or a display that begins or ends here; None where none does."""
        if name == "left" and (table := _BRACED_TABLE.match(self.text, position + 1)):
            return self.environment(position, table.end(1), cases=True)
        if name == "left" and (pieces := _PIECES.match(self.text, end)):
            return self.pieces(position, pieces.end())
        if name == "end" and (display := _ENDED_DISPLAY.match(self.text, end)):
            return display.end()
        return self.environment(position, end) if name == "begin" else None

    def _sign(self, name: str, position: int, end: int) -> int:
        if name in OPENING:
            self.juxtapose(position)
        sign = SIGNS[name]
        if sign == "*" and self.matrix == len(self.tokens):
            bold = COMMAND.match(self.text, self.skip(end))
            transposed = [token.text for token in self.tokens[-2:]] == [".", "T"]
            if transposed or (bold is not None and bold[1] in BOLD):
                sign = self._product_of_vectors(name, position, end)
        self.step_operator(sign, Span(position, end))
        return end

    def _product_of_vectors(self, name: str, position: int, end: int) -> str:
        r"""The sign for `\vec u\cdot\vec v`; `\vec u\times\vec v` has none."""
        if name == "times":
            raise self.error(
                "bad-sign",
                "the cross product of two vectors is a function",
                Span(position, end),
                "write cross(u, v)",
            )
        return "@"

    def _over(self, position: int, end: int) -> int:
        r"""`{a \over b}`: what is before and behind it in the group is a fraction."""
        start = self.group
        for place in range(len(self.tokens) - 1, start - 1, -1):
            if self.tokens[place].kind == NEWLINE or self.tokens[place].text == "=":
                start = place + 1
                break
        if self.is_divided or start == len(self.tokens):
            raise self.error(
                "missing-value",
                "a fraction has one value above and one below",
                Span(position, end),
                "write it as \\frac{a}{b}",
            )
        self.tokens.insert(start, Token(OPERATOR, "(", self.tokens[start].span))
        for text in (")", "/", "("):
            self.emit(text, position, end)
        self.is_divided = True
        return end

    def _binomial(self, position: int, end: int) -> int:
        r"""`\binom{n}{k}`, by factorials."""
        self.juxtapose(position)
        parts: list[list[Token]] = []
        held = self.tokens
        for _ in range(2):
            self.tokens = []
            end = self.bracketed(end)
            parts.append(self.tokens)
        self.tokens, (n, k) = held, parts
        self.emit("(", position, end)
        for text in ("factorial", n, "/", "(", "factorial", k, "*", "factorial", "(", n, "-", k):
            if isinstance(text, list):
                self.tokens += text
            else:
                self.emit(text, position, end, NAME if text == "factorial" else OPERATOR)
        for _ in range(3):
            self.emit(")", position, end)
        return end

    def _inner_product(self, position: int, end: int) -> int:
        r"""`\langle u, v \rangle`"""
        self.juxtapose(position)
        self.emit("dot", position, end, NAME)
        self.emit("(", position, end)
        place, closing = self.until(end, "\\rangle")
        end = place + len(closing)
        self.emit(")", place, end)
        return end

    def _named(self, name: str, position: int, end: int) -> int:
        """A Greek letter, a function, or a constant."""
        called = self.text.startswith(("(", "\\left(", "\\big("), self.skip(end))
        if name in GREEK:
            return self.word(self._greek(name, called), position, end)
        if name in self.functions or name in ("inf", "l", "hbar", "det", "max", "min"):
            return self.word(name, position, end)
        known = nearest(name, sorted({*GREEK, *SIGNS, *ALIASES, "frac", "sqrt", "mathrm"}))
        raise self.error(
            "latex-command",
            f"the command '\\{name}' is not known",
            Span(position, end),
            f"did you mean \\{known}?" if known else "write it plainly",
        )

    def _greek(self, name: str, called: bool) -> str:
        r"""The name of a letter: as it is given, else in Latin letters: `\alpha` is `alpha`.

        A name of a function is one only if a bracket follows and LaTeX writes the function so:
        `\Gamma(x)` and `\zeta(x)`; `\beta` alone is `β`.
        """
        letter = GREEK[name]
        if name in self.variables or letter in self.variables:
            return name if name in self.variables else letter
        if called and name in ("Gamma", "zeta") and name.lower() in self.functions:
            return name.lower()
        if name in ("phi", "tau"):
            what = "the golden ratio" if name == "phi" else "2*pi"
            self.notes[f"\\{name} is read as the constant {name}, {what}"] = None
        return letter if name in self.functions else name

    def _fraction_of(self, position: int, end: int) -> int:
        self.refuse_derivative(position, end)
        self.juxtapose(position)
        self.emit("(", position, end)
        end = self.bracketed(end)
        self.emit("/", end, end)
        end = self.bracketed(end)
        self.emit(")", end, end)
        return end

    def _root(self, position: int, end: int) -> int:
        """`\\sqrt{x}`, `\\sqrt[3]{x}`."""
        self.juxtapose(position)
        start = self.skip(end)
        if self.text[start : start + 1] != "[":
            self.emit("sqrt", position, end, NAME)
            return self.bracketed(end)
        first = len(self.tokens)
        close, _ = self.until(start + 1, "]")
        index, self.tokens[first:] = self.tokens[first:], []
        if len(index) == 1 and index[0].text in ("2", "3"):
            self.emit("sqrt" if index[0].text == "2" else "cbrt", position, end, NAME)
            return self.bracketed(close + 1)
        self.emit("(", position, end)
        end = self.bracketed(close + 1)
        power = "^", "(", "1", "/", "("
        for text in power:
            if text == "1":
                self.tokens.append(numeral("1", 0)._replace(span=Span(start, start + 1)))
            else:
                self.emit(text, start, start + 1)
        self.tokens += index
        for _ in range(3):
            self.emit(")", close, close + 1)
        return end

    def _upright(self, position: int, end: int) -> int:
        """`\\mathrm{max}`, `\\operatorname{erf}`: one name."""
        start = self.skip(end)
        if self.text[start : start + 1] != "{":
            return self.argument(start)
        close = self.matching(start) + 1
        text = self.text[start + 1 : close - 1].strip(" .,;:~")
        if not text.isidentifier():
            raise self.error(
                "latex-text",
                f"'{text[:20]}' is not a name",
                Span(position, close),
                "remove it: only names can be upright, as in \\mathrm{max}",
            )
        return self.word(ALIASES.get(text, text), position, close)

    def _styled(self, name: str, position: int, end: int) -> int:
        """`\\vec{v}` is `v`; `\\hat{x}` is `x_hat`."""
        self.juxtapose(position, matrix=name in BOLD)
        first = len(self.tokens)
        end = self.argument(end)
        held = self.tokens[first:]
        if len(held) != 1 or held[0].kind != NAME:
            raise self.error(
                "latex-text",
                f"'\\{name}' is read over one letter only",
                Span(position, end),
                "remove it, or choose a name of one letter",
            )
        letter = held[0].text
        if name in ACCENTS:
            accent = name.removeprefix("wide").replace("overline", "bar")
            letter = f"{letter}_{accent}"
        self.tokens[first:] = [Token(NAME, letter, Span(position, end))]
        if name in BOLD:
            self.matrix = len(self.tokens)
        return end
