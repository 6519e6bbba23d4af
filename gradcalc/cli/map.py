"""`gradcalc map`: value and gradient for every row of a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gradcalc.cli import options as given
from gradcalc.cli.progress import bar
from gradcalc.errors import Exit, GradcalcError, blaming

if TYPE_CHECKING:
    from gradcalc.batch.mapping import Asked
    from gradcalc.batch.summary import Summary
    from gradcalc.kernels.kernel import Kernel
    from gradcalc.tables import Reader


class OnError(StrEnum):
    """What becomes of a row that has no value."""

    keep = "keep"
    drop = "drop"
    fail = "fail"


class TableFormat(StrEnum):
    """How a table is written."""

    csv = "csv"
    tsv = "tsv"
    jsonl = "jsonl"
    parquet = "parquet"
    arrow = "arrow"
    npy = "npy"
    npz = "npz"


Tables = Annotated[
    list[str] | None,
    typer.Argument(help="A formula or program (@FILE reads it), then tables; - or none: stdin."),
]


def command(
    expr_files: Tables = None,
    output: Annotated[str, typer.Option("--output", "-o", help="The output; - is stdout.")] = "-",
    file: given.File = "",
    at: given.At = [],  # noqa: B006
    wrt: given.Wrt = "",
    hessian: Annotated[
        bool, typer.Option("--hessian", help="Second derivatives too: d2_x_y.")
    ] = False,
    keep: Annotated[
        str | None, typer.Option(help="Columns of the input to write too: id,x. All unless told.")
    ] = None,
    from_: Annotated[
        TableFormat | None, typer.Option("--from", help="The input's format, if not its suffix.")
    ] = None,
    to: Annotated[
        TableFormat | None, typer.Option("--to", help="The output's format, if not its suffix.")
    ] = None,
    on_error: Annotated[
        OnError, typer.Option(help="Rows without a value: keep writes NaN.")
    ] = OnError.keep,
    check_rows: Annotated[
        int, typer.Option(min=0, max=100_000, help="Rows, drawn by chance, that are proven.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Another seed draws other rows.")] = 0,
    min_digits: given.MinDigits = 0,
    threads: Annotated[int, typer.Option(min=0, help="0: one a core.")] = 0,
    max_paths: Annotated[
        int, typer.Option(min=1, help="Ways through the program that are compiled.")
    ] = 200,
    max_steps: given.MaxSteps = 1_000_000,
    dask: Annotated[
        str, typer.Option(help="Run on a Dask cluster: local, or tcp://HOST:PORT. -o is a folder.")
    ] = "",
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No summary and no progress bar.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> int:
    import time

    from gradcalc.batch.mapping import Asked, output_columns
    from gradcalc.claims.notation import inputs_of
    from gradcalc.cli.point import read_at
    from gradcalc.kernels.kernel import Kernel, cores
    from gradcalc.run.limits import Limits
    from gradcalc.tables import open_table

    start = time.perf_counter()
    positional = list(expr_files or [])
    text = "" if file or not positional else positional.pop(0)
    source = given.source(text, file, 'gradcalc map "sin(x)*y" points.csv')
    paths = _expanded(positional)
    _refuse_silence(paths)
    held = read_at(at)
    kept = None if keep is None else given.names(keep) or ()
    asked = Asked(held, kept, on_error.value, check_rows, seed, threads=threads or cores())
    with blaming(source):
        unnamed = tuple(name for name in inputs_of(source) if name not in held)
        with ExitStack() as stack:
            readers = [
                stack.enter_context(open_table(path, from_, names=unnamed))
                for path in (paths[:1] if dask else paths)
            ]
            kernel = Kernel(
                source,
                given.names(wrt),
                hessian=hessian,
                threads=1,
                max_paths=max_paths,
                limits=Limits(steps=max_steps),
                names={*readers[0].columns, *held},
            )
            columns = output_columns(kernel, asked, readers[0].columns)
            if not dask:
                form = to or (from_ if output == "-" else None)
                found = _here(kernel, asked, readers, (output, form, columns), not quiet)
        if dask:
            found = _on_cluster(
                kernel,
                asked,
                paths,
                columns,
                unnamed,
                (from_, to or "parquet"),
                output,
                dask,
                not quiet,
            )
        if check_rows:
            found.checked = found.sample.checked(kernel, held)
    found.seconds = time.perf_counter() - start
    if not quiet:
        _tell(found, on_error.value, json)
    return int(_verdict(found, min_digits))


def _here(
    kernel: Kernel,
    asked: Asked,
    readers: Sequence[Reader],
    output: tuple[str, str | None, Sequence[str]],
    shown: bool,
) -> Summary:
    """The tables through the kernel in this process."""
    from gradcalc.batch.mapping import mapped
    from gradcalc.tables import create_table

    total = sum(reader.total or 0 for reader in readers)
    with create_table(*output) as writer, bar(total, shown) as advance:
        return mapped(kernel, readers, writer, asked, advance)


def _on_cluster(
    kernel: Kernel,
    asked: Asked,
    paths: list[str],
    columns: Sequence[str],
    unnamed: tuple[str, ...],
    formats: tuple[str | None, str],
    output: str,
    address: str,
    shown: bool,
) -> Summary:
    """The tables through the kernel on a Dask cluster."""
    from gradcalc.batch.cluster import Job, distributed, divided

    if output == "-":
        raise GradcalcError("usage", "--dask writes a folder of parts", hint="name it: -o out/")
    job = Job(kernel, asked, tuple(columns), unnamed, formats[0], formats[1], output)
    parts = divided(paths, *formats)
    with bar(len(parts), shown) as advance:
        return distributed(job, parts, address, advance)


def _expanded(paths: list[str]) -> list[str]:
    """The tables to read; patterns stand for the files they match."""
    from glob import glob, has_magic

    found: list[str] = []
    for path in paths or ["-"]:
        matching = sorted(glob(path, recursive=True)) if has_magic(path) else [path]
        if not matching:
            raise GradcalcError("file", f"no file is called {path}", exit=Exit.FILE)
        found += matching
    return found


def _refuse_silence(paths: list[str]) -> None:
    """A table that is to be typed at a terminal is one that was forgotten."""
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        raise GradcalcError(
            "usage",
            "there is no table",
            hint='name one, or feed one in: gradcalc map "sin(x)*y" data.csv -o out.csv',
        )


def _tell(found: Summary, on_error: str, json: bool) -> None:
    """The summary, on stderr."""
    from gradcalc.views import mapped, reports
    from gradcalc.views.plain import spell_out

    text = reports.text(mapped.record(found)) if json else "\n".join(mapped.lines(found, on_error))
    spell_out(sys.stderr).write(text.rstrip("\n") + "\n")


def _verdict(found: Summary, min_digits: int) -> Exit:
    """Does the sample that was checked bear the answer out?"""
    checked = found.checked
    if checked is None:
        return Exit.OK
    few = checked.digits is not None and checked.digits < min_digits
    return Exit.VERDICT if checked.wrong or few else Exit.OK
