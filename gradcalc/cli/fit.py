"""`gradcalc fit`: the parameters of a formula, from data."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.deadline import within
from gradcalc.cli.groups import flattened
from gradcalc.cli.source import source_and_tables
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.fitting.fit import Fit

EXAMPLE = 'gradcalc fit "a*exp(-b*t) + c" data.csv --target y'


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOptions:
    """What the formula is fitted to."""

    target: Annotated[
        str,
        typer.Option(
            metavar="FORMULA",
            rich_help_panel=options.COMMON,
            help="Column to fit, or a formula of columns: log(y).",
        ),
    ] = ""
    sigma: Annotated[
        str,
        typer.Option(
            metavar="FORMULA",
            rich_help_panel=options.COMMON,
            help="Standard deviation of the target: a column, or a formula of columns.",
        ),
    ] = ""
    absolute_sigma: Annotated[
        bool,
        typer.Option(
            "--absolute-sigma",
            rich_help_panel=options.COMMON,
            help="Take --sigma as it is; else only its proportions count.",
        ),
    ] = False
    numbers: Annotated[
        options.Numerals,
        typer.Option(
            "--numbers",
            rich_help_panel=options.TABLES,
            help="Read cells exactly as typed, or as float64.",
        ),
    ] = options.Numerals.float64
    skip_missing: Annotated[
        bool,
        typer.Option(
            "--skip-missing",
            rich_help_panel=options.TABLES,
            help="Leave out rows with a missing cell.",
        ),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterOptions:
    """What is known of the parameters."""

    parameters: Annotated[
        list[str],
        typer.Option(
            "--parameters",
            "-p",
            default_factory=list,
            show_default=False,
            metavar="NAMES",
            rich_help_panel=options.COMMON,
            help="Parameters with the name of a constant: tau,phi. Repeatable.",
        ),
    ]
    start: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=VALUE,…",
            rich_help_panel=options.COMMON,
            help="Starting values: a=1,b=0.1; searched for where not given. Repeatable.",
        ),
    ]
    fix: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=VALUE,…",
            rich_help_panel=options.COMMON,
            help="Parameters with a fixed value. Repeatable.",
        ),
    ]
    bounds: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=FROM:TO,…",
            rich_help_panel=options.COMMON,
            help="Bounds of parameters: a=0:1,b=0: (an end may be left out). Repeatable.",
        ),
    ]

    def read_bounds(self) -> dict[str, tuple[float, float]]:
        """The bounds by parameter; an end that is left out is infinite."""
        from gradcalc.claims.boxes import read_over

        whole = [
            re.sub(r"=\s*:", "=-inf:", re.sub(r":\s*(?=,|$)", ":inf", text)) for text in self.bounds
        ]
        try:
            return dict(read_over(whole).bounds)
        except GradcalcError as error:
            raise GradcalcError(
                error.code,
                error.message,
                error.span,
                hint="write --bounds a=0:1,b=0:",
                source=error.source,
            ) from None


@flattened
def command(
    *,
    expr_files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FORMULA [TABLE]...",
            help="Formula or program, then tables; stdin if none or -.",
        ),
    ] = None,
    file: options.File = "",
    data: DataOptions,
    parameters: ParameterOptions,
    level: Annotated[
        float,
        typer.Option(
            min=0.5,
            max=0.9999,
            metavar="P",
            rich_help_panel=options.ACCURACY,
            help="Confidence level of intervals.",
        ),
    ] = 0.95,
    seed: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            rich_help_panel=options.ACCURACY,
            help="Seed of the search for starting values.",
        ),
    ] = 0,
    json: options.Json = False,
    color: options.ColorOption = options.Color.auto,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            metavar="SECONDS",
            rich_help_panel=options.LIMITS,
            help="Time limit in seconds.",
        ),
    ] = None,
) -> int:
    from gradcalc.cli.point import read_at
    from gradcalc.fitting.fit import FitOptions, fit
    from gradcalc.tables import open_table

    source, paths = source_and_tables(expr_files or [], file, EXAMPLE, EXAMPLE)
    request = FitOptions(
        parameters=options.names(parameters.parameters) or (),
        start=read_at(parameters.start),
        held=read_at(parameters.fix),
        bounds=parameters.read_bounds(),
        sigma=data.sigma,
        absolute=data.absolute_sigma,
        typed=data.numbers is options.Numerals.typed,
        skip=data.skip_missing,
        level=level,
        seed=seed,
    )
    with blaming(source), within(timeout), ExitStack() as stack:
        readers = [stack.enter_context(open_table(path)) for path in paths]
        if not data.target:
            raise GradcalcError(
                "usage",
                "no target to fit",
                hint=f"name a column: --target {readers[0].columns[-1]}",
            )
        found = fit(source, readers, data.target, request)
    _print(found, json, color)
    return int(found.exit)


def _print(found: Fit, json: bool, color: str) -> None:
    from gradcalc.views import fitted

    out = spell_out(sys.stdout)
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(fitted.record(found)), file=out)
        else:
            from gradcalc.views.console import console

            fitted.show(found, console(color=color))
