"""What becomes of an exception: an error with its remedy, printed as text and as JSON."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from gradcalc.cli.commands import COMMANDS
from gradcalc.errors import MAX_LINE_CHARACTERS, Exit, GradcalcError

JSON_OPTIONS = ("--json", "-j", "--format=json")
# What libraries say in errors of other kinds when the system gives them no memory.
MEMORY_SIGNS = (
    *("failed to map segment", "allocate memory", "failed to launch worker thread"),
    *("can't start new thread", "error return without exception set"),
)
FILE_NAME = re.compile(r"[^\s=]*[^\W\d][^\s=]*\.[A-Za-z]{1,6}\Z")


def explained(error: Exception, arguments: Sequence[str]) -> GradcalcError:
    """Any exception as an error with a remedy; with GRADCALC_DEBUG, a bug's is raised again."""
    if isinstance(error, GradcalcError):
        return _with_hint(error, arguments)
    if lacks_memory(error):
        return GradcalcError(
            "too-large",
            "there is not enough memory for this run",
            hint="use smaller arrays; --max-elements rejects large ones before they are allocated",
            exit=Exit.FILE,
        )
    if isinstance(error, OSError):
        name = f": {error.filename}" if error.filename else ""
        return GradcalcError("file", f"{error.strerror or error}{name}", exit=Exit.FILE)
    if hasattr(error, "format_message"):  # a usage error of the option parser
        return _usage(error)
    if os.environ.get("GRADCALC_DEBUG"):
        raise error
    return GradcalcError(
        "bug",
        f"gradcalc failed: {type(error).__name__}: {error}",
        hint="this is a bug in gradcalc; GRADCALC_DEBUG=1 shows where",
        exit=Exit.BUG,
    )


def lacks_memory(error: Exception) -> bool:
    """Does it say that there is too little memory, to load a library or to start a thread?"""
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in text for sign in MEMORY_SIGNS)


def report(error: GradcalcError, arguments: Sequence[str]) -> int:
    """Print an error on stderr, and as an object on stdout if JSON is asked for; its status."""
    from gradcalc.views.errors import print_error

    if asks_for_json(arguments):
        from gradcalc.cli.answer import verdict_output
        from gradcalc.views.json import failed, text
        from gradcalc.views.plain import spell_out

        with verdict_output():
            print(text(failed(error)), file=spell_out(sys.stdout))
    print_error(error, color=_color(arguments))
    return int(error.exit)


def _color(arguments: Sequence[str]) -> str:
    """What --color says, or auto: options that could not be read may be what the error is about."""
    given = [a.partition("=")[2] for a in arguments if a.startswith("--color=")]
    given += [value for name, value in pairwise(arguments) if name == "--color"]
    return given[-1] if given else "auto"


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Do the arguments, which may be of no command and have slips, ask for JSON?"""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(option in JSON_OPTIONS for option in options) or any(
        pair == ("--format", "json") for pair in pairwise(options)
    )


def _usage(error: Any) -> GradcalcError:
    """A value that the option parser refuses."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        message = error.format_message().rstrip(".")
        hint = "gradcalc --help lists commands and options"
        return GradcalcError("usage", message[:1].lower() + message[1:], hint=hint)
    option = max(parameter.opts, key=len)
    choices = [str(choice) for choice in getattr(parameter.type, "choices", ())]
    match = re.match(r"'(.*)' is not one of", error.message, re.DOTALL)
    if not choices or (error.message and not match):
        message = re.sub(r"a valid int\b.*", "an integer", error.message.rstrip("."))
        message = re.sub(r"a valid float\b.*", "a number", message)
        return GradcalcError("usage", f"{option}: {message}")
    name = f"{option} " if option.startswith("-") else ""
    return GradcalcError(
        "usage",
        f"{option} can't be '{match[1]}'" if match else f"no {option}",
        hint=f"write {name}{', '.join(choices[:-1])} or {choices[-1]}",
    )


def _with_hint(error: GradcalcError, arguments: Sequence[str]) -> GradcalcError:
    """The error with what the command line knows of its remedy: files, points, options."""
    source = error.source
    if error.exit is not Exit.REQUEST or source is None or source not in arguments:
        return error
    if hint := _dashed(source, arguments):
        error.hint = hint
    elif (FILE_NAME.match(source) and error.code != "shape" and not error.proposals) or (
        error.code != "missing-value" and os.path.isfile(source)
    ):
        error.hint = f"to read a program from a file, write -f {source}"
    elif (
        error.code == "missing-value"
        and (error.hint or "").startswith("add --at")
        and ("--at" not in arguments)
    ):
        short = len(source) <= MAX_LINE_CHARACTERS and source.isprintable() and '"' not in source
        formula = f' "{source}"' if short else ""
        error.hint = f"{error.hint}; gradcalc diff{formula} gives the derivative as a formula"
    return error


def _dashed(source: str, arguments: Sequence[str]) -> str | None:
    """The hint for an option with one dash that was taken for the formula."""
    if not re.match(r"-[A-Za-z]", source):
        return None
    from gradcalc.cli.app import command
    from gradcalc.cli.arguments import declared
    from gradcalc.cli.commands import DEFAULT
    from gradcalc.cli.slips import dashed

    name = arguments[0] if arguments[0] in COMMANDS else DEFAULT
    return dashed(source, declared(command(name).params).options)
