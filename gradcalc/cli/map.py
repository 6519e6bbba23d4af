"""`gradcalc map`: value and gradient for every row of a table."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from gradcalc.cli import options
from gradcalc.cli.groups import flattened
from gradcalc.cli.map_options import ExecutionOptions, SampleOptions, SummaryOptions, TableOptions
from gradcalc.cli.profiles import ProfileOptions, write_table_events, write_table_profile
from gradcalc.cli.progress import Bar, bar
from gradcalc.cli.source import source_and_tables
from gradcalc.cli.tables import DialectOptions
from gradcalc.errors import GradcalcError, blaming

if TYPE_CHECKING:
    from gradcalc.batch.cluster import Job
    from gradcalc.batch.options import MapOptions
    from gradcalc.batch.summary import Summary
    from gradcalc.kernels.kernel import Kernel
    from gradcalc.profiling.table import TableProfile, TableProfiler
    from gradcalc.tables import Reader

EXAMPLE = 'gradcalc map "sin(x)*y" points.csv'
PIPED_EXAMPLE = 'gradcalc map "sin(x)*y" data.csv -o out.csv'


@flattened
def command(
    *,
    expr_files: options.ExprAndTables = None,
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
    told: SummaryOptions,
    profiling: ProfileOptions,
) -> int:
    from gradcalc.batch.ahead import Proofs
    from gradcalc.batch.naming import output_columns
    from gradcalc.cli.map_here import run_here
    from gradcalc.cli.point import read_at
    from gradcalc.tables import open_table

    start = time.perf_counter()
    source, paths = source_and_tables(expr_files or [], file, EXAMPLE, PIPED_EXAMPLE)
    at_values = read_at(at)
    request = _request(at_values, tables, sample, execution, written)
    # Rows that are printed on a terminal move themselves.
    moves = told.quiet or (tables.output == "-" and sys.stdout.isatty())
    with blaming(source), bar(0, not moves) as advance, ExitStack() as stack:
        unnamed = _unnamed(source, at_values)
        # A cluster's workers open the tables themselves; here the first one tells the columns.
        readers = [
            stack.enter_context(
                open_table(path, tables.from_, names=unnamed, dialect=written.dialect)
            )
            for path in (paths[:1] if execution.dask else paths)
        ]
        chosen = options.names(wrt)
        if tables.propagate:
            request = _uncertain(request, source, readers[0])
            chosen = tuple(dict.fromkeys([*(chosen or ()), *request.uncertain]))
        kernel = _compiled(source, chosen, hessian, execution, readers[0], at_values)
        columns = output_columns(kernel, request, readers[0])
        notes = [*kernel.program.body.notes, *(n for reader in readers for n in reader.notes)]
        profiler = _profiler(kernel, start, execution) if profiling.asked else None
        if execution.dask:
            stack.close()
            job = _job(kernel, request, columns, unnamed, tables, written)
            summary = _run_on_cluster(job, paths, execution.dask, advance)
        else:
            output = tables.output, tables.output_format, columns
            run = profiler.map_tables if profiler else _runner(kernel)
            proofs = Proofs(kernel, at_values) if sample.check_rows else None
            summary = run_here(run, request, readers, output, advance, proofs)
        stack.close()
        if sample.check_rows:
            with profiler.watch.phase("proof") if profiler else nullcontext():
                summary.checked = summary.sample.check(kernel, at_values)
    summary.seconds = time.perf_counter() - start
    profile = profiler.profile(summary.rows) if profiler else None
    _report(summary, profile, notes, tables, told, profiling)
    return int(sample.verdict(summary))


def _report(
    summary: Summary,
    profile: TableProfile | None,
    notes: Sequence[str],
    tables: TableOptions,
    told: SummaryOptions,
    profiling: ProfileOptions,
) -> None:
    """Write what was done, beside the table itself."""
    if profile and profiling.events:
        write_table_events(profile, profiling.events)
    if told.json:
        _print_json(summary, profile, sys.stderr if tables.output == "-" else sys.stdout)
    elif not told.quiet:
        _print_summary(summary, tables.on_error.value, notes, told.color)
    if profile and not told.json:
        write_table_profile(profile, told.color, profiling)


def _job(
    kernel: Kernel,
    request: MapOptions,
    columns: tuple[str, ...],
    unnamed: tuple[str, ...],
    tables: TableOptions,
    written: DialectOptions,
) -> Job:
    """What the workers of a cluster are to do with their parts of the tables."""
    from gradcalc.batch.cluster import Job

    formats = tables.from_, tables.to or "parquet"
    return Job(kernel, request, columns, unnamed, *formats, tables.output, written.dialect)


def _request(
    at: Mapping[str, Any],
    tables: TableOptions,
    sample: SampleOptions,
    execution: ExecutionOptions,
    written: DialectOptions,
) -> MapOptions:
    """What is asked of every row, as the library takes it."""
    from gradcalc.batch.options import MapOptions
    from gradcalc.kernels.kernel import cores

    return MapOptions(
        at,
        tables.copied_columns,
        tables.on_error.value,
        sample.check_rows,
        sample.seed,
        threads=execution.threads or cores(),
        cells=written.cells,
        prefix=tables.prefix,
    )


def _runner(kernel: Kernel) -> Callable[..., Summary]:
    """What takes tables through the kernel in this process."""
    from gradcalc.batch.mapping import map_tables

    return partial(map_tables, kernel)


def _profiler(kernel: Kernel, start: float, execution: ExecutionOptions) -> TableProfiler:
    """What keeps the time of a run since its start."""
    if execution.dask:
        raise GradcalcError("usage", "--profile does not look into a cluster", hint="omit --dask")
    from gradcalc.profiling.table import TableProfiler

    return TableProfiler(kernel, start)


def _uncertain(request: MapOptions, source: str, reader: Reader) -> MapOptions:
    """The request with the inputs that columns beside them give an uncertainty."""
    from gradcalc.batch.naming import blaming_titles
    from gradcalc.batch.uncertain import uncertain_inputs

    try:
        names = uncertain_inputs(source, [*reader.columns, *request.at])
    except GradcalcError as error:
        raise blaming_titles(error, source, reader.columns) from None
    return replace(request, uncertain=names)


def _compiled(
    source: str,
    wrt: tuple[str, ...] | None,
    hessian: bool,
    execution: ExecutionOptions,
    reader: Reader,
    at: Mapping[str, Any],
) -> Kernel:
    """The formula as a kernel for rows of a table's columns."""
    from gradcalc.batch.naming import blaming_titles
    from gradcalc.kernels.kernel import Kernel
    from gradcalc.run.limits import Limits

    try:
        return Kernel(
            source,
            wrt,
            hessian=hessian,
            threads=1,
            max_paths=execution.max_paths,
            limits=Limits(steps=execution.max_steps),
            names={*reader.columns, *at},
        )
    except GradcalcError as error:
        raise blaming_titles(error, source, reader.columns) from None


def _unnamed(source: str, at: Mapping[str, Any]) -> tuple[str, ...]:
    """The inputs, in order, that the columns of a table without names are.

    A function without a bracket is one where the text can't be read otherwise. None where it takes
    the names of the columns to tell: what is wrong with such a text is said once they are known.
    """
    from gradcalc.claims.notation import inputs_of
    from gradcalc.run.reading import bare_functions

    try:
        names = inputs_of(source, at)
    except GradcalcError:
        try:
            names = inputs_of(source, {*at, *bare_functions(source)})
        except GradcalcError:
            return ()
    return tuple(name for name in names if name not in at)


def _run_on_cluster(job: Job, paths: list[str], address: str, advance: Bar) -> Summary:
    """The tables through the kernel on a Dask cluster."""
    from gradcalc.batch.cluster import parts_of, run_on_cluster

    if job.folder == "-":
        raise GradcalcError(
            "usage", "--dask needs a folder for its output", hint="name one: -o out/"
        )
    parts = parts_of(paths, job.from_, job.to)
    advance.expect(len(parts))
    return run_on_cluster(job, parts, address, advance)


def _print_summary(summary: Summary, on_error: str, notes: Sequence[str], color: str) -> None:
    """Print notes on the formula and the summary on stderr: stdout may hold the table."""
    from gradcalc.views import mapped
    from gradcalc.views.console import console
    from gradcalc.views.plain import say_note

    for note in notes:
        say_note(note)
    mapped.show(summary, on_error, console(sys.stderr, color))


def _print_json(summary: Summary, profile: TableProfile | None, stream: TextIO) -> None:
    """Print the summary as an object, with the profile if there is one."""
    from gradcalc.views import mapped, reports
    from gradcalc.views.plain import spell_out

    record = mapped.record(summary)
    if profile:
        from gradcalc.views import profiled_tables

        record["profile"] = profiled_tables.record(profile)
    spell_out(stream).write(reports.text(record).rstrip("\n") + "\n")
