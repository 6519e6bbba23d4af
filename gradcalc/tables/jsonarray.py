"""A JSON array of objects, each a row; read and written piece by piece, however long it is."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gradcalc.errors import listed
from gradcalc.tables.cells import Column
from gradcalc.tables.compression import FAILURES
from gradcalc.tables.dialect import PLAIN, Dialect
from gradcalc.tables.files import FileReader, Source
from gradcalc.tables.jsonlines import JsonWriter
from gradcalc.tables.lines import MAX_RECORD_BYTES
from gradcalc.tables.table import Batch, DecodedBlock, bad_file, checked_names

READ_BYTES = 1 << 20
BLOCK_OBJECTS = 10_000
ARRAY_HINT = 'it must be an array of rows: [{"x": 1, "y": 2}]'
_BLANKS = re.compile(r"[ \t\r\n]*")  # character by character a file of blanks would take minutes


class JsonArrayReader(FileReader):
    """An array of objects; the first one has all keys."""

    def __init__(
        self, source: Source, dialect: Dialect = PLAIN, block: int = BLOCK_OBJECTS
    ) -> None:
        self._block = max(1, block)
        super().__init__(source, dialect)

    def open(self) -> tuple[str, ...]:
        """Read the first object for its keys."""
        self._objects = _Objects(self.source).read()
        self._first = next(self._objects, None)
        if self._first is None:
            raise bad_file(self.path, "is empty", ARRAY_HINT)
        return tuple(self._first)

    def pieces(self) -> Iterator[DecodedBlock]:
        """Some objects at a time."""
        rows = [] if self._first is None else [self._first]
        first = 1
        for row in self._objects:
            if len(rows) >= self._block:
                yield self._decoded(rows, first)
                first += len(rows)
                rows = []
            rows.append(row)
        yield self._decoded(rows, first)

    def _decoded(self, rows: list[dict[str, Any]], first: int) -> DecodedBlock:
        known = frozenset(self.titles)
        for number, row in enumerate(rows, first):
            if not known.issuperset(row):
                new = next(key for key in row if key not in known)
                raise bad_file(
                    f"{self.path}, row {number}",
                    f"has key {new!r}, which the first row lacks",
                    f"the columns are {listed(self.titles)}: put every key in the first row",
                )
        keys = zip(self.columns, self.titles, strict=True)
        columns = {name: [row.get(title) for row in rows] for name, title in keys}
        return DecodedBlock(Batch(columns, len(rows), self.path, first), len(rows))


class _Objects:
    """The objects of an array, read from a stream of bytes without holding more than one piece."""

    def __init__(self, source: Source) -> None:
        self._path = source.path
        self._file = source.file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._text = ""
        self._at = 0
        self._ended = False

    def read(self) -> Iterator[dict[str, Any]]:
        """One object after the other; GradcalcError that names the row that can't be read."""
        if self._next_sign() != "[":
            raise bad_file(self._path, "is not a JSON array", ARRAY_HINT)
        self._at += 1
        number = 1
        while (sign := self._next_sign()) != "]":
            if number > 1:
                if sign != ",":
                    raise self._invalid(number, "a comma or ] is missing before it")
                self._at += 1
                self._next_sign()
            yield self._object(number)
            number += 1
        self._at += 1
        if self._next_sign():
            raise bad_file(self._path, "goes on behind the array", ARRAY_HINT)

    def _more(self) -> None:
        try:
            raw = self._file.read(max(READ_BYTES, len(self._text) - self._at))
            self._text = self._text[self._at :] + self._decoder.decode(raw, not raw)
        except UnicodeDecodeError:
            raise bad_file(self._path, "is not UTF-8 text", "save it as UTF-8") from None
        except FAILURES as error:
            raise bad_file(self._path, f"can't be read: {error}") from error
        self._at = 0
        self._ended = not raw

    def _next_sign(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    def _object(self, number: int) -> dict[str, Any]:
        while True:
            try:
                row, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise bad_file(f"{self._path}, row {number}", "is nested too deeply") from None
            except ValueError as error:
                if self._ended or len(self._text) - self._at > MAX_RECORD_BYTES:
                    raise self._invalid(number, str(error).partition(":")[0]) from None
                self._more()
                continue
            if not isinstance(row, _Object):
                raise bad_file(f"{self._path}, row {number}", "is not an object", ARRAY_HINT)
            self._at = end
            checked_names(f"{self._path}, row {number}", row.keys_as_written)
            return row

    def _invalid(self, number: int, why: str) -> Exception:
        return bad_file(f"{self._path}, row {number}", f"is not valid JSON: {why}", ARRAY_HINT)


class _Object(dict[str, Any]):
    """An object that knows its keys as they were written: one may have come twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.keys_as_written = [key for key, _ in pairs]


_DECODER = json.JSONDecoder(object_pairs_hook=_Object)


class JsonArrayWriter(JsonWriter):
    """Rows as objects of one array, a line each."""

    _begun = False

    def encode(self, columns: Mapping[str, Column]) -> bytes:
        """The rows as bytes, each with a comma before it."""
        lines: bytes = b"".join(b",\n" + line for line in self.lines(columns).splitlines())
        return lines

    def append(self, encoded: bytes) -> None:
        """The rows, the very first one with a bracket in place of the comma."""
        if encoded:
            encoded = encoded if self._begun else b"[" + encoded[1:]
            self._begun = True
            super().append(self.compressed(encoded))

    def finish(self) -> None:
        """Close the array; without rows it is empty."""
        super().append(self.compressed(b"\n]\n" if self._begun else b"[]\n"))
