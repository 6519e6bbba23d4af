"""Compressed streams: told by their first bytes, written by the end of a file's name.

What a writer compresses piece by piece is a valid file: all these formats may be concatenated.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from gradcalc.tables.arrow import arrow_for

GZIP_LEVEL = 4  # half of the time of the default, and files hardly larger
FAILURES = (EOFError, OSError, lzma.LZMAError, zlib.error)  # of a stream that is damaged or cut off


@dataclass(frozen=True, slots=True)
class Compression:
    """How one kind of compressed file begins, is named, read and written."""

    magic: bytes
    suffix: str
    opened: Callable[[BinaryIO, str], Any]
    compressed: Callable[[Any, str], Any]


def _zstd_opened(file: BinaryIO, path: str) -> Any:
    return arrow_for(path, "Zstandard").CompressedInputStream(file, "zstd")


def _zstd_compressed(raw: Any, path: str) -> Any:
    return arrow_for(path, "Zstandard").Codec("zstd").compress(raw, asbytes=True)


COMPRESSIONS = (
    Compression(
        b"\x1f\x8b",
        ".gz",
        lambda file, path: gzip.GzipFile(fileobj=file),
        lambda raw, path: gzip.compress(raw, GZIP_LEVEL, mtime=0),
    ),
    Compression(
        b"BZh", ".bz2", lambda file, path: bz2.BZ2File(file), lambda raw, path: bz2.compress(raw)
    ),
    Compression(
        b"\xfd7zXZ\x00",
        ".xz",
        lambda file, path: lzma.LZMAFile(file),  # noqa: SIM115 - its reader closes it
        lambda raw, path: lzma.compress(raw),
    ),
    Compression(b"\x28\xb5\x2f\xfd", ".zst", _zstd_opened, _zstd_compressed),
)
SUFFIXES = tuple(kind.suffix for kind in COMPRESSIONS)


def without_suffix(path: str) -> str:
    """The name that the file has uncompressed."""
    for suffix in SUFFIXES:
        if path.lower().endswith(suffix):
            return path[: -len(suffix)]
    return path


def compressed(raw: Any, path: str) -> Any:
    """Bytes as a file of this name holds them."""
    for kind in COMPRESSIONS:
        if path.lower().endswith(kind.suffix):
            return kind.compressed(raw, path)
    return raw


def uncompressed(file: io.BufferedReader, path: str) -> io.BufferedReader | None:
    """What a stream that begins like a compressed one holds; None for any other."""
    start = file.peek(8)
    for kind in COMPRESSIONS:
        if start.startswith(kind.magic):
            return io.BufferedReader(cast(io.RawIOBase, kind.opened(file, path)))
    return None
