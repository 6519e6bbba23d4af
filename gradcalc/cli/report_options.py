"""Groups of options of the commands that report: where to look, and how the report is printed."""

# Annotations are types here, not texts of types: see `option_groups`.

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.errors import GradcalcError

if TYPE_CHECKING:
    from gradcalc.views.console import Screen


class PointOptions(NamedTuple):
    """Where to check: at one point, or at points drawn from a box."""

    at: options.At
    over: options.Over
    points: Annotated[
        int,
        options.count(
            help="Number of points to draw.", panel=options.ACCURACY, min=1, max=1_000_000
        ),
    ] = 100
    seed: options.RandomSeed = 0


class ReportOptions(NamedTuple):
    """How a verdict or a list is printed."""

    format: Annotated[
        options.ReportFormat,
        typer.Option(
            rich_help_panel=options.OUTPUT,
            help="Format of the output; plain is for screen readers.",
        ),
    ] = options.ReportFormat.table
    json: options.Json = False
    color: options.ColorOption = options.Color.auto

    @property
    def as_json(self) -> bool:
        """Is an object wanted, whichever option says it?"""
        return self.json or self.format is options.ReportFormat.json

    def screen(self) -> "Screen":
        """Where a report is shown that is no object."""
        from gradcalc.views.console import console

        return console(color=self.color, plain=self.format is options.ReportFormat.plain)

    def refuse(self) -> None:
        """GradcalcError for options that contradict each other."""
        if self.json and self.format is options.ReportFormat.plain:
            raise GradcalcError(
                "usage", "--json and --format plain can't be combined", hint="remove one of them"
            )
