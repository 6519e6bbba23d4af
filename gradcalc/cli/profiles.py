"""How `--profile` is answered: tables, JSON, a file of events."""

# Annotations are types here, not texts of types: see `option_groups`.

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.answer import verdict_output
from gradcalc.cli.option_groups import OutputOptions
from gradcalc.errors import GradcalcError
from gradcalc.views.plain import spell_out

if TYPE_CHECKING:
    from gradcalc.answers.request import Options
    from gradcalc.profiling.table import TableProfile


class Sort(StrEnum):
    """What a profile is ordered by, the largest first."""

    time = "time"
    forward = "forward"
    reverse = "reverse"
    calls = "calls"
    bytes = "bytes"
    flops = "flops"
    name = "name"


class ProfileOptions(NamedTuple):
    """Whether a run is profiled, and how that is shown."""

    profile: Annotated[
        bool,
        typer.Option(
            "--profile",
            rich_help_panel=options.OUTPUT,
            help="Show where the time goes, by primitive and by place in the text.",
        ),
    ] = False
    sort: Annotated[
        Sort, typer.Option(rich_help_panel=options.OUTPUT, help="Order of the profile.")
    ] = Sort.time
    events: Annotated[
        str,
        typer.Option(
            "--events",
            metavar="FILE",
            rich_help_panel=options.OUTPUT,
            help="Write the profile as events for a browser's trace viewer.",
        ),
    ] = ""

    @property
    def asked(self) -> bool:
        """Is a profile asked for?"""
        return self.profile or bool(self.events)


def write_profile(
    source: str,
    point: Mapping[str, Any],
    wrt: tuple[str, ...] | None,
    request: "Options",
    output: OutputOptions,
    wanted: ProfileOptions,
) -> int:
    """Time a program at a point, and print where the time goes; 0.

    GradcalcError for a format that a profile does not have.
    """
    from gradcalc.atomic import atomic_write
    from gradcalc.profiling.profile import profile
    from gradcalc.views import profiled

    if output.form not in (options.Format.table, options.Format.plain, options.Format.json):
        raise GradcalcError(
            "usage",
            "a profile is a table, plain text or JSON",
            hint="write --format table or --json",
        )
    result = profile(source, point, wrt=wrt, options=request)
    if wanted.events:
        with atomic_write(wanted.events) as file:
            file.write(profiled.chrome_trace(result).encode())
    with verdict_output():
        if output.form is options.Format.json:
            print(profiled.as_json(result), file=spell_out(sys.stdout))
        else:
            from gradcalc.views.console import console

            plain = output.form is options.Format.plain
            profiled.show(result, console(color=output.color, plain=plain), wanted.sort.value)
    return 0


def write_table_profile(result: "TableProfile", color: str, wanted: ProfileOptions) -> None:
    """Print where the time of a table went, on stderr: stdout may hold the table."""
    from gradcalc.views import profiled_tables
    from gradcalc.views.console import console

    profiled_tables.show(result, console(sys.stderr, color), wanted.sort.value)


def write_table_events(result: "TableProfile", path: str) -> None:
    """Write the phases of a table's run as events for a browser's trace viewer."""
    from gradcalc.atomic import atomic_write
    from gradcalc.views import profiled_tables

    with atomic_write(path) as file:
        file.write(profiled_tables.chrome_trace(result).encode())
