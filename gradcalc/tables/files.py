"""Opening files, stdin and stdout, compressed or not, and what all readers and writers share."""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, BinaryIO, Self

from gradcalc.atomic import STANDARD, Target, known_as
from gradcalc.tables.cells import Column
from gradcalc.tables.compression import compressed, uncompressed
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.table import Block, Holds, bad_file

BLOCK_ROWS = 1 << 17  # enough for a thread, little for the memory
COPY_BYTES = 1 << 20  # of a file copied piece by piece
STDIN_NAMES = (STANDARD, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")


@dataclass(frozen=True, slots=True)
class Source:
    """An open file, to be read once from its beginning; what is compressed is read uncompressed.

    `path` is its name in errors, stdin for -; `size` is in bytes, None where it is not known: of a
    pipe, or of what is compressed. `file` can be peeked into; `raw` is
    what lies beneath it, and `state` tells whether that changes meanwhile.
    """

    path: str
    file: io.BufferedReader
    size: int | None
    resources: ExitStack = field(default_factory=ExitStack)
    raw: Any = None
    state: tuple[int, int] | None = None

    def verify(self) -> None:
        """GradcalcError where the file has changed since it was opened."""
        if self.state is not None and self.state != _state(self.raw):
            raise bad_file(self.path, "was changed while it was read", "read it again")

    def seekable(self) -> BinaryIO:
        """The file to read from anywhere: a pipe is copied to a temporary file."""
        if self.size is not None:
            return self.file
        spool = self.resources.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        shutil.copyfileobj(self.file, spool, COPY_BYTES)
        spool.seek(0)
        return spool


def _state(file: Any) -> tuple[int, int]:
    """The size of an open file, and when it was written last."""
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def is_stdin(path: str) -> bool:
    """Does the path name the process's own stdin?"""
    return path in STDIN_NAMES


def is_stream(path: str) -> bool:
    """Is it stdin, a pipe or a device? Then its name doesn't say what it holds."""
    try:
        return is_stdin(path) or not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def open_source(path: str) -> Source:
    """Open a file, or stdin for -; OSError where it can't be opened."""
    resources = ExitStack()
    size = state = None
    if is_stdin(path):
        path = STANDARD
        file: Any = sys.stdin.buffer
    else:
        file = resources.enter_context(open(path, "rb"))  # noqa: SIM115
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            size, state = status.st_size, _state(file)
    name = known_as(path, "stdin")
    raw = file
    try:
        inside = uncompressed(file, name)
    except BaseException:
        resources.close()
        raise
    if inside is not None:
        resources.callback(inside.close)
        file, size = inside, None
    return Source(name, file, size, resources, raw, state)


class FileReader:
    """What all readers share: the name of the file, its columns, and closing it.

    A format implements `open` and `pieces`. What is registered with `resources` is closed at the
    end, and at once where opening fails. `notes` say what was found out about the file.
    """

    total: int | None = None
    schema: Any = None

    def __init__(self, source: Source, dialect: Dialect = PLAIN) -> None:
        self.source = source
        self.dialect = dialect
        self.path = source.path
        self.resources = source.resources
        self.notes: tuple[str, ...] = ()
        try:
            self.titles = self.open()
            self.columns = dialect.named(self.path, self.titles)
        except BaseException:
            self.resources.close()
            raise

    def open(self) -> tuple[str, ...]:
        """Read what tells the titles of the columns, and return these in order."""
        raise NotImplementedError

    def blocks(self) -> Iterator[Block]:
        """The raw pieces of the file, in order; GradcalcError where the file changes meanwhile."""
        yield from self.pieces()
        self.source.verify()

    def pieces(self) -> Iterator[Block]:
        """The raw pieces of the file, in order."""
        raise NotImplementedError

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

    holds: Holds = "floats"

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

    def compressed(self, raw: Any) -> Any:
        """Bytes, compressed where the name of the file says so; such pieces may be concatenated."""
        return compressed(raw, self.path)

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows as the file stores them: called in any thread."""
        raise NotImplementedError
