"""Another program's values and derivatives, row by row against our own.

All rows go through a kernel; what looks wrong in float64, and a sample of what looks right, is
confirmed by the reference.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gradcalc.answers.request import Options
from gradcalc.claims.criterion import DTYPES, Array, Criterion, Dtype
from gradcalc.claims.own import MAX_CONFIRMED_ROWS, OwnColumns
from gradcalc.errors import Exit, GradcalcError, listed
from gradcalc.kernels.kernel import Kernel
from gradcalc.tables import Reader, open_table
from gradcalc.tables.table import bad_file

BATCH_ROWS = 50  # that the reference confirms at a time
WORST_ROWS = 10  # that are shown


@dataclass(frozen=True, slots=True)
class WrongNumber:
    """A number that is wrong: in which row, counted from 1, and by which relative error."""

    row: int
    at: Mapping[str, float]
    column: str
    theirs: float
    ours: float
    error: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table that was compared. `digits` counts numbers by correct digits, for each column.

    The counts go from 0 to 16 digits, of float32 to 8; the last count is of numbers that could not
    be better. `ignored` are columns that were not compared, whatever they hold.
    """

    path: str
    dtype: str
    rows: int
    wrong: int  # rows
    aside: int  # rows of which nothing, or not all, has a finite and smooth answer of our own
    worst: tuple[WrongNumber, ...]
    digits: Mapping[str, tuple[int, ...]]
    confirmed: int  # rows
    ignored: tuple[str, ...]
    seconds: float

    @property
    def exit(self) -> Exit:
        """Nothing that could be compared is not a success."""
        if not any(map(any, self.digits.values())):
            return Exit.NO_ANSWER
        return Exit.VERDICT if self.wrong else Exit.OK


def compare(
    source: str,
    path: str,
    *,
    rtol: float | None = None,
    atol: float = 0.0,
    ulp: float | None = None,
    dtype: str = "float64",
    options: Options | None = None,
) -> Comparison:
    """Compare `value` and `d_<input>` of every row of a table, - being stdin.

    See `Criterion` for what is right. A program of float32 has its inputs and results as the
    float32 nearest to what the table says: 0.1 is what such a program takes for 0.1. GradcalcError
    where the table lacks an input, or has nothing to compare.
    """
    criterion = Criterion(_checked_dtype(dtype), rtol, atol, ulp)
    start = time.perf_counter()
    with open_table(path) as reader:
        kernel, names = _fitted(source, reader, options)
        table = _read(reader, (*kernel.inputs, *names), criterion)
    inputs = {name: table[name] for name in kernel.inputs}
    ours = OwnColumns(kernel, inputs, names, len(table[names[0]]), criterion, options)
    pairs = _Pairs({name: table[name] for name in names}, ours, criterion)
    confirmed = pairs.confirm()
    return Comparison(
        reader.path,
        dtype,
        rows=len(ours.aside),
        wrong=int(pairs.wrong().sum()),
        aside=int(ours.aside.sum()),
        worst=pairs.worst(),
        digits=pairs.digits(),
        confirmed=confirmed + ours.rejudged,
        ignored=tuple(name for name in reader.columns if name not in table),
        seconds=time.perf_counter() - start,
    )


def _checked_dtype(name: str) -> Dtype:
    for dtype in DTYPES:
        if dtype == name:
            return dtype
    raise GradcalcError("usage", f"unknown --dtype {name}", hint=f"use {' or '.join(DTYPES)}")


def _fitted(source: str, reader: Reader, options: Options | None) -> tuple[Kernel, tuple[str, ...]]:
    """The kernel of what the table holds results of, and the columns that hold them."""
    limits = options.limits if options else None
    kernel = Kernel(source, (), limits=limits, names=reader.columns)
    missing = [name for name in kernel.inputs if name not in reader.columns]
    wrt = tuple(name for name in kernel.inputs if f"d_{name}" in reader.columns)
    results = ("value", *(f"d_{name}" for name in wrt))
    columns = tuple(name for name in results if name in reader.columns)
    hint = f"its columns are {listed(reader.columns)}"
    if missing:
        raise bad_file(reader.path, f"has no column {listed(missing)}", hint)
    if not columns:
        raise bad_file(reader.path, "has no column value or d_<input>", hint)
    # Steps of NumPy round better than machine code: their numbers are judged, not ours.
    return Kernel(source, wrt, limits=limits, names=reader.columns, native=False), columns


def _read(reader: Reader, names: tuple[str, ...], criterion: Criterion) -> dict[str, Array]:
    """Whole columns, as the program's dtype has them; GradcalcError where there are no rows."""
    pieces: dict[str, list[Array]] = {name: [] for name in names}
    for block in reader.blocks():
        batch = block.decode()
        for name, numbers in pieces.items():
            numbers.append(batch.numbers(name))
    table = {name: np.concatenate(numbers or [np.empty(0)]) for name, numbers in pieces.items()}
    if not len(table[names[-1]]):
        raise bad_file(reader.path, "holds no rows")
    return {name: criterion.rounded(numbers) for name, numbers in table.items()}


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The other program's columns beside our own."""

    theirs: Mapping[str, Array]
    ours: OwnColumns
    criterion: Criterion

    def _errors(self, name: str) -> tuple[Array, Array]:
        """Which numbers of a column are wrong, among those that can be judged, and all errors."""
        wrong, error = self.criterion.errors(self.theirs[name], self.ours.columns[name])
        return wrong & self.ours.judged(name), error

    def wrong(self) -> Array:
        """The rows in which a number is wrong."""
        return np.any([self._errors(name)[0] for name in self.theirs], axis=0)

    def worst(self) -> tuple[WrongNumber, ...]:
        """The wrong numbers with the largest errors, the worst first."""
        numbers: list[WrongNumber] = []
        for name, theirs in self.theirs.items():
            wrong, error = self._errors(name)
            rows = np.flatnonzero(wrong)
            for row in rows[np.argsort(-error[rows], kind="stable")][:WORST_ROWS].tolist():
                both = float(theirs[row]), float(self.ours.columns[name][row])
                at = self.ours.at(row)
                numbers.append(WrongNumber(row + 1, at, name, *both, float(error[row])))
        return tuple(sorted(numbers, key=lambda number: -number.error)[:WORST_ROWS])

    def digits(self) -> dict[str, tuple[int, ...]]:
        """A histogram of correct digits for each column."""
        histograms = {}
        for name, theirs in self.theirs.items():
            judged = self.ours.judged(name)
            ours = self.ours.columns[name][judged]
            histograms[name] = self.criterion.histogram(theirs[judged], ours)
        return histograms

    def confirm(self) -> int:
        """Confirm a sample of the rows by the reference; how many.

        Wrong rows are sampled, then right ones, each again for as long as that changes a verdict:
        then float64 itself loses digits, and can't judge.
        """
        waiting = np.random.default_rng(0).permutation(len(self.ours.aside))
        confirmed = 0
        for is_wrong in (True, False):
            changed = True
            while changed and confirmed < MAX_CONFIRMED_ROWS:
                before = self.wrong()
                waiting = waiting[~self.ours.aside[waiting]]
                batch = waiting[before[waiting] == is_wrong][:BATCH_ROWS]
                if not batch.size:
                    break
                for row in batch.tolist():
                    self.ours.confirm(row)
                confirmed += len(batch)
                waiting = np.setdiff1d(waiting, batch, assume_unique=True)
                changed = bool((self.wrong() != before).any())
        return confirmed
