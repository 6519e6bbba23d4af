"""The language: text into a syntax tree and back.

In comes a text, and the names of the functions that there are; out goes a `Program` of `syntax.py`,
whose nodes know the span of text they were written as, or a GradcalcError that points at the span
and says what to write instead. The room computes nothing and knows no function by its meaning.

Read `parser.py` first, whose docstring is the grammar. `lexer.py` makes tokens, with `numerals.py`
for numbers, `unicode.py` for characters that are pasted and `latex.py` for LaTeX; `cursor.py`,
`brackets.py`, `calls.py`, `operands.py`, `products.py`, `expressions.py`, `blocks.py` and
`statements.py` are the productions, from the tightest to the loosest; `inputs.py` finds the names
that a program reads, `printer.py` writes a tree as text, and `suggest.py` guesses what a misspelt
name was. A text that can't be read is `mending`'s, and in another language's words `foreign`'s.
"""

from gradcalc.language.inputs import inputs
from gradcalc.language.parser import parse, parse_expression
from gradcalc.language.printer import canonical, to_text

__all__ = ["canonical", "inputs", "parse", "parse_expression", "to_text"]
