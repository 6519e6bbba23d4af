"""NumPy's own files: .npy with a structured or a plain array, .npz with an array for each column.

The format is that of numpy.lib.format. Output is a structured array, which keeps the names; its
rows are not counted beforehand, so the header leaves room for any count.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.lib import format as npy

from gradcalc.atomic import known_as
from gradcalc.tables.cells import Column, Floats, NoNumberError, exact
from gradcalc.tables.columnar import ROWS, Ready
from gradcalc.tables.files import FileWriter, close, seekable
from gradcalc.tables.table import Batch, bad_file, checked_names

ALIGNED = 64  # bytes: the header ends at a multiple


def _header(path: str, file: Any) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether columns come first, and dtype; the file stands at the data then."""
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(file)
    except (ValueError, EOFError, SyntaxError) as error:
        raise bad_file(path, f"can't be read as .npy: {error}") from None
    if dtype.hasobject:
        raise bad_file(path, "holds Python objects, which are not loaded", "save numbers")
    return shape, fortran, dtype


class NpyReader:
    """A structured array, or one of two dimensions whose columns are called by `names`."""

    def __init__(self, path: str, names: Sequence[str], block: int = ROWS) -> None:
        self.path = known_as(path, "stdin")
        self._block = block
        self._file = seekable(path)
        try:
            self._array = self._mapped()
            self.columns = self._named(names)
        except BaseException:
            close(self._file)
            raise
        self.total: int | None = len(self._array)

    def _mapped(self) -> Any:
        shape, fortran, dtype = _header(self.path, self._file)
        if len(shape) not in (1, 2) or (dtype.names and len(shape) != 1):
            raise bad_file(
                self.path,
                f"holds an array of shape {shape}",
                "a table is a structured array, or one of two dimensions",
            )
        if 0 in shape:
            return np.empty(shape, dtype)
        try:
            return np.memmap(
                self._file, dtype, "r", self._file.tell(), shape, "F" if fortran else "C"
            )
        except ValueError:
            raise bad_file(self.path, "is cut off: it has fewer rows than its head says") from None

    def _named(self, names: Sequence[str]) -> tuple[str, ...]:
        fields = self._array.dtype.names
        if fields is not None:
            return checked_names(self.path, fields)
        if self._array.ndim == 1:
            self._array = self._array[:, None]
        count = self._array.shape[1]
        if count != len(names):
            inputs = f"{len(names)} input{'s' * (len(names) != 1)} without a value"
            raise bad_file(
                self.path,
                f"has {count} column{'s' * (count != 1)} and no names, for {inputs}",
                f"they are taken in the order {', '.join(names) or 'of the inputs'}: give the "
                "others by --at, or save a structured array",
            )
        return tuple(names)

    def blocks(self) -> Iterator[Ready]:
        """Some rows at a time."""
        for start in range(0, len(self._array), self._block):
            part = self._array[start : start + self._block]
            plain = part.dtype.names is None
            columns = {
                name: np.ascontiguousarray(part[:, k] if plain else part[name])
                for k, name in enumerate(self.columns)
            }
            yield Ready(Batch(columns, len(part), self.path, start + 1), len(part))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        close(self._file)


class NpzReader:
    """Arrays of one dimension and the same length, by name; all are read side by side."""

    def __init__(self, path: str, block: int = ROWS) -> None:
        self.path = known_as(path, "stdin")
        self._block = block
        with ExitStack() as stack:
            self._raw = seekable(path)
            stack.callback(close, self._raw)
            try:
                packed = stack.enter_context(zipfile.ZipFile(self._raw))
            except zipfile.BadZipFile:
                raise bad_file(self.path, "can't be read as .npz: it is no zip file") from None
            members = [m for m in packed.namelist() if m.endswith(".npy")]
            names = [member.removesuffix(".npy") for member in members]
            self.columns = checked_names(self.path, names)
            if not members:
                raise bad_file(self.path, "holds no arrays", "save some: numpy.savez(file, x=x)")
            self._streams = [stack.enter_context(packed.open(member)) for member in members]
            heads = [
                _header(f"{self.path}, array {name}", stream)
                for name, stream in zip(names, self._streams, strict=True)
            ]
            for name, (shape, _, dtype) in zip(names, heads, strict=True):
                if len(shape) != 1 or dtype.names:
                    raise bad_file(
                        self.path,
                        f"holds {name} of shape {shape}",
                        "a column is an array of one dimension",
                    )
                if shape != heads[0][0]:
                    raise bad_file(
                        self.path,
                        f"holds {names[0]} of {heads[0][0][0]:,} and {name} of {shape[0]:,} rows",
                        "all columns have the same length",
                    )
            self._dtypes = [dtype for _, _, dtype in heads]
            self.total: int | None = heads[0][0][0]
            self._stack = stack.pop_all()

    def blocks(self) -> Iterator[Ready]:
        """Some rows at a time."""
        rows = self.total or 0
        for start in range(0, rows, self._block):
            count = min(self._block, rows - start)
            columns = {
                name: self._next(stream, dtype, count)
                for name, stream, dtype in zip(
                    self.columns, self._streams, self._dtypes, strict=True
                )
            }
            yield Ready(Batch(columns, count, self.path, start + 1), count)

    def _next(self, stream: Any, dtype: np.dtype[Any], count: int) -> Any:
        try:
            raw = stream.read(count * dtype.itemsize)
        except (zipfile.BadZipFile, EOFError) as error:
            raise bad_file(self.path, f"can't be read: {error}") from None
        if len(raw) != count * dtype.itemsize:
            raise bad_file(self.path, "is cut off: it has fewer rows than its head says")
        return np.frombuffer(raw, dtype)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


# writing ----------------------------------------------------------------------------------


def header_of(dtype: np.dtype[Any], rows: int) -> bytes:
    """The head of an .npy of one dimension; it is as long for every count of rows."""
    text = (
        f"{{'descr': {npy.dtype_to_descr(dtype)!r}, 'fortran_order': False, 'shape': ({rows},), }}"
    )
    room = len(text) - len(str(rows)) + 20
    version, prefix = ((1, 0), 10) if room < 65_000 else ((2, 0), 12)
    size = -(-(prefix + room + 1) // ALIGNED) * ALIGNED - prefix
    return (
        npy.magic(*version)
        + size.to_bytes(prefix - 8, "little")
        + (text.ljust(size - 1) + "\n").encode("latin1" if version == (1, 0) else "utf-8")
    )


class _Numbers(FileWriter):
    """What both have in common: columns are numbers."""

    def numbers(self, columns: Mapping[str, Column]) -> list[Floats]:
        """All columns as float64; GradcalcError where one is none."""
        made = []
        for name in self.columns:
            try:
                made.append(exact(columns[name]))
            except NoNumberError as error:
                raise bad_file(
                    known_as(self.path, "stdout"),
                    f"can only hold numbers, and column {name} holds {error.what}",
                    "choose the columns of numbers: --keep",
                ) from None
        return made


class NpyWriter(_Numbers):
    """A structured array with a field for each column."""

    rows = 0
    body: BinaryIO

    def begin(self) -> None:
        """Leave room for the head, where it can be written later."""
        self.dtype = np.dtype([(name, "<f8") for name in self.columns])
        self._direct = self.target.whole
        self.body = self.target.file if self._direct else tempfile.TemporaryFile()  # noqa: SIM115
        if self._direct:
            self.body.write(header_of(self.dtype, 0))

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows of the structured array."""
        made = self.numbers(columns)
        rows = np.empty(len(made[0]), self.dtype)
        for name, column in zip(self.columns, made, strict=True):
            rows[name] = column
        return rows

    def append(self, encoded: Any) -> None:
        """The rows as they lie in memory."""
        self.body.write(encoded.data)
        self.rows += len(encoded)

    def finish(self) -> None:
        """Now that the rows are counted, the head."""
        head = header_of(self.dtype, self.rows)
        if self._direct:
            self.body.seek(0)
            self.body.write(head)
            return
        self.target.file.write(head)
        self.body.seek(0)
        shutil.copyfileobj(self.body, self.target.file, 1 << 20)
        self.body.close()

    def abandon(self) -> None:
        """Nothing is kept."""
        self.body.close()


class NpzWriter(_Numbers):
    """An array for each column: kept apart until all rows are there."""

    rows = 0

    def begin(self) -> None:
        """A nameless file for each column."""
        self._bodies: list[Any] = [tempfile.TemporaryFile() for _ in self.columns]  # noqa: SIM115

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """The columns as float64."""
        return self.numbers(columns)

    def append(self, encoded: Any) -> None:
        """Each column to its own."""
        for body, column in zip(self._bodies, encoded, strict=True):
            body.write(np.ascontiguousarray(column).data)
        self.rows += len(encoded[0])

    def finish(self) -> None:
        """The arrays, one after the other, as numpy.savez stores them."""
        head = header_of(np.dtype("<f8"), self.rows)
        with zipfile.ZipFile(self.target.file, "w") as packed:
            for name, body in zip(self.columns, self._bodies, strict=True):
                with packed.open(f"{name}.npy", "w", force_zip64=True) as member:
                    member.write(head)
                    body.seek(0)
                    shutil.copyfileobj(body, member, 1 << 20)
        self.abandon()

    def abandon(self) -> None:
        """Nothing is kept."""
        for body in self._bodies:
            body.close()
