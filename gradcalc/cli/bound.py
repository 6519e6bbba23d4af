"""`gradcalc bound`: the ranges of a formula and its derivatives over a box, proven."""

from __future__ import annotations

from typing import Annotated

import typer

from gradcalc.cli import options
from gradcalc.cli.groups import flattened
from gradcalc.cli.searching import SEARCH_SECONDS, Timeout, refuse_tolerance, searching, write_found
from gradcalc.cli.source import read_source

EXAMPLE = 'gradcalc bound "x*sin(y)" --over x=0:1,y=-1:2'


@flattened
def command(
    *,
    expr: options.Expr = "",
    over: Annotated[
        list[str],
        options.several(
            metavar="NAME=FROM:TO,…",
            help="The box: x=0:1,y=-1:2; of a vector v[0]=0:1,v[1]=2:3. Repeatable.",
        ),
    ],
    at: Annotated[
        list[str],
        options.several(metavar="NAME=VALUE,…", help="Values of the other inputs, which are held."),
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
    timeout: Timeout = SEARCH_SECONDS,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
) -> int:
    from gradcalc.boxes.bound import bound
    from gradcalc.claims.boxes import read_over
    from gradcalc.cli.point import read_at
    from gradcalc.views import bounded

    source = read_source(expr, file, EXAMPLE)
    box, held = read_over(over).bounds, read_at(at)
    refuse_tolerance(tol, "1e-6")
    with searching(source, timeout) as search:
        found = bound(source, box, held=held, tolerance=tol, search=search)
    return write_found(found, bounded, json=json, color=color)
