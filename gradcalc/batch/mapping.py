"""A table through a kernel: read, computed and written in pieces, in bounded memory.

One thread reads raw pieces and writes finished ones, in order; several make the latter of the
former. What is held are the pieces in flight.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np

from gradcalc.batch.kept import KeptColumns
from gradcalc.batch.kinks import DoubtfulRows, not_finite
from gradcalc.batch.naming import output_columns
from gradcalc.batch.options import MapOptions
from gradcalc.batch.sample import Sample, draw
from gradcalc.batch.summary import Summary
from gradcalc.batch.uncertain import UNCERTAINTY, combined
from gradcalc.errors import Exit, GradcalcError, listed
from gradcalc.kernels.call import MIN_NATIVE_ROWS
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.rows import Rows
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.point import point
from gradcalc.tables import Batch, Block, Reader, Writer
from gradcalc.tables.cells import rounded_integers
from gradcalc.tables.rules import CellRules
from gradcalc.tables.table import bad_file

PIECES_AHEAD = 2  # computed ahead of the writer, for each thread


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that is done: what to write, what was counted, and its size in bytes of input."""

    encoded: Any
    counts: Summary
    size: int


def map_tables(
    kernel: Kernel,
    readers: Sequence[Reader],
    writer: Writer,
    options: MapOptions,
    progress: Callable[[int, Sample], None] = lambda size, sample: None,
) -> Summary:
    """Run tables through a kernel into one; `progress` is called with the size of each piece, and
    with the rows that have been drawn so far.

    GradcalcError where a table lacks a column that is read, a cell is not a number, or, with
    `on_error` fail, a row has no value.
    """
    refuse_unlike(readers, options)
    total = Summary()
    work = Work(kernel, writer, options)
    pool = ThreadPoolExecutor(options.threads)
    try:
        for piece in _in_order(pool, work, numbered(kernel, readers, options), options.threads):
            writer.write(piece.encoded)
            total.add(piece.counts, options.check_rows)
            progress(piece.size, total.sample)
    finally:  # after an error or an interrupt nobody waits for a piece that takes long
        pool.shutdown(wait=False, cancel_futures=True)
    total.paths = len(kernel.paths)
    return total


def refuse_unlike(readers: Sequence[Reader], options: MapOptions) -> None:
    """An error for a table without the columns that are kept of the first."""
    for reader in readers[1:]:
        kept = readers[0].columns if options.keep is None else options.keep
        unlike = (
            set(kept) ^ set(reader.columns)
            if options.keep is None
            else (set(kept) - set(reader.columns))
        )
        if unlike:
            raise bad_file(
                reader.path,
                f"and {readers[0].path} differ in column {min(unlike)}",
                "choose columns that all files have: --keep",
            )


def numbered(
    kernel: Kernel, readers: Sequence[Reader], options: MapOptions
) -> Iterator[tuple[int, Block]]:
    """All blocks of all tables."""
    count = 0
    for reader in readers:
        output_columns(kernel, options, reader)
        for block in reader.blocks():
            yield count, block
            count += 1


def _in_order(
    pool: ThreadPoolExecutor, work: Work, blocks: Iterator[tuple[int, Block]], threads: int
) -> Iterator[Piece]:
    """Pieces in the order of their blocks, a few of them being made ahead."""
    waiting: deque[Future[Piece]] = deque()
    try:
        for number, block in blocks:
            waiting.append(pool.submit(work.piece, number, block))
            if len(waiting) > PIECES_AHEAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


class Work:
    """What threads do: a piece from raw to encoded."""

    def __init__(self, kernel: Kernel, writer: Writer, options: MapOptions) -> None:
        self.kernel = kernel
        self.writer = writer
        self.options = options
        self.kept = KeptColumns(writer, options)
        self.numbers = point(options.at).machine()
        for name, number in self.numbers.items():
            if shape_of(number):
                raise GradcalcError(
                    "usage",
                    "map takes only numbers after --at, one value for all rows",
                    hint=f"write the array {name} in the formula",
                )
        self.doubtful = DoubtfulRows(kernel, options.at)
        self.native = kernel.native  # decided by the first piece, the same for all
        self.decided = Event()

    def _rows(
        self, number: int, batch: Batch, cells: Mapping[str, Any], columns: Mapping[str, Any]
    ) -> Rows:
        """A piece through the kernel: of its cells, the rows in which no number is missing."""
        if number == 0:
            self.native = batch.rows >= MIN_NATIVE_ROWS if self.native is None else self.native
            self.kept.decide(batch, cells)
            self.decided.set()
        self.decided.wait()
        return self.kernel.rows({**self.numbers, **columns}, native=self.native)

    def piece(self, number: int, block: Block) -> Piece:
        """The piece of a number, computed and encoded."""
        try:
            batch = block.decode()
            cells = {
                name: batch.numbers(name, self.options.cells)
                for name in self.kernel.inputs
                if name in batch.columns
            }
            complete = _complete(cells)
            columns = _selected(cells, complete)
            rows = self._rows(number, batch, cells, columns)
        finally:
            self.decided.set()  # after an error as well, which ends all: nobody has to wait for it
        if not columns:  # then all rows are the same
            rows = rows.repeated(batch.rows)
        counts = Summary(rows=batch.rows, written=batch.rows, alone=rows.alone)
        counts.rounded = _count_rounded(batch, cells, batch.rules(self.options.cells))
        self.doubtful.settle(columns, rows, counts)
        seed = self.options.seed, self.options.part, number
        counts.sample = draw(columns, rows.columns, self.options.check_rows, seed)
        answers = _spread(rows.columns, complete, batch.rows)
        added = {self.options.prefix + name: column for name, column in answers.items()}
        if self.options.uncertain:
            u = combined(answers, self._uncertainties(batch))
            added[self.options.prefix + UNCERTAINTY] = u
        undefined = self._count_undefined(answers, counts)
        if complete is not None:
            counts.incomplete = batch.rows - len(complete)
            counts.missing = {n: int(np.isnan(column).sum()) for n, column in cells.items()}
        if counts.undefined and self.doubtful.wants_reason(number):
            self._undefined(batch, cells, undefined, counts)
        table: dict[str, Any] = {**self.kept.columns(batch, cells), **added}
        if counts.undefined and self.options.on_error == "drop":
            stay = np.flatnonzero(~undefined)
            table = {name: taken(column, stay) for name, column in table.items()}
            counts.written = len(stay)
        encoded = self.writer.encode(table)
        return Piece(encoded, counts, block.size)

    def _uncertainties(self, batch: Batch) -> dict[str, Any]:
        """Those of the inputs, from columns or the same in all rows."""
        names = {name: f"u_{name}" for name in self.options.uncertain}
        return {
            name: batch.numbers(own, self.options.cells)
            if own in batch.columns
            else self.numbers[own]
            for name, own in names.items()
        }

    def _count_undefined(self, answers: Mapping[str, Any], counts: Summary) -> Any:
        """The rows without a finite answer, which are counted, and which of them are infinite."""
        undefined = not_finite(answers.values(), counts.rows)
        counts.undefined = int(np.count_nonzero(undefined))
        if counts.undefined:
            rows = np.array([column[undefined] for column in answers.values()])
            infinite = np.isinf(rows).any(axis=0) & ~np.isnan(answers["value"][undefined])
            counts.infinite = int(np.count_nonzero(infinite))
        return undefined

    def _undefined(
        self, batch: Batch, columns: Mapping[str, Any], undefined: Any, counts: Summary
    ) -> None:
        """Note why the first undefined row has no answer; with `on_error` fail raise it."""
        row = int(np.flatnonzero(undefined)[0])
        missing = [name for name, column in columns.items() if np.isnan(column[row])]
        error = _no_number(missing) if missing else self.doubtful.reason(columns, row)
        counts.first = f"{batch.place(row)}: {error.message}"
        if self.options.on_error == "fail":
            raise GradcalcError(
                error.code,
                counts.first,
                error.span,
                hint=error.hint or "--on-error keep writes NaN or Infinity",
                exit=Exit.NO_ANSWER,
                source=self.kernel.source,
            )


def _complete(cells: Mapping[str, Any]) -> Any:
    """The rows in which no number is missing; None where these are all."""
    missing = [np.isnan(column) for column in cells.values()]
    if not any(column.any() for column in missing):
        return None
    return np.flatnonzero(~np.logical_or.reduce(missing))


def _selected(cells: Mapping[str, Any], rows: Any) -> Mapping[str, Any]:
    return cells if rows is None else {name: column[rows] for name, column in cells.items()}


def _spread(answers: Mapping[str, Any], rows: Any, count: int) -> Mapping[str, Any]:
    """The answers of some rows among as many as there are, NaN in the others."""
    if rows is None:
        return answers
    spread = {name: np.full(count, np.nan) for name in answers}
    for name, column in answers.items():
        spread[name][rows] = column
    return spread


def _no_number(names: Sequence[str]) -> GradcalcError:
    columns = f"column{'s' * (len(names) > 1)} {listed(names)}"
    return GradcalcError(
        "missing-value",
        f"a number is missing in {columns}",
        hint="--on-error keep writes NaN, --on-error drop leaves such rows out",
    )


def taken(column: Any, rows: Any) -> Any:
    """Some rows of a column of any kind."""
    return [column[k] for k in rows] if isinstance(column, list) else column.take(rows)


def _count_rounded(batch: Batch, columns: Mapping[str, Any], cells: CellRules) -> int:
    """The rows in which an input is an integer that float64 rounds."""
    rows = [
        rounded_integers(batch.columns[name], floats, cells) for name, floats in columns.items()
    ]
    return len(np.unique(np.concatenate(rows))) if any(map(len, rows)) else 0
