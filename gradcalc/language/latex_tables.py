r"""Tables of LaTeX: matrices, vectors and cases, in rows between `\\\\` and cells between `&`."""

from __future__ import annotations

import re
from abc import ABC

from gradcalc.errors import Span
from gradcalc.language.latex_calculus import Calculus
from gradcalc.language.latex_cases import choice
from gradcalc.language.latex_signs import CASES, DISPLAYS, MATRICES
from gradcalc.language.tokens import NAME, Token


class Tables(Calculus, ABC):
    """The environments that are read."""

    def environment(self, position: int, end: int, *, cases: bool = False) -> int:
        """A matrix or cases: rows between `\\\\`, cells between `&`; one column is a vector."""
        name = re.compile(r"\{(\w+)\*?\}(?:\{[lcr|]*\})?").match(self.text, end)
        if name is not None and name[1] in DISPLAYS:
            return name.end()
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
        if self._is_called():  # \det\begin{pmatrix}
            self.emit("(", position, opened.end)
            self._matrix(rows, opened, place, determinant=False)
            self.emit(")", place - 1, place)
            return place
        self.juxtapose(position, matrix=name[1] != "vmatrix")
        self._matrix(rows, opened, place, determinant=name[1] == "vmatrix")
        return place

    def _is_called(self) -> bool:
        """Is a function of matrices before this place?"""
        last = self.tokens[-1] if self.tokens else None
        return last is not None and last.kind == NAME and last.text in ("det", "trace", "norm")

    def pieces(self, position: int, end: int) -> int:
        r"""Desmos' `\left\{c: a, d: b, e\right\}`, a choice."""
        rows: list[list[list[Token]]] = []
        held, self.tokens = self.tokens, []
        place, found, stop = end, "", "\\right\\}"
        while found != stop:
            condition: list[list[Token]] = []
            place, found = self.until(place, ":", ",", stop)
            if found == ":":
                condition, self.tokens = [self.tokens], []
                place, found = self.until(place + 1, ",", stop)
            rows.append([self.tokens, *condition])
            self.tokens = []
            place += len(found)
        self.tokens = held
        self.juxtapose(position)
        self.tokens += choice(self.source, rows, Span(position, place))
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
