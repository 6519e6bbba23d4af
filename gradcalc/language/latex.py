r"""LaTeX as it stands on pages into the tokens of the language; spans are places in the LaTeX.

What is written plainly is read as in any other text. Beside that, as a page is read: `xy` is a
product unless a name `xy` is given or assigned, `\sin 2x` is `sin(2*x)`, a letter with a subscript
is a name (`x_1`, `sigma_max`), braces group. `\alpha` is the name `alpha`, or `α` if that is given.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.latex_cases import choice
from gradcalc.language.latex_page import COMMAND, PageLexer
from gradcalc.language.latex_signs import (
    ACCENTS,
    ALIASES,
    BLANKS,
    BOLD,
    CASES,
    GREEK,
    MATRICES,
    OPENING,
    REFUSED,
    SIGNS,
    STYLES,
    UPRIGHT,
    WORDS,
)
from gradcalc.language.numerals import numeral
from gradcalc.language.suggest import nearest
from gradcalc.language.tokens import JUXTAPOSED, KEYWORD, NAME, OPERATOR, Token

_BY = re.compile(r"\{\s*(?:d|\\partial|\\mathrm\{d\})\s*(?:[A-Za-z]|\\[a-z]+)\s*\}")
_OF = re.compile(r"\{\s*(?:d|\\partial|\\mathrm\{d\})(?![a-z])")
_BOUNDS = re.compile(r"\s*_\{\s*([a-z])\s*=\s*(\w+)\s*\}\s*\^\s*\{?\s*(\w+)\s*\}?")
_BRACED_TABLE = re.compile(r"left\s*\\\{\s*(\\begin)\{(?:array|matrix|aligned)\}")
_MAX_BODY_CHARACTERS = 60


class LatexLexer(PageLexer):
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
        name, end = match[1].removesuffix("*") or "ast", match.end()
        name = ALIASES.get(name, name)
        if name == "left" and (table := _BRACED_TABLE.match(self.text, position + 1)):
            return self._environment(position, table.end(1), cases=True)
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
        if name == "begin":
            return self._environment(position, end)
        if name in ("sum", "prod"):
            raise self._loop(name, position, end)
        if name in REFUSED:
            raise self.error(
                "bad-sign", f"'{match[0]}' is not supported", Span(position, end), REFUSED[name]
            )
        return self._named(name, position, end)

    def _loop(self, name: str, position: int, end: int) -> GradcalcError:
        r"""`\sum_{i=1}^{n} i^2` as the loop that computes it."""
        total, sign, first = ("s", "+", "0") if name == "sum" else ("p", "*", "1")
        variable, start, stop, body = "i", "1", "n + 1", "i^2"
        bounds = _BOUNDS.match(self.text, end)
        if bounds is not None:
            variable, start, upper = (part.strip() for part in bounds.groups())
            stop = str(int(upper) + 1) if upper.isdigit() else f"{upper} + 1"
            self.tokens, place, depth = [], bounds.end(), len(self.open)
            while place < len(self.text):
                if self.text[place] in "+-}=,&" and len(self.open) <= depth:
                    break
                place = self.step(place)
            shown = _plainly(self.tokens)
            body = shown if 0 < len(shown) <= _MAX_BODY_CHARACTERS else body
        loop = f"for {variable} in {start}..{stop} {{ {total} = {total} {sign} {body} }}"
        return self.error(
            "bad-sign",
            f"'\\{name}' is not supported",
            Span(position, end),
            f"write a loop: {total} = {first}; {loop}; {total}",
        )

    def _sign(self, name: str, position: int, end: int) -> int:
        if name in OPENING:
            self.juxtapose(position)
        self.step_operator(SIGNS[name], Span(position, end))
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
        above = self.skip(end)
        if _OF.match(self.text, above) and "d" not in self.variables:
            below = self.skip(self.matching(above) + 1)
            if by := _BY.match(self.text, below):
                raise self.error(
                    "bad-sign",
                    "a derivative can't be written so",
                    Span(position, by.end()),
                    REFUSED["partial"],
                )
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
                self.tokens.append(replace(numeral("1", 0), span=Span(start, start + 1)))
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

    def _environment(self, position: int, end: int, *, cases: bool = False) -> int:
        """A matrix or cases: rows between `\\\\`, cells between `&`; one column is a vector."""
        name = re.compile(r"\{(\w+)\*?\}(?:\{[lcr|]*\})?").match(self.text, end)
        if name is None or not (cases or name[1] in MATRICES or name[1] in CASES):
            raise self.error(
                "latex-command",
                "this environment is not known",
                Span(position, name.end() if name else end),
                "matrices are written in pmatrix, a choice in cases",
            )
        stop = f"\\end{{{name[1]}}}"
        opened = Span(position, name.end())
        rows: list[list[list[Token]]] = [[]]
        place = name.end()
        held, self.tokens = self.tokens, []
        found = "&"
        while found != stop:
            place, found = self.until(place, "&", "\\\\", stop)
            place += len(found)
            rows[-1].append(self.tokens)
            self.tokens = []
            if found == "\\\\":
                rows.append([])
        self.tokens = held
        rows = [row for row in rows if any(row)]  # a last \\ begins no row
        if cases or name[1] in CASES:
            self.juxtapose(position)
            self.tokens += choice(self.source, rows, Span(position, place))
            return place
        self.juxtapose(position, matrix=name[1] != "vmatrix")
        self._matrix(rows, opened, place, determinant=name[1] == "vmatrix")
        return place

    def _matrix(
        self, rows: list[list[list[Token]]], opened: Span, end: int, *, determinant: bool
    ) -> None:
        start = opened.start
        column = all(len(row) == 1 for row in rows) and not determinant
        if determinant:
            self.emit("det", start, opened.end, NAME)
            self.emit("(", start, opened.end)
        self.emit("[", start, opened.end)
        for i, row in enumerate(rows):
            if i:
                self.emit(",", end, end)
            if not column:
                self.emit("[", start, opened.end)
            for j, cell in enumerate(row):
                if j:
                    self.emit(",", end, end)
                self.tokens += cell
            if not column:
                self.emit("]", end - 1, end)
        self.emit("]", end - 1, end)
        if determinant:
            self.emit(")", end - 1, end)
        else:
            self.matrix = len(self.tokens)


def _plainly(tokens: list[Token]) -> str:
    """Tokens as plain text."""
    texts: list[str] = []
    for before, token in pairwise([Token(OPERATOR, "", Span(0, 0)), *tokens]):
        apart = OPERATOR not in (before.kind, token.kind)
        texts.append((" " if apart else "") + ("*" if token.text == JUXTAPOSED else token.text))
    return "".join(texts)
