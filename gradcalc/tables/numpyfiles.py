"""NumPy's own files: .npy with a structured or a plain array, .npz with an array for each column.

The format is that of numpy.lib.format. Output is a structured array, which keeps the names; its
rows are counted only at the end, so the header leaves room for any count.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from gradcalc.atomic import known_as
from gradcalc.errors import listed
from gradcalc.tables.cells import Column, Floats, NotANumberError, exact
from gradcalc.tables.damage import reading
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.files import BLOCK_ROWS, COPY_BYTES, FileReader, FileWriter, Source
from gradcalc.tables.table import Batch, DecodedBlock, bad_file, checked_names

HEADER_ALIGNMENT = 64  # bytes
MAX_ROWS = 1 << 62
MAX_HEADER_CHARACTERS = 4_000_000  # of some 200,000 columns; NumPy's own limit is that of 600
TRUNCATED = "is cut off: it has fewer rows than its header says"


def _header(path: str, file: Any) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether it is in Fortran order, and dtype; the file is at the data afterwards."""
    with reading(path, ".npy"):
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(file, max_header_size=MAX_HEADER_CHARACTERS)
        if any(type(size) is not int or not 0 <= size < MAX_ROWS for size in shape):
            raise ValueError(f"no array has the shape {shape}")
    if dtype.hasobject:
        raise bad_file(path, "holds Python objects, which gradcalc doesn't load", "save numbers")
    return shape, fortran, dtype


class NpyReader(FileReader):
    """A structured array, or one of two dimensions whose columns are called by `names`."""

    def __init__(
        self,
        source: Source,
        names: Sequence[str],
        dialect: Dialect = PLAIN,
        block: int = BLOCK_ROWS,
    ) -> None:
        self._names = tuple(names)
        self._block = block
        super().__init__(source, dialect)

    def open(self) -> tuple[str, ...]:
        """Read the header."""
        self._file = self.source.seekable()
        shape, self._fortran, self._dtype = _header(self.path, self._file)
        self._start = self._file.tell()
        if len(shape) not in (1, 2) or (self._dtype.names and len(shape) != 1):
            raise bad_file(
                self.path,
                f"holds an array of shape {shape}",
                "save a structured array, or one of two dimensions",
            )
        self.total, self._width = shape[0], shape[1] if len(shape) == 2 else 1
        end = self._start + self.total * self._width * self._dtype.itemsize
        if self._file.seek(0, os.SEEK_END) < end:
            raise bad_file(self.path, TRUNCATED)
        titles = self._dtype.names
        return self._checked_count() if titles is None else checked_names(self.path, titles)

    def _checked_count(self) -> tuple[str, ...]:
        """The names for columns without; GradcalcError where there are more or fewer columns."""
        names, count = self._names, self._width
        if count != len(names):
            raise bad_file(
                self.path,
                f"has {count} unnamed column{'s' * (count != 1)}, but {len(names)} "
                f"{'input needs' if len(names) == 1 else 'inputs need'} a value",
                f"columns are taken in the order {listed(names) or 'of the inputs'}: set the "
                "other inputs with --at, or save a structured array",
            )
        return names

    def pieces(self) -> Iterator[DecodedBlock]:
        """Some rows at a time."""
        for start in range(0, self.total or 0, self._block):
            count = min(self._block, (self.total or 0) - start)
            with reading(self.path, ".npy", f" after row {start:,}"):
                columns = dict(zip(self.columns, self._columns(start, count), strict=True))
            yield DecodedBlock(Batch(columns, count, self.path, start + 1), count)

    def _columns(self, start: int, count: int) -> Iterator[Any]:
        """Some rows, column by column: the file is read, not mapped, since it may shrink."""
        if self._fortran and self._width > 1:
            for k in range(self._width):
                yield self._numbers(k * (self.total or 0) + start, count)
            return
        rows = self._numbers(start * self._width, count * self._width)
        if self._dtype.names is not None:
            yield from (np.ascontiguousarray(rows[title]) for title in self.titles)
        else:
            yield from (np.ascontiguousarray(column) for column in rows.reshape(count, -1).T)

    def _numbers(self, first: int, count: int) -> Any:
        size = self._dtype.itemsize
        self._file.seek(self._start + first * size)
        raw = self._file.read(count * size)
        if len(raw) != count * size:
            raise bad_file(self.path, TRUNCATED)
        return np.frombuffer(raw, self._dtype)


class NpzReader(FileReader):
    """Arrays of one dimension and the same length, by name; all are read side by side."""

    def __init__(self, source: Source, dialect: Dialect = PLAIN, block: int = BLOCK_ROWS) -> None:
        self._block = block
        super().__init__(source, dialect)

    def open(self) -> tuple[str, ...]:
        """Open every array, and read its header."""
        raw = self.source.seekable()
        if not zipfile.is_zipfile(raw):
            raise bad_file(self.path, "can't be read as .npz: it is not a zip file")
        with reading(self.path, ".npz"):
            return self._opened(raw)

    def _opened(self, raw: BinaryIO) -> tuple[str, ...]:
        archive = self.resources.enter_context(zipfile.ZipFile(raw))
        members = [member for member in archive.namelist() if member.endswith(".npy")]
        names = checked_names(self.path, [member.removesuffix(".npy") for member in members])
        if not members:
            raise bad_file(self.path, "holds no arrays", "save some: numpy.savez(file, x=x)")
        self._streams = [self.resources.enter_context(archive.open(name)) for name in members]
        headers = [
            _header(f"{self.path}, array {name}", stream)
            for name, stream in zip(names, self._streams, strict=True)
        ]
        self._dtypes = [dtype for _, _, dtype in headers]
        self.total = self._length(dict(zip(names, (shape for shape, _, _ in headers), strict=True)))
        return names

    def _length(self, shapes: Mapping[str, tuple[int, ...]]) -> int:
        """The length that all arrays have; GradcalcError where one is not a column."""
        for (name, shape), dtype in zip(shapes.items(), self._dtypes, strict=True):
            if len(shape) != 1 or dtype.names:
                raise bad_file(
                    self.path,
                    f"holds {name} of shape {shape}",
                    "each column must be an array of one dimension",
                )
        first, (length,) = next(iter(shapes.items()))
        for name, (other,) in shapes.items():
            if other != length:
                raise bad_file(
                    self.path,
                    f"has columns of different lengths: {first} has {length:,} rows, "
                    f"{name} has {other:,}",
                    "all columns must have the same length",
                )
        return length

    def pieces(self) -> Iterator[DecodedBlock]:
        """Some rows at a time."""
        rows = self.total or 0
        arrays = [*zip(self.columns, self._streams, self._dtypes, strict=True)]
        for start in range(0, rows, self._block):
            count = min(self._block, rows - start)
            columns = {name: self._next(stream, dtype, count) for name, stream, dtype in arrays}
            yield DecodedBlock(Batch(columns, count, self.path, start + 1), count)

    def _next(self, stream: Any, dtype: np.dtype[Any], count: int) -> Any:
        with reading(self.path, ".npz"):
            raw = stream.read(count * dtype.itemsize)
        if len(raw) != count * dtype.itemsize:
            raise bad_file(self.path, TRUNCATED)
        return np.frombuffer(raw, dtype)


# writing ----------------------------------------------------------------------------------


def header_of(dtype: np.dtype[Any], rows: int) -> bytes:
    """The header of an .npy of one dimension; its length is the same for every count of rows."""
    text = (
        f"{{'descr': {npy.dtype_to_descr(dtype)!r}, 'fortran_order': False, 'shape': ({rows},), }}"
    )
    room = len(text) - len(str(rows)) + 20
    version, prefix = ((1, 0), 10) if room < 65_000 else ((2, 0), 12)
    size = -(-(prefix + room + 1) // HEADER_ALIGNMENT) * HEADER_ALIGNMENT - prefix
    return (
        npy.magic(*version)
        + size.to_bytes(prefix - 8, "little")
        + (text.ljust(size - 1) + "\n").encode("latin1" if version == (1, 0) else "utf-8")
    )


class NumbersWriter(FileWriter):
    """What .npy and .npz share: all columns are float64."""

    def numbers(self, columns: Mapping[str, Column]) -> list[Floats]:
        """All columns as float64; GradcalcError where a cell is not a number."""
        floats = []
        for name in self.columns:
            try:
                floats.append(exact(columns[name]))
            except NotANumberError as error:
                raise bad_file(
                    known_as(self.path, "stdout"),
                    f"can only hold numbers, but column {name} {error.problem}",
                    "leave the column out with --keep",
                ) from None
        return floats


class NpyWriter(NumbersWriter):
    """A structured array with a field for each column."""

    rows = 0
    body: BinaryIO

    def begin(self) -> None:
        """Leave room for the header where one can seek back to it; else collect the rows apart."""
        self.dtype = np.dtype([(name, "<f8") for name in self.columns])
        self._direct = self.target.is_temporary
        self.body = self.target.file if self._direct else tempfile.TemporaryFile()  # noqa: SIM115
        if self._direct:
            self.body.write(header_of(self.dtype, 0))

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows of the structured array."""
        floats = self.numbers(columns)
        rows = np.empty(len(floats[0]), self.dtype)
        for name, column in zip(self.columns, floats, strict=True):
            rows[name] = column
        return rows

    def append(self, encoded: Any) -> None:
        """The rows as they lie in memory."""
        self.body.write(encoded.data)
        self.rows += len(encoded)

    def finish(self) -> None:
        """Write the header, now that the rows are counted."""
        header = header_of(self.dtype, self.rows)
        if self._direct:
            self.body.seek(0)
            self.body.write(header)
            return
        self.target.file.write(header)
        self.body.seek(0)
        shutil.copyfileobj(self.body, self.target.file, COPY_BYTES)
        self.body.close()

    def abandon(self) -> None:
        """Delete the temporary files."""
        self.body.close()


class NpzWriter(NumbersWriter):
    """An array for each column, collected apart until all rows are there."""

    rows = 0

    def begin(self) -> None:
        """Open a temporary file for each column."""
        self._bodies: list[Any] = [tempfile.TemporaryFile() for _ in self.columns]  # noqa: SIM115

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The columns as float64."""
        return self.numbers(columns)

    def append(self, encoded: Any) -> None:
        """Append each column to its own file."""
        for body, column in zip(self._bodies, encoded, strict=True):
            body.write(np.ascontiguousarray(column).data)
        self.rows += len(encoded[0])

    def finish(self) -> None:
        """Write the arrays one after the other, as numpy.savez does."""
        header = header_of(np.dtype("<f8"), self.rows)
        with zipfile.ZipFile(self.target.file, "w") as packed:
            for name, body in zip(self.columns, self._bodies, strict=True):
                with packed.open(f"{name}.npy", "w", force_zip64=True) as member:
                    member.write(header)
                    body.seek(0)
                    shutil.copyfileobj(body, member, COPY_BYTES)
        self.abandon()

    def abandon(self) -> None:
        """Delete the temporary files."""
        for body in self._bodies:
            body.close()
