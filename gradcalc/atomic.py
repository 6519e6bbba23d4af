"""Files that appear under their name when they are complete, and not at all if writing fails."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import stat
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape, glob
from typing import BinaryIO
from zlib import crc32

from gradcalc.places import bare, is_remote, place

STANDARD = "-"
_NODE = f"{crc32(platform.node().encode()):08x}"  # this machine: files may lie on a shared disk


def known_as(path: str, stream: str) -> str:
    """The name of a file in errors; for - it is `stream`: stdin or stdout."""
    return stream if path == STANDARD else bare(path)


class Target:
    """A file to write that appears under its name only when it is complete; - is stdout.

    It is written beside its place under a temporary name, and renamed in the end. Where the path is
    a link, the file it points to is replaced, and the link stays. A device or a pipe is written to
    directly: it has no content to protect. What belongs at an address is collected in a file that
    has no name, and sent when it is complete. Errors name the path as it was given.

    The temporary file is put down for removal before it exists, so that it goes with the target,
    at the latest with the process, wherever an interrupt strikes.
    """

    file: BinaryIO

    def __init__(self, path: str) -> None:
        self.path = path
        self._partial: str | None = None
        self._removal: weakref.finalize[[str, int], Target] | None = None
        self._final = "" if is_remote(path) else os.path.realpath(path)

    def open(self) -> None:
        """Open `file` for writing, under a temporary name that no other process uses."""
        if self.path == STANDARD:
            self.file = sys.stdout.buffer
            return
        if not self._final:
            place(self.path).refuse()
            self.file = tempfile.TemporaryFile()  # noqa: SIM115
            return
        _remove_orphans(self._final)
        partial = part_name(self._final)
        try:
            if _special(self.path):
                self.file = open(self.path, "wb")  # noqa: SIM115
                return
            self._removal = weakref.finalize(self, _remove, partial, os.getpid())
            self.file = open(partial, "xb")  # noqa: SIM115
        except OSError as error:
            raise self.failed(error) from error
        self._partial = partial

    @property
    def is_terminal(self) -> bool:
        """Will a terminal show, and obey, what is written?"""
        return self.path == STANDARD and sys.stdout.isatty()

    @property
    def is_temporary(self) -> bool:
        """Is it a temporary file until it is committed, in which one may seek?"""
        return self._partial is not None or not self._final

    def commit(self) -> None:
        """Close the complete file and give it its name."""
        try:
            self.file.flush()
            if self.path == STANDARD:
                return
            if not self._final:
                self.file.seek(0)
                place(self.path).write(self.file)
            self.file.close()
            if self._partial is not None:
                with suppress(OSError):  # a file that is replaced keeps its permissions
                    shutil.copymode(self._final, self._partial)
                os.replace(self._partial, self._final)
                if self._removal is not None:
                    self._removal.detach()
        except OSError as error:
            self.discard()
            raise self.failed(error) from error

    def discard(self) -> None:
        """Remove what was written, after an error."""
        if self.path == STANDARD:
            return
        with suppress(OSError):  # a full disk fails again on closing
            self.file.close()
        if self._removal is not None:
            self._removal()

    def failed(self, error: OSError) -> OSError:
        """The same error about the path as it was given, not about the temporary file."""
        return OSError(error.errno, error.strerror or str(error), known_as(self.path, "stdout"))


@contextmanager
def atomic_write(path: str) -> Iterator[BinaryIO]:
    """The file of a `Target`, committed at the end, discarded on any error."""
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


def _remove(partial: str, process: int) -> None:
    """Remove a file that was not completed, if this is the process that writes it, not a fork."""
    if os.getpid() == process:
        with suppress(OSError):
            os.unlink(partial)


def part_name(final: str) -> str:
    """A name for a file while it is written, which tells the machine and the process."""
    return f"{final}.{_NODE}-{os.getpid()}-{os.urandom(3).hex()}.part"


def is_orphan(partial: str, final: str) -> bool:
    """Is it a `part_name` of a file that a process of this machine left which was killed?"""
    node, *process = partial[len(final) + 1 :].split("-")
    return (
        node == _NODE
        and len(process) == 2
        and process[0].isdecimal()
        and not _runs(int(process[0]))
    )


def _remove_orphans(final: str) -> None:
    """Remove the part files of this file that processes left which were killed."""
    for partial in glob(f"{escape(final)}.{_NODE}-*-*.part"):
        if is_orphan(partial, final):
            with suppress(OSError):
                os.unlink(partial)


def _runs(process: int) -> bool:
    """Is there a process with this number on this machine? Where that can't be told, there is."""
    if os.name == "nt":  # where asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def is_replaceable(path: str) -> bool:
    """Is it a file of this machine, or none yet? Then it may be written again and again."""
    return path != STANDARD and not is_remote(path) and not _special(path)


def _special(path: str) -> bool:
    """Does it exist as something else than a file or a directory, such as a device or a pipe?"""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def refuse_place(path: str) -> None:
    """OSError, or GradcalcError for an address, where no file can be written under this path; to be
    called before long work."""
    if is_remote(path):
        place(path).refuse()
        return
    directory = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, "Is a directory", path)
    if not os.path.isdir(directory):
        raise FileNotFoundError(errno.ENOENT, "No such directory", directory)
    if not _special(path) and not os.access(directory, os.W_OK):
        raise PermissionError(errno.EACCES, "Permission denied", path)
