"""The options that several commands share, one by one (`option_types`) and in groups.

Options that go together form a group, a dataclass that a command takes whole (see
`gradcalc.cli.groups`) and that knows what becomes of its values. Options of one command are
declared in its own module.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli.option_types import (
    ACCURACY,
    COMMON,
    LIMITS,
    OUTPUT,
    PANELS,
    SUITES,
    TABLES,
    At,
    Check,
    CheckOption,
    Color,
    ColorOption,
    Expr,
    File,
    Format,
    Json,
    Kink,
    MaxSteps,
    MinDigits,
    Mode,
    Numerals,
    NumeralsOption,
    Over,
    RandomSeed,
    ReportFormat,
    TraceRows,
    Wrt,
)
from gradcalc.errors import GradcalcError
from gradcalc.run.limits import Limits

if TYPE_CHECKING:
    from gradcalc.answers.request import Options
    from gradcalc.views.console import Screen

__all__ = [
    "ACCURACY",
    "COMMON",
    "LIMITS",
    "OUTPUT",
    "PANELS",
    "SUITES",
    "TABLES",
    "At",
    "Check",
    "CheckOption",
    "Color",
    "ColorOption",
    "EvaluationOptions",
    "Expr",
    "File",
    "Format",
    "Json",
    "Kink",
    "LimitOptions",
    "MaxSteps",
    "MinDigits",
    "Mode",
    "Numerals",
    "NumeralsOption",
    "OutputOptions",
    "Over",
    "PointOptions",
    "RandomSeed",
    "ReportFormat",
    "ReportOptions",
    "TraceOptions",
    "TraceRows",
    "Wrt",
    "names",
    "rows",
]

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOptions:
    """Bounds of a run: `gradcalc.run.limits.Limits` and the time."""

    max_steps: MaxSteps = DEFAULT_LIMITS.steps
    max_trace: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", rich_help_panel=LIMITS, help="Maximum instructions of a run."
        ),
    ] = DEFAULT_LIMITS.trace
    max_calls: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", rich_help_panel=LIMITS, help="Maximum depth of nested calls."
        ),
    ] = DEFAULT_LIMITS.calls
    max_depth: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", rich_help_panel=LIMITS, help="Maximum depth of nested brackets."
        ),
    ] = DEFAULT_LIMITS.depth
    max_size: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", rich_help_panel=LIMITS, help="Maximum characters of the program."
        ),
    ] = DEFAULT_LIMITS.size
    max_elements: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", rich_help_panel=LIMITS, help="Maximum elements of an array."
        ),
    ] = DEFAULT_LIMITS.elements
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0.001, metavar="SECONDS", rich_help_panel=LIMITS, help="Time limit in seconds."
        ),
    ] = None

    def limits(self) -> Limits:
        """The bounds that a run itself keeps; the time is kept by `gradcalc.deadline`."""
        return Limits(
            steps=self.max_steps,
            trace=self.max_trace,
            calls=self.max_calls,
            depth=self.max_depth,
            size=self.max_size,
            elements=self.max_elements,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOptions:
    """How to evaluate, and what the answer must satisfy."""

    check: CheckOption = Check.full
    no_check: Annotated[
        bool, typer.Option("--no-check", rich_help_panel=ACCURACY, help="Same as --check off.")
    ] = False
    numbers: NumeralsOption = Numerals.typed
    digits: Annotated[
        int,
        typer.Option(
            min=0,
            max=10_000,
            metavar="N",
            rich_help_panel=ACCURACY,
            help="Compute the answer in this many digits; 0 is float64.",
        ),
    ] = 0
    min_digits: Annotated[
        int,
        typer.Option(
            min=0,
            max=10_000,
            metavar="N",
            rich_help_panel=ACCURACY,
            help="Exit 1 if fewer digits than this are correct, of 16 or of --digits.",
        ),
    ] = 0
    atol: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="NUMBER",
            rich_help_panel=ACCURACY,
            help="Absolute error that --min-digits tolerates.",
        ),
    ] = 0.0
    kink: Annotated[
        Kink,
        typer.Option(
            rich_help_panel=ACCURACY, help="Derivative at a kink: mean, one side, or a framework's."
        ),
    ] = Kink.mean
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            rich_help_panel=ACCURACY,
            help="Exit 4 if the function is not smooth at the point.",
        ),
    ] = False

    def options(self, limits: LimitOptions) -> Options:
        """The options of an evaluation within these limits."""
        from gradcalc.answers.request import Options

        most = self.digits or 16
        if self.min_digits > most:
            raise GradcalcError(
                "usage",
                f"--min-digits {self.min_digits}: an answer has only {most} digits",
                hint=f"write --digits {self.min_digits} to compute that many",
            )
        return Options(
            check="off" if self.no_check else self.check.value,
            typed=self.numbers is Numerals.typed,
            digits=self.digits or None,
            min_digits=self.min_digits,
            atol=self.atol,
            kink=self.kink.value,
            strict=self.strict,
            limits=limits.limits(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """How an answer is printed and saved."""

    full: Annotated[
        bool,
        typer.Option(
            "--full",
            rich_help_panel=OUTPUT,
            help="Show every element of large arrays, and every digit of the trace.",
        ),
    ] = False
    save: Annotated[
        str,
        typer.Option(
            "--save",
            "-o",
            metavar="FILE",
            rich_help_panel=OUTPUT,
            help="Save value, derivatives and digits as arrays in this .npz file.",
        ),
    ] = ""
    format: Annotated[
        Format, typer.Option(rich_help_panel=OUTPUT, help="Format of the output.")
    ] = Format.table
    json: Json = False
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=COMMON,
            help="Print only the value and the derivatives.",
        ),
    ] = False
    color: ColorOption = Color.auto

    @property
    def form(self) -> Format | None:
        """The format, whichever option says it; None for the bare numbers."""
        if self.json:
            return Format.json
        return None if self.quiet else self.format

    def refuse(self) -> None:
        """GradcalcError for options that contradict each other."""
        if self.json and self.format not in (Format.table, Format.json):
            raise GradcalcError(
                "usage",
                f"--json and --format {self.format} can't be combined",
                hint="remove one of them",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """How a verdict or a list is printed."""

    format: Annotated[
        ReportFormat,
        typer.Option(
            rich_help_panel=OUTPUT, help="Format of the output; plain is for screen readers."
        ),
    ] = ReportFormat.table
    json: Json = False
    color: ColorOption = Color.auto

    @property
    def as_json(self) -> bool:
        """Is an object wanted, whichever option says it?"""
        return self.json or self.format is ReportFormat.json

    def screen(self) -> Screen:
        """Where a report is shown that is no object."""
        from gradcalc.views.console import console

        return console(color=self.color, plain=self.format is ReportFormat.plain)

    def refuse(self) -> None:
        """GradcalcError for options that contradict each other."""
        if self.json and self.format is ReportFormat.plain:
            raise GradcalcError(
                "usage", "--json and --format plain can't be combined", hint="remove one of them"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceOptions:
    """How much of the trace is shown."""

    trace: TraceRows = ""
    no_trace: Annotated[
        bool, typer.Option("--no-trace", rich_help_panel=COMMON, help="Same as --trace off.")
    ] = False

    def rows(self, otherwise: str = "") -> int | None:
        """How many steps to show, where nothing is said as `otherwise` says; None: the view's."""
        return rows("off" if self.no_trace else self.trace or otherwise)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointOptions:
    """Where to check: at one point, or at points drawn from a box."""

    at: At
    over: Over
    points: Annotated[
        int,
        typer.Option(
            min=1,
            max=1_000_000,
            metavar="N",
            rich_help_panel=ACCURACY,
            help="Number of points to draw.",
        ),
    ] = 100
    seed: RandomSeed = 0


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
