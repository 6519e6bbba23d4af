"""`gradcalc hunt`: where in a box is a formula in trouble?"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from gradcalc.cli import options as given
from gradcalc.cli.answer import heard
from gradcalc.cli.deadline import within
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import spell_out

GRACE = 0.5  # seconds


def command(
    expr: given.Expr = "",
    over: Annotated[list[str], typer.Option(help="The box: x=-5:5,y=0:pi.")] = [],  # noqa: B006
    at: given.At = [],  # noqa: B006
    file: given.File = "",
    points: Annotated[int, typer.Option(min=0, help="Random points to draw.")] = 200,
    seed: Annotated[int, typer.Option(help="Another seed draws other points.")] = 0,
    min_digits: Annotated[
        int, typer.Option(min=0, max=16, help="Fewer correct digits are trouble.")
    ] = 8,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to search.")] = 10.0,
    json: given.Json = False,
    color: given.Color = "auto",
) -> int:
    from gradcalc.claims.boxes import read_over
    from gradcalc.cli.point import read_at
    from gradcalc.hunt.hunt import hunt
    from gradcalc.views import hunted, reports
    from gradcalc.views.console import console

    source = given.source(expr, file)
    if not over:
        raise GradcalcError("usage", "there is no box to search", hint="write --over x=-5:5")
    held: dict[str, Any] = read_at(at)
    # The search minds the time itself; the alarm is for a single point that takes for ever.
    with blaming(source), within(timeout + GRACE):
        found = hunt(
            source,
            read_over(over),
            held=held,
            points=points,
            seed=seed,
            min_digits=min_digits,
            timeout=timeout,
        )
    for note in found.notes:
        print(f"note: {note}", file=spell_out(sys.stderr))
    with heard():
        if json:
            sys.stdout.write(reports.text(hunted.record(found, held)))
        else:
            hunted.show(found, held, console(color=color))
    return int(found.exit)
