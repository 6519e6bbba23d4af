"""Files that appear under their name when they are whole, and not at all where writing fails."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

STANDARD = "-"


def known_as(path: str, end: str) -> str:
    """How errors call the file; `end` is what - stands for."""
    return end if path == STANDARD else path


class Target:
    """A file that appears under its name when it is whole, and never else; - is stdout.

    What a link points to is written, the link stays. A device or a pipe is written to as it is:
    it has no content to keep. Errors name the file that was asked for.
    """

    file: BinaryIO

    def __init__(self, path: str) -> None:
        self.path = path
        self._partial: str | None = None
        self._final = os.path.realpath(path)

    def open(self) -> None:
        """Begin, under a name that no other process uses."""
        if self.path == STANDARD:
            self.file = sys.stdout.buffer
            return
        partial = f"{self._final}.{secrets.token_hex(4)}.part"
        try:
            if _special(self.path):
                self.file = open(self.path, "wb")  # noqa: SIM115
                return
            self.file = open(partial, "xb")  # noqa: SIM115
        except OSError as error:
            raise self.failed(error) from error
        self._partial = partial

    @property
    def whole(self) -> bool:
        """Is it a file of its own until it is committed, in which one may seek?"""
        return self._partial is not None

    def commit(self) -> None:
        """All is written: the file takes its name."""
        try:
            self.file.flush()
            if self.path == STANDARD:
                return
            self.file.close()
            if self._partial is not None:
                with suppress(OSError):  # a file that is replaced keeps its permissions
                    shutil.copymode(self._final, self._partial)
                os.replace(self._partial, self._final)
        except OSError as error:
            self.discard()
            raise self.failed(error) from error

    def discard(self) -> None:
        """Something failed: nothing is left."""
        if self.path == STANDARD:
            return
        with suppress(OSError):  # a full disk fails again on closing
            self.file.close()
        if self._partial is not None:
            with suppress(OSError):
                os.unlink(self._partial)

    def failed(self, error: OSError) -> OSError:
        """The same error, about the file that was asked for."""
        return OSError(error.errno, error.strerror or str(error), known_as(self.path, "stdout"))


@contextmanager
def atomic_write(path: str) -> Iterator[BinaryIO]:
    """A `Target` to write to, committed at the end, discarded where anything fails."""
    target = Target(path)
    target.open()
    try:
        yield target.file
    except BaseException as error:
        target.discard()
        if isinstance(error, OSError):
            raise target.failed(error) from error
        raise
    target.commit()


def _special(path: str) -> bool:
    """Is it there, and neither a file nor a directory?"""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def refuse_place(path: str) -> None:
    """An error where there is no directory to write to; said before any work is done."""
    directory = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "Is a directory", path)
    if not os.path.isdir(directory):
        raise FileNotFoundError(errno.ENOENT, "No such directory", directory)
    if not _special(path) and not os.access(directory, os.W_OK):
        raise PermissionError(errno.EACCES, "Permission denied", path)
