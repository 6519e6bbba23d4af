"""The text of a formula or program: from the command line, a file or stdin; and its tables."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TextIO

from gradcalc.errors import Exit, GradcalcError
from gradcalc.places import bare, matches, open_binary

# A device such as /dev/zero never ends; --max-size is judged later, with the place in the text.
MAX_READ_CHARACTERS = 64_000_000
EXAMPLE = 'gradcalc eval "sin(x)*y" --at x=1,y=2'


def read_source(expr: str, file: str, example: str = EXAMPLE, *, stdin: bool = True) -> str:
    """The text of EXPR itself, or of the file that EXPR or --file names, or of stdin.

    EXPR names a file as @FILE or FILE.grad, and stdin as -; where both are empty, stdin is read if
    it is no terminal and may be read for this. `example` is a command line for the hint.
    GradcalcError where both are given, there is no text, or it is not UTF-8; OSError where a file
    can't be read.
    """
    if file and expr:
        raise GradcalcError(
            "usage", "both a formula and --file are given", hint="remove one of them"
        )
    path = file or _named_file(expr)
    if expr and not path:
        return expr
    if not path and stdin and not sys.stdin.isatty():
        path = "-"
    if not path:
        raise _no_formula(example)
    try:
        if path == "-":
            text = _read(sys.stdin, "stdin")
        else:
            with open_binary(path) as binary, TextIOWrapper(binary, encoding="utf-8") as text_file:
                text = _read(text_file, bare(path))
    except UnicodeDecodeError:
        raise GradcalcError("encoding", f"{bare(path)} is not UTF-8 text", exit=Exit.FILE) from None
    if not (expr or file or text.strip()):
        raise _no_formula(example)
    return text


def source_and_tables(
    arguments: Sequence[str], file: str, example: str, piped: str
) -> tuple[str, list[str]]:
    """The text of the program, and the paths of the tables: the program comes first unless --file
    names it.

    `example` is a command line for the hint where there is no program, `piped` where no table.
    """
    count = 0 if file else 1
    source = read_source("".join(arguments[:count]), file, example, stdin=False)
    paths = _expanded(arguments[count:])
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        raise GradcalcError("usage", "no input table", hint=f"name a file, or pipe one in: {piped}")
    return source, paths


def _expanded(paths: Sequence[str]) -> list[str]:
    """The tables to read, patterns replaced by the files that match; stdin where none is named.

    GradcalcError where no file matches a pattern.
    """
    expanded: list[str] = []
    for path in paths or ["-"]:
        files = matches(path)
        if not files:
            raise GradcalcError("file", f"no file matches {bare(path)}", exit=Exit.FILE)
        expanded += files
    return expanded


def _no_formula(example: str) -> GradcalcError:
    return GradcalcError("usage", "no formula", hint=f"write {example}")


def _named_file(expr: str) -> str:
    """The file that an argument names: @FILE, FILE.grad or -; nothing where it is a formula."""
    if expr.startswith("@"):
        return expr[1:]
    return expr if expr == "-" or (expr.endswith(".grad") and "\n" not in expr) else ""


def _read(file: TextIO, path: str) -> str:
    text = file.read(MAX_READ_CHARACTERS + 1)
    if len(text) > MAX_READ_CHARACTERS:
        raise GradcalcError(
            "text-too-long",
            f"{path} has more than {MAX_READ_CHARACTERS:,} characters: this looks like data",
            hint="use gradcalc map for tables",
        )
    return text
