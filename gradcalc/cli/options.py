"""Single options that several commands share: each is declared here, once, with its help text.

A declaration is a type for typer: `At` is used as `at: At` by every command that has --at. Options
that go together are in `option_groups` and `report_options`, those of one command in its module.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from gradcalc.errors import GradcalcError

# The headings under which help lists options, in this order.
COMMON = "Common options"
TABLES = "Tables"
ACCURACY = "Accuracy and checks"
SUITES = "Suites (FILE.toml)"
OUTPUT = "Output"
LIMITS = "Limits"
PANELS = (COMMON, TABLES, ACCURACY, SUITES, OUTPUT, LIMITS, "Other options")


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    plain = "plain"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    markdown = "markdown"
    latex = "latex"


class ReportFormat(StrEnum):
    """How a verdict or a list is written."""

    table = "table"
    plain = "plain"
    json = "json"


class Check(StrEnum):
    """How much is checked."""

    full = "full"
    fast = "fast"
    off = "off"


class Numerals(StrEnum):
    """What a numeral means: the decimal as typed, or the nearest float64."""

    typed = "typed"
    float64 = "float64"


class Mode(StrEnum):
    """Which sweeps the tables show."""

    both = "both"
    forward = "forward"
    reverse = "reverse"


class Kink(StrEnum):
    """The derivative at a kink: the mean of both sides, one side, or a framework's convention."""

    mean = "mean"
    left = "left"
    right = "right"
    torch = "torch"
    jax = "jax"


class Color(StrEnum):
    """When colour is used; auto is on a terminal."""

    auto = "auto"
    always = "always"
    never = "never"


# Kinds of options -------------------------------------------------------------------------


def several(*names: str, metavar: str, help: str, panel: str = COMMON) -> Any:
    """An option that may be repeated; its values are a list, empty where it is not given."""
    return typer.Option(
        *names,
        default_factory=list,
        show_default=False,
        metavar=metavar,
        rich_help_panel=panel,
        help=help,
    )


def count(
    *names: str, help: str, panel: str | None = None, min: int = 0, max: int | None = None
) -> Any:
    """An option whose value is an integer from `min` to `max`."""
    return typer.Option(*names, min=min, max=max, metavar="N", rich_help_panel=panel, help=help)


# Single options ---------------------------------------------------------------------------

Expr = Annotated[
    str,
    typer.Argument(
        metavar="FORMULA", help="Formula or program; @FILE or FILE.grad reads it, - is stdin."
    ),
]
ExprAndTables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FORMULA [TABLE]...", help="Formula or program, then tables; stdin if none or -."
    ),
]
At = Annotated[
    list[str],
    several(
        metavar="NAME=VALUE,…",
        help="Input values: x=1,v=[1,2], W=@W.npy or @point.json. Repeatable.",
    ),
]
Over = Annotated[
    list[str],
    several(metavar="NAME=FROM:TO,…", help="Box to draw points from: x=-2:2,y=0:pi. Repeatable."),
]
Wrt = Annotated[
    list[str],
    several(
        "--wrt",
        "-x",
        metavar="NAMES",
        help="Differentiate only with respect to these inputs: x,y. Repeatable.",
    ),
]
File = Annotated[
    str,
    typer.Option(
        "--file",
        "-f",
        metavar="FILE",
        rich_help_panel=COMMON,
        help="Read the program from this file.",
    ),
]
NumeralsOption = Annotated[
    Numerals,
    typer.Option(
        "--numbers", rich_help_panel=ACCURACY, help="Read numerals exactly as typed, or as float64."
    ),
]
CheckOption = Annotated[
    Check,
    typer.Option(
        rich_help_panel=ACCURACY,
        help="full compares with sympy, fast leaves sympy out, off checks nothing.",
    ),
]
MinDigits = Annotated[
    int, count(help="Exit 1 if fewer digits than this are correct.", panel=ACCURACY, min=0, max=16)
]
TraceRows = Annotated[
    str,
    typer.Option(
        metavar="all|off|N",
        rich_help_panel=COMMON,
        help="Trace steps to show: all, off or a number.",
    ),
]
RandomSeed = Annotated[
    int, typer.Option(metavar="N", rich_help_panel=ACCURACY, help="Seed of the random points.")
]
MaxSteps = Annotated[int, count(help="Maximum loop iterations.", panel=LIMITS, min=1)]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        min=0.001, metavar="SECONDS", rich_help_panel=LIMITS, help="Time limit in seconds."
    ),
]
Picture = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        rich_help_panel=OUTPUT,
        help="Write the picture to this file: .svg, .png or .pdf.",
    ),
]
Json = Annotated[
    bool, typer.Option("--json", "-j", rich_help_panel=COMMON, help="Print JSON, errors too.")
]
ColorOption = Annotated[Color, typer.Option("--color", rich_help_panel=OUTPUT, help="Use color.")]


# What texts of options mean ---------------------------------------------------------------


def names(texts: Iterable[str]) -> tuple[str, ...] | None:
    """The names in texts such as `x,y`: the inputs to differentiate by; None for all."""
    pieces = [piece for text in texts for piece in re.findall(r"`[^`]*`|[^,`]+", text)]
    return tuple(filter(None, (piece.strip().strip("`").strip() for piece in pieces))) or None


def rows(trace: str) -> int | None:
    """How many steps of a trace to show; None leaves it to the view."""
    if trace == "":
        return None
    if trace in ("all", "off"):
        return sys.maxsize if trace == "all" else 0
    if trace.isdecimal():
        return int(trace)
    raise GradcalcError(
        "usage", f"--trace can't be '{trace}'", hint="write --trace all, off or a number"
    )
