"""A table through a kernel: read, computed and written in pieces, in bounded memory.

One thread reads raw pieces and writes finished ones, in order; several make the latter of the
former. What is held are the pieces in flight.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from gradcalc.batch.doubts import Doubts
from gradcalc.batch.kernel import Kernel
from gradcalc.batch.sample import Checked, Sample, drawn
from gradcalc.errors import Exit, GradcalcError
from gradcalc.run.point import Given, point
from gradcalc.tables import Batch, Block, Reader, Writer

OnError = Literal["keep", "drop", "fail"]
AHEAD = 2  # pieces in flight for each thread


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be made of a table.

    `at` are inputs that are the same in all rows; `keep` the columns of the input that are
    written too, None for all. `on_error` says what becomes of rows whose value is not a number.
    `check_rows` are drawn by `seed` for the full check.
    """

    at: Mapping[str, Given] = field(default_factory=dict)
    keep: tuple[str, ...] | None = None
    on_error: OnError = "keep"
    check_rows: int = 100
    seed: int = 0
    threads: int = 1


@dataclass(slots=True)
class Summary:
    """What came of a table: counts of rows, of which `undefined` have no value and `infinite` an
    infinite value or derivative, `kinks` lie where the function is not smooth, `unsettled` may do
    so, `alone` were run one by one. `first` is the error of the first undefined row."""

    rows: int = 0
    written: int = 0
    paths: int = 0
    undefined: int = 0
    infinite: int = 0
    kinks: int = 0
    unsettled: int = 0
    alone: int = 0
    first: str = ""
    checked: Checked | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece that is done: what is to be written, what was counted, what was drawn of it."""

    encoded: Any
    counts: Summary
    sample: Sample
    size: int


def output_columns(kernel: Kernel, asked: Asked, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of the output for an input with these; GradcalcError where they don't fit."""
    missing = [n for n in kernel.inputs if n not in columns and n not in asked.at]
    if missing:
        raise GradcalcError(
            "missing-value", f"there is no column {', '.join(missing)}", None,
            f"the table has {', '.join(columns)}; a number for all rows: --at {missing[0]}=…",
        )  # fmt: skip
    kept = tuple(columns) if asked.keep is None else asked.keep
    for name in kept:
        if name not in columns:
            raise GradcalcError(
                "usage", f"--keep: there is no column {name}", None,
                f"the table has {', '.join(columns)}",
            )  # fmt: skip
        if name in kernel.columns:
            raise GradcalcError(
                "column-taken", f"the table has a column {name} already", None,
                "choose those to keep: --keep " + ",".join(n for n in kept if n != name),
            )  # fmt: skip
    return (*kept, *kernel.columns)


def mapped(
    kernel: Kernel, readers: Sequence[Reader], writer: Writer, asked: Asked,
    progress: Callable[[int], None] = lambda size: None,
) -> Summary:  # fmt: skip
    """Run tables through a kernel into one; `progress` is told the size of each piece that is done.

    GradcalcError where a table has no column that is read, a cell is no number, or, with `on_error`
    fail, a row has no value.
    """
    start = time.perf_counter()
    total, sample = Summary(), Sample()
    work = _Work(kernel, writer, asked)
    with ThreadPoolExecutor(asked.threads) as pool:
        for piece in _in_order(pool, work, _numbered(kernel, readers, asked), asked.threads):
            writer.write(piece.encoded)
            _add(total, piece.counts)
            sample = sample.merged(piece.sample, asked.check_rows)
            progress(piece.size)
    total.paths = len(kernel.paths)
    total.checked = sample.checked(kernel, asked.at) if asked.check_rows else None
    total.seconds = time.perf_counter() - start
    return total


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
        self.doubts = Doubts(kernel, asked.at)

    def piece(self, number: int, block: Block) -> _Piece:
        kernel, asked = self.kernel, self.asked
        batch = block.decode()
        columns = {n: batch.numbers(n) for n in kernel.inputs if n in batch.columns}
        rows = kernel.rows({**self.numbers, **columns})
        made = {n: np.broadcast_to(x, batch.rows) for n, x in rows.columns.items()}
        if not columns:
            made = {n: x.copy() for n, x in made.items()}
        counts = Summary(rows=batch.rows, written=batch.rows, alone=rows.alone)
        nowhere = np.isnan(made["value"])
        counts.undefined = int(np.count_nonzero(nowhere))
        self.doubts.settle(columns, made, rows.doubtful, counts)
        if counts.undefined:
            self._undefined(batch, columns, nowhere, counts)
        kept = batch.columns if asked.keep is None else {n: batch.columns[n] for n in asked.keep}
        written: dict[str, Any] = {**kept, **made}
        if counts.undefined and asked.on_error == "drop":
            stay = np.flatnonzero(~nowhere)
            written = {name: taken(column, stay) for name, column in written.items()}
            counts.written = len(stay)
        encoded = self.writer.encode(written)
        sample = drawn(columns, made, asked.check_rows, (asked.seed, number))
        return _Piece(encoded, counts, sample, block.size)

    def _undefined(
        self, batch: Batch, columns: Mapping[str, Any], nowhere: Any, counts: Summary
    ) -> None:
        """Say why the first row that has no value has none; raise it where that is to fail."""
        row = int(np.flatnonzero(nowhere)[0])
        error = self.doubts.reason(columns, row)
        counts.first = f"{batch.place(row)}: {error.message}"
        if self.asked.on_error == "fail":
            raise GradcalcError(
                error.code, counts.first, error.span, error.hint or "--on-error keep writes NaN",
                Exit.NO_ANSWER, self.kernel.source,
            )  # fmt: skip


def taken(column: Any, rows: Any) -> Any:
    """Some rows of a column of any kind."""
    return [column[k] for k in rows] if isinstance(column, list) else column.take(rows)


def _add(total: Summary, piece: Summary) -> None:
    for name in ("rows", "written", "undefined", "infinite", "kinks", "unsettled", "alone"):
        setattr(total, name, getattr(total, name) + getattr(piece, name))
    total.first = total.first or piece.first
