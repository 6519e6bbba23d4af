"""The options of `gradcalc fit`: the data, what is known of the parameters, what is answered."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.map_options import TableFormat

if TYPE_CHECKING:
    from gradcalc.fitting.options import FitOptions
    from gradcalc.fitting.robust import Loss


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


def fit_request(
    data: DataOptions, parameters: ParameterOptions, answer: AnswerOptions, loss: Loss, seed: int
) -> FitOptions:
    """What is asked of the fit."""
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
