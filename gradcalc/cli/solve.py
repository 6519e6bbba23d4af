"""`gradcalc solve`: all roots in a box, proven; or one from a start."""

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

EXAMPLE = 'gradcalc solve "x*sin(x) = cos(x)" --over x=-50:50'
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
            help="Box to find all roots in: x=-50:50,y=0:1. Repeatable.",
        ),
    ],
    at: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=VALUE,…",
            rich_help_panel=options.COMMON,
            help="Values of the other inputs; without --over, the start for one root.",
        ),
    ],
    wrt: options.Wrt,
    where: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="CONDITION",
            rich_help_panel=options.COMMON,
            help='Only roots for which this holds: "y > 0". Repeatable.',
        ),
    ],
    file: options.File = "",
    tol: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            rich_help_panel=options.ACCURACY,
            help="Width below which an undecided part is not divided again.",
        ),
    ] = 1e-9,
    digits: Annotated[
        int,
        typer.Option(
            min=1,
            max=10_000,
            metavar="N",
            rich_help_panel=options.ACCURACY,
            help="Digits of a root from a start.",
        ),
    ] = 25,
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
    from gradcalc.boxes.search import Limits
    from gradcalc.boxes.solve import solve, solve_from
    from gradcalc.claims.boxes import read_over
    from gradcalc.cli.point import read_at
    from gradcalc.cli.progress import bar
    from gradcalc.kernels.kernel import cores
    from gradcalc.run.point import point
    from gradcalc.views import solved

    source = read_source(expr, file, EXAMPLE)
    box, values = read_over(over).bounds, read_at(at)
    if not tol > 0:
        raise GradcalcError("usage", "--tol must be positive", hint="write --tol 1e-9")
    if not box and not values:
        raise GradcalcError("usage", "no box to search", hint="write --over x=-5:5")
    with blaming(source), within(timeout + GRACE_SECONDS):
        if box:
            held = {name: value for name, value in values.items() if name not in box}
            with bar(0, wanted=True) as progress:
                search = Limits.of(timeout, cores(), progress)
                found = solve(source, box, held=held, where=where, least_width=tol, search=search)
        else:
            if where:
                raise GradcalcError("usage", "--where needs --over", hint="write --over x=-5:5")
            chosen = options.names(wrt) or tuple(values)
            missing = [name for name in chosen if name not in values]
            if missing:
                raise GradcalcError(
                    "missing-value", f"{missing[0]} has no start", hint=f"add --at {missing[0]}=1"
                )
            machine = point({name: values[name] for name in chosen}).machine()
            held = {name: value for name, value in values.items() if name not in chosen}
            found = solve_from(source, machine, held=held, digits=digits)
    out = spell_out(sys.stdout)
    for note in found.notes:
        print(f"note: {note}", file=spell_out(sys.stderr))
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(solved.record(found)), file=out)
        else:
            from gradcalc.views.console import console

            solved.show(found, console(color=color))
    return int(found.exit)
