"""Names that come from elsewhere (headers, keys), and names that need quotes in a formula."""

from __future__ import annotations

from gradcalc.errors import GradcalcError
from gradcalc.language.lexer import tokenize
from gradcalc.language.tokens import NAME
from gradcalc.language.unicode import one_line


def plain_name(title: str) -> str:
    """The name as a formula with this text has it: µ is μ, x₁ is x1, β is beta.

    A title that is not a name as formulas write them is left as it is, without blanks around it,
    with a blank for each break of its line.
    """
    title = one_line(title)
    if title.isascii():
        return title
    try:
        tokens = tokenize(title)
    except GradcalcError:
        return title
    return tokens[0].text if len(tokens) == 2 and tokens[0].kind == NAME else title


def is_plain(name: str) -> bool:
    """Can a formula have the name without backquotes?"""
    try:
        tokens = tokenize(name)
    except GradcalcError:
        return False
    return len(tokens) == 2 and tokens[0].kind == NAME and tokens[0].text == name


def as_typed(name: str) -> str:
    """The name as a formula has it: in backquotes where it needs them."""
    return name if is_plain(name) else f"`{name}`"
