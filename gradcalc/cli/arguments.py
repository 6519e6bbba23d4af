"""Tell formulas from options: an expression may begin with a minus sign.

A token that begins with `-` is an option when the command declares it; an undeclared `--word` stays
an option too, so that a misspelt one is an error; anything else, such as `-x^2`, is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from typer.core import TyperOption

from gradcalc.errors import GradcalcError

LONG_OPTION = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?\Z", re.DOTALL)


class OptionNames(NamedTuple):
    """The options of a command: those that take a value, and those that take none."""

    valued: frozenset[str]
    flags: frozenset[str]


def option_names(parameters: Iterable[object]) -> OptionNames:
    """The names, short and long, that a command's declared parameters have."""
    valued: set[str] = set()
    flags: set[str] = set()
    for parameter in parameters:
        if isinstance(parameter, TyperOption):
            names = flags if parameter.is_flag else valued
            names.update(parameter.opts, parameter.secondary_opts)
    return OptionNames(frozenset(valued), frozenset(flags))


def arranged(arguments: Sequence[str], options: OptionNames) -> list[str]:
    """A command's arguments with its formulas behind `--`, where the parser takes none for options.

    An option that takes a value keeps the argument after it, whatever that begins with.
    GradcalcError where there is none.
    """
    front: list[str] = []
    formulas: list[str] = []
    rest = iter(arguments)
    for token in rest:
        if token == "--":
            formulas += rest
        elif token in options.valued:
            value = next(rest, None)
            if value is None:  # the parser would take the `--` that is put in for the value
                raise GradcalcError("usage", f"{token} needs a value")
            front += [token, value]
        elif token in options.flags or LONG_OPTION.match(token):
            front.append(token)
        else:
            formulas.append(token)
    return [*front, "--", *formulas] if formulas else front
