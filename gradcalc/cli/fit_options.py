"""The options of `gradcalc fit`: the data, what is known of the parameters, what is answered."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.map_options import InputFormat
from gradcalc.cli.tables import DialectOptions

if TYPE_CHECKING:
    from gradcalc.fitting.losses import Loss
    from gradcalc.fitting.options import FitOptions


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
    from_: InputFormat = None
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
        options.several(
            "--parameters",
            "-p",
            metavar="NAMES",
            help="Parameters with the name of a constant: tau,phi. Repeatable.",
        ),
    ]
    start: Annotated[
        list[str],
        options.several(
            metavar="NAME=VALUE,…",
            help="Starting values: a=1,b=0.1; searched for where not given. Repeatable.",
        ),
    ]
    fix: Annotated[
        list[str],
        options.several(metavar="NAME=VALUE,…", help="Parameters with a fixed value. Repeatable."),
    ]
    bounds: Annotated[
        list[str],
        options.several(
            metavar="NAME=FROM:TO,…",
            help="Bounds of parameters: a=0:1,b=0: (an end may be left out). Repeatable.",
        ),
    ]
    tie: Annotated[
        list[str],
        options.several(
            metavar="NAME=FORMULA,…",
            help="Parameters that are formulas of others: c=a/2. Repeatable.",
        ),
    ]
    share: Annotated[
        list[str],
        options.several(
            metavar="NAMES",
            help="Parameters that all tables have in common; each has its own of the others.",
            panel=options.TABLES,
        ),
    ]


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
    data: DataOptions,
    written: DialectOptions,
    parameters: ParameterOptions,
    answer: AnswerOptions,
    loss: Loss,
    seed: int,
) -> FitOptions:
    """What is asked of the fit."""
    from gradcalc.claims.boxes import read_bounds
    from gradcalc.cli.point import read_at
    from gradcalc.fitting.data import NO_NUMBERS
    from gradcalc.fitting.options import FitOptions
    from gradcalc.tables.rules import cell_rules

    return FitOptions(
        parameters=options.names(parameters.parameters) or (),
        start=read_at(parameters.start, option="--start"),
        held=read_at(parameters.fix, option="--fix"),
        bounds=read_bounds(parameters.bounds).bounds,
        tied=read_at(parameters.tie, option="--tie"),
        shared=options.names(parameters.share),
        loss=loss,
        sigma=data.sigma,
        absolute=data.absolute_sigma,
        typed=data.numbers is options.Numerals.typed,
        skip=data.skip_missing,
        rules=cell_rules(
            (*NO_NUMBERS, *(written.na or ())),
            written.decimal,
            written.thousands,
            written.strip or (),
        ),
        level=answer.level,
        profile=answer.profile_ci,
        versus=answer.versus,
        plot=answer.plot or bool(answer.picture),
        seed=seed,
    )
