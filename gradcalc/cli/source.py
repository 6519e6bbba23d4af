"""The text of a formula or program: from the command line, a file or stdin."""

from __future__ import annotations

import sys
from typing import TextIO

from gradcalc.errors import Exit, GradcalcError

# A device such as /dev/zero never ends; --max-size is judged later, with the place in the text.
MAX_READ_CHARACTERS = 64_000_000
EXAMPLE = 'gradcalc eval "sin(x)*y" --at x=1,y=2'


def read_source(expr: str, file: str, example: str = EXAMPLE) -> str:
    """The text of EXPR itself, or of the file that EXPR (@FILE, or - for stdin) or --file names.

    `example` is a command line for the hint where both are empty. GradcalcError where both are
    given, or the file is not text in UTF-8; OSError where it can't be read.
    """
    if file and expr:
        raise GradcalcError(
            "usage", "both a formula and --file are given", hint="remove one of them"
        )
    path = file or _named_file(expr)
    if not path:
        if not expr:
            raise GradcalcError("usage", "no formula", hint=f"write {example}")
        return expr
    try:
        if path == "-":
            return _read(sys.stdin, "stdin")
        with open(path, encoding="utf-8") as text_file:
            return _read(text_file, path)
    except UnicodeDecodeError:
        raise GradcalcError("encoding", f"{path} is not UTF-8 text", exit=Exit.FILE) from None


def _named_file(expr: str) -> str:
    """The file that an argument names: @FILE or -; nothing where it is a formula."""
    if expr == "-":
        return expr
    return expr[1:] if expr.startswith("@") else ""


def _read(file: TextIO, path: str) -> str:
    text = file.read(MAX_READ_CHARACTERS + 1)
    if len(text) > MAX_READ_CHARACTERS:
        raise GradcalcError(
            "text-too-long",
            f"{path} has more than {MAX_READ_CHARACTERS:,} characters: this looks like data",
            hint="use gradcalc map for tables",
        )
    return text
