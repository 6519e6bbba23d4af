"""How claims and points are written: `x=2*x`, lists in the order of the inputs, `x=1,y=2`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gradcalc.errors import GradcalcError
from gradcalc.language.pieces import pieces

NAMED = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)\s*(.*)", re.DOTALL)


def inputs_of(source: str, given: Iterable[str] = ()) -> tuple[str, ...]:
    """The inputs of a program, in order of appearance; a constant that is given is an input."""
    from gradcalc.language import inputs, parse
    from gradcalc.numbers.system import CONSTANTS
    from gradcalc.run.forms import reserved

    constants = frozenset(CONSTANTS) - set(given)
    return tuple(inputs(parse(source, functions=reserved()), constants, reserved()))


def claims_of(source: str, texts: Iterable[str], given: Iterable[str] = ()) -> dict[str, str]:
    """The claims by input: `x=…` by name, a list in the order of the inputs."""
    found: dict[str, str] = {}
    order = inputs_of(source, given)
    for text in texts:
        for start, end in pieces(text):
            by, formula = _claim(text[start:end].strip(), order, found)
            found[by] = formula
    return found


def _claim(part: str, order: tuple[str, ...], found: dict[str, str]) -> tuple[str, str]:
    """One claim: by which input, and the formula."""
    known = ", ".join(order) or "none"
    hint = f"the inputs are {known}: write --claim {order[0] if order else 'x'}=…"
    named = NAMED.fullmatch(part)
    if named and named[1] not in order and not re.search(r"[;\n]", named[2]):
        # A program would go on: its first assignment is not its value.
        raise GradcalcError("usage", f"the claim {part} is for {named[1]}, no input", hint=hint)
    by = named[1] if named and named[1] in order else next((n for n in order if n not in found), "")
    if not by:
        raise GradcalcError("usage", f"the claim {part} is for no input that is left", hint=hint)
    if by in found:
        raise GradcalcError("usage", f"{by} is claimed twice: {found[by]}, and {part}", hint=hint)
    return by, named[2].strip() if named and named[1] == by else part


def point_of(text: str) -> dict[str, str]:
    """A point as it is written after --at."""
    found: dict[str, str] = {}
    for start, end in pieces(text):
        named = NAMED.fullmatch(text[start:end])
        if not named:
            raise GradcalcError(
                "bad-point",
                f"'{text[start:end].strip()}' is not of the form name=value",
                hint="write x=1,y=2",
                source=text,
            )
        found[named[1]] = named[2].strip()
    return found
