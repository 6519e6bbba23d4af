"""`gradcalc fit`: the parameters of a formula, from data."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple, TextIO

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.groups import flattened
from gradcalc.cli.map_options import TableFormat
from gradcalc.cli.source import source_and_tables
from gradcalc.deadline import within
from gradcalc.errors import GradcalcError, blaming
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.fitting.fit import Fit
    from gradcalc.fitting.options import FitOptions
    from gradcalc.fitting.robust import Loss

EXAMPLE = 'gradcalc fit "a*exp(-b*t) + c" data.csv --target y'


class DataOptions(NamedTuple):
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
    from_: Annotated[
        TableFormat | None,
        typer.Option(
            "--from", rich_help_panel=options.TABLES, help="Input format, if not the file's suffix."
        ),
    ] = None
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


class ParameterOptions(NamedTuple):
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

    tie: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAME=FORMULA,…",
            rich_help_panel=options.COMMON,
            help="Parameters that are formulas of others: c=a/2. Repeatable.",
        ),
    ]
    share: Annotated[
        list[str],
        typer.Option(
            default_factory=list,
            show_default=False,
            metavar="NAMES",
            rich_help_panel=options.TABLES,
            help="Parameters that all tables have in common; each has its own of the others.",
        ),
    ]

    def read_bounds(self) -> dict[str, tuple[float, float]]:
        """The bounds by parameter; an end that is left out is infinite."""
        from gradcalc.claims.boxes import read_bounds

        return dict(read_bounds(self.bounds).bounds)


class LossOption(StrEnum):
    """What is minimized: the sum of squares, or a loss in which outliers count less."""

    squares = "squares"
    huber = "huber"
    soft_l1 = "soft-l1"
    cauchy = "cauchy"
    tukey = "tukey"


class AnswerOptions(NamedTuple):
    """What is answered beside the parameters."""

    level: Annotated[
        float,
        typer.Option(
            min=0.5,
            max=0.9999,
            metavar="P",
            rich_help_panel=options.ACCURACY,
            help="Confidence level of intervals.",
        ),
    ] = 0.95
    profile_ci: Annotated[
        bool,
        typer.Option(
            "--profile-ci",
            rich_help_panel=options.ACCURACY,
            help="Add intervals by profile likelihood.",
        ),
    ] = False
    versus: Annotated[
        str,
        typer.Option(
            metavar="FORMULA",
            rich_help_panel=options.ACCURACY,
            help="Compare with this formula: F test and AICc.",
        ),
    ] = ""
    predict: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.OUTPUT,
            help="Table of rows to predict, with bands.",
        ),
    ] = ""
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            rich_help_panel=options.OUTPUT,
            help="Write predictions to this file; - is stdout.",
        ),
    ] = "-"
    plot: Annotated[
        bool,
        typer.Option(
            "--plot",
            rich_help_panel=options.OUTPUT,
            help="Show data, curve, band and residuals in the terminal.",
        ),
    ] = False
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=options.COMMON,
            help="Print only the values of the parameters, a line each.",
        ),
    ] = False
    picture: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=options.OUTPUT,
            help="Write that plot to this file: .svg, .png or .pdf.",
        ),
    ] = ""


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
    loss: Annotated[
        LossOption,
        typer.Option(
            rich_help_panel=options.COMMON, help="What is minimized; others spare outliers."
        ),
    ] = LossOption.squares,
    answer: AnswerOptions,
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
    from gradcalc.cli.pictures import refuse_picture
    from gradcalc.fitting.fit import fit
    from gradcalc.tables import open_table

    source, paths = source_and_tables(expr_files or [], file, EXAMPLE, EXAMPLE)
    refuse_picture(answer.picture)
    request = _request(data, parameters, answer, loss.value, seed)
    with blaming(source), within(timeout), ExitStack() as stack:
        readers = [stack.enter_context(open_table(path, data.from_)) for path in paths]
        if not data.target:
            raise GradcalcError(
                "usage",
                "no target to fit",
                hint=f"name a column: --target {readers[0].columns[-1]}",
            )
        found = fit(source, readers, data.target, request)
    if answer.predict:
        _predict(found, answer)
    if answer.picture:
        from gradcalc.cli.pictures import write_picture
        from gradcalc.views.fit_charts import chart

        write_picture(chart(found), answer.picture)
    aside = bool(answer.predict) and answer.output == "-"  # stdout holds the predictions
    stream = sys.stderr if aside else sys.stdout
    if answer.quiet and not json:
        _print_values(found, stream)
    else:
        _print(found, json, color, stream, plot=answer.plot)
    return int(found.exit)


def _request(
    data: DataOptions, parameters: ParameterOptions, answer: AnswerOptions, loss: Loss, seed: int
) -> FitOptions:
    from gradcalc.cli.point import read_at
    from gradcalc.fitting.options import FitOptions

    return FitOptions(
        parameters=options.names(parameters.parameters) or (),
        start=read_at(parameters.start),
        held=read_at(parameters.fix),
        bounds=parameters.read_bounds(),
        tied=read_at(parameters.tie),
        shared=options.names(parameters.share),
        loss=loss,
        sigma=data.sigma,
        absolute=data.absolute_sigma,
        typed=data.numbers is options.Numerals.typed,
        skip=data.skip_missing,
        level=answer.level,
        profile=answer.profile_ci,
        versus=answer.versus,
        plot=answer.plot or bool(answer.picture),
        seed=seed,
    )


def _predict(found: Fit, answer: AnswerOptions) -> None:
    """Write the table of predictions: the columns that the formula reads, values and bands."""
    from gradcalc.fitting.prediction import COLUMNS
    from gradcalc.tables import create_table, open_table

    predictor = found.predictors[0]
    names = predictor.model.columns
    with open_table(answer.predict) as reader:
        for name in names:
            if name not in reader.columns:
                raise GradcalcError(
                    "missing-value",
                    f"{answer.predict} has no column named {name}",
                    hint=f"its columns are {', '.join(reader.columns)}",
                )
        with create_table(answer.output, None, (*names, *COLUMNS)) as writer:
            for block in reader.blocks():
                batch = block.decode()
                table = {name: batch.numbers(name) for name in names}
                columns = {**table, **predictor.columns(table, batch.rows)}
                writer.write(writer.encode(columns))


def _print_values(found: Fit, stream: TextIO) -> None:
    from gradcalc.views.fitted import bare

    for note in (*found.notes, *map(str, found.confounded)):
        print(f"note: {note}", file=spell_out(sys.stderr))
    with verdict_output():
        print(bare(found), file=spell_out(stream))


def _print(found: Fit, json: bool, color: str, stream: TextIO, *, plot: bool) -> None:
    from gradcalc.views import fitted

    out = spell_out(stream)
    with verdict_output():
        if json:
            from gradcalc.views.json import text

            print(text(fitted.record(found)), file=out)
        else:
            from gradcalc.views.console import console

            fitted.show(found, console(stream, color), plot=plot)
