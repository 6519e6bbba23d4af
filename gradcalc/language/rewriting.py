"""A text with parts of it written otherwise: what a remedy proposes to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gradcalc.errors import Span
from gradcalc.language.syntax import Binary, Expr, Name, Program

Change = tuple[Span, str]  # a part of the text, and what to write there


def rewritten(source: str, changes: Iterable[Change]) -> str:
    """The text with all changes, whose parts do not overlap."""
    for span, text in sorted(changes, key=lambda change: change[0].start, reverse=True):
        source = span.rewritten(source, text)
    return source


def renamed(program: Program, name: str, text: str) -> str:
    """The text of a program with another name, or a product of names, where a name is read.

    A product gets brackets where it would be torn apart: `1/mx` becomes `1/(m*x)`; in `mx^2` the
    power is of x alone, as in a textbook.
    """
    source = program.source
    torn = {part.span for part in _torn(program, name)} if "*" in text else set()
    changes = [(Span(span.end, span.end), ")") for span in torn]
    for node in program.walk():
        if isinstance(node, Name) and node.name == name:
            opening = "(" if any(span.start == node.span.start for span in torn) else ""
            bracketed = source.startswith("(", node.span.start)  # a span has the brackets in it
            changes.append((node.span, opening + (f"({text})" if bracketed else text)))
    return rewritten(source, changes)


def _torn(program: Program, name: str) -> Iterator[Expr]:
    """The parts that a product in the place of a name must not leave: divisors and exponents."""
    for node in program.walk():
        if not isinstance(node, Binary) or node.op not in ("/", "%", "@", "^"):
            continue
        right = node.right
        base = right.left if isinstance(right, Binary) and right.op == "^" else right
        if isinstance(base, Name) and base.name == name:
            yield right
