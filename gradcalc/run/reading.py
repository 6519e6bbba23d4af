"""A text as a program, and the names that are its inputs: what every command begins with.

What the user gives a value, differentiates by or assigns is a variable, whatever constant or
function has the same name: `beta` in `x*y - beta*z`, a column `e`. Only where a bracket follows is
such a name still the function.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import inputs, parse
from gradcalc.language.lexer import tokenize
from gradcalc.language.syntax import Program
from gradcalc.language.tokens import NAME, NUMBER
from gradcalc.numbers.system import CONSTANTS
from gradcalc.run.forms import reserved
from gradcalc.run.limits import Limits
from gradcalc.run.remedies import misspelt, remedied, valueless


def read_program(
    source: str, given: Collection[str] = (), limits: Limits | None = None
) -> tuple[Program, Mapping[str, Span]]:
    """The program of a text, and its inputs in order of appearance, each with its first place.

    `given` are the names that the user has a value for. GradcalcError where the text can't be read.
    """
    bounds = limits or Limits()
    names = frozenset(given)
    try:
        program = parse(
            source,
            functions=reserved(),
            variables=names,
            max_depth=bounds.depth,
            max_size=bounds.size,
        )
    except GradcalcError as error:
        raise remedied(error, source, names) from None
    wrong = misspelt(program, names) or valueless(program, names)
    if wrong is not None:
        raise wrong
    return program, inputs(program, frozenset(CONSTANTS) - names, names)


def bare_functions(source: str) -> frozenset[str]:
    """The functions that a text names but does not apply: `beta*x` may mean a variable beta.

    GradcalcError where the text has no tokens.
    """
    pairs = pairwise(tokenize(source))
    names = {
        name.text
        for name, after in pairs
        if name.kind == NAME and not (after.is_op("(") or after.kind in (NAME, NUMBER))
    }
    return frozenset(names) & reserved()
