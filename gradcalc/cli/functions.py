"""`gradcalc functions [NAME]`: the table of primitives as documentation."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gradcalc.cli import options


def command(
    name: Annotated[str, typer.Argument(help="One function; all of them if left out.")] = "",
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
) -> int:
    from gradcalc.views import catalogue
    from gradcalc.views.console import console
    from gradcalc.views.plain import spell_out

    descriptions = catalogue.describe(name) if name else catalogue.everything()
    if json:
        print(catalogue.as_json(descriptions), file=spell_out(sys.stdout))
    else:
        catalogue.show(descriptions, console(color=color))
    return 0
