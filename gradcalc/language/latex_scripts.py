r"""What is raised and lowered on a page: powers, transposes, degrees and subscripts."""

from __future__ import annotations

import re
from abc import ABC

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.latex_page import ARGUMENT, COMMAND, RUN, PageLexer
from gradcalc.language.tokens import COMPARISONS, NAME, NEWLINE, OPERATOR, Token

_UPRIGHT_TEXT = re.compile(r"\\(?:mathrm|text|textrm|operatorname|mathit)\b|[{}\\\s]")
_DEGREES = re.compile(r"\^\s*(?:\\circ\b|\{\s*\\circ\s*\})")
_TRANSPOSED = re.compile(
    r"\^\s*(?:\\top\b|\{\s*\\top\s*\}|\\intercal\b|\{\s*\\(?:mathsf|mathrm|text|rm)\s*\{?\s*T\s*\}?\s*\}"
    r"|(T)(?!\w)|\{\s*(T)\s*\})"
)
_TWO = re.compile(r"2|\{\s*2\s*\}")
_LOOSER = COMPARISONS | {"+", "-", ",", "="}


class Scripts(PageLexer, ABC):
    """The productions behind `^` and `_`."""

    def script(self, position: int, sign: str) -> int:
        if sign == "_":
            return self._subscript(position)
        if (degrees := _DEGREES.match(self.text, position)) is not None:
            self.emit("°", position, degrees.end())
            return degrees.end()
        transposed = _TRANSPOSED.match(self.text, position)
        if transposed is not None and not (transposed.lastindex and self.is_whole("T")):
            self.emit(".", position, position + 1)
            self.emit("T", position + 1, transposed.end(), NAME)
            self.matrix = len(self.tokens)
            return transposed.end()
        if self.matrix == len(self.tokens) or self.multiplies_matrices(False):
            raise self._matrix_power(position)
        last = self.tokens[-1] if self.tokens else None
        self.emit("^", position, position + 1)
        start = self.skip(position + 1)
        if last is not None and self.is_function(last):  # a power of the result: \sin^2 x
            if not ARGUMENT.match(self.text, start):
                return start
            end = self.argument(start)
            self.waiting = len(self.tokens)
            return end
        if not (self.text[start : start + 1] in ("{", "\\") or self.is_page):
            return start
        self._check_single(start)
        if ARGUMENT.match(self.text, start):
            return self.bracketed(start)
        return start

    def multiplies_matrices(self, both: bool) -> bool:
        r"""Is the product that is left out here one of matrices?

        It is behind a transpose, `x^\top A x`, and between two letters that are bold; not in a
        divisor, which would end with the first of them.
        """
        chained, depth = both, 0
        transposed = [token.text for token in self.tokens[-2:]] == [".", "T"]
        if not (both or transposed or any(t.text == "@" for t in self.tokens)):
            return False
        for place in range(len(self.tokens) - 1, -1, -1):
            token = self.tokens[place]
            if token.kind == OPERATOR:
                depth += (token.text in ")]") - (token.text in "([")
            if depth < 0 or (depth == 0 and token.text in _LOOSER) or token.kind == NEWLINE:
                break
            if depth == 0 and token.text == "/":
                return False
            chained |= depth == 0 and token.text == "@" and token.span.start == token.span.end
        return chained or transposed

    def _matrix_power(self, position: int) -> GradcalcError:
        """The error of `A^{-1}`, which pages and this language read in two ways."""
        return self.error(
            "ambiguous-power",
            "a power of a matrix is one of each element here",
            Span(position, position + 1),
            "write inv(A) for the inverse, A @ A for a product of matrices",
        )

    def _check_single(self, start: int) -> None:
        r"""Refuse `x^12`, which LaTeX sets as `x^{1}2`."""
        run = RUN.match(self.text, start) or re.compile(r"\d+").match(self.text, start)
        if run is not None and len(run[0]) > 1:
            first, rest = run[0][0], run[0][1:]
            raise self.error(
                "ambiguous-power",
                "on a page only the first character is raised",
                Span(*run.span()),
                f"write ^{{{run[0]}}} or ^{{{first}}} \\cdot {rest}",
            )

    def _subscript(self, position: int) -> int:
        last = self.tokens[-1] if self.tokens else None
        start = self.skip(position + 1)
        if last is not None and last.text == "‖" and (two := _TWO.match(self.text, start)):
            return two.end()  # the norm is the Euclidean one
        if last is None or last.kind != NAME:
            raise self._bad_script(position)
        if self.is_function(last):
            if last.text != "log":
                raise self._bad_script(position)
            self.emit("_", position, position + 1)
            end = self.bracketed(start)
            self.waiting = len(self.tokens)
            return end
        end = start + 1
        if self.text[start:end] == "{":
            end = self.matching(start) + 1
        elif command := COMMAND.match(self.text, start):
            end = command.end()
        written = _UPRIGHT_TEXT.sub("", self.text[start:end])
        name = f"{last.text}_{written}"
        if not written or not name.isidentifier():
            raise self._bad_script(position)
        if name not in self.variables and last.text + written in self.variables:
            name = last.text + written
        self.tokens[-1] = Token(NAME, name, Span(last.span.start, end))
        return end

    def _bad_script(self, position: int) -> GradcalcError:
        return self.error(
            "bad-subscript",
            "this subscript is not part of a name",
            Span(position, position + 1),
            "write x_1 or x_{max} for a name, v[0] for an element",
        )
