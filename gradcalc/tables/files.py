"""Opening files, stdin and stdout, compressed or not, and what all readers and writers share."""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeAlias

from gradcalc.atomic import STANDARD, Target, known_as
from gradcalc.harmless import harmless
from gradcalc.places import Place, bare, is_remote, place
from gradcalc.tables.cells import Column
from gradcalc.tables.compression import compressed, uncompressed
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.table import Block, Holds, bad_file

BLOCK_ROWS = 1 << 17  # enough for a thread, little for the memory
COPY_BYTES = 1 << 20  # of a file copied piece by piece
STDIN_NAMES = (STANDARD, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")


State: TypeAlias = tuple[int, int]  # of a file: its size, and when it was written last


@dataclass(frozen=True, slots=True)
class Source:
    """An open file, to be read once from its beginning; what is compressed is read uncompressed.

    `path` is its name in errors, stdin for -; `size` is in bytes, None where it is not known: of a
    pipe, or of what is compressed. `file` can be peeked into. `state` asks for the size and for the
    time of the last change of what lies beneath, which at the beginning were `before`. `notes` say
    what was found out about it.
    """

    path: str
    file: io.BufferedReader
    size: int | None
    resources: ExitStack = field(default_factory=ExitStack)
    state: Callable[[], State] | None = None
    before: State | None = None
    notes: tuple[str, ...] = ()

    def verify(self) -> None:
        """GradcalcError where the file has changed since it was opened."""
        if self.state is not None and self.state() != self.before:
            raise bad_file(self.path, "was changed while it was read", "read it again")

    def seekable(self) -> BinaryIO:
        """The file to read from anywhere: a pipe is copied to a temporary file."""
        if self.size is not None:
            return self.file
        spool = self.resources.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        shutil.copyfileobj(self.file, spool, COPY_BYTES)
        spool.seek(0)
        return spool


def is_stdin(path: str) -> bool:
    """Does the path name the process's own stdin?"""
    return path in STDIN_NAMES


def is_stream(path: str) -> bool:
    """Is it stdin, a pipe or a device? Then its name doesn't say what it holds."""
    if is_remote(path):
        return False
    try:
        return is_stdin(path) or not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def open_source(path: str) -> Source:
    """Open a file, here or at an address, or stdin for -; OSError or GradcalcError where it can't
    be opened."""
    resources = ExitStack()
    name = known_as(STANDARD if is_stdin(path) else path, "stdin")
    file, state = _opened(path, resources)
    try:
        before = None if state is None else state()
        inside = uncompressed(file, name)
    except BaseException:
        resources.close()
        raise
    if inside is None:
        return Source(name, file, None if before is None else before[0], resources, state, before)
    resources.callback(inside.close)
    return Source(name, inside, None, resources, state, before)


def _opened(path: str, resources: ExitStack) -> tuple[Any, Callable[[], State] | None]:
    """The open file, and what asks for its state; None for a pipe, which has none."""
    if is_stdin(path):
        return sys.stdin.buffer, None
    if is_remote(path):
        there: Place = place(path)
        return resources.enter_context(there.open()), there.state
    file = resources.enter_context(open(path, "rb"))  # noqa: SIM115

    def state() -> State:
        status = os.fstat(file.fileno())
        return status.st_size, status.st_mtime_ns

    return file, state if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None


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
        self.notes = source.notes
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

    def elsewhere(self, name: str) -> str:
        """The option that finds a column which the table does not have as it is read; else ""."""
        return ""

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
        self.target.file.write(_shown(encoded) if self.target.is_terminal else encoded)

    def compressed(self, raw: Any) -> Any:
        """Bytes, compressed where the name of the file says so; such pieces may be concatenated."""
        return compressed(raw, bare(self.path))

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows as the file stores them: called in any thread."""
        raise NotImplementedError


def _shown(encoded: Any) -> bytes:
    """Text for a terminal: pictures of the characters that it would obey. A file, or a pipe, gets
    them as they are."""
    return harmless(bytes(encoded).decode(errors="replace")).encode()
