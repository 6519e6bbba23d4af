"""Slips on the command line, each an error that says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gradcalc.cli.commands import DEFAULT
from gradcalc.errors import GradcalcError

NUMBER = re.compile(r"[-+]?\.?\d")


def no_value(option: str) -> GradcalcError:
    """An option at the end of the line, or before another option."""
    return GradcalcError("usage", f"{option} needs a value")


def unknown_option(
    command: str, token: str, following: str, options: Iterable[str]
) -> GradcalcError:
    """`--att`: did you mean --at? `--x 3`: a value is given by --at."""
    name, _, value = token.partition("=")
    known = similar(name, options)
    variable = name.removeprefix("--")
    if known:
        hint = f"did you mean {known}?"
    elif variable.isidentifier() and NUMBER.match(value or following) and "--at" in options:
        hint = f"to give {variable} a value, write --at {variable}={value or following}"
    elif others := _commands_with(name):
        hint = f"it is an option of {' and '.join(others)}"
    else:
        hint = help_of(command)
    return GradcalcError("usage", f"{command} has no option {name}", hint=hint)


def too_many(command: str, formulas: Sequence[str], options: Iterable[str]) -> GradcalcError:
    """More arguments than a command takes: a slip with a dash, a formula without quotes, a word."""
    for token in formulas:
        if slip := _dashed(token, options):
            return GradcalcError("usage", f"{command} has no option {slip[0]}", hint=slip[1])
    first, second, *_ = [*formulas, ""]
    joined = " ".join(formulas)
    surplus = second if len(formulas) > 1 else first
    if "--at" not in options:
        return GradcalcError("usage", f"unexpected argument '{surplus}'", hint=help_of(command))
    if command == DEFAULT and first.isalpha() and len(first) > 2 and not _is_formula(joined):
        return GradcalcError(
            "usage", f"unknown command '{first}'", hint="gradcalc --help lists the commands"
        )
    if _is_formula(joined):
        hint = f'put quotes around the formula: gradcalc {command} "{joined}"'
    else:
        hint = (
            f'put the formula in quotes and the point after it: gradcalc {command} "x^2" --at x=3'
        )
    return GradcalcError("usage", f"unexpected argument '{surplus}'", hint=hint)


def unknown_command(word: str, known: str) -> GradcalcError:
    """A word that is nearly a command, or an option that is nearly one without a command."""
    if word.startswith("-"):
        return GradcalcError("usage", f"unknown option {word}", hint=f"did you mean {known}?")
    hint = f"did you mean {known}? for a formula, write gradcalc {DEFAULT} {word}"
    return GradcalcError("usage", f"unknown command '{word}'", hint=hint)


def similar(word: str, candidates: Iterable[str]) -> str | None:
    """The long option or command that is meant: few letters away, or begun and not finished."""
    from gradcalc.language.suggest import nearest

    names = sorted(name for name in candidates if len(name.lstrip("-")) > 1)
    if word in names:
        return word
    if known := nearest(word, names):
        return known
    begun = [name for name in names if name.startswith(word) and len(word.lstrip("-")) > 2]
    return begun[0] if len(begun) == 1 else None


def dashed(text: str, options: Iterable[str]) -> str | None:
    """The hint for a formula that is an option with one dash of two: -at for --at."""
    slip = _dashed(text, options)
    return slip[1] if slip else None


def help_of(command: str) -> str:
    """Where the options of a command are listed."""
    return f"gradcalc {command} --help lists its options"


def _dashed(token: str, options: Iterable[str]) -> tuple[str, str] | None:
    """`-at` as written, and the hint to write --at; nothing where it is not like an option."""
    match = re.match(r"-([A-Za-z][A-Za-z-]+)(?:=|\Z)", token)
    if not match:
        return None
    known = similar(f"--{match[1]}", options)
    name = f"-{match[1]}"
    if known:
        return name, f"did you mean {known}?"
    flags = [f"-{letter}" for letter in match[1]]
    if set(flags) <= set(options):
        return name, f"write short options one by one: {' '.join(flags)}"
    return None


def _is_formula(text: str) -> bool:
    """Can it be read as a program?"""
    from gradcalc.language import parse

    try:
        parse(text)
    except GradcalcError:
        return False
    return True


def _commands_with(option: str) -> list[str]:
    """The commands that have an option."""
    from gradcalc.cli.completion import words

    return [
        name
        for name, options in words()["options"].items()
        if any(option in known["names"] for known in options)
    ]
