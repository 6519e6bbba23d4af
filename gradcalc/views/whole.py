"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO


@contextmanager
def whole(path: str) -> Iterator[BinaryIO]:
    """A file that takes its name when all is written; where that fails nothing is left behind.

    What a link points to is written, the link stays. A device or a pipe is written to as it is:
    it can't be replaced. Errors name the file that was asked for.
    """
    target = os.path.realpath(path)
    partial = f"{target}.{os.getpid()}.part"
    try:
        if _special(path):
            with open(path, "wb") as stream:
                yield stream
            return
        with open(partial, "xb") as file:
            yield file
        os.replace(partial, target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error
    finally:
        with suppress(OSError):
            os.unlink(partial)


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
