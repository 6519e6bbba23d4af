"""`gradcalc map`: value and gradient for every row of a table."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from gradcalc.cli import options
from gradcalc.cli.groups import flattened
from gradcalc.cli.progress import bar
from gradcalc.cli.source import source_and_tables
from gradcalc.cli.tables import DialectOptions
from gradcalc.errors import Exit, GradcalcError, blaming

if TYPE_CHECKING:
    from gradcalc.batch.cluster import Job
    from gradcalc.batch.options import MapOptions
    from gradcalc.batch.summary import Summary
    from gradcalc.kernels.kernel import Kernel
    from gradcalc.tables import Reader

EXAMPLE = 'gradcalc map "sin(x)*y" points.csv'
PIPED_EXAMPLE = 'gradcalc map "sin(x)*y" data.csv -o out.csv'


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
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
    from_: Annotated[
        TableFormat | None,
        typer.Option(
            "--from", rich_help_panel=options.TABLES, help="Input format, if not the file's suffix."
        ),
    ] = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOptions:
    """Which rows are proven, and what their answers must satisfy."""

    check_rows: Annotated[
        int,
        typer.Option(
            min=0,
            max=100_000,
            metavar="N",
            rich_help_panel=options.ACCURACY,
            help="Number of random rows to check in full.",
        ),
    ] = 100
    seed: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", rich_help_panel=options.ACCURACY, help="Seed of the random rows."
        ),
    ] = 0
    min_digits: options.MinDigits = 0

    def verdict(self, summary: Summary) -> Exit:
        """Do the rows that were checked bear the answer out?"""
        checked = summary.checked
        if checked is None:
            return Exit.OK
        few = checked.digits is not None and checked.digits < self.min_digits
        return Exit.VERDICT if checked.wrong or few else Exit.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionOptions:
    """Where the rows are computed, and within which bounds."""

    threads: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            rich_help_panel=options.LIMITS,
            help="Number of threads; 0 for one per core.",
        ),
    ] = 0
    max_paths: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="N",
            rich_help_panel=options.LIMITS,
            help="Maximum paths through the program to compile.",
        ),
    ] = 200
    max_steps: options.MaxSteps = options.DEFAULT_LIMITS.steps
    dask: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            rich_help_panel=options.TABLES,
            help="Run on a Dask cluster, local or tcp://HOST:PORT; --output is then a folder.",
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
    at: options.At,
    wrt: options.Wrt,
    hessian: Annotated[
        bool,
        typer.Option(
            "--hessian", rich_help_panel=options.COMMON, help="Add second derivatives: d2_x_y."
        ),
    ] = False,
    tables: TableOptions,
    written: DialectOptions,
    sample: SampleOptions,
    execution: ExecutionOptions,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=options.COMMON,
            help="Print no summary and no progress bar.",
        ),
    ] = False,
    json: Annotated[
        bool,
        typer.Option(
            "--json",
            "-j",
            rich_help_panel=options.COMMON,
            help="Print the summary as JSON: to stdout, or to stderr beside a table.",
        ),
    ] = False,
) -> int:
    from gradcalc.batch.naming import blaming_titles, output_columns
    from gradcalc.batch.options import MapOptions
    from gradcalc.cli.point import read_at
    from gradcalc.kernels.kernel import Kernel, cores
    from gradcalc.run.limits import Limits
    from gradcalc.tables import open_table

    start = time.perf_counter()
    source, paths = source_and_tables(expr_files or [], file, EXAMPLE, PIPED_EXAMPLE)
    at_values = read_at(at)
    request = MapOptions(
        at_values,
        tables.copied_columns,
        tables.on_error.value,
        sample.check_rows,
        sample.seed,
        threads=execution.threads or cores(),
        cells=written.cells,
        prefix=tables.prefix,
    )
    dialect = written.dialect
    with blaming(source), ExitStack() as stack:
        unnamed = _unnamed(source, at_values)
        # A cluster's workers open the tables themselves; here the first one tells the columns.
        readers = [
            stack.enter_context(open_table(path, tables.from_, names=unnamed, dialect=dialect))
            for path in (paths[:1] if execution.dask else paths)
        ]
        try:
            chosen = options.names(wrt)
            if tables.propagate:
                from gradcalc.batch.uncertain import uncertain_inputs

                uncertain = uncertain_inputs(source, [*readers[0].columns, *at_values])
                request = replace(request, uncertain=uncertain)
                chosen = tuple(dict.fromkeys([*(chosen or ()), *uncertain]))
            kernel = Kernel(
                source,
                chosen,
                hessian=hessian,
                threads=1,
                max_paths=execution.max_paths,
                limits=Limits(steps=execution.max_steps),
                names={*readers[0].columns, *at_values},
            )
        except GradcalcError as error:
            raise blaming_titles(error, source, readers[0].columns) from None
        columns = output_columns(kernel, request, readers[0].columns)
        notes = [*kernel.program.body.notes, *(n for reader in readers for n in reader.notes)]
        if execution.dask:
            from gradcalc.batch.cluster import Job

            stack.close()
            formats = tables.from_, tables.to or "parquet"
            job = Job(kernel, request, columns, unnamed, *formats, tables.output, dialect)
            summary = _run_on_cluster(job, paths, execution.dask, show_bar=not quiet)
        else:
            output = tables.output, tables.output_format, columns
            summary = _run_here(kernel, request, readers, output, show_bar=not quiet)
        stack.close()
        if sample.check_rows:
            summary.checked = summary.sample.check(kernel, at_values)
    summary.seconds = time.perf_counter() - start
    if json:
        _print_json(summary, sys.stderr if tables.output == "-" else sys.stdout)
    elif not quiet:
        _print_summary(summary, tables.on_error.value, notes)
    return int(sample.verdict(summary))


def _run_here(
    kernel: Kernel,
    request: MapOptions,
    readers: Sequence[Reader],
    output: tuple[str, str | None, Sequence[str]],
    *,
    show_bar: bool,
) -> Summary:
    """The tables through the kernel in this process; the output has a path, format and columns."""
    from gradcalc.batch.mapping import map_tables
    from gradcalc.tables import create_table

    total = sum(reader.total or 0 for reader in readers)
    with create_table(*output, readers[0].schema) as writer, bar(total, show_bar) as advance:
        return map_tables(kernel, readers, writer, request, advance)


def _unnamed(source: str, at: Mapping[str, Any]) -> tuple[str, ...]:
    """The inputs, in order, that the columns of a table without names are.

    None where it takes the names of the columns to tell the inputs: what is wrong with such a text
    is said once they are known.
    """
    from gradcalc.claims.notation import inputs_of

    try:
        return tuple(name for name in inputs_of(source, at) if name not in at)
    except GradcalcError:
        return ()


def _run_on_cluster(job: Job, paths: list[str], address: str, *, show_bar: bool) -> Summary:
    """The tables through the kernel on a Dask cluster."""
    from gradcalc.batch.cluster import parts_of, run_on_cluster

    if job.folder == "-":
        raise GradcalcError(
            "usage", "--dask needs a folder for its output", hint="name one: -o out/"
        )
    parts = parts_of(paths, job.from_, job.to)
    with bar(len(parts), show_bar) as advance:
        return run_on_cluster(job, parts, address, advance)


def _print_summary(summary: Summary, on_error: str, notes: Sequence[str]) -> None:
    """Print notes on the formula and the summary on stderr: stdout may hold the table."""
    from gradcalc.views import mapped
    from gradcalc.views.console import console
    from gradcalc.views.plain import say_note

    for note in notes:
        say_note(note)
    mapped.show(summary, on_error, console(sys.stderr))


def _print_json(summary: Summary, stream: TextIO) -> None:
    """Print the summary as an object, where the stream holds no table."""
    from gradcalc.views import mapped, reports
    from gradcalc.views.plain import spell_out

    spell_out(stream).write(reports.text(mapped.record(summary)).rstrip("\n") + "\n")
