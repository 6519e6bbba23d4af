"""Opening: stdin and stdout, compressed files, and what the writers have in common."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import Any, BinaryIO, Self

from gradcalc.atomic import STANDARD, Target
from gradcalc.tables.cells import Column


def is_packed(path: str) -> bool:
    """Is it a compressed file, by its name?"""
    return path.lower().endswith(".gz")


def opened(path: str) -> tuple[BinaryIO, int | None]:
    """A file to read from the beginning, and how many bytes it has, where that is known."""
    if path == STANDARD:
        return sys.stdin.buffer, None
    if is_packed(path):
        return gzip.open(path, "rb"), None  # type: ignore[return-value]
    file = open(path, "rb")  # noqa: SIM115 - whoever asked closes it
    return file, os.fstat(file.fileno()).st_size if os.path.isfile(path) else None


def seekable(path: str) -> BinaryIO:
    """A file to read from anywhere; what comes through a pipe is put into a file without name."""
    file, size = opened(path)
    if size is not None:
        return file
    spool = tempfile.TemporaryFile()  # noqa: SIM115
    shutil.copyfileobj(file, spool, 1 << 20)
    spool.seek(0)
    return spool


def close(file: BinaryIO) -> None:
    """Close it, unless it is the process's own stdin."""
    if file is not getattr(sys.stdin, "buffer", None):
        file.close()


class FileWriter:
    """What the writers have in common: their target, and its end, good or bad."""

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
        """Let go of what `finish` would have needed."""

    def write(self, encoded: Any) -> None:
        """Append what `encode` made."""
        try:
            self.append(encoded)
        except OSError as error:
            raise self.target.failed(error) from error

    def append(self, encoded: Any) -> None:
        """Bytes, unless a format says otherwise."""
        self.target.file.write(encoded)

    def packed(self, raw: Any) -> Any:
        """Compressed where the name ends in .gz: such files may be joined piece by piece."""
        return gzip.compress(raw, 4, mtime=0) if is_packed(self.path) else raw

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows as the file wants them."""
        raise NotImplementedError
