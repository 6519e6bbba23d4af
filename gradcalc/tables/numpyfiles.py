"""NumPy's own files: .npy with a structured or a plain array, .npz with an array for each column.

The format is that of numpy.lib.format; `tables.numpywriter` writes them.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from gradcalc.errors import listed
from gradcalc.tables.damage import reading
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.files import BLOCK_ROWS, FileReader, Source
from gradcalc.tables.table import Batch, DecodedBlock, bad_file, checked_names

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
