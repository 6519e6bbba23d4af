"""A table through a kernel: read, computed and written in pieces, in bounded memory.

One thread reads raw pieces and writes finished ones, in order; several make the latter of the
former. What is held are the pieces in flight.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Literal

import numpy as np

from gradcalc.batch.kinks import Doubts
from gradcalc.batch.sample import drawn
from gradcalc.batch.summary import Summary
from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.call import MIN_NATIVE_ROWS
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.rows import Rows
from gradcalc.language.suggest import nearest
from gradcalc.run.point import Given, point
from gradcalc.tables import Batch, Block, Reader, Writer
from gradcalc.tables.cells import is_typed
from gradcalc.tables.table import bad_file

OnError = Literal["keep", "drop", "fail"]
AHEAD = 2  # pieces in flight for each thread


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be made of a table.

    `at` are inputs that are the same in all rows; `keep` the columns of the input that are
    written too, None for all. `on_error` says what becomes of rows whose value is not a number.
    `check_rows` are drawn by `seed` (and by which `part` of a larger table this is) for the full
    check.
    """

    at: Mapping[str, Given] = field(default_factory=dict)
    keep: tuple[str, ...] | None = None
    on_error: OnError = "keep"
    check_rows: int = 100
    seed: int = 0
    part: int = 0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece that is done: what is to be written, and what was counted."""

    encoded: Any
    counts: Summary
    size: int


def output_columns(kernel: Kernel, asked: Asked, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of the output for an input with these; GradcalcError where they don't fit."""
    missing = [n for n in kernel.inputs if n not in columns and n not in asked.at]
    if missing:
        known = nearest(missing[0], [*columns, *asked.at])
        hint = f"did you mean {known}? " if known else ""
        raise GradcalcError(
            "missing-value",
            f"there is no column {', '.join(missing)}",
            hint=f"{hint}the table has {', '.join(columns)}; "
            f"a number for all rows is given by --at {missing[0]}=…",
        )
    kept = tuple(columns) if asked.keep is None else asked.keep
    for name in kept:
        if name not in columns:
            raise GradcalcError(
                "usage",
                f"--keep: there is no column {name}",
                hint=f"the table has {', '.join(columns)}",
            )
        if name in kernel.columns:
            raise GradcalcError(
                "column-taken",
                f"the table has a column {name} already",
                hint="choose those to keep: --keep " + ",".join(n for n in kept if n != name),
            )
    return (*kept, *kernel.columns)


def mapped(
    kernel: Kernel,
    readers: Sequence[Reader],
    writer: Writer,
    asked: Asked,
    progress: Callable[[int], None] = lambda size: None,
) -> Summary:
    """Run tables through a kernel into one; `progress` is told the size of each piece that is done.

    GradcalcError where a table has no column that is read, a cell is no number, or, with `on_error`
    fail, a row has no value.
    """
    _refuse_unlike(readers, asked)
    total = Summary()
    work = _Work(kernel, writer, asked)
    with ThreadPoolExecutor(asked.threads) as pool:
        for piece in _in_order(pool, work, _numbered(kernel, readers, asked), asked.threads):
            writer.write(piece.encoded)
            total.add(piece.counts, asked.check_rows)
            progress(piece.size)
    total.paths = len(kernel.paths)
    return total


def _refuse_unlike(readers: Sequence[Reader], asked: Asked) -> None:
    """An error for a table without the columns that are kept of the first."""
    for reader in readers[1:]:
        kept = readers[0].columns if asked.keep is None else asked.keep
        unlike = (
            set(kept) ^ set(reader.columns)
            if asked.keep is None
            else (set(kept) - set(reader.columns))
        )
        if unlike:
            raise bad_file(
                reader.path,
                f"and {readers[0].path} differ in column {min(unlike)}",
                "choose the columns that all have: --keep",
            )


def _numbered(
    kernel: Kernel, readers: Sequence[Reader], asked: Asked
) -> Iterator[tuple[int, Block]]:
    """All blocks of all tables."""
    count = 0
    for reader in readers:
        output_columns(kernel, asked, reader.columns)
        for block in reader.blocks():
            yield count, block
            count += 1


def _in_order(
    pool: ThreadPoolExecutor, work: _Work, blocks: Iterator[tuple[int, Block]], threads: int
) -> Iterator[_Piece]:
    """Pieces in the order of their blocks, a few of them being made ahead."""
    waiting: deque[Future[_Piece]] = deque()
    try:
        for number, block in blocks:
            waiting.append(pool.submit(work.piece, number, block))
            if len(waiting) > AHEAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


class _Work:
    """What threads do: a piece from raw to encoded."""

    def __init__(self, kernel: Kernel, writer: Writer, asked: Asked) -> None:
        self.kernel = kernel
        self.writer = writer
        self.asked = asked
        self.numbers = point(asked.at).machine()
        for name, number in self.numbers.items():
            if hasattr(number, "shape"):
                raise GradcalcError(
                    "usage",
                    "map takes only numbers after --at, one value for all rows",
                    hint=f"write the array {name} in the formula",
                )
        self.doubts = Doubts(kernel, asked.at)
        self.native = kernel.native  # decided by the first piece, the same for all
        self.decided = Event()

    def _rows(self, number: int, batch: Batch, columns: Mapping[str, Any]) -> Rows:
        """A piece through the kernel."""
        if number == 0:
            self.native = batch.rows >= MIN_NATIVE_ROWS if self.native is None else self.native
            self.decided.set()
        self.decided.wait()
        return self.kernel.rows({**self.numbers, **columns}, native=self.native)

    def piece(self, number: int, block: Block) -> _Piece:
        kernel, asked = self.kernel, self.asked
        try:
            batch = block.decode()
            columns = {n: batch.numbers(n) for n in kernel.inputs if n in batch.columns}
            rows = self._rows(number, batch, columns)
        finally:
            self.decided.set()  # an error, which ends all: nobody has to wait for it
        made = rows.columns
        if not columns:  # then all rows are the same
            made = {name: np.repeat(column, batch.rows) for name, column in made.items()}
        counts = Summary(rows=batch.rows, written=batch.rows, alone=rows.alone)
        nowhere = np.isnan(made["value"])
        counts.undefined = int(np.count_nonzero(nowhere))
        self.doubts.settle(columns, made, rows.doubtful, counts)
        if counts.undefined:
            self._undefined(batch, columns, nowhere, counts)
        kept = batch.columns if asked.keep is None else {n: batch.columns[n] for n in asked.keep}
        if not self.writer.textual:  # what was read as numbers is written as numbers
            kept = {
                name: cells if is_typed(cells) else columns.get(name, cells)
                for name, cells in kept.items()
            }
        written: dict[str, Any] = {**kept, **made}
        if counts.undefined and asked.on_error == "drop":
            stay = np.flatnonzero(~nowhere)
            written = {name: taken(column, stay) for name, column in written.items()}
            counts.written = len(stay)
        encoded = self.writer.encode(written)
        counts.sample = drawn(columns, made, asked.check_rows, (asked.seed, asked.part, number))
        return _Piece(encoded, counts, block.size)

    def _undefined(
        self, batch: Batch, columns: Mapping[str, Any], nowhere: Any, counts: Summary
    ) -> None:
        """Say why the first row that has no value has none; raise it where that is to fail."""
        row = int(np.flatnonzero(nowhere)[0])
        error = self.doubts.reason(columns, row)
        counts.first = f"{batch.place(row)}: {error.message}"
        if self.asked.on_error == "fail":
            raise GradcalcError(
                error.code,
                counts.first,
                error.span,
                hint=error.hint or "--on-error keep writes NaN",
                exit=Exit.NO_ANSWER,
                source=self.kernel.source,
            )


def taken(column: Any, rows: Any) -> Any:
    """Some rows of a column of any kind."""
    return [column[k] for k in rows] if isinstance(column, list) else column.take(rows)
