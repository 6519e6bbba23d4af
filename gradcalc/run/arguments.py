"""Which argument of a call fills which parameter of a function of arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gradcalc.errors import GradcalcError
from gradcalc.language import syntax as ast


class Parameter(NamedTuple):
    """A parameter as the table of compositions writes it: `x`, `n#`, `*x`, `*n#`, `[axis]`,
    `[axis=]`.

    `repeated` (*) takes all arguments that are left; `optional` ([…]) may be left out or named in
    the call; behind a repeated one, or where it is a `keyword` (=), it must be named. What is
    `static` (#, or optional) shapes the computation, as a size or an axis does: it is not
    differentiated.
    """

    name: str
    repeated: bool
    optional: bool
    static: bool
    keyword: bool = False

    @staticmethod
    def of(text: str) -> Parameter:
        optional = text.startswith("[")
        return Parameter(
            text.strip("*[]#="),
            text.startswith("*"),
            optional,
            optional or text.endswith("#"),
            text.endswith("=]"),
        )


Filled = tuple[Parameter, ast.Expr | None]


def matched(node: ast.Call, parameters: Sequence[Parameter], signature: str) -> list[Filled]:
    """Each argument with its parameter, in the order of the parameters; None where it is left out.

    GradcalcError `arity` where the call has too few arguments, too many, or an unknown one.
    """
    plain = [a for a in node.arguments if not isinstance(a, ast.Keyword)]
    named = {a.name: a.value for a in node.arguments if isinstance(a, ast.Keyword)}
    fault = _fault(len(plain), set(named), parameters)
    if fault:
        raise GradcalcError(
            "arity", f"{node.function} {fault}", node.span, hint=f"write {signature}"
        )
    return list(_filled(plain, named, parameters))


def _fault(plain: int, named: set[str], parameters: Sequence[Parameter]) -> str:
    """What is wrong with the arguments of a call, "" if nothing is."""
    unknown = named - {p.name for p in parameters if p.optional}
    if unknown:
        return f"has no argument '{min(unknown)}'"
    least, most = sum(not p.optional for p in parameters), float(len(parameters))
    by_place = sum(not p.keyword for p in parameters)
    if any(p.repeated for p in parameters):
        most = math.inf
        by_place = plain
    if plain > by_place:
        bound, limit, count = "at most ", by_place, plain
    elif plain < least:
        bound, limit, count = "at least ", least, plain
    elif plain + len(named) > most:
        bound, limit, count = "at most ", int(most), plain + len(named)
    else:
        return ""
    bound = "" if least == most or (least == by_place and plain > least) else bound
    return f"takes {bound}{limit} argument{'' if limit == 1 else 's'}, not {count}"


def _filled(
    plain: Sequence[ast.Expr], named: Mapping[str, ast.Expr], parameters: Sequence[Parameter]
) -> Iterator[Filled]:
    rest = iter(plain)
    for parameter in parameters:
        if parameter.repeated:
            yield from ((parameter, argument) for argument in rest)
        elif parameter.name in named and parameter.optional:
            yield parameter, named[parameter.name]
        else:
            yield parameter, None if parameter.keyword else next(rest, None)
