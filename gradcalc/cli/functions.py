"""`gradcalc functions [NAME]`: the table of primitives as documentation."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def command(
    name: Annotated[str, typer.Argument(help="A function, or nothing for all of them.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    color: Annotated[str, typer.Option(help="auto, always or never.")] = "auto",
) -> int:
    from gradcalc.views import catalogue
    from gradcalc.views.console import console
    from gradcalc.views.plain import spell_out

    described = catalogue.describe(name) if name else catalogue.everything()
    if json:
        print(catalogue.as_json(described), file=spell_out(sys.stdout))
    else:
        catalogue.show(described, console(color=color))
    return 0
