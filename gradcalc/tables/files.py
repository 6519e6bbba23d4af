"""Opening files, stdin and stdout, compressed or not, and what all readers and writers share."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, BinaryIO, Self

from gradcalc.atomic import STANDARD, Target, known_as
from gradcalc.tables.cells import Column
from gradcalc.tables.table import Block

GZIP_LEVEL = 4  # half of the time of the default, and files hardly larger
BLOCK_ROWS = 1 << 17  # enough for a thread, little for the memory
COPY_BYTES = 1 << 20  # of a file copied piece by piece


def is_gzipped(path: str) -> bool:
    """Does the name say that the file is compressed?"""
    return path.lower().endswith(".gz")


def open_stream(path: str) -> tuple[BinaryIO, int | None]:
    """A file to read from the beginning, and its size in bytes, where that is known."""
    if path == STANDARD:
        return sys.stdin.buffer, None
    if is_gzipped(path):
        return gzip.open(path, "rb"), None  # type: ignore[return-value]
    file = open(path, "rb")  # noqa: SIM115 - the caller closes it
    return file, os.fstat(file.fileno()).st_size if os.path.isfile(path) else None


def open_seekable(path: str) -> BinaryIO:
    """A file to read from anywhere; a pipe is copied to a temporary file first."""
    file, size = open_stream(path)
    if size is not None:
        return file
    spool = tempfile.TemporaryFile()  # noqa: SIM115
    shutil.copyfileobj(file, spool, COPY_BYTES)
    spool.seek(0)
    return spool


def close(file: BinaryIO) -> None:
    """Close it, unless it is the process's own stdin."""
    if file is not getattr(sys.stdin, "buffer", None):
        file.close()


class FileReader:
    """What all readers share: the name of the file, its columns, and closing it.

    A format implements `open` and `blocks`. What `open` registers with `resources` is closed at
    the end, and at once where opening fails.
    """

    total: int | None = None

    def __init__(self, path: str) -> None:
        self.path = known_as(path, "stdin")
        self.resources = ExitStack()
        try:
            self.columns = self.open(path)
        except BaseException:
            self.resources.close()
            raise

    def open(self, path: str) -> tuple[str, ...]:
        """Open the file and return the names of its columns, in order."""
        raise NotImplementedError

    def blocks(self) -> Iterator[Block]:
        """The raw pieces of the file, in order."""
        raise NotImplementedError

    def open_seekable(self, path: str) -> BinaryIO:
        """`open_seekable`, closed with the reader."""
        file = open_seekable(path)
        self.resources.callback(close, file)
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.resources.close()


class FileWriter:
    """What all writers share: their target, and its end, good or bad.

    A format implements `encode`, and `begin`, `append`, `finish` and `abandon` where it has to.
    """

    textual = False

    def __init__(self, path: str, columns: tuple[str, ...]) -> None:
        self.path = path
        self.columns = columns
        self.target = Target(path)

    def __enter__(self) -> Self:
        self.target.open()
        try:
            self.begin()
        except BaseException:
            self.target.discard()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.finish()
            else:
                self.abandon()
        except BaseException as failure:
            self.target.discard()
            if isinstance(failure, OSError):
                raise self.target.failed(failure) from failure
            raise
        if kind is None:
            self.target.commit()
        else:
            self.target.discard()

    def begin(self) -> None:
        """Write what comes before the rows."""

    def finish(self) -> None:
        """Write what comes after the rows."""

    def abandon(self) -> None:
        """Release what `finish` would have needed."""

    def write(self, encoded: Any) -> None:
        """Append what `encode` returned."""
        try:
            self.append(encoded)
        except OSError as error:
            raise self.target.failed(error) from error

    def append(self, encoded: Any) -> None:
        """Bytes, unless a format says otherwise."""
        self.target.file.write(encoded)

    def gzipped(self, raw: Any) -> Any:
        """Bytes, compressed where the name ends in .gz; such pieces may be concatenated."""
        return gzip.compress(raw, GZIP_LEVEL, mtime=0) if is_gzipped(self.path) else raw

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows as the file stores them: called in any thread."""
        raise NotImplementedError
