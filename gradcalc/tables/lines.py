"""A text file as blocks of whole records, and what the readers of text formats share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gradcalc.tables.compression import FAILURES
from gradcalc.tables.files import FileReader, Source
from gradcalc.tables.table import bad_file

BLOCK_BYTES = 4 << 20  # some 10,000s of rows: enough to be worth handing to a thread
MAX_RECORD_BYTES = 64 << 20
BOM = b"\xef\xbb\xbf"


def line_end(raw: bytes) -> int:
    """Where the last whole line ends."""
    return raw.rfind(b"\n") + 1


class Lines:
    """The records of a text file, block by block.

    `end` says where the last whole record of some bytes ends; quoted line breaks make it differ
    from the last line.
    """

    def __init__(
        self, source: Source, end: Callable[[bytes], int] = line_end, block: int = BLOCK_BYTES
    ) -> None:
        self.path = source.path
        self.total = source.size
        self._file = source.file
        self._end = end
        self._block = block
        self._rest = b""
        self.line = 1

    def beginning(self, size: int) -> bytes:
        """As many of the first bytes, or less where the file ends; they are still to be read."""
        while len(self._rest) < size and (more := self._read(size - len(self._rest))):
            self._rest += more
        self._rest = self._rest.removeprefix(BOM)
        return self._rest[:size]

    def drop(self, lines: int) -> None:
        """Leave out some lines."""
        for _ in range(lines):
            while b"\n" not in self._rest and (more := self._read(self._block)):
                self._rest += more
                self._refuse_longer(self._rest, self.line)
            self._rest = self._rest.partition(b"\n")[2]
            self.line += 1

    def head(self) -> bytes:
        """The first record that is not blank, with its line break; empty in an empty file.

        It is taken out of what follows.
        """
        self.beginning(max(self._block, 3))
        while not (end := self._head_end()):
            more = self._read(max(self._block, len(self._rest)))
            if not more:
                head, self._rest = self._rest.lstrip(b"\r\n"), b""
                return head
            self._rest += more
            self._refuse_longer(self._rest)
        head = self._rest[:end].lstrip(b"\r\n")
        self.line += self._rest[:end].count(b"\n")
        self._rest = self._rest[end:]
        return head

    def _head_end(self) -> int:
        """Where the first record that is not blank ends; 0 where it is not whole yet."""
        start = len(self._rest) - len(self._rest.lstrip(b"\r\n"))
        end = start
        while end := self._rest.find(b"\n", end) + 1:
            if self._end(self._rest[start:end]) == end - start:
                return end
        return 0

    def push(self, head: bytes) -> None:
        """Put the first record back: it is a row as well."""
        self._rest = head + self._rest
        self.line -= head.count(b"\n")

    def blocks(self) -> Iterator[tuple[bytes, int]]:
        """Blocks of whole records, and the line each begins in."""
        rest, line = self._rest, self.line
        self._rest = b""
        while more := self._read(self._block):
            rest += more
            end = self._end(rest)
            if end:
                yield rest[:end], line
                line += rest.count(b"\n", 0, end)
                rest = rest[end:]
            self._refuse_longer(rest, line)
        if end := self._end(rest):
            yield rest[:end], line
            line += rest.count(b"\n", 0, end)
            rest = rest[end:]
        if rest:
            if self._end(rest + b"\n") <= len(rest):
                raise bad_file(
                    self.path,
                    f"ends inside the quotes opened in line {line}",
                    "close the quotes, or double those inside a cell",
                )
            yield rest, line

    def _read(self, size: int) -> bytes:
        with self._reading():
            return self._file.read(size)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:  # what is compressed may be damaged
            raise bad_file(self.path, f"can't be read: {error}") from error

    def _refuse_longer(self, rest: bytes, line: int = 1) -> None:
        if len(rest) > MAX_RECORD_BYTES:
            raise bad_file(
                self.path,
                f"has a row longer than {MAX_RECORD_BYTES >> 20} MB, starting in line {line}",
                "check that it is a text file and that every quote is closed",
            )


class TextReader(FileReader):
    """What the readers of text formats share: `lines`, of which a format reads the head."""

    lines: Lines

    def open_lines(self, end: Callable[[bytes], int] = line_end, block: int = BLOCK_BYTES) -> None:
        """Begin with `lines`; the total is in bytes, unknown of a pipe."""
        self.lines = Lines(self.source, end, block)
        self.total = self.lines.total


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Whole records as bytes; `line` is the number of the first line, counted from 1."""

    raw: bytes
    line: int
    names: tuple[str, ...]
    path: str

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.raw)

    def text(self) -> str:
        """Its text; GradcalcError that names the line where it is not UTF-8."""
        return decoded(self.raw, self.path, self.line)


def decoded(raw: bytes, path: str, line: int) -> str:
    """Bytes as text; GradcalcError that names the line where they are not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        at = line + raw.count(b"\n", 0, error.start)
        raise bad_file(
            path,
            f"is not UTF-8 text (line {at})",
            "save it as UTF-8; map reads others with --encoding cp1252, latin-1, …",
        ) from None
