"""Another program's values and derivatives, row by row against our own.

All rows go through a kernel; what looks wrong in float64, and a sample of what looks right, is
confirmed by the reference.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.longdouble import widened
from gradcalc.tables import Reader, open_table
from gradcalc.tables.table import bad_file

RTOL = {"float64": 1e-9, "float32": 1e-4}
PRECISE = {"float64": 16, "float32": 8}  # digits of the number that is nearest to the truth
DOUBTFUL = 1000  # rows at kinks, say, that are looked at one by one; the rest is set aside
BATCH = 50  # rows that the reference confirms at a time
CONFIRMED = 5000  # rows that it confirms at most
WORST = 10  # rows that are shown


@dataclass(frozen=True, slots=True)
class Wrong:
    """A number that is wrong: where, theirs, ours, the relative error."""

    row: int
    at: Mapping[str, float]
    column: str
    theirs: float
    ours: float
    error: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A dump that was compared. `digits` counts numbers by correct digits, by column.

    The counts go from 0 to 16, of float32 to 8; the last are the numbers that could not be better.
    `ignored` are columns that were not compared, whatever they hold.
    """

    path: str
    dtype: str
    rows: int
    wrong: int
    aside: int  # rows of which nothing, or not all, has a finite and smooth answer of our own
    worst: tuple[Wrong, ...]
    digits: Mapping[str, tuple[int, ...]]
    confirmed: int
    ignored: tuple[str, ...]
    seconds: float

    @property
    def exit(self) -> Exit:
        """Nothing that could be compared is no answer."""
        if not any(map(any, self.digits.values())):
            return Exit.NO_ANSWER
        return Exit.VERDICT if self.wrong else Exit.OK


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What is right: `dtype` is what the other program computed with."""

    rtol: float | None
    atol: float
    ulp: float | None
    dtype: str


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

    Right is |theirs - ours| <= atol + rtol*|ours|, rtol being 1e-9 (float32: 1e-4) unless told, or
    within atol + `ulp` units in the last place of the dtype. Of float32 both inputs and results are
    the nearest float32 of what the dump says: 0.1 is what a program of float32 takes for 0.1.
    """
    if dtype not in RTOL:
        raise GradcalcError("usage", f"--dtype {dtype} is not known", hint="float64 or float32")
    start = time.perf_counter()
    with open_table(path) as reader:
        kernel, columns = _fitted(source, reader, options)
        names = (*kernel.inputs, *columns)
        numbers = {name: _as(dtype, column) for name, column in _read(reader, names).items()}
    given = {name: numbers[name] for name in kernel.inputs}
    theirs = {name: numbers[name] for name in columns}
    rows = len(theirs[columns[0]])
    allowed = _Allowed(RTOL[dtype] if rtol is None and ulp is None else rtol, atol, ulp, dtype)
    ours = _Ours(kernel, given, columns, rows, allowed, options)

    def wrong() -> Any:
        bad = [_errors(theirs[c], ours.columns[c], allowed)[0] & ours.judged(c) for c in columns]
        return np.any(bad, axis=0)

    confirmed = _confirmed(ours, wrong)
    found: list[Wrong] = []
    for column in columns:
        bad, error = _errors(theirs[column], ours.columns[column], allowed)
        places = np.flatnonzero(bad & ours.judged(column))
        for row in places[np.argsort(-error[places], kind="stable")][:WORST].tolist():
            pair = float(theirs[column][row]), float(ours.columns[column][row])
            found.append(Wrong(row + 1, ours.at(row), column, *pair, float(error[row])))
    digits = {
        c: _histogram(theirs[c][stay], ours.columns[c][stay], dtype)
        for c, stay in ((c, ours.judged(c)) for c in columns)
    }
    worst = tuple(sorted(found, key=lambda one: -one.error)[:WORST])
    ignored = tuple(name for name in reader.columns if name not in names)
    return Comparison(
        reader.path,
        dtype,
        rows,
        int(wrong().sum()),
        int(ours.aside.sum()),
        worst,
        digits,
        confirmed + ours.rejudged,
        ignored,
        time.perf_counter() - start,
    )


def _fitted(source: str, reader: Reader, options: Options | None) -> tuple[Kernel, tuple[str, ...]]:
    """The kernel of what the table holds results of, and the columns that hold them."""
    limits = options.limits if options else None
    kernel = Kernel(source, (), limits=limits, names=reader.columns)
    missing = [name for name in kernel.inputs if name not in reader.columns]
    known = tuple(name for name in kernel.inputs if f"d_{name}" in reader.columns)
    columns = tuple(c for c in ("value", *(f"d_{n}" for n in known)) if c in reader.columns)
    if missing or not columns:
        what = f"no column {', '.join(missing)}" if missing else "no column value or d_<input>"
        raise bad_file(reader.path, f"has {what}", f"it has {', '.join(reader.columns)}")
    # Steps of NumPy round better than machine code: what is judged is theirs, not ours.
    return Kernel(source, known, limits=limits, names=reader.columns, native=False), columns


def _read(reader: Reader, names: tuple[str, ...]) -> dict[str, Any]:
    """Some columns, whole; GradcalcError where there are no rows."""
    pieces: dict[str, list[Any]] = {name: [] for name in names}
    for block in reader.blocks():
        batch = block.decode()
        for name, kept in pieces.items():
            kept.append(batch.numbers(name))
    made = {name: np.concatenate(kept or [np.empty(0)]) for name, kept in pieces.items()}
    if not len(made[names[-1]]):
        raise bad_file(reader.path, "holds no rows")
    return made


def _as(dtype: str, numbers: Any) -> Any:
    """Numbers as a program of the dtype has them."""
    if dtype == "float64":
        return numbers
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32).astype(float)


def _errors(theirs: Any, true: Any, allowed: _Allowed) -> tuple[Any, Any]:
    """Which numbers are wrong, and the relative error of each; of what is 0, infinity."""
    width = np.float32 if allowed.dtype == "float32" else np.float64
    with np.errstate(all="ignore"):
        off = np.abs(theirs - true)
        most = np.full(len(true), allowed.atol)
        if allowed.rtol is not None:
            most += allowed.rtol * np.abs(true)
        if allowed.ulp is not None:
            by_ulp = allowed.ulp * np.spacing(np.abs(true).astype(width)).astype(float)
            most = np.maximum(most, allowed.atol + by_ulp)
        # Of a truth that the dtype can't hold the nearest is right.
        right = (off <= most) | (theirs == _as(allowed.dtype, true))
        relative = np.where(off == 0, 0.0, off / np.abs(true))
    return ~right, np.nan_to_num(relative, nan=np.inf, posinf=np.inf)


def _histogram(theirs: Any, true: Any, dtype: str) -> tuple[int, ...]:
    """How many numbers have so many correct digits; the last, what could not be better."""
    most = PRECISE[dtype]
    with np.errstate(all="ignore"):
        digits = np.clip(np.floor(-np.log10(np.abs(theirs - true) / np.abs(true))), 0, most - 1)
    digits = np.where(theirs == _as(dtype, true), most, np.nan_to_num(digits, nan=0.0))
    return tuple(np.bincount(digits.astype(int), minlength=most + 1).tolist())


# our own answers --------------------------------------------------------------------------


class _Ours:
    """Our own values and derivatives, and which rows are set `aside`, having none that is finite
    and smooth, or none that is known well enough; `rejudged` counts those that float64 alone would
    have judged wrongly."""

    def __init__(
        self,
        kernel: Kernel,
        given: Mapping[str, Any],
        columns: tuple[str, ...],
        count: int,
        allowed: _Allowed,
        options: Options | None,
    ) -> None:
        self.kernel = kernel
        self.given = given
        self.options = options or Options(check="fast")
        rows = kernel.rows(given)
        self.columns = {c: np.broadcast_to(rows.columns[c], count).copy() for c in columns}
        self.aside: Any = ~np.isfinite(list(self.columns.values())).all(axis=0)
        self.at_kink: Any = np.zeros(count, dtype=bool)
        if kernel.wrt:
            self.aside |= rows.doubtful
        # Where there is a value there may be a derivative too, though a kernel does not find it.
        valued = np.broadcast_to(np.isfinite(rows.columns["value"]), count)
        for row in np.flatnonzero(self.aside & valued)[:DOUBTFUL].tolist():
            self.confirm(row)
        self.rejudged = self._rejudged(given, allowed)

    def _rejudged(self, given: Mapping[str, Any], allowed: _Allowed) -> int:
        """Look again where wider floats say that float64 lost digits that matter; how many rows."""
        lost = np.zeros(len(self.aside), dtype=bool)
        for name, wider in widened(self.kernel, given, len(lost)).items():
            if name in self.columns:
                lost |= _errors(self.columns[name], wider, allowed)[0] & np.isfinite(wider)
        rows = np.flatnonzero(lost & ~self.aside)
        for row in rows[:CONFIRMED].tolist():
            self.confirm(row)
        self.aside[rows[CONFIRMED:]] = True
        return len(rows[:CONFIRMED])

    def judged(self, column: str) -> Any:
        """The rows in which this column can be compared: a value may be finite at a kink."""
        if column == "value":
            return ~self.aside | (self.at_kink & np.isfinite(self.columns[column]))
        return ~self.aside

    def at(self, row: int) -> dict[str, float]:
        """The inputs of a row."""
        return {name: float(column[row]) for name, column in self.given.items()}

    def confirm(self, row: int) -> None:
        """Put the reference's numbers in the place of the kernel's."""
        try:
            found = evaluate(
                self.kernel.source, self.at(row), wrt=self.kernel.wrt, options=self.options
            )
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            self.aside[row] = True
            return
        truths = {f"d_{row.by[0]}": row.reference for row in found.derivatives}
        truths["value"] = found.reference
        for name, column in self.columns.items():
            column[row] = float(truths[name] or "nan")
        finite = all(np.isfinite(column[row]) for column in self.columns.values())
        self.aside[row] = found.error is not None or found.status != "smooth" or not finite
        self.at_kink[row] = found.error is None and found.status in ("kink", "one-sided")


def _confirmed(ours: _Ours, wrong: Callable[[], Any]) -> int:
    """Confirm a sample of the rows; how many.

    Wrong rows and right ones are sampled, and sampled again for as long as that changes a verdict:
    then float64 itself loses digits, and can't judge.
    """
    waiting = np.random.default_rng(0).permutation(len(ours.aside))
    seen = 0
    for kind in (True, False):
        changed = True
        while changed and seen < CONFIRMED:
            before = wrong()
            waiting = waiting[~ours.aside[waiting]]
            batch = waiting[before[waiting] == kind][:BATCH]
            if not batch.size:
                break
            for row in batch.tolist():
                ours.confirm(row)
            seen += len(batch)
            waiting = np.setdiff1d(waiting, batch, assume_unique=True)
            changed = bool((wrong() != before).any())
    return seen
