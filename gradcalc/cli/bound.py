"""`gradcalc bound`: the ranges of a formula and its derivatives over a box, proven."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import spell_out

EXAMPLE = 'gradcalc bound "x*sin(y)" --over x=0:1,y=-1:2'
GRACE_SECONDS = 5.0  # past the time limit, which the search itself keeps


@flattened
def command(
    *,
    expr: options.Expr = "",
    over: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=FROM:TO,…",
            rich_help_panel=options.COMMON,
            help="The box: x=0:1,y=-1:2; of a vector v[0]=0:1,v[1]=2:3. Repeatable.",
        ),
    ],
    at: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=VALUE,…",
            rich_help_panel=options.COMMON,
            help="Values of the other inputs, which are held.",
        ),
    ],
    file: options.File = "",
    tol: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            rich_help_panel=options.ACCURACY,
            help="How closely the ends are to be known, relative to the greatest magnitude.",
        ),
    ] = 1e-6,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            rich_help_panel=options.LIMITS,
            help="Time limit in seconds; what is proven by then is the answer.",
        ),
    ] = 60.0,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
) -> int:
    from gradcalc.boxes.bound import bound
    from gradcalc.boxes.search import Limits
    from gradcalc.claims.boxes import read_over
    from gradcalc.cli.point import read_at
    from gradcalc.cli.progress import bar
    from gradcalc.kernels.kernel import cores
    from gradcalc.views import bounded

    source = read_source(expr, file, EXAMPLE)
    box, held = read_over(over).bounds, read_at(at)
    if not tol > 0:
        raise GradcalcError("usage", "--tol must be positive", hint="write --tol 1e-6")
    with blaming(source), within(timeout + GRACE_SECONDS), bar(0, wanted=True) as progress:
        search = Limits.of(timeout, cores(), progress)
        found = bound(source, box, held=held, tolerance=tol, search=search)
    out = spell_out(sys.stdout)
    for note in found.notes:
        print(f"note: {note}", file=spell_out(sys.stderr))
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(bounded.record(found)), file=out)
        else:
            from gradcalc.views.console import console

            bounded.show(found, console(color=color))
    return int(found.exit)
