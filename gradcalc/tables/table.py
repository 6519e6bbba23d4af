"""A table as the rest of gradcalc sees it: batches of rows, readers of blocks, writers.

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
from gradcalc.tables.cells import Column, Floats, NotANumberError, numbers
from gradcalc.tables.rules import STRICT, CellRules

Unit = Literal["line", "row"]
Holds = Literal["text", "objects", "types", "floats"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table; `first` is the line or row of the first of them, counted from 1.

    `columns` are 1-D and all `rows` long; see `tables.cells` for their kinds.
    """

    columns: Mapping[str, Column]
    rows: int
    path: str
    first: int
    unit: Unit = "row"
    finder: Callable[[int], int] | None = None  # the line of a row, unless there is one row a line
    spelt: bool = False  # are all cells texts, numbers too, as in CSV?
    decimal: str = ""  # the sign, where the file shows it beyond doubt

    def rules(self, given: CellRules) -> CellRules:
        """How these cells spell numbers: as given, with the decimal sign that the file shows."""
        return given.with_decimal(self.decimal)

    def numbers(self, name: str, rules: CellRules = STRICT) -> Floats:
        """A column as contiguous float64, 1-D, NaN where the rules say that a number is missing.

        GradcalcError at a cell that is not a number.
        """
        try:
            return numbers(self.columns[name], self.rules(rules))
        except NotANumberError as error:
            if self._is_title(name, error.row):
                raise bad_file(
                    self.place(error.row),
                    "repeats the header",
                    "remove the line, or name several tables, each with a header of its own",
                ) from None
            raise GradcalcError(
                "bad-cell",
                f"{self.place(error.row)}: column {name} {error.problem}",
                hint=error.remedy,
                exit=Exit.FILE,
            ) from None

    def _is_title(self, name: str, row: int) -> bool:
        cell = str(self.columns[name][row])
        return self.spelt and cell.strip() == name

    def place(self, row: int) -> str:
        """The place of a row, counted from 0 in this batch: `data.csv, line 7`."""
        at = self.finder(row) if self.finder else self.first + row
        return f"{self.path}, {self.unit} {at}"


class Block(Protocol):
    """A raw piece of a file."""

    @property
    def size(self) -> int:
        """Its part of `Reader.total`."""

    def decode(self) -> Batch:
        """Its rows: costly, free of side effects, for any thread."""


@dataclass(frozen=True, slots=True)
class DecodedBlock:
    """A block that its reader has decoded already; its size is its part of `Reader.total`."""

    batch: Batch
    size: int

    def decode(self) -> Batch:
        """The rows."""
        return self.batch


class Reader(Protocol):
    """A table that is read once, from the beginning to the end."""

    @property
    def path(self) -> str:
        """The name of the file in errors: stdin for -."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""

    @property
    def schema(self) -> Any:
        """The Arrow schema of the columns; None where the format has none."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found out about how the file is written."""

    def elsewhere(self, name: str) -> str:
        """The option that finds a column which the table does not have as it is read; else ""."""

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
    def holds(self) -> Holds:
        """What its cells are: texts, JSON's objects, values of a type a column, float64 alone."""

    def encode(self, columns: Mapping[str, Column]) -> Any:
        """Some rows as the file stores them: costly, free of side effects, for any thread."""

    def write(self, encoded: Any) -> None:
        """Append what `encode` returned: in order, from one thread."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


# What to do where two columns of a file have one name.
TWICE = (
    "give --skip N if its header is further down; else name all columns of a text file, "
    "--skip 1 --names x,y, or rename one of them"
)


def bad_file(path: str, what: str, hint: str | None = None) -> GradcalcError:
    """The error of a file that can't be read as a table, or can't hold one."""
    return GradcalcError("bad-file", f"{path} {what}", hint=hint, exit=Exit.FILE)


def checked_names(path: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names of columns; GradcalcError where two are the same."""
    known: set[str] = set()
    for name in names:
        if name in known:
            raise bad_file(path, f"has two columns {name!r}", TWICE)
        known.add(name)
    return tuple(names)
