"""What the lexer hands to the parser, and the tables of signs both of them know."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from gradcalc.errors import Span

NUMBER, NAME, KEYWORD, OPERATOR, POWER, NEWLINE, END = (
    "number",
    "name",
    "keyword",
    "operator",
    "power",
    "newline",
    "end",
)

KEYWORDS = frozenset({"if", "else", "while", "for", "in", "and", "or", "not"})
ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "^=", "%="})
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
BINARY = frozenset({"+", "-", "*", "/", "@", "%", "^"})
BARS = ("|", "‖")
ROOTS = ("√", "∛", "∜")
# After one of these a line can't be complete, so that the next line goes on with it.
CONTINUES = (
    ASSIGNMENTS | COMPARISONS | BINARY | {",", "and", "or", "not", "in", "√", "∛", "∜", ".."}
)
CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
CLOSED = frozenset(CLOSING.values())
# Brackets that are calls; the closing ones call nothing.
CALLED_BRACKETS = {"⌊": "floor", "⌋": "", "⌈": "ceil", "⌉": ""}
# The sign of a product that is not written, as MathML and LaTeX know it: `2x`.
JUXTAPOSED = "\u2062"

LOOKALIKES = {"⁄": "/", "≤": "<=", "≥": ">=", "≠": "!=", "**": "^", "**=": "^="}
GREEK = {"π": "pi", "τ": "tau", "φ": "phi"}

REFUSED = {
    "***": "write ^ for a power, * for a product",
    "===": "write == to compare",
    "!==": "write != to compare",
    "<>": "write != to compare",
    "=<": "write <=",
    "=>": "write >= to compare, or f(x) = … for a function",
    "<<": "write x*2^n",
    ">>": "write floor(x/2^n)",
    "&&": "write and",
    "//": "write floor(a/b)",
    ":=": "write =",
    "->": "write f(x) = … for a function",
    "@=": "write A = A @ B",
    "&": "write and",
    "~": "write not for a condition, - for a sign",
    "$": "names need no sign before them",
    "?": "write a if c else b",
    "\\": "write names and functions plainly; a line goes on after an operator or inside brackets",
    "`": "write names plainly",
    '"': "there is no text here: remove the quotes",
    "'": "a derivative is D(f, x), a transpose A.T; a name has no prime: write y1",
    "∑": "write sum(v)",
    "∏": "write prod(v)",
    "∂": "gradients are asked for with --wrt",
    "∫": "there are no integrals here, only derivatives: D(f, x); sum up values in a loop",
    "‰": "write x/1000",
    "±": "write two formulas, one with + and one with -",
    "≈": "write abs(a - b) < 1e-9",
    "∧": "write and between conditions, ^ for a power",
    "∨": "write or",
    "¬": "write not",
}


class Token(NamedTuple):
    """`text` is the normalised spelling; `value` is set for numbers and superscripts."""

    kind: str
    text: str
    span: Span
    value: Fraction | None = None

    def is_op(self, text: str) -> bool:
        """Whether this is the given sign or keyword."""
        return self.text == text and self.kind in (OPERATOR, KEYWORD)
