"""`gradcalc hunt`: where in a box is a formula in trouble?"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.progress import bar
from gradcalc.cli.report_options import ReportOptions
from gradcalc.cli.source import read_source
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import say_note

EXAMPLE = 'gradcalc hunt "sqrt(x)/(x - 3)" --over x=-5:5'
GRACE_SECONDS = 0.5  # past the time limit, which the search itself keeps


@flattened
def command(
    *,
    expr: options.Expr = "",
    over: options.Over,
    at: options.At,
    file: options.File = "",
    points: Annotated[
        int, options.count(help="Number of random points.", panel=options.ACCURACY)
    ] = 200,
    seed: options.RandomSeed = 0,
    min_digits: Annotated[
        int,
        options.count(
            help="Report points with fewer correct digits than this.",
            panel=options.ACCURACY,
            max=16,
        ),
    ] = 8,
    prove: Annotated[
        bool,
        typer.Option(
            "--prove",
            rich_help_panel=options.COMMON,
            help="Prove that there is no trouble; exit 0 only then.",
        ),
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            rich_help_panel=options.LIMITS,
            help="Time limit in seconds.",
        ),
    ] = 10.0,
    output: ReportOptions,
) -> int:
    from gradcalc.claims.boxes import read_over
    from gradcalc.cli.point import read_at
    from gradcalc.kernels.kernel import cores
    from gradcalc.search.hunt import hunt
    from gradcalc.views import hunted, reports

    output.refuse()
    source = read_source(expr, file, EXAMPLE)
    if not over:
        raise GradcalcError("usage", "no box to search", hint="write --over x=-5:5")
    at_values = read_at(at)
    # The search watches the clock between points; the alarm is for a single point that never ends.
    with blaming(source), within(timeout + GRACE_SECONDS), bar(0, True):
        report = hunt(
            source,
            read_over(over),
            held=at_values,
            points=points,
            seed=seed,
            min_digits=min_digits,
            timeout=timeout,
            prove=prove,
            jobs=cores() if prove else 1,
        )
    for note in report.notes:
        say_note(note)
    with verdict_output():
        if output.as_json:
            sys.stdout.write(reports.text(hunted.record(report, at_values)))
        else:
            hunted.show(report, at_values, output.screen())
    return int(report.exit)
