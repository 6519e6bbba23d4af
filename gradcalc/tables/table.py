"""What a table is to those who compute with it: batches of rows, readers of blocks, writers.

Reading is two steps, so that the costly one can run in several threads: `blocks` is cheap and
yields raw pieces in order, `Block.decode` makes columns of one. Writing is two steps likewise:
`encode` in any thread, `write` in order from one. What is held in memory are the blocks in flight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from gradcalc.errors import Exit, GradcalcError
from gradcalc.tables.cells import Column, Floats, NoNumberError, numbers

Unit = Literal["line", "row"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table; `first` is where the first of them stands, counted from 1."""

    columns: Mapping[str, Column]
    rows: int
    path: str
    first: int
    unit: Unit = "row"
    finder: Callable[[int], int] | None = None  # where rows don't stand one to a line

    def numbers(self, name: str) -> Floats:
        """A column as contiguous float64; GradcalcError at a cell that is no number."""
        try:
            return numbers(self.columns[name])
        except NoNumberError as error:
            raise GradcalcError(
                "bad-cell",
                f"{self.place(error.row)}: column {name} holds {error.what}, no number",
                hint="write nan where there is no number",
                exit=Exit.FILE,
            ) from None

    def place(self, row: int) -> str:
        """Where a row of this batch stands: `data.csv, line 7`."""
        at = self.finder(row) if self.finder else self.first + row
        return f"{self.path}, {self.unit} {at}"


class Block(Protocol):
    """A raw piece of a file."""

    @property
    def size(self) -> int:
        """Its part of `Reader.total`."""

    def decode(self) -> Batch:
        """Its rows: costly, free of side effects, for any thread."""


class Reader(Protocol):
    """A table that is read once, from the beginning to the end."""

    @property
    def path(self) -> str:
        """The name of the file, as errors say it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""

    @property
    def total(self) -> int | None:
        """The sum of the sizes of all blocks; None for a pipe."""

    def blocks(self) -> Iterator[Block]:
        """The pieces, in order: cheap."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Writer(Protocol):
    """A table that is written whole or not at all."""

    @property
    def textual(self) -> bool:
        """Does it write cells as they are spelt? Else columns of numbers want to be numbers."""

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows as the file wants them: costly, free of side effects, for any thread."""

    def write(self, encoded: Any) -> None:
        """Append what `encode` made: in order, from one thread."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def bad_file(path: str, what: str, hint: str | None = None) -> GradcalcError:
    """A file that can't be read as a table."""
    return GradcalcError("bad-file", f"{path} {what}", hint=hint, exit=Exit.FILE)


def checked_names(path: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names of columns; GradcalcError where two are the same."""
    for name in names:
        if names.count(name) > 1:
            raise bad_file(path, f"has two columns {name!r}", "rename one of them")
    return tuple(names)
