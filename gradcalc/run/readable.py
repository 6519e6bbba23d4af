"""Can a text be run as it is: is it read, and is there each function that it calls?"""

from __future__ import annotations

from collections.abc import Container
from functools import cache

from gradcalc.errors import GradcalcError
from gradcalc.language.parser import parse
from gradcalc.language.syntax import SOLVERS, Call, Function, Keyword, Program
from gradcalc.rules.compositions import COMPOSITIONS, REDUCING
from gradcalc.rules.table import CALLABLE
from gradcalc.run.arguments import Parameter
from gradcalc.run.forms import SPECIAL_FORMS, reserved


@cache
def accepts(name: str, count: int) -> bool:
    """Is there a function of this name that takes so many arguments?"""
    if name in SOLVERS and count == 3:
        return True
    if name in SPECIAL_FORMS:
        return count == SPECIAL_FORMS[name].arity
    if name in REDUCING and count in (1, 2):
        return True
    if name in COMPOSITIONS:
        parameters = [Parameter.of(text) for text in COMPOSITIONS[name].parameters]
        least = sum(not parameter.optional for parameter in parameters)
        repeated = any(parameter.repeated for parameter in parameters)
        by_place = sum(not parameter.keyword for parameter in parameters)
        return least <= count and (repeated or count <= by_place)
    row = CALLABLE.get(name)
    if row is None:
        return False
    least = row.arity - len(row.defaults)
    return least <= count <= row.arity or count in row.variants or (row.folds and count > 2)


def calls_of(program: Program) -> list[Call]:
    """The calls of what is not defined in the text."""
    nodes = list(program.walk())
    own = {node.name for node in nodes if isinstance(node, Function)}
    return [n for n in nodes if isinstance(n, Call) and n.function not in own]


def count_of(call: Call) -> int:
    """How many arguments a call has, without those that a function of arrays takes by name."""
    if call.function not in COMPOSITIONS:
        return len(call.arguments)
    return sum(not isinstance(argument, Keyword) for argument in call.arguments)


def readable(text: str, variables: Container[str]) -> Program | None:
    """The program of a text, if it can be read and calls nothing that there is not."""
    try:
        program = parse(text, functions=reserved(), variables=variables)
    except GradcalcError:
        return None
    known = all(accepts(call.function, count_of(call)) for call in calls_of(program))
    return program if known else None


def is_doubtful(program: Program) -> bool:
    """May a program need a remedy, though it is read?

    It calls what there is not, or a function of a vector where numbers with a comma may be meant,
    or it ends with a definition. Of all others no remedy has to be looked for.
    """
    ends = isinstance(program.body[-1], Function)
    calls = program.calls
    return ends or any(not accepts(*c) or (c[0] in REDUCING and c[1] == 1) for c in calls)
