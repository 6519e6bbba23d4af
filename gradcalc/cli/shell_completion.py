"""`gradcalc completion SHELL`: the script that makes a shell complete the program's words."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from gradcalc.cli.completion import script


class Shell(StrEnum):
    """The shells that there is a script for."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def command(
    shell: Annotated[Shell, typer.Argument(metavar="bash|zsh|fish", help="Your shell.")],
) -> int:
    sys.stdout.write(script(shell.value))
    return 0
