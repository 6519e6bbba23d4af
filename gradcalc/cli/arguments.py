"""Tell formulas from options: an expression may begin with a minus sign.

A token that begins with `-` is an option when it is declared; `--word` that is not declared stays
an option too, so that a misspelt one is an error; anything else, such as `-x^2`, is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# The options of all commands that take a value, and those that take none.
VALUED = {
    "--at",
    "--wrt",
    "-f",
    "--file",
    "--check",
    "--numbers",
    "--min-digits",
    "--kink",
    "--digits",
    "--format",
    "--trace",
    "--mode",
    "--max-steps",
    "--max-trace",
    "--max-calls",
    "--color",
    "--atol",
    "--save",
    "--max-depth",
    "--max-size",
    "--max-elements",
    "--along",
    "--seed",
    "--order",
    "--timeout",
    "--claim",
    "--against",
    "--over",
    "--points",
    "--rtol",
    "--ulp",
    "--dtype",
    "-k",
    "-o",
    "--output",
    "--from",
    "--to",
    "--keep",
    "--on-error",
    "--check-rows",
    "--threads",
    "--max-paths",
    "--dask",
    "--jobs",
    "--junit",
    "--sarif",
    "--record",
}
FLAGS = {
    "--no-check",
    "--strict",
    "--json",
    "-q",
    "--quiet",
    "--jsonl",
    "--full",
    "--fail-fast",
    "--github",
    "--hessian",
    "--help",
    "--version",
}
LONG = re.compile(r"--[A-Za-z][A-Za-z-]*(=.*)?\Z", re.DOTALL)


def arranged(arguments: Sequence[str]) -> list[str]:
    """The same command line with its formulas behind `--`, where no parser mistakes them."""
    if not arguments or arguments[0].startswith("-"):
        return list(arguments)
    command = arguments[0]
    options: list[str] = []
    formulas: list[str] = []
    rest = iter(arguments[1:])
    for token in rest:
        if token == "--":
            formulas += rest
        elif token in VALUED:
            options.append(token)
            options += [value for value in [next(rest, None)] if value is not None]
        elif token in FLAGS or LONG.match(token):
            options.append(token)
        else:
            formulas.append(token)
    return [command, *options, *(["--", *formulas] if formulas else [])]
