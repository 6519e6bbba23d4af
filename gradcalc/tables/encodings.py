"""Text in other encodings than UTF-8, which readers of text get as UTF-8."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.tables.compression import FAILURES
from gradcalc.tables.files import Source
from gradcalc.tables.table import bad_file

CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 64
# A mark of UTF-32 begins with one of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding(name: str) -> str:
    """An encoding as Python calls it; GradcalcError for what is none, or not one of text."""
    try:
        b"a b".decode(name, "replace")
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise GradcalcError(
            "usage",
            f"--encoding can't be {name!r}",
            hint="use a name such as cp1252, latin-1, utf-16, cp437 or shift_jis",
        ) from None


def as_utf8(source: Source, told: str = "") -> Source:
    """The source, or what it holds as UTF-8: from the encoding that is told, marked, or plain."""
    if told == "utf-8":
        return source
    try:
        start = source.file.peek(SAMPLE_BYTES)[:SAMPLE_BYTES]
    except FAILURES:  # a damaged stream is reported where it is read
        return source
    name = told or next((name for mark, name in MARKS if start.startswith(mark)), "")
    notes = source.notes
    if not name and (name := _unmarked(start)):
        notes = (
            *notes,
            f"{source.path}: it is read as {name.upper()}, though it has no mark of it",
        )
    if not name:
        return source
    stream: Any = _Transcoded(source, name)  # BufferedReader is generic in what it reads from
    file = io.BufferedReader(stream, CHUNK_BYTES)
    source.resources.callback(file.close)
    # The size in UTF-8 is another one, and not known.
    return replace(source, file=file, size=None, notes=notes)


def _unmarked(start: bytes) -> str:
    """UTF-16 without its mark, of which every other byte is 0 where letters are Latin ones."""
    pairs = len(start) // 2
    zeros = start[1::2].count(0), start[::2].count(0)
    if pairs >= 4 and zeros == (pairs, 0):
        return "utf-16-le"
    return "utf-16-be" if pairs >= 4 and zeros == (0, len(start) - pairs) else ""


class _Transcoded(io.RawIOBase):
    """The text of a source as a stream of UTF-8; GradcalcError where its bytes are not of the
    encoding."""

    def __init__(self, source: Source, name: str) -> None:
        self._chunks = _chunks(source, name)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _chunks(source: Source, name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while raw := source.file.read(CHUNK_BYTES):
            yield decoder.decode(raw).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError:
        raise bad_file(
            source.path,
            f"is not {name.upper()} text",
            "save it as UTF-8, or name its encoding: --encoding cp1252, latin-1, …",
        ) from None
