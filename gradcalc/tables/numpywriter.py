"""Writing NumPy's files: a structured array, which keeps the names, or an array for each column.

The rows are counted only at the end, so the header leaves room for any count. A column that comes
from such a file has the type that it had there; of others the numbers are float64, or integers
where float64 would round one. The rows that are appended first decide.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from gradcalc.atomic import known_as
from gradcalc.tables.cells import Column, NotANumberError, exact, objects
from gradcalc.tables.files import COPY_BYTES, FileWriter
from gradcalc.tables.table import bad_file

HEADER_ALIGNMENT = 64  # bytes
FLOAT64 = np.dtype("<f8")
INTEGERS = (np.dtype("<i8"), np.dtype("<u8"))
Array: TypeAlias = NDArray[Any]


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


class ArraysWriter(FileWriter):
    """What .npy and .npz share: each column is an array of one type."""

    rows = 0
    dtypes: tuple[np.dtype[Any], ...] = ()

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The columns as arrays; GradcalcError where a cell is not a number."""
        return [self._array(name, columns[name]) for name in self.columns]

    def _array(self, name: str, column: Column) -> Array:
        if isinstance(column, np.ndarray) and column.ndim == 1 and not column.dtype.hasobject:
            return column
        try:
            return exact(column)
        except NotANumberError as error:
            integers = _integers(column)
            if integers is None:
                raise self._refused(name, error.problem) from None
            return integers

    def _refused(self, name: str, problem: str) -> Exception:
        return bad_file(
            known_as(self.path, "stdout"),
            f"can only hold numbers, but column {name} {problem}",
            "leave the column out with --keep",
        )

    def append(self, encoded: list[Array]) -> None:
        """Write the rows, each column in the type that its first rows have."""
        if not self.dtypes:
            self.dtypes = tuple(column.dtype for column in encoded)
            self.start()
        self.rows += len(encoded[0])
        named = zip(self.columns, encoded, self.dtypes, strict=True)
        self.store([self._fitted(name, column, dtype) for name, column, dtype in named])

    def _fitted(self, name: str, column: Array, dtype: np.dtype[Any]) -> Array:
        """The column in this type, to the bit; GradcalcError where that would change a cell."""
        if column.dtype == dtype:
            return column
        numeric = column.dtype.kind in "fiu" and dtype.kind in "fiu"
        if numeric or column.dtype.kind == dtype.kind:
            with np.errstate(all="ignore"):
                fitted = column.astype(dtype)
                if fitted.astype(column.dtype).tobytes() == column.tobytes():
                    return fitted
        raise bad_file(
            known_as(self.path, "stdout"),
            f"can't hold column {name}: it begins as {dtype}, and a cell of type {column.dtype} "
            "that comes later would change",
            "leave it out with --keep, or write .csv or .jsonl",
        )

    def finish(self) -> None:
        """Write what is left; a table without rows has columns of float64."""
        if not self.dtypes:
            self.dtypes = tuple(FLOAT64 for _ in self.columns)
            self.start()
        self.close()

    def start(self) -> None:
        """Begin the file, now that `dtypes` are known."""
        raise NotImplementedError

    def store(self, arrays: list[Array]) -> None:
        """Append some rows, a column each, of the right types."""
        raise NotImplementedError

    def close(self) -> None:
        """Write what needs the count of the rows."""
        raise NotImplementedError


def _integers(column: Column) -> Array | None:
    """Integers that float64 would round, in 64 bits; None where a cell is none, or is too large."""
    cells = objects(column)
    if not all(type(cell) is int for cell in cells):
        return None
    for dtype in INTEGERS:
        try:
            return np.array(cells, dtype)
        except OverflowError:
            continue
    return None


class NpyWriter(ArraysWriter):
    """A structured array with a field for each column."""

    body: BinaryIO | None = None

    def start(self) -> None:
        """Leave room for the header where one can seek back to it; else collect the rows apart."""
        self.dtype = np.dtype([*zip(self.columns, self.dtypes, strict=True)])
        self._direct = self.target.is_temporary
        self.body = self.target.file if self._direct else tempfile.TemporaryFile()  # noqa: SIM115
        if self._direct:
            self.body.write(header_of(self.dtype, 0))

    def store(self, arrays: list[Array]) -> None:
        """The rows as they lie in memory."""
        rows = np.empty(len(arrays[0]), self.dtype)
        for name, column in zip(self.columns, arrays, strict=True):
            rows[name] = column
        assert self.body is not None
        self.body.write(rows.tobytes())

    def close(self) -> None:
        """Write the header, now that the rows are counted."""
        assert self.body is not None
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
        if self.body is not None:
            self.body.close()


class NpzWriter(ArraysWriter):
    """An array for each column, collected apart until all rows are there."""

    def begin(self) -> None:
        """Open a temporary file for each column."""
        self._bodies: list[Any] = [tempfile.TemporaryFile() for _ in self.columns]  # noqa: SIM115

    def start(self) -> None:
        """Nothing: the headers are written at the end."""

    def store(self, arrays: list[Array]) -> None:
        """Append each column to its own file."""
        for body, column in zip(self._bodies, arrays, strict=True):
            body.write(column.tobytes())

    def close(self) -> None:
        """Write the arrays one after the other, as numpy.savez does."""
        columns = zip(self.columns, self._bodies, self.dtypes, strict=True)
        with zipfile.ZipFile(self.target.file, "w") as packed:
            for name, body, dtype in columns:
                with packed.open(f"{name}.npy", "w", force_zip64=True) as member:
                    member.write(header_of(dtype, self.rows))
                    body.seek(0)
                    shutil.copyfileobj(body, member, COPY_BYTES)
        self.abandon()

    def abandon(self) -> None:
        """Delete the temporary files."""
        for body in self._bodies:
            body.close()
