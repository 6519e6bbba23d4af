"""Tables through a kernel on a Dask cluster: parts as tasks, a manifest when all are there.

A part is a row group of a Parquet file, or a whole file of another format. Its task writes one
file, under a temporary name first: a task that runs again because its worker died replaces the
file, and no row is written twice. Where there is a manifest, every row is there once.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from gradcalc.atomic import STANDARD, atomic_write
from gradcalc.batch.folder import MANIFEST, claimed, clear_parts, is_claimed
from gradcalc.batch.mapping import map_tables
from gradcalc.batch.naming import output_columns
from gradcalc.batch.options import MapOptions
from gradcalc.batch.summary import Summary
from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.places import bare, is_remote, joined
from gradcalc.tables import Reader, create_table, format_of, open_table
from gradcalc.tables.columnar import ParquetReader
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.files import open_source


@dataclass(frozen=True, slots=True)
class Part:
    """What one task reads and writes; `group` is a row group of a Parquet file."""

    number: int
    path: str
    group: int | None
    target: str


@dataclass(frozen=True, slots=True)
class Job:
    """What all tasks share."""

    kernel: Kernel
    options: MapOptions
    columns: tuple[str, ...]
    unnamed: tuple[str, ...]
    from_: str | None
    to: str
    folder: str
    dialect: Dialect = PLAIN
    claim: str = ""


def parts_of(paths: Sequence[str], from_: str | None, to: str) -> list[Part]:
    """The parts of some files, named in their order."""
    if STANDARD in paths:
        raise GradcalcError("usage", "--dask reads files, not stdin", hint="name the files")
    pieces: list[tuple[str, int | None]] = []
    for path in paths:
        if format_of(path, from_) == "parquet":
            pieces += [(path, group) for group in range(_row_groups(path))]
        else:
            pieces.append((path, None))
    return [  # absolute: a worker may run in another directory
        Part(k, path if is_remote(path) else os.path.abspath(path), group, f"part-{k:05}.{to}")
        for k, (path, group) in enumerate(pieces)
    ]


def _row_groups(path: str) -> int:
    with ParquetReader(open_source(path)) as reader:
        return reader.groups


def run_on_cluster(
    job: Job,
    parts: Sequence[Part],
    address: str,
    progress: Callable[[int], None] = lambda size: None,
) -> Summary:
    """Run all parts on the cluster at an address (`local`: one started on this machine's cores).

    `progress` is called with 1 for each part that is done. The manifest is written when all are.
    GradcalcError where the folder holds one already, or parts of another table, where no cluster
    answers, or a part fails.
    """
    targets = [part.target for part in parts]
    total = Summary()
    entries: list[dict[str, Any]] = []
    with claimed(job.folder, targets) as claim:
        absolute = job.folder if is_remote(job.folder) else os.path.abspath(job.folder)
        job = replace(job, folder=absolute, claim=claim)
        with _client(address) as client:
            for part, summary in _done(client, job, parts, address):
                entries.append(_entry(part, summary))
                total.add(summary, job.options.check_rows)
                progress(1)
        clear_parts(job.folder, targets)
        _write_manifest(job, entries)
    return total


def _done(
    client: Any, job: Job, parts: Sequence[Part], address: str
) -> Iterator[tuple[Part, Summary]]:
    """The parts as they are done; GradcalcError where the scheduler is gone, or its workers are."""
    from dask.distributed import KilledWorker, as_completed
    from distributed.comm.core import CommClosedError

    gone = ""
    futures = {client.submit(run_part, job, part, pure=False): part for part in parts}
    try:
        for future in as_completed(list(futures)):
            yield futures[future], future.result()
    except (CommClosedError, CancelledError):
        gone = f"the Dask scheduler at {address} is gone"
    except KilledWorker:
        gone = "the workers that took a part were killed, one after the other"
    if gone:
        raise GradcalcError(
            "cluster", gone, hint="start it again: what this run wrote is removed", exit=Exit.FILE
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """What Dask's own log says, tracebacks and all, is left out: errors are said once, by us."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


SILENT = logging.CRITICAL + 1
LOGGERS = ("distributed", "distributed.client", "distributed.nanny", "tornado.application")


def run_part(job: Job, part: Part) -> Summary:
    """The task of a worker: one part, read, computed and written whole."""
    with ExitStack() as stack:
        reader: Reader = stack.enter_context(
            open_table(part.path, job.from_, names=job.unnamed, dialect=job.dialect)
            if part.group is None
            else ParquetReader(open_source(part.path), job.dialect, group=part.group)
        )
        if output_columns(job.kernel, job.options, reader) != job.columns:
            raise GradcalcError(
                "bad-file",
                f"{part.path}: its columns differ from the first file's",
                hint="choose columns that all files have: --keep",
                exit=Exit.FILE,
            )
        target = joined(job.folder, part.target)
        writer = stack.enter_context(create_table(target, job.to, job.columns, reader.schema))
        options = replace(job.options, part=part.number, threads=1)
        summary = map_tables(job.kernel, [reader], writer, options)
        if not is_claimed(job.folder, job.claim):  # an error discards what was written
            raise GradcalcError("cluster", "the run of this part has ended", exit=Exit.FILE)
        return summary


def _entry(part: Part, summary: Summary) -> dict[str, Any]:
    return {
        "file": part.target,
        "rows": summary.written,
        "source": bare(part.path),
        "row_group": part.group,
    }


def _write_manifest(job: Job, entries: list[dict[str, Any]]) -> None:
    parts = sorted(entries, key=lambda entry: str(entry["file"]))
    text = json.dumps(
        {
            "schema": "gradcalc.parts/1",
            "expr": job.kernel.source,
            "columns": list(job.columns),
            "rows": sum(entry["rows"] for entry in parts),
            "parts": parts,
        },
        indent=2,
    )
    with atomic_write(joined(job.folder, MANIFEST)) as file:
        file.write(text.encode() + b"\n")


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """A client of the cluster at an address, or of one that is started here."""
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise GradcalcError(
            "missing-extra", "--dask needs dask.distributed", hint='pip install "gradcalc[dask]"'
        ) from None
    with ExitStack() as stack:
        stack.enter_context(_quiet())  # after the import, which sets up its log
        if address == "local":
            cluster = stack.enter_context(
                LocalCluster(threads_per_worker=1, dashboard_address=":0", silence_logs=SILENT)
            )
            yield stack.enter_context(Client(cluster))
            return
        try:
            client = stack.enter_context(Client(address, timeout=10))
        except (OSError, ValueError) as error:
            raise GradcalcError(
                "cluster",
                f"no Dask scheduler answers at {address}: {error}",
                hint="write --dask tcp://HOST:8786, or --dask local to start one here",
                exit=Exit.FILE,
            ) from None
        yield client
