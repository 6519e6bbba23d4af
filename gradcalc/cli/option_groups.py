"""Groups of options that several commands share: how to compute an answer, and how to show it.

A group is a named tuple that a command takes whole (see `gradcalc.cli.groups`) and that knows what
becomes of its values.
"""

# Annotations are types here, not texts of types: typer needs them, and evaluating the texts would
# cost every command some milliseconds.

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.errors import GradcalcError
from gradcalc.run.limits import Limits

if TYPE_CHECKING:
    from gradcalc.answers.request import Options

DEFAULT_LIMITS = Limits()


class LimitOptions(NamedTuple):
    """Bounds of a run: `gradcalc.run.limits.Limits` and the time."""

    max_steps: options.MaxSteps = DEFAULT_LIMITS.steps
    max_trace: Annotated[
        int, options.count(help="Maximum instructions of a run.", panel=options.LIMITS, min=1)
    ] = DEFAULT_LIMITS.trace
    max_calls: Annotated[
        int, options.count(help="Maximum depth of nested calls.", panel=options.LIMITS, min=1)
    ] = DEFAULT_LIMITS.calls
    max_depth: Annotated[
        int, options.count(help="Maximum depth of nested brackets.", panel=options.LIMITS, min=1)
    ] = DEFAULT_LIMITS.depth
    max_size: Annotated[
        int, options.count(help="Maximum characters of the program.", panel=options.LIMITS, min=1)
    ] = DEFAULT_LIMITS.size
    max_elements: Annotated[
        int, options.count(help="Maximum elements of an array.", panel=options.LIMITS, min=1)
    ] = DEFAULT_LIMITS.elements
    timeout: options.TimeLimit = None

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


class EvaluationOptions(NamedTuple):
    """How to evaluate, and what the answer must satisfy."""

    check: options.CheckOption = options.Check.full
    no_check: Annotated[
        bool,
        typer.Option("--no-check", rich_help_panel=options.ACCURACY, help="Same as --check off."),
    ] = False
    numbers: options.NumeralsOption = options.Numerals.typed
    digits: Annotated[
        int,
        options.count(
            help="Compute the answer in this many digits; 0 is float64.",
            panel=options.ACCURACY,
            max=10_000,
        ),
    ] = 0
    min_digits: Annotated[
        int,
        options.count(
            help="Exit 1 if fewer digits than this are correct, of 16 or of --digits.",
            panel=options.ACCURACY,
            max=10_000,
        ),
    ] = 0
    atol: Annotated[
        float,
        typer.Option(
            min=0,
            metavar="NUMBER",
            rich_help_panel=options.ACCURACY,
            help="Absolute error that --min-digits tolerates.",
        ),
    ] = 0.0
    kink: Annotated[
        options.Kink,
        typer.Option(
            rich_help_panel=options.ACCURACY,
            help="Derivative at a kink: mean, one side, or a framework's.",
        ),
    ] = options.Kink.mean
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            rich_help_panel=options.ACCURACY,
            help="Exit 4 if the function is not smooth at the point.",
        ),
    ] = False

    def options(self, limits: LimitOptions) -> "Options":
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
            typed=self.numbers is options.Numerals.typed,
            digits=self.digits or None,
            min_digits=self.min_digits,
            atol=self.atol,
            kink=self.kink.value,
            strict=self.strict,
            limits=limits.limits(),
        )


class OutputOptions(NamedTuple):
    """How an answer is printed and saved."""

    full: Annotated[
        bool,
        typer.Option(
            "--full",
            rich_help_panel=options.OUTPUT,
            help="Show every element of large arrays, and every digit of the trace.",
        ),
    ] = False
    save: Annotated[
        str,
        typer.Option(
            "--save",
            "-o",
            metavar="FILE",
            rich_help_panel=options.OUTPUT,
            help="Save value, derivatives and digits as arrays in this .npz file.",
        ),
    ] = ""
    format: Annotated[
        options.Format, typer.Option(rich_help_panel=options.OUTPUT, help="Format of the output.")
    ] = options.Format.table
    json: options.Json = False
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=options.COMMON,
            help="Print only the value and the derivatives.",
        ),
    ] = False
    color: options.ColorOption = options.Color.auto

    @property
    def form(self) -> options.Format | None:
        """The format, whichever option says it; None for the bare numbers."""
        if self.json:
            return options.Format.json
        return None if self.quiet else self.format

    def refuse(self) -> None:
        """GradcalcError for options that contradict each other."""
        if self.json and self.format not in (options.Format.table, options.Format.json):
            raise GradcalcError(
                "usage",
                f"--json and --format {self.format} can't be combined",
                hint="remove one of them",
            )


class TraceOptions(NamedTuple):
    """How much of the trace is shown."""

    trace: options.TraceRows = ""
    no_trace: Annotated[
        bool,
        typer.Option("--no-trace", rich_help_panel=options.COMMON, help="Same as --trace off."),
    ] = False

    def rows(self, otherwise: str = "") -> int | None:
        """How many steps to show, where nothing is said as `otherwise` says; None: the view's."""
        return options.rows("off" if self.no_trace else self.trace or otherwise)
