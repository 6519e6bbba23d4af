"""A text as a program, and the names that are its inputs: what every command begins with.

What the user gives a value, differentiates by or assigns is a variable, whatever constant or
function has the same name: `beta` in `x*y - beta*z`, a column `e`. Only where a bracket follows is
such a name still the function.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import inputs, parse
from gradcalc.language.lexer import tokenize
from gradcalc.language.syntax import Program
from gradcalc.language.tokens import NAME, NUMBER
from gradcalc.numbers.system import CONSTANTS
from gradcalc.run.forms import reserved
from gradcalc.run.limits import Limits
from gradcalc.run.readable import is_doubtful

MAX_KEPT_PROGRAMS = 64  # that a stream of requests asks for again and again
MAX_KEPT_CHARACTERS = 2_000  # of each


def read_program(
    source: str, given: Collection[str] = (), limits: Limits | None = None
) -> tuple[Program, Mapping[str, Span]]:
    """The program of a text, and its inputs in order of appearance, each with its first place.

    `given` are the names that the user has a value for. GradcalcError where the text can't be read.
    """
    read = _read_once if len(source) <= MAX_KEPT_CHARACTERS else _read
    return read(source, frozenset(given), limits or Limits())


def _read(source: str, names: frozenset[str], bounds: Limits) -> tuple[Program, Mapping[str, Span]]:
    try:
        program = parse(
            source,
            functions=reserved(),
            variables=names,
            max_depth=bounds.depth,
            max_size=bounds.size,
        )
    except GradcalcError as error:
        from gradcalc.run.remedies import remedied

        raise remedied(error, source, names) from None
    if is_doubtful(program):
        from gradcalc.run.remedies import misspelt, valueless

        wrong = misspelt(program, names) or valueless(program, names)
        if wrong is not None:
            raise wrong
    return program, MappingProxyType(inputs(program, frozenset(CONSTANTS) - names, names))


_read_once = lru_cache(maxsize=MAX_KEPT_PROGRAMS)(_read)


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
