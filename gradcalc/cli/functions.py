"""`gradcalc functions [NAME]`: the table of primitives as documentation."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    name: Annotated[str, typer.Argument(help="A function, or nothing for all of them.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> int:
    from gradcalc.views import catalogue

    described = catalogue.describe(name) if name else catalogue.everything()
    typer.echo(catalogue.as_json(described) if json else catalogue.as_text(described))
    return 0
