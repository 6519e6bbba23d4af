"""Tables as a fit needs them: columns of float64 without gaps, and their cells as typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.language.suggest import nearest
from gradcalc.tables.cells import Floats, objects
from gradcalc.tables.rules import SPACES
from gradcalc.tables.table import Batch, Reader

MISSING = ("", "na", "n/a", "nan", "null", "none", ".", "-", "?")  # cells that people leave out


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


def read_data(reader: Reader, names: Sequence[str], *, typed: bool, skip: bool) -> Data:
    """The columns called `names`; `typed` keeps their decimals, `skip` leaves out rows with a cell
    that is missing or not finite.

    GradcalcError where a column is missing, or, without `skip`, a cell is.
    """
    for name in names:
        if name not in reader.columns:
            raise missing_column(name, reader.columns)
    parts: dict[str, list[Floats]] = {name: [] for name in names}
    cells: dict[str, list[Fraction]] = {name: [] for name in names} if typed else {}
    skipped = 0
    for block in reader.blocks():
        batch = block.decode()
        columns = {name: _numbers(batch, name, skip=skip) for name in names}
        kept = _complete(batch, columns, skip=skip)
        skipped += batch.rows - len(kept)
        whole = len(kept) == batch.rows
        for name, column in columns.items():
            parts[name].append(column if whole else column[kept])
            if typed:
                raw = objects(batch.columns[name])
                cells[name] += [_exact(raw[row]) for row in kept]
    joined = {n: p[0] if len(p) == 1 else np.concatenate([*p, []]) for n, p in parts.items()}
    return Data(reader.path, joined, cells, skipped)


def missing_column(name: str, columns: Sequence[str]) -> GradcalcError:
    """The error of a column that the table does not have."""
    similar = nearest(name, [*columns])
    question = f"did you mean {similar}? " if similar else ""
    listed = ", ".join(columns) if columns else "none"
    return GradcalcError(
        "missing-value", f"no column named {name}", hint=f"{question}the columns are {listed}"
    )


def _numbers(batch: Batch, name: str, *, skip: bool) -> Floats:
    """A column as float64; where rows may be skipped, NaN for a cell that is missing."""
    try:
        return batch.numbers(name)
    except GradcalcError:
        if not skip:
            raise
    cells = [np.nan if _is_missing(cell) else cell for cell in objects(batch.columns[name])]
    return replace(batch, columns={name: cells}).numbers(name)


def _is_missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip(SPACES).lower() in MISSING)


def _complete(batch: Batch, columns: Mapping[str, Floats], *, skip: bool) -> Any:
    """The rows whose cells are all finite; GradcalcError at another one, unless they may be
    skipped."""
    good = np.ones(batch.rows, dtype=bool)
    for name, column in columns.items():
        finite = np.isfinite(column)
        if not skip and not finite.all():
            row = int(np.argmin(finite))
            raise GradcalcError(
                "bad-cell",
                f"{batch.place(row)}: column {name} is {column[row]:g}",
                hint="leave out rows without a number with --skip-missing",
                exit=Exit.FILE,
            )
        good &= finite
    return np.flatnonzero(good)


def _exact(cell: Any) -> Fraction:
    """A cell as the decimal that it is written as; a binary number as itself."""
    if isinstance(cell, str):
        with suppress(ValueError):
            return Fraction(cell.strip(SPACES))
        return Fraction(float(cell))
    return Fraction(cell)


def refuse_constant(data: Data, names: Iterable[str]) -> None:
    """GradcalcError for a column that has one value only, and so tells nothing."""
    for name in names:
        column = data.columns[name]
        if len(column) > 1 and np.all(column == column[0]):
            raise GradcalcError(
                "bad-data",
                f"column {name} of {data.path} has one value in all rows: {column[0]:g}",
                hint="the fit can't tell how the target depends on it; write the number instead",
            )
