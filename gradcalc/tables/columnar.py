"""Parquet and Arrow IPC, read and written batch by batch with pyarrow."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np

from gradcalc.atomic import STANDARD, known_as
from gradcalc.tables.arrow import arrow_for
from gradcalc.tables.cells import Column
from gradcalc.tables.files import FileWriter, close, seekable
from gradcalc.tables.table import Batch, bad_file, checked_names

ROWS = 1 << 17  # of a block: enough for a thread, little for the memory
MAGIC = b"ARROW1"


@dataclass(frozen=True, slots=True)
class Ready:
    """A block that is decoded already; its size is what it adds to the reader's total."""

    batch: Batch
    size: int

    def decode(self) -> Batch:
        """The rows."""
        return self.batch


class ParquetReader:
    """A Parquet file, or one of its row groups."""

    def __init__(self, path: str, block: int = ROWS, group: int | None = None) -> None:
        self.path = known_as(path, "stdin")
        self._pa = arrow_for(self.path, "Parquet")
        import pyarrow.parquet as pq

        self._block = block
        self._raw = seekable(path)
        try:
            # Without buffering ahead, what is held of a row group is what is decoded.
            self._file = pq.ParquetFile(self._raw, buffer_size=1 << 20, pre_buffer=False)
            self.columns = checked_names(self.path, self._file.schema_arrow.names)
        except self._pa.ArrowException as error:
            close(self._raw)
            raise bad_file(self.path, f"can't be read as Parquet: {error}") from None
        except BaseException:
            close(self._raw)
            raise
        sizes = [self._file.metadata.row_group(k).num_rows for k in range(self.groups)]
        self._groups = list(range(self.groups)) if group is None else [group]
        self._before = sum(sizes[: self._groups[0]]) if self._groups else 0
        self.total: int | None = sum(sizes[k] for k in self._groups)

    @property
    def groups(self) -> int:
        """How many row groups the file has."""
        return int(self._file.metadata.num_row_groups)

    def blocks(self) -> Iterator[Ready]:
        """Some rows at a time, within a row group or over several."""
        first = self._before + 1
        try:
            for made in self._file.iter_batches(self._block, self._groups):
                yield Ready(_batch(made, self.path, first), made.num_rows)
                first += made.num_rows
        except (self._pa.ArrowException, OSError) as error:
            raise bad_file(self.path, f"can't be read after row {first - 1}: {error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        close(self._raw)


class ArrowReader:
    """Arrow IPC: the file format and the stream format, told apart by how they begin."""

    def __init__(self, path: str, block: int = ROWS) -> None:
        self.path = known_as(path, "stdin")
        self._pa = arrow_for(self.path, "Arrow IPC")
        self._block = block
        self.total: int | None = None
        self._raw: Any = None
        try:
            self._opened = self._open(path)
            self.columns = checked_names(self.path, self._opened.schema.names)
        except self._pa.ArrowException as error:
            self._close()
            raise bad_file(self.path, f"can't be read as Arrow IPC: {error}") from None
        except BaseException:
            self._close()
            raise

    def _open(self, path: str) -> Any:
        ipc = self._pa.ipc
        stdin: Any = sys.stdin.buffer
        if path == STANDARD and not stdin.peek(6).startswith(MAGIC):
            self._raw = stdin
            return ipc.open_stream(stdin)
        self._raw = seekable(path)
        begins = self._raw.read(6)
        self._raw.seek(0)
        if begins != MAGIC:
            return ipc.open_stream(self._raw)
        opened = ipc.open_file(self._raw)
        self.total = opened.num_record_batches
        return opened

    def _batches(self) -> Iterator[Any]:
        if self.total is None:
            yield from self._opened
            return
        for k in range(self.total):
            yield self._opened.get_batch(k)

    def blocks(self) -> Iterator[Ready]:
        """Some rows at a time; the total counts the file's own batches."""
        first = 1
        try:
            for made in self._batches():
                starts = range(0, made.num_rows, self._block)
                for start in starts:
                    part = made.slice(start, self._block)
                    yield Ready(_batch(part, self.path, first), int(start == starts[-1]))
                    first += part.num_rows
        except (self._pa.ArrowException, OSError) as error:
            raise bad_file(self.path, f"can't be read after row {first - 1}: {error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._raw is not None:
            close(self._raw)


def _batch(made: Any, path: str, first: int) -> Batch:
    return Batch(
        dict(zip(made.schema.names, made.columns, strict=True)), made.num_rows, path, first
    )


class ColumnarWriter(FileWriter):
    """Parquet or Arrow IPC: the first rows decide the types of the columns."""

    def __init__(self, path: str, columns: tuple[str, ...], kind: str) -> None:
        super().__init__(path, columns)
        self._pa = arrow_for(
            known_as(path, "stdout"), "Parquet" if kind == "parquet" else "Arrow IPC"
        )
        self._kind = kind
        self._sink: Any = None
        self._schema: Any = None

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """An Arrow table."""
        pa = self._pa
        made = []
        for name in self.columns:
            column = columns[name]
            if isinstance(column, np.ndarray):
                column = np.ascontiguousarray(column)
            try:
                made.append(pa.array(column))
            except pa.ArrowException:
                raise self._mixed(name) from None
        return pa.table(made, names=list(self.columns))

    def _mixed(self, name: str) -> Exception:
        return bad_file(
            self.path,
            f"can't hold column {name}: its cells are of several kinds",
            "leave it out with --keep, or write .jsonl or .csv",
        )

    def append(self, encoded: Any) -> None:
        """The rows as a row group, or a batch."""
        if self._sink is None:
            self._start(encoded.schema)
        if encoded.schema != self._schema:
            encoded = self._fitted(encoded)
        self._sink.write_table(encoded)

    def _fitted(self, encoded: Any) -> Any:
        made = []
        for field in self._schema:
            try:
                made.append(encoded[field.name].cast(field.type))
            except self._pa.ArrowException:
                raise self._mixed(field.name) from None
        return self._pa.table(made, schema=self._schema)

    def _start(self, schema: Any) -> None:
        pa = self._pa
        text = pa.string()  # what was nowhere there in the first rows may come as a text
        self._schema = pa.schema(
            [pa.field(f.name, text if pa.types.is_null(f.type) else f.type) for f in schema]
        )
        if self._kind == "parquet":
            import pyarrow.parquet as pq

            # Floats hardly repeat: to look for a dictionary of them takes most of the writing.
            repeating = [f.name for f in self._schema if not pa.types.is_floating(f.type)]
            self._sink = pq.ParquetWriter(
                self.target.file, self._schema, use_dictionary=repeating or False
            )
        else:
            self._sink = pa.ipc.new_file(self.target.file, self._schema)

    def finish(self) -> None:
        """The footer."""
        if self._sink is None:
            self._start(self._pa.schema([(name, self._pa.float64()) for name in self.columns]))
        self._sink.close()

    def abandon(self) -> None:
        """No footer: what is there is no table."""
        if self._kind == "parquet" and self._sink is not None:
            with suppress(AttributeError):
                self._sink.is_open = False  # else its finalizer writes the footer
