"""Parquet and Arrow IPC, read and written batch by batch with pyarrow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from gradcalc.atomic import known_as
from gradcalc.places import bare
from gradcalc.tables.arrow import arrow_for
from gradcalc.tables.cells import Column
from gradcalc.tables.damage import reading
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.files import BLOCK_ROWS, FileReader, FileWriter, Source
from gradcalc.tables.table import Batch, DecodedBlock, bad_file, checked_names

ARROW_FILE_MAGIC = b"ARROW1"
STREAM = ".arrows"  # the suffix that Arrow gives to a stream: a file has a footer
READ_BYTES = 1 << 20
MAX_UNBUFFERED_BYTES = 32 << 20  # of a file
MAX_DIGITS = 38  # of Arrow's decimals


class ColumnarReader(FileReader):
    """What the readers of Parquet and Arrow IPC share: pyarrow, and its errors as ours."""

    format: str

    def __init__(self, source: Source, dialect: Dialect, block: int) -> None:
        self._pa = arrow_for(source.path, self.format)
        self._block = block
        super().__init__(source, dialect)

    def open(self) -> tuple[str, ...]:
        """Open with pyarrow."""
        with reading(self.path, self.format):
            schema = self._open()
            titles = checked_names(self.path, schema.names)
            names = self.dialect.named(self.path, titles)
            fields = [field.with_name(name) for field, name in zip(schema, names, strict=True)]
            self.schema = self._pa.schema(fields, schema.metadata)
            return titles

    def pieces(self) -> Iterator[DecodedBlock]:
        """Some rows at a time."""
        first = self._first
        batches = self._batches()
        while True:
            with reading(self.path, self.format, f" after row {first - 1:,}"):
                batch, size = next(batches, (None, 0))
                if batch is None:
                    break
                columns = dict(zip(self.columns, batch.columns, strict=True))
            yield DecodedBlock(Batch(columns, batch.num_rows, self.path, first), size)
            first += batch.num_rows
        self._verify(first - self._first)

    def _verify(self, rows: int) -> None:
        """GradcalcError where fewer rows were read than the file says it has."""

    _first = 1  # row of the file, counted from 1

    def _open(self) -> Any:
        """Open the file; its Arrow schema."""
        raise NotImplementedError

    def _batches(self) -> Iterator[tuple[Any, int]]:
        """Arrow record batches, each with its part of the total."""
        raise NotImplementedError


class ParquetReader(ColumnarReader):
    """A Parquet file, or one of its row groups; the total counts rows."""

    format = "Parquet"

    def __init__(
        self,
        source: Source,
        dialect: Dialect = PLAIN,
        block: int = BLOCK_ROWS,
        group: int | None = None,
    ) -> None:
        self._group = group
        super().__init__(source, dialect, block)

    def _open(self) -> Any:
        import pyarrow.parquet as pq

        raw = self.source.seekable()
        # Without buffering ahead, what is held of a row group is what is decoded. Pages of a small
        # file need no buffer, which would be as large as a damaged page claims to be: up to 2 GB.
        self._file = pq.ParquetFile(
            raw,
            buffer_size=READ_BYTES if raw.seek(0, os.SEEK_END) > MAX_UNBUFFERED_BYTES else 0,
            pre_buffer=False,
            page_checksum_verification=True,
        )
        self.resources.callback(self._file.close)
        sizes = [self._file.metadata.row_group(k).num_rows for k in range(self.groups)]
        self._groups = [*range(self.groups)] if self._group is None else [self._group]
        self._first = 1 + sum(sizes[: self._group or 0])
        self.total = sum(sizes[k] for k in self._groups)
        return self._file.schema_arrow

    @property
    def groups(self) -> int:
        """How many row groups the file has."""
        return int(self._file.metadata.num_row_groups)

    def _verify(self, rows: int) -> None:
        if rows != self.total:
            raise bad_file(self.path, f"is cut off: {rows:,} of {self.total:,} rows could be read")

    def _batches(self) -> Iterator[tuple[Any, int]]:
        for batch in self._file.iter_batches(self._block, self._groups):
            yield batch, batch.num_rows


class ArrowReader(ColumnarReader):
    """Arrow IPC: the file format and the stream format, told apart by their first bytes.

    The total counts the record batches of a file; a stream doesn't say how many it has.
    """

    format = "Arrow IPC"

    def __init__(self, source: Source, dialect: Dialect = PLAIN, block: int = BLOCK_ROWS) -> None:
        super().__init__(source, dialect, block)

    def _open(self) -> Any:
        ipc = self._pa.ipc
        start = self.source.file.peek(len(ARROW_FILE_MAGIC))
        if start.startswith(ARROW_FILE_MAGIC):
            self._content = ipc.open_file(self.source.seekable())
            self.total = self._content.num_record_batches
        else:
            self._content = ipc.open_stream(self.source.file)
        return self._content.schema

    def _whole_batches(self) -> Iterator[Any]:
        if self.total is None:
            yield from self._content
            return
        for k in range(self.total):
            yield self._content.get_batch(k)

    def _batches(self) -> Iterator[tuple[Any, int]]:
        for batch in self._whole_batches():
            # pyarrow trusts the offsets and the indices in a file, and would read where they point.
            batch.validate(full=True)
            starts = range(0, batch.num_rows, self._block)
            for start in starts:
                yield batch.slice(start, self._block), int(start == starts[-1])


class ColumnarWriter(FileWriter):
    """Parquet or Arrow IPC: the rows appended first decide the types of the columns."""

    holds = "types"

    def __init__(self, path: str, columns: tuple[str, ...], kind: str, schema: Any) -> None:
        super().__init__(path, columns)
        self._input = schema
        self._pa = arrow_for(
            known_as(path, "stdout"), "Parquet" if kind == "parquet" else "Arrow IPC"
        )
        self._kind = kind
        self._sink: Any = None
        self._schema: Any = None

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """An Arrow table."""
        pa = self._pa
        arrays = []
        for name in self.columns:
            column = columns[name]
            if isinstance(column, np.ndarray):
                column = np.ascontiguousarray(column, column.dtype.newbyteorder("="))
            try:
                arrays.append(pa.array(column))
            except (pa.ArrowException, OverflowError):
                arrays.append(self._large_integers(name, column))
        return pa.table(arrays, names=list(self.columns))

    def _large_integers(self, name: str, column: Column) -> Any:
        """Integers past 64 bits as decimals; GradcalcError for anything else."""
        try:
            if all(cell is None or type(cell) is int for cell in column):
                return self._pa.array(column, self._pa.decimal128(MAX_DIGITS, 0))
        except (self._pa.ArrowException, OverflowError):
            raise self._mixed(name) from None
        raise self._mixed(name)

    def _mixed(self, name: str) -> Exception:
        return bad_file(
            self.path,
            f"can't hold column {name}: its cells have different types",
            "leave it out with --keep, or write .jsonl or .csv",
        )

    def append(self, encoded: Any) -> None:
        """Write the rows as a row group, or a record batch."""
        if self._sink is None:
            self._start(encoded.schema)
        if encoded.schema != self._schema:
            encoded = self._fitted(encoded)
        self._sink.write_table(encoded)

    def _fitted(self, encoded: Any) -> Any:
        arrays = []
        for field in self._schema:
            try:
                arrays.append(encoded[field.name].cast(field.type))
            except self._pa.ArrowException:
                raise self._mixed(field.name) from None
        return self._pa.table(arrays, schema=self._schema)

    def _start(self, schema: Any) -> None:
        metadata = None if self._input is None else self._input.metadata
        self._schema = self._pa.schema(list(map(self._field, schema)), metadata)
        if self._kind == "parquet":
            import pyarrow.parquet as pq

            # Floats hardly repeat: building a dictionary of them would take most of the time.
            repeating = [f.name for f in self._schema if not self._pa.types.is_floating(f.type)]
            self._sink = pq.ParquetWriter(
                self.target.file,
                self._schema,
                use_dictionary=repeating or False,
                write_page_checksum=True,
            )
        else:
            stream = bare(self.path).lower().endswith(STREAM)
            new = self._pa.ipc.new_stream if stream else self._pa.ipc.new_file
            self._sink = new(self.target.file, self._schema)

    def _field(self, field: Any) -> Any:
        """A column that is kept as the input has it, metadata and all; others by their rows."""
        known = self._known(field.name)
        if known is not None and known.type == field.type:
            return known
        if self._pa.types.is_null(field.type):  # it is empty in all of the first rows
            return self._pa.field(field.name, self._pa.string())
        return field

    def _known(self, name: str) -> Any:
        """The field of the input with this name; None where there is none."""
        at = -1 if self._input is None else self._input.get_field_index(name)
        return None if at < 0 else self._input.field(at)

    def finish(self) -> None:
        """Write the footer."""
        if self._sink is None:
            numbers = self._pa.float64()
            fields = (self._known(name) or self._pa.field(name, numbers) for name in self.columns)
            self._start(self._pa.schema(list(fields)))
        self._sink.close()

    def abandon(self) -> None:
        """Write no footer: the file is discarded."""
        if self._kind == "parquet" and self._sink is not None:
            with suppress(AttributeError):
                self._sink.is_open = False  # else its finalizer would write the footer
