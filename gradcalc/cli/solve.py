"""`gradcalc solve`: all roots in a box, proven; or one from a start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli import options
from gradcalc.cli.groups import flattened
from gradcalc.cli.searching import SEARCH_SECONDS, Timeout, refuse_tolerance, searching, write_found
from gradcalc.cli.source import read_source
from gradcalc.errors import GradcalcError

if TYPE_CHECKING:
    from gradcalc.boxes.solution import Solution
    from gradcalc.run.point import Given

EXAMPLE = 'gradcalc solve "x*sin(x) = cos(x)" --over x=-50:50'


@flattened
def command(
    *,
    expr: options.Expr = "",
    over: Annotated[
        list[str],
        options.several(
            metavar="NAME=FROM:TO,…", help="Box to find all roots in: x=-50:50,y=0:1. Repeatable."
        ),
    ],
    at: Annotated[
        list[str],
        options.several(
            metavar="NAME=VALUE,…",
            help="Values of the other inputs; without --over, the start for one root.",
        ),
    ],
    wrt: options.Wrt,
    where: Annotated[
        list[str],
        options.several(
            metavar="CONDITION", help='Only roots for which this holds: "y > 0". Repeatable.'
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
        options.count(
            help="Digits of a root from a start.", panel=options.ACCURACY, min=1, max=10_000
        ),
    ] = 25,
    timeout: Timeout = SEARCH_SECONDS,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
) -> int:
    from gradcalc.boxes.solve import solve
    from gradcalc.claims.boxes import read_over
    from gradcalc.cli.point import read_at
    from gradcalc.views import solved

    source = read_source(expr, file, EXAMPLE)
    box, values = read_over(over).bounds, read_at(at)
    refuse_tolerance(tol, "1e-9")
    if not box and not values:
        raise GradcalcError("usage", "no box to search", hint="write --over x=-5:5")
    if not box and where:
        raise GradcalcError("usage", "--where needs --over", hint="write --over x=-5:5")
    with searching(source, timeout, show_bar=bool(box)) as search:
        if box:
            held = {name: value for name, value in values.items() if name not in box}
            found = solve(source, box, held=held, where=where, least_width=tol, search=search)
        else:
            found = _from_start(source, values, options.names(wrt), digits)
    return write_found(found, solved, json=json, color=color)


def _from_start(
    source: str, values: Mapping[str, Given], unknowns: Sequence[str] | None, digits: int
) -> Solution:
    """One root by Newton's method from the values of the unknowns, all of them unless named."""
    from gradcalc.boxes.solve import solve_from
    from gradcalc.run.point import point

    chosen = tuple(unknowns or values)
    missing = [name for name in chosen if name not in values]
    if missing:
        raise GradcalcError(
            "missing-value", f"{missing[0]} has no start", hint=f"add --at {missing[0]}=1"
        )
    start = point({name: values[name] for name in chosen}).machine()
    held = {name: value for name, value in values.items() if name not in chosen}
    return solve_from(source, start, held=held, digits=digits)
