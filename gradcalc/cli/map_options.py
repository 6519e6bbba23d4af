"""The options of `gradcalc map`: tables, samples, threads, and how the run is summed up."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.cli.option_groups import DEFAULT_LIMITS
from gradcalc.errors import Exit

if TYPE_CHECKING:
    from gradcalc.batch.summary import Summary


class OnError(StrEnum):
    """What becomes of a row that has no finite answer."""

    keep = "keep"
    drop = "drop"
    fail = "fail"


class TableFormat(StrEnum):
    """How a table is written."""

    csv = "csv"
    tsv = "tsv"
    jsonl = "jsonl"
    json = "json"
    parquet = "parquet"
    arrow = "arrow"
    npy = "npy"
    npz = "npz"


InputFormat = Annotated[
    TableFormat | None,
    typer.Option(
        "--from", rich_help_panel=options.TABLES, help="Input format, if not the file's suffix."
    ),
]


class TableOptions(NamedTuple):
    """Which tables are read and written, and how."""

    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            rich_help_panel=options.COMMON,
            help="Write to this file; - is stdout.",
        ),
    ] = "-"
    from_: InputFormat = None
    to: Annotated[
        TableFormat | None,
        typer.Option(
            "--to", rich_help_panel=options.TABLES, help="Output format, if not the file's suffix."
        ),
    ] = None
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAMES",
            rich_help_panel=options.TABLES,
            help="Input columns to copy to the output: id,x. Default: all. Repeatable.",
        ),
    ] = None
    prefix: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            rich_help_panel=options.TABLES,
            help="Put this before the names of the columns that are added: f_ gives f_value.",
        ),
    ] = ""
    on_error: Annotated[
        OnError,
        typer.Option(
            rich_help_panel=options.TABLES,
            help="Rows without a finite answer: keep them, drop them, or fail.",
        ),
    ] = OnError.keep
    propagate: Annotated[
        bool,
        typer.Option(
            "--propagate",
            rich_help_panel=options.TABLES,
            help="Add the standard uncertainty u, from columns u_x beside x.",
        ),
    ] = False

    @property
    def copied_columns(self) -> tuple[str, ...] | None:
        """The columns that --keep names, which may be none; None where it is not given: all."""
        return (options.names(self.keep) or ()) if self.keep else None

    @property
    def output_format(self) -> str | None:
        """The format that --to names; stdout, which has no suffix, gets the input's."""
        return self.to or (self.from_ if self.output == "-" else None)


class SampleOptions(NamedTuple):
    """Which rows are proven, and what their answers must satisfy."""

    check_rows: Annotated[
        int,
        options.count(
            help="Number of random rows to check in full.", panel=options.ACCURACY, max=100_000
        ),
    ] = 100
    seed: Annotated[int, options.count(help="Seed of the random rows.", panel=options.ACCURACY)] = 0
    min_digits: options.MinDigits = 0

    def verdict(self, summary: Summary) -> Exit:
        """Do the rows that were checked bear the answer out?"""
        checked = summary.checked
        if checked is None:
            return Exit.OK
        few = checked.digits is not None and checked.digits < self.min_digits
        return Exit.VERDICT if checked.wrong or few else Exit.OK


class ExecutionOptions(NamedTuple):
    """Where the rows are computed, and within which bounds."""

    threads: Annotated[
        int, options.count(help="Number of threads; 0 for one per core.", panel=options.LIMITS)
    ] = 0
    max_paths: Annotated[
        int,
        options.count(
            help="Maximum paths through the program to compile.", panel=options.LIMITS, min=1
        ),
    ] = 200
    max_steps: options.MaxSteps = DEFAULT_LIMITS.steps
    dask: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            rich_help_panel=options.TABLES,
            help="Run on a Dask cluster, local or tcp://HOST:PORT; --output is then a folder.",
        ),
    ] = ""


class SummaryOptions(NamedTuple):
    """How the run is summed up."""

    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=options.COMMON,
            help="Print no summary and no progress bar.",
        ),
    ] = False
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            "-j",
            rich_help_panel=options.COMMON,
            help="Print the summary as JSON: to stdout, or to stderr beside a table.",
        ),
    ] = False
    color: options.ColorOption = options.Color.auto
