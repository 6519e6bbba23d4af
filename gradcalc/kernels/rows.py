"""What goes into a call of a kernel, and what comes out: rows by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcalc.errors import GradcalcError


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a call, by name.

    `columns` are vectors of float64, all of `count` elements; `numbers` are the same in all rows.
    """

    columns: Mapping[str, Any]
    numbers: Mapping[str, float]
    count: int

    @property
    def varying(self) -> frozenset[str]:
        """The names of the columns."""
        return frozenset(self.columns)

    def contiguous(self) -> Inputs:
        """The same with each column in one piece of memory, as machine code reads it."""
        return replace(
            self, columns={name: np.ascontiguousarray(x) for name, x in self.columns.items()}
        )

    def row(self, row: int) -> dict[str, float]:
        """The numbers of one row."""
        return {**self.numbers, **{name: float(x[row]) for name, x in self.columns.items()}}

    def table(self, rows: Any) -> dict[str, Any]:
        """Some rows, by a slice or an array of their indices."""
        return {**self.numbers, **{name: x[rows] for name, x in self.columns.items()}}


@dataclass(slots=True)
class Rows:
    """What a kernel computed for some rows.

    `columns` holds the answers by name, NaN where a row has none. `doubtful` marks rows at a kink
    or at a comparison of equal numbers; `failed` has the errors of rows that have no run, by row;
    `alone` counts the rows that were run one by one, for want of paths.
    """

    columns: dict[str, Any]
    doubtful: Any
    failed: dict[int, GradcalcError] = field(default_factory=dict)
    alone: int = 0

    @classmethod
    def empty(cls, names: tuple[str, ...], count: int) -> Rows:
        """Room for the answers of so many rows."""
        return cls({name: np.empty(count) for name in names}, np.zeros(count, dtype=bool))

    def repeated(self, count: int) -> Rows:
        """The answers of one row as those of so many equal ones."""
        columns = {name: np.repeat(column, count) for name, column in self.columns.items()}
        failed = dict.fromkeys(range(count), self.failed[0]) if self.failed else {}
        return Rows(columns, np.repeat(self.doubtful, count), failed, self.alone)

    def blank(self, rows: Any) -> None:
        """Some rows have no answer."""
        for column in self.columns.values():
            column[rows] = np.nan
