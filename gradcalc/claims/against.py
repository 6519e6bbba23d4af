"""Another program's values and derivatives, row by row against our own.

A path is recorded at a row and replayed for all rows whose guards agree, as arrays; what looks
wrong in float64, and a sample of what looks right, is confirmed by the reference.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.claims.dumps import Dump
from gradcalc.claims.written import inputs_of
from gradcalc.errors import Exit, GradcalcError
from gradcalc.evaluation import evaluate
from gradcalc.modes.arrays import pullback
from gradcalc.numbers.system import COMPARISONS
from gradcalc.reading import Options, Run, read
from gradcalc.rules import machine_arrays
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace, Values

RTOL = {"float64": 1e-9, "float32": 1e-4}
PRECISE = {"float64": 16, "float32": 8}  # digits of the number that is nearest to the truth
PATHS = 64  # that are run as arrays, past which rows are taken one by one
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
    `ignored` are columns of derivatives by no input.
    """

    path: str
    dtype: str
    rows: int
    wrong: int
    aside: int  # rows without a finite, smooth answer of our own
    worst: tuple[Wrong, ...]
    digits: Mapping[str, tuple[int, ...]]
    confirmed: int
    ignored: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What is right: `dtype` is what the other program computed with."""

    rtol: float | None
    atol: float
    ulp: float | None
    dtype: str


def compare(
    source: str, dump: Dump, *, rtol: float | None = None, atol: float = 0.0,
    ulp: float | None = None, dtype: str = "float64", options: Options | None = None,
) -> Comparison:  # fmt: skip
    """Compare `value` and `d_<input>` of every row.

    Right is |theirs - ours| <= atol + rtol*|ours|, rtol being 1e-9 (float32: 1e-4) unless told, or
    within atol + `ulp` units in the last place of the dtype. Of float32 both inputs and results are
    the nearest float32 of what the dump says: 0.1 is what a program of float32 takes for 0.1.
    """
    if dtype not in RTOL:
        raise GradcalcError("usage", f"--dtype {dtype} is not known", None, "float64 or float32")
    start = time.perf_counter()
    inputs, columns = _columns(source, dump)
    given, theirs = ({n: _as(dtype, dump.column(n)) for n in ns} for ns in (inputs, columns))
    ours, aside = _ours(source, given, columns, dump.rows, options)
    allowed = _Allowed(RTOL[dtype] if rtol is None and ulp is None else rtol, atol, ulp, dtype)

    def wrong() -> Any:
        bad = [_errors(theirs[c], ours[c], allowed)[0] for c in columns]
        return np.any(bad, axis=0) & ~aside

    confirmed = _confirmed(source, given, ours, wrong, aside, options)
    found: list[Wrong] = []
    for column in columns:
        bad, error = _errors(theirs[column], ours[column], allowed)
        places = np.flatnonzero(bad & ~aside)
        for row in places[np.argsort(-error[places], kind="stable")][:WORST].tolist():
            at = {name: float(values[row]) for name, values in given.items()}
            pair = float(theirs[column][row]), float(ours[column][row])
            found.append(Wrong(row + 1, at, column, *pair, float(error[row])))
    digits = {c: _histogram(theirs[c][~aside], ours[c][~aside], dtype) for c in columns}
    worst = tuple(sorted(found, key=lambda one: -one.error)[:WORST])
    ignored = tuple(n for n in dump.names if n.startswith("d_") and n not in (*columns, *inputs))
    return Comparison(
        dump.path, dtype, dump.rows, int(wrong().sum()), int(aside.sum()), worst, digits, confirmed,
        ignored, time.perf_counter() - start,
    )  # fmt: skip


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


def _columns(source: str, dump: Dump) -> tuple[list[str], list[str]]:
    """The inputs, and the columns that hold results."""
    names = list(inputs_of(source, dump.names))
    missing = [name for name in names if name not in dump.names]
    columns = [c for c in ["value", *(f"d_{name}" for name in names)] if c in dump.names]
    if missing or not columns:
        what = f"no column {', '.join(missing)}" if missing else "no column value or d_<input>"
        raise GradcalcError(
            "bad-file", f"{dump.path} has {what}", None,
            f"it has {', '.join(dump.names)}", Exit.FILE,
        )  # fmt: skip
    return names, columns


def _histogram(theirs: Any, true: Any, dtype: str) -> tuple[int, ...]:
    """How many numbers have so many correct digits; the last, what could not be better."""
    most = PRECISE[dtype]
    with np.errstate(all="ignore"):
        digits = np.clip(np.floor(-np.log10(np.abs(theirs - true) / np.abs(true))), 0, most - 1)
    digits = np.where(theirs == _as(dtype, true), most, np.nan_to_num(digits, nan=0.0))
    return tuple(np.bincount(digits.astype(int), minlength=most + 1).tolist())


# our own answers --------------------------------------------------------------------------


def _ours(
    source: str, inputs: Mapping[str, Any], columns: list[str], rows: int,
    options: Options | None,
) -> tuple[dict[str, Any], Any]:  # fmt: skip
    """Value and derivatives of every row, and which rows have none that is finite and smooth."""
    made = {column: np.full(rows, np.nan) for column in columns}
    left = np.ones(rows, dtype=bool)
    aside = np.zeros(rows, dtype=bool)
    for _ in range(PATHS):
        waiting = np.flatnonzero(left)
        if not waiting.size:
            break
        first = int(waiting[0])
        try:
            run = _read(source, inputs, first, options)
        except GradcalcError as error:
            if error.exit is not Exit.NO_ANSWER:
                raise
            aside[first], left[first] = True, False
            continue
        if run.trace.statics:
            break
        taken = _block(run, inputs, waiting, made, aside)
        left[taken] = False
        if not taken.size:
            break
    for row in np.flatnonzero(left):
        aside[row] = not _alone(source, inputs, int(row), made, options)
    with np.errstate(all="ignore"):
        for column in columns:
            aside |= ~np.isfinite(made[column])
    return made, aside


def _read(source: str, inputs: Mapping[str, Any], row: int, options: Options | None) -> Run:
    at = {name: float(values[row]) for name, values in inputs.items()}
    return read(source, at, None, options or Options(check="fast"))


def _block(run: Run, inputs: Mapping[str, Any], rows: Any, made: dict[str, Any], aside: Any) -> Any:
    """Replay one path for the rows that take it; those rows."""
    trace, numbers = run.trace, machine_arrays()
    given = {name: values[rows] for name, values in inputs.items()}
    with np.errstate(all="ignore"):
        values = replay(trace, numbers, given)
        same = np.ones(len(rows), dtype=bool)
        for guard in trace.guards:
            holds = COMPARISONS[guard.op](values[guard.left], values[guard.right])
            same &= holds == guard.outcome
        seed = np.ones(len(rows))
        cotangents = pullback(trace, values, numbers, {trace.result: seed})
        touched = np.zeros(len(rows), dtype=bool)
        for slot, row in enumerate(trace.rules):
            if row.kink is not None and trace.active[slot]:
                touched |= _kinks(trace, slot, values, len(rows))
    for column, target in made.items():
        if column == "value":
            target[rows[same]] = np.broadcast_to(values[trace.result], len(rows))[same]
        else:
            found = cotangents[trace.inputs[column.removeprefix("d_")]]
            whole = np.broadcast_to(0.0 if found is None else found, len(rows))
            target[rows[same]] = whole[same]
    aside[rows[same & touched]] = True
    return rows[same]


def _kinks(trace: Trace, slot: int, values: Values, count: int) -> Any:
    row = trace.rules[slot]
    kink: Any = row.kink
    given = [values[a] for a in trace.arguments[slot]]
    found = np.frompyfunc(kink, row.arity, 1)(*given)
    return np.broadcast_to(np.asarray(found, dtype=bool), count)


def _alone(
    source: str, inputs: Mapping[str, Any], row: int, made: dict[str, Any],
    options: Options | None,
) -> bool:  # fmt: skip
    """One row by itself; False where it has no finite, smooth answer."""
    at = {name: float(values[row]) for name, values in inputs.items()}
    try:
        found = evaluate(source, at, options=options or Options(check="fast"))
    except GradcalcError as error:
        if error.exit is not Exit.NO_ANSWER:
            raise
        return False
    if found.error is not None or found.status != "smooth":
        return False
    truths = {f"d_{given.name}": given.reference for given in found.inputs}
    truths["value"] = found.reference
    for column, target in made.items():
        target[row] = float(truths[column] or "nan")
    return True


def _confirmed(
    source: str, inputs: Mapping[str, Any], ours: dict[str, Any], wrong: Callable[[], Any],
    aside: Any, options: Options | None,
) -> int:  # fmt: skip
    """Put the reference's numbers in the place of our own; how many rows it looked at.

    Wrong rows and right ones are sampled, and sampled again for as long as that changes a verdict:
    then float64 itself loses digits, and can't judge.
    """
    waiting = np.random.default_rng(0).permutation(len(aside))
    seen = 0
    for kind in (True, False):
        changed = True
        while changed and seen < CONFIRMED:
            before = wrong()
            waiting = waiting[~aside[waiting]]
            batch = waiting[before[waiting] == kind][:BATCH]
            if not batch.size:
                break
            for row in batch.tolist():
                aside[row] = not _alone(source, inputs, row, ours, options)
            seen += len(batch)
            waiting = np.setdiff1d(waiting, batch, assume_unique=True)
            changed = bool((wrong() != before).any())
    return seen
