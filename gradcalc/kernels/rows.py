"""What goes into a call of a kernel, and what comes out: rows by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
        if all(x.flags.c_contiguous for x in self.columns.values()):
            return self
        columns = {name: np.ascontiguousarray(x) for name, x in self.columns.items()}
        return Inputs(columns, self.numbers, self.count)

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
    or at a comparison of equal numbers, where these are watched for; `failed` has the errors of
    rows that have no run, by row; `alone` counts the rows that were run one by one, for want of
    paths, `own` all that were run by themselves, to find a path too.
    """

    columns: dict[str, Any]
    doubtful: Any
    failed: dict[int, GradcalcError] = field(default_factory=dict)
    alone: int = 0
    own: int = 0

    @classmethod
    def empty(
        cls,
        names: Sequence[str],
        count: int,
        *,
        watched: bool,
        columns: Mapping[str, Any] | None = None,
    ) -> Rows:
        """Room for the answers of so many rows, in the arrays `columns` if they are there."""
        if columns is None:
            columns = {name: np.empty(count) for name in names}
        room = {name: columns[name] for name in names}  # in the order that machine code counts by
        # Unless kinks are watched for no row is ever marked: one False stands for all.
        marks = np.zeros(count, bool) if watched else np.ndarray(count, bool, b"\0", strides=(0,))
        return cls(room, marks)

    def repeated(self, count: int) -> Rows:
        """The answers of one row as those of so many equal ones."""
        columns = {name: np.repeat(column, count) for name, column in self.columns.items()}
        failed = dict.fromkeys(range(count), self.failed[0]) if self.failed else {}
        return Rows(columns, np.repeat(self.doubtful, count), failed, self.alone)

    def blank(self, rows: Any) -> None:
        """Some rows have no answer."""
        for column in self.columns.values():
            column[rows] = np.nan


def check_room(out: Mapping[str, Any], names: Sequence[str], inputs: Inputs) -> None:
    """GradcalcError unless `out` has an array for each of `names` that a call can write into.

    It must hold float64 in one piece of memory, a number for each row, and share none of it with
    an input, which is read again after the answers of other rows were written, nor another array.
    """
    if set(out) != set(names):
        raise GradcalcError(
            "bad-out", f"out must have the arrays {', '.join(names)}, and no others"
        )
    for name, array in out.items():
        if not isinstance(array, np.ndarray) or array.dtype != np.float64:
            raise GradcalcError("bad-out", f"out[{name!r}] must be a NumPy array of float64")
        if array.shape != (inputs.count,):
            wanted = f"a vector of {inputs.count} numbers"
            raise GradcalcError("bad-out", f"out[{name!r}] must be {wanted}, not {array.shape}")
        if not (array.flags.c_contiguous and array.flags.writeable):
            raise GradcalcError("bad-out", f"out[{name!r}] must be contiguous and writable")
    if own_memory([*out.values(), *inputs.columns.values()]):
        return
    for name, array in out.items():
        others = [*inputs.columns.values(), *(x for key, x in out.items() if key != name)]
        if any(np.may_share_memory(array, other) for other in others):
            reason = "shares memory with an input or another array of out"
            raise GradcalcError("bad-out", f"out[{name!r}] {reason}")


def own_memory(arrays: Sequence[Any]) -> bool:
    """Are these different arrays, none of them a view? Then none shares memory with another."""
    return len(set(map(id, arrays))) == len(arrays) and all(x.flags.owndata for x in arrays)
