r"""Derivatives and sums of LaTeX, which are refused with the text that computes them.

`\frac{d}{dx} x^2` is `D(x^2, x)`, `\sum_{i=1}^{n} i^2` is a loop. The whole text is proposed in
plain words where the derivative or the sum stands in no braces.
"""

from __future__ import annotations

import re
from abc import ABC

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.latex_scripts import Scripts
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Program
from gradcalc.language.tokens import END, NAME, OPERATOR, Token

_D = r"(?:d|\\partial|\\mathrm\s*\{?\s*d\s*\}?|\\text\{d\}|\\rm d)"
_ORDER = r"\s*(?:\^\s*\{?\s*(\d)\s*\}?)?"
_ABOVE = re.compile(rf"\{{\s*{_D}{_ORDER}")
_BELOW = re.compile(rf"\{{\s*{_D}\s*([A-Za-z]|\\[a-z]+){_ORDER}\s*\}}")
_BOUNDS = re.compile(r"\s*_\{\s*([a-z])\s*=\s*(\w+)\s*\}\s*\^\s*\{?\s*(\w+)\s*\}?")
_ENDS = frozenset("+-}=,&)]\n;<>")
_MAX_BODY_CHARACTERS = 60


class Calculus(Scripts, ABC):
    """Refuses what is not a formula of this language."""

    def refuse_derivative(self, position: int, end: int) -> None:
        r"""Raise where `\frac` begins a derivative: `\frac{d}{dx}`, `\frac{dy}{dx}`."""
        above = self.skip(end)
        of = _ABOVE.match(self.text, above)
        if of is None or "d" in self.variables:
            return
        close = self.matching(above)
        below = _BELOW.match(self.text, self.skip(close + 1))
        if below is None or of[1] != below[2]:
            return
        by, end = below[1].lstrip("\\"), below.end()
        inside = self._tokens(of.end(), close)
        if inside is None or (inside and not self._is_known(inside)):
            shown = self.source[of.end() : close].strip()
            raise self.error(
                "derivative",
                f"this derivative does not say what {shown} is",
                Span(position, end),
                f"write D(f, {by}), with what {shown} is computed by in the place of f",
            )
        self.juxtapose(position)
        before, place = self.tokens, end
        if not inside:
            inside, place = self._term(end)
        made = inside
        for _ in range(int(of[1] or 1)):
            made = [_name("D"), _sign("("), *made, _sign(","), _name(by), _sign(")")]
        shown = self.plainly(made) or f"D(f, {by})"
        error = self.error(
            "derivative",
            "a derivative is written D(f, x)",
            Span(position, end),
            f"write {shown if len(shown) <= _MAX_BODY_CHARACTERS else f'D(f, {by})'}",
        )
        error.proposals = self._whole(before, made, place) if inside else ()
        raise error

    def _is_known(self, inside: list[Token]) -> bool:
        """Is a function said by more than a name that nothing is assigned to?"""
        names = [token for token in inside if token.kind == NAME]
        return len(inside) > 1 or not names or names[0].text in self.whole

    def loop(self, name: str, position: int, end: int) -> GradcalcError:
        r"""The error of `\sum_{i=1}^{n} i^2`, with the loop that computes it."""
        total, sign, first = ("s", "+", "0") if name == "sum" else ("p", "*", "1")
        while any(token.text == total for token in self.tokens) or total in self.variables:
            total += total[0]
        variable, start, stop, body = "i", "1", "n + 1", "i^2"
        bounds = _BOUNDS.match(self.text, end)
        proposals: tuple[str, ...] = ()
        self.juxtapose(position)
        before = self.tokens
        if bounds is not None:
            variable, start, upper = (part.strip() for part in bounds.groups())
            stop = str(int(upper) + 1) if upper.isdigit() else f"{upper} + 1"
            inside, place = self._term(bounds.end())
            shown = self.plainly(inside)
            if shown is not None and 0 < len(shown) <= _MAX_BODY_CHARACTERS:
                body = f"({shown})" if sign == "*" else shown
                proposals = self._whole(before, [_name(total)], place)
        turn = f"{total} = {total} {sign} {body}"
        loop = f"{total} = {first}; for {variable} in {start}..{stop} {{ {turn} }}"
        error = self.error(
            "bad-sign",
            f"'\\{name}' is not supported",
            Span(position, end),
            f"write a loop: {loop}; {proposals[0].rpartition('; ')[2] if proposals else total}",
        )
        error.proposals = tuple(_before_last(text, loop) for text in proposals)
        return error

    def _tokens(self, start: int, stop: int) -> list[Token] | None:
        """The tokens of a part of the text."""
        held, self.tokens = self.tokens, []
        place = start
        while place < stop:
            place = self.step(place)
        made, self.tokens = self.tokens, held
        return made

    def _term(self, start: int) -> tuple[list[Token], int]:
        """The tokens of the product that begins at a place, and the place behind it."""
        held, self.tokens = self.tokens, []
        place, opened = self.skip(start), len(self.open)
        while place < len(self.text):
            ends = self.text[place] in _ENDS or self.text.startswith("\\right", place)
            if self.tokens and ends and len(self.open) <= opened:
                break
            place = self.step(place)
        made, self.tokens = self.tokens, held
        return made, place

    def _whole(self, before: list[Token], made: list[Token], place: int) -> tuple[str, ...]:
        """The whole text in plain words, with other tokens in the place of what is refused."""
        if self.depth or self.is_divided:
            return ()
        self.tokens = [*before, *made]
        try:
            while place < len(self.text):
                place = self.step(place)
            text = self.plainly(self.tokens)
        except GradcalcError:
            return ()
        return () if text is None else (text,)

    def plainly(self, tokens: list[Token]) -> str | None:
        """Tokens as a text of this language on one line; None where they can't be read."""
        from gradcalc.language.statements import Statements

        end = Span(len(self.source), len(self.source))
        stream = (*tokens, Token(END, "", end))
        parser = Statements(self.source, stream, self.functions, self.variables, self.max_depth)
        parser.textbook = True
        try:
            program = Program(parser.program(), self.source)
        except GradcalcError:
            return None
        return to_text(program).replace("\n", "; ")


def _before_last(text: str, loop: str) -> str:
    """A loop before the last statement of a text."""
    earlier, _, last = text.rpartition("; ")
    return "; ".join(part for part in (earlier, loop, last) if part)


def _name(text: str) -> Token:
    return Token(NAME, text, Span(0, 0))


def _sign(text: str) -> Token:
    return Token(OPERATOR, text, Span(0, 0))
