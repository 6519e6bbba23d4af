"""Tables as a fit needs them: columns of float64 without gaps, and their cells as typed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import IO, Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError, listed
from gradcalc.language.suggest import nearest
from gradcalc.tables.cells import Floats, objects
from gradcalc.tables.rules import CellRules, cell_rules
from gradcalc.tables.table import Batch, Reader

SPILLED_ROWS = 1 << 22  # past which columns are held in a file
NO_NUMBERS = (".", "-", "?")  # which people write, too, where there is no number
RULES = cell_rules(NO_NUMBERS)


@dataclass(frozen=True, slots=True)
class Data:
    """A table in memory: `columns` of one length; `cells` are the same exactly, where they were
    read as typed. `skipped` counts rows that were left out."""

    path: str
    columns: Mapping[str, Floats]
    cells: Mapping[str, Sequence[Fraction]]
    skipped: int = 0

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(next(iter(self.columns.values()), ()))

    def exact(self, name: str, row: int) -> Fraction | float:
        """A cell: the decimal where it was read as typed, else the float64."""
        cells = self.cells.get(name)
        return float(self.columns[name][row]) if cells is None else cells[row]


def read_data(
    reader: Reader, names: Sequence[str], *, typed: bool, skip: bool, rules: CellRules = RULES
) -> Data:
    """The columns called `names`; `typed` keeps their decimals, `skip` leaves out rows with a cell
    that is missing or not finite, `rules` say how numbers are spelt.

    GradcalcError where a column is missing, or, without `skip`, a cell is.
    """
    for name in names:
        if name not in reader.columns:
            raise missing_column(name, reader.columns, reader.elsewhere(name))
    parts = {name: Growing() for name in names}
    cells: dict[str, list[Fraction]] = {name: [] for name in names} if typed else {}
    skipped = 0
    for block in reader.blocks():
        batch = block.decode()
        columns = {name: batch.numbers(name, rules) for name in names}
        kept = _complete(batch, columns, skip=skip)
        skipped += batch.rows - len(kept)
        whole = len(kept) == batch.rows
        for name, column in columns.items():
            parts[name].append(column if whole else column[kept])
            if typed:
                raw = objects(batch.columns[name])
                spelling = batch.rules(rules)
                cells[name] += [_exact(raw[row], spelling) for row in kept]
    joined = {name: part.whole() for name, part in parts.items()}
    return Data(reader.path, joined, cells, skipped)


class Growing:
    """A column that grows block by block: in memory, and past SPILLED_ROWS in a temporary file,
    whose pages the system holds in memory as long as there is room."""

    def __init__(self) -> None:
        self.parts: list[Floats] = []
        self.rows = 0
        self.file: IO[bytes] | None = None

    def append(self, part: Floats) -> None:
        """Append some rows."""
        self.rows += len(part)
        self.parts.append(part)
        if self.rows > SPILLED_ROWS:
            self.file = self.file or tempfile.TemporaryFile()  # noqa: SIM115 - whole() closes it
            for each in self.parts:
                self.file.write(each.tobytes())
            self.parts.clear()

    def whole(self) -> Floats:
        """All rows."""
        if self.file is None:
            return self.parts[0] if len(self.parts) == 1 else np.concatenate([*self.parts, []])
        with self.file as file:
            file.flush()
            return np.memmap(file, dtype=np.float64, mode="r", shape=(self.rows,))


def missing_column(name: str, columns: Sequence[str], elsewhere: str = "") -> GradcalcError:
    """The error of a column that the table does not have; it may be `elsewhere`."""
    similar = nearest(name, [*columns])
    question = f"did you mean {similar}? " if similar else ""
    if elsewhere:
        question = f"{elsewhere}; "
    return GradcalcError(
        "missing-value",
        f"no column named {name}",
        hint=f"{question}the columns are {listed(columns) or 'none'}",
    )


def _complete(batch: Batch, columns: Mapping[str, Floats], *, skip: bool) -> Any:
    """The rows whose cells are all finite; GradcalcError at another one, unless they may be
    skipped."""
    good = np.ones(batch.rows, dtype=bool)
    for name, column in columns.items():
        finite = np.isfinite(column)
        if not skip and not finite.all():
            row = int(np.argmin(finite))
            cell = "has no number" if np.isnan(column[row]) else f"is {column[row]:g}"
            raise GradcalcError(
                "bad-cell",
                f"{batch.place(row)}: column {name} {cell}",
                hint="leave out rows without a number with --skip-missing",
                exit=Exit.FILE,
            )
        good &= finite
    return np.flatnonzero(good)


def _exact(cell: Any, rules: CellRules) -> Fraction:
    """A cell as the decimal that it is written as; a binary number as itself."""
    if isinstance(cell, str):
        text = rules.plain(cell) or cell
        with suppress(ValueError):
            return Fraction(text)
        return Fraction(float(text))
    return Fraction(cell)
