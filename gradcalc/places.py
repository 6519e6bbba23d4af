"""Files elsewhere: s3://, gs:// and hdfs:// addresses, through pyarrow's file systems.

Every path that is read or written may be such an address; pyarrow is imported only for one. Its
query sets options of the file system, as pyarrow has them: s3://bucket/a.csv?region=eu-west-1.
Keys come from where the store's own programs look for them: the environment or a file.
"""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from functools import partial
from glob import glob, has_magic
from threading import Thread
from typing import Any, BinaryIO, NamedTuple, TypeVar
from urllib.parse import quote

from gradcalc.errors import Exit, GradcalcError

T = TypeVar("T")

SCHEMES = ("s3", "gs", "gcs", "hdfs", "viewfs")
_ADDRESS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]+)://(?:[^/@]*@)?(?P<name>[^?]*)(?P<query>\?.*)?"
)
_RETRIES = {"gs": "retry_limit_seconds=10", "gcs": "retry_limit_seconds=10"}  # else 15 minutes
_WHOLE = ("s3",)  # stores in which a file appears when it is complete, without another name first
ANSWER_SECONDS = 30.0  # that a store may take for a request
MIN_BYTES_PER_SECOND = 100_000  # that a store must take in
COPY_BYTES = 8 << 20
BUFFER_BYTES = 1 << 20  # read at a time: every read is a request
MAX_REASON_CHARS = 200  # of what the store says


def is_remote(path: str) -> bool:
    """Is it an address such as s3://bucket/table.csv? GradcalcError for an unknown kind."""
    match = _ADDRESS.match(path)
    if match is None:
        return False
    if match["scheme"] not in SCHEMES:
        raise GradcalcError(
            "unknown-address",
            f"addresses with {match['scheme']}:// are not supported",
            hint=f"use a file, or an address with {', '.join(f'{s}://' for s in SCHEMES)}",
            exit=Exit.FILE,
        )
    return True


def bare(path: str) -> str:
    """A path as messages show it and suffixes are looked for: without keys and options."""
    match = _ADDRESS.match(path) if is_remote(path) else None
    return f"{match['scheme']}://{match['name']}" if match else path


def joined(folder: str, name: str) -> str:
    """The path of a file in a folder."""
    if not is_remote(folder):
        return os.path.join(folder, name)
    address, mark, query = folder.partition("?")
    return f"{address.rstrip('/')}/{name}{mark}{query}"


class Place(NamedTuple):
    """A file elsewhere: its address as messages show it, pyarrow's file system, its name there."""

    path: str
    system: Any
    name: str

    def open(self) -> io.BufferedReader:
        """Open it for reading from anywhere; GradcalcError where that fails."""
        with failing(self.path):
            raw = answered(lambda: self.system.open_input_file(self.name))
            return io.BufferedReader(_Requests(raw), BUFFER_BYTES)

    def state(self) -> tuple[int, int]:
        """Its size, and when it was written last."""
        with failing(self.path):
            info = answered(lambda: self.system.get_file_info(self.name))
            return int(info.size or 0), int(info.mtime_ns or 0)

    def refuse(self) -> None:
        """GradcalcError where no file can be written here: no such bucket, a folder."""
        from pyarrow import fs

        with failing(self.path):
            top, _, rest = self.name.strip("/").partition("/")
            if not rest or self.name.endswith("/"):
                raise IsADirectoryError(errno.EISDIR, "it names a folder, not a file")
            if self.system.type_name in ("s3", "gcs") and (
                answered(lambda: self.system.get_file_info(top)).type == fs.FileType.NotFound
            ):
                raise FileNotFoundError(errno.ENOENT, f"there is no bucket {top}")

    def write(self, content: BinaryIO) -> None:
        """Write the rest of a file here: it appears when it is complete, or not at all."""
        whole = self.system.type_name in _WHOLE
        name = self.name if whole else f"{self.name}.{os.urandom(3).hex()}.part"
        with failing(self.path):
            stream = answered(lambda: self.system.open_output_stream(name, compression=None))
            try:
                while piece := content.read(COPY_BYTES):
                    answered(partial(stream.write, piece))
                answered(stream.close, stream.tell())
            except BaseException:
                _abandon(stream)
                if not whole:
                    with suppress(OSError):
                        self.system.delete_file(name)
                raise
            if not whole:
                answered(lambda: self.system.move(name, self.name))

    def remove(self) -> None:
        """Remove the file, if it is there."""
        with failing(self.path), suppress(FileNotFoundError):
            answered(lambda: self.system.delete_file(self.name))

    def remove_folder(self) -> None:
        """Remove this folder, if nothing is in it: some stores mark a folder by an empty file."""
        with failing(self.path), suppress(FileNotFoundError):
            if not self.files():
                answered(lambda: self.system.delete_dir(self.name))

    def files(self) -> tuple[str, ...]:
        """The names of the files in this folder; none where it is not there."""
        from pyarrow import fs

        with failing(self.path):
            selector = fs.FileSelector(self.name, allow_not_found=True)
            found = answered(lambda: self.system.get_file_info(selector))
            return tuple(info.base_name for info in found if info.type == fs.FileType.File)


class _Requests(io.RawIOBase):
    """A file elsewhere whose every read is a request that may stay without an answer."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readinto(self, buffer: Any) -> int:
        content = answered(lambda: self._file.read(len(buffer)))
        buffer[: len(content)] = content
        return len(content)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._file.seek(offset, whence)
        return int(self._file.tell())

    def close(self) -> None:
        self._file.close()
        super().close()


def _abandon(stream: Any) -> None:
    """Give up a stream of half a file.

    Arrow completes a file when its stream is closed, also by the destructor, and can't be told not
    to; at the end of a process that waits for a store for ever. So there is one reference too many,
    and no destructor.
    """
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(stream))


def answered(ask: Callable[[], T], bytes_sent: int = 0) -> T:
    """What a request returns; OSError where it takes longer than it may.

    Arrow waits for ever, and an interrupt with it; a thread that does so ends with the process.
    """
    from concurrent.futures import Future  # not for every command: few read a store

    answer: Future[T] = Future()

    def wait() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:
            answer.set_exception(error)

    seconds = ANSWER_SECONDS + bytes_sent / MIN_BYTES_PER_SECOND
    Thread(target=wait, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        raise OSError(errno.ETIMEDOUT, f"there is no answer within {seconds:.0f} s") from None


@contextmanager
def failing(path: str) -> Iterator[None]:
    """What a store answers that refuses, or doesn't answer, as GradcalcError about this path."""
    try:
        yield
    except OSError as error:
        text = " ".join(str(error.strerror or error).split())
        if isinstance(error, FileNotFoundError) and not text.startswith("there is"):
            text = "there is no such file"
        lower = text.lower()
        reason = re.sub(r"^.*(?=AWS Error)| dlopen.*", "", text)[:MAX_REASON_CHARS]
        hint = None
        if any(sign in lower for sign in _REFUSALS):
            hint = _KEYS[path[:2]]
        elif any(sign in lower for sign in ("libjvm", "libhdfs", "hadoop")):
            hint = "install Hadoop, and set JAVA_HOME, HADOOP_HOME and CLASSPATH"
        elif any(sign in lower for sign in ("network", "connect", "resolve", "no answer")):
            hint = "check the network; end the address in ?endpoint_override=HOST:PORT for a server"
        raise GradcalcError("file", f"{path}: {reason}", hint=hint, exit=Exit.FILE) from None


_REFUSALS = ("denied", "forbidden", "unauthori", "access_key", "signature", "credential", "oauth")
_KEYS = {  # what a kind of store asks for, by how its addresses begin
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write ~/.aws/credentials",
    "gs": "set GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login",
    "gc": "set GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login",
    "hd": "ask who runs this Hadoop for the rights",
    "vi": "ask who runs this Hadoop for the rights",
}


def place(path: str) -> Place:
    """The place that an address names; GradcalcError where its store can't be reached."""
    match = _ADDRESS.match(path)
    if match is None or not is_remote(path):
        raise ValueError(path)
    try:
        from pyarrow import fs
    except ImportError:
        raise GradcalcError(
            "missing-package",
            f"{bare(path)}: an address with {match['scheme']}:// needs the package pyarrow",
            hint='pip install "gradcalc[arrow]"',
        ) from None
    limit = _RETRIES.get(match["scheme"], "")
    query = match["query"] or ""
    if limit and "retry_limit_seconds" not in query:
        query += ("&" if query else "?") + limit
    # A name may be written as an address wants it, %20 for a space, or as it is.
    address = quote(path[: match.end("name")], safe=":/@%!$&'()*+,;=") + query
    with failing(bare(path)):
        try:
            system, name = answered(lambda: fs.FileSystem.from_uri(address))
        except (ValueError, TypeError) as error:  # of an option that there isn't
            raise GradcalcError("usage", f"{bare(path)}: {error}") from None
        return Place(bare(path), system, name)


def open_binary(path: str) -> io.BufferedReader:
    """A file, here or elsewhere, for reading bytes from anywhere; OSError or GradcalcError."""
    return place(path).open() if is_remote(path) else open(path, "rb")


def size_of(file: BinaryIO) -> int:
    """The size of an open file in bytes; it is at its beginning afterwards."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def files_in(folder: str) -> Sequence[str]:
    """The names of the files in a folder; none where it is not there."""
    if is_remote(folder):
        return place(folder).files()
    return os.listdir(folder) if os.path.isdir(folder) else ()


def remove(path: str) -> None:
    """Remove a file, if it is there."""
    if is_remote(path):
        place(path).remove()
        return
    with suppress(FileNotFoundError):
        os.unlink(path)


def remove_folder(folder: str) -> None:
    """Remove a folder, if nothing is in it."""
    if is_remote(folder):
        place(folder).remove_folder()
        return
    with suppress(OSError):  # somebody else has put something there
        os.rmdir(folder)


def matches(path: str) -> Sequence[str]:
    """The files that match a pattern such as in/*.csv, in order; another path stands for itself."""
    if not is_remote(path):
        return sorted(glob(path, recursive=True)) if has_magic(path) else [path]
    address, mark, query = path.partition("?")
    folder, _, pattern = address.rpartition("/")
    if not has_magic(pattern):
        return [path]
    names = sorted(place(folder + mark + query).files())
    return [f"{folder}/{name}{mark}{query}" for name in names if fnmatchcase(name, pattern)]
