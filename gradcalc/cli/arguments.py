"""Tell formulas, points and options apart: an expression may begin with a minus sign.

A token that begins with `-` is an option when the command declares it; an undeclared `--word` is an
option too, so that a misspelt one is an error; anything else, such as `-x^2`, is a formula. But
`x=3` is a value of the point, and behind the formula so is `x=pi/2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from typer.core import TyperArgument, TyperOption

from gradcalc.cli import slips

LONG_OPTION = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?\Z", re.DOTALL)
NAMES = re.compile(r"\s*[^\W\d]\w*\s*(,\s*[^\W\d]\w*\s*)*\Z")
VALUE_OF_A_NAME = re.compile(r"\s*[^\W\d]\w*\s*=(?!=)")
NUMBERS_OF_NAMES = re.compile(r"([^\W\d]\w*=[-+]?[\d.]+(,|\Z))+\Z")  # x=3,y=4: no program


class Declared(NamedTuple):
    """What a command declares: options that take a value, options that take none, and how many
    formulas (None: any number, the rest are files)."""

    valued: frozenset[str]
    flags: frozenset[str]
    formulas: int | None = 0

    @property
    def options(self) -> frozenset[str]:
        """All names of options, short and long."""
        return self.valued | self.flags


def declared(parameters: Iterable[object]) -> Declared:
    """What a command's parameters, as typer has built them, declare."""
    valued: set[str] = set()
    flags: set[str] = set()
    formulas: int | None = 0
    for parameter in parameters:
        if isinstance(parameter, TyperOption):
            names = flags if parameter.is_flag else valued
            names.update(parameter.opts, parameter.secondary_opts)
        elif isinstance(parameter, TyperArgument):
            formulas = None if parameter.nargs < 0 else parameter.nargs
    return Declared(frozenset(valued), frozenset(flags), formulas)


def arranged(command: str, arguments: Sequence[str], names: Declared) -> list[str]:
    """A command's arguments with its formulas behind `--`, where the parser takes none for options.

    GradcalcError for an option that is not declared or lacks its value, and for more formulas than
    the command takes.
    """
    front: list[str] = []
    formulas: list[str] = []
    lacking = ""  # a short option without a value, which before all formulas is one: minus x
    rest = list(reversed(arguments))
    while rest:
        token = rest.pop()
        if token == "--":
            formulas += reversed(rest)
            break
        if token in names.valued:
            if rest and _can_be_value(rest[-1], token, names):
                front += [token, rest.pop()]
            elif lacking or formulas or LONG_OPTION.match(token):
                raise slips.no_value(token)
            else:
                lacking = token
                formulas.append(token)
        elif token in names.flags:
            front.append(token)
        elif LONG_OPTION.match(token):
            if token.partition("=")[0] not in names.options:
                raise slips.unknown_option(command, token, rest[-1] if rest else "", names.options)
            front.append(token)
        else:
            formulas.append(token)
    formulas, values = _divided(formulas, front, names)
    if lacking and (_names_a_file(front) or (names.formulas == 1 and len(formulas) > 1)):
        raise slips.no_value(lacking)
    if names.formulas is not None and len(formulas) > names.formulas:
        raise slips.too_many(command, formulas, names.options)
    front += values
    return [*front, "--", *formulas] if formulas else front


def _can_be_value(text: str, option: str, names: Declared) -> bool:
    """Can it be the value of an option? Not if it is an option, or `--`; of -x only names are."""
    if text == "--" or text in names.options or LONG_OPTION.match(text):
        return False
    return option != "-x" or bool(NAMES.match(text))


def _divided(
    tokens: Sequence[str], front: Sequence[str], names: Declared
) -> tuple[list[str], list[str]]:
    """The formulas, and the values of names beside them as options: --at x=3, --over x=0:1."""
    if names.formulas != 1 or "--at" not in names.valued:
        return list(tokens), []
    formulas: list[str] = []
    values: list[str] = []
    for token in tokens:
        behind = bool(formulas) or _names_a_file(front)
        if "--suite" in names.valued and formulas and {formulas[0][-5:], token[-5:]} == {".toml"}:
            values += ["--suite", token]  # check a.toml b.toml
        elif NUMBERS_OF_NAMES.match(token) or (behind and VALUE_OF_A_NAME.match(token)):
            values += ["--over" if ":" in token and "--over" in names.valued else "--at", token]
        else:
            formulas.append(token)
    return formulas, values


def _names_a_file(front: Sequence[str]) -> bool:
    """Do the options name the file of the program?"""
    return any(token in ("-f", "--file") or token.startswith("--file=") for token in front)
