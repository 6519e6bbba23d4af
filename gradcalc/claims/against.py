"""Another program's values and derivatives, row by row against our own.

A path is recorded at a row and replayed for all rows whose guards agree, as arrays; what looks
wrong in float64, and a sample of what looks right, is confirmed by the reference.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.claims.dumps import Dump
from gradcalc.errors import Exit, GradcalcError
from gradcalc.evaluation import evaluate
from gradcalc.modes.arrays import pullback
from gradcalc.numbers.system import COMPARISONS
from gradcalc.reading import Options, Run, read
from gradcalc.rules import machine_arrays
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace, Values

RTOL = {"float64": 1e-9, "float32": 1e-4}
PATHS = 64  # that are run as arrays, past which rows are taken one by one
CONFIRMED = 200  # wrong rows that the reference confirms
SAMPLE = 50  # right rows that it confirms
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
    """A dump that was compared. `digits` counts numbers by correct digits, 0 to 16, by column."""

    path: str
    rows: int
    wrong: int
    aside: int  # rows without a finite, smooth answer of our own
    worst: tuple[Wrong, ...]
    digits: Mapping[str, tuple[int, ...]]
    confirmed: int
    seconds: float


def compare(
    source: str, dump: Dump, *, rtol: float | None = None, atol: float = 0.0,
    ulp: float | None = None, dtype: str = "float64", options: Options | None = None,
) -> Comparison:  # fmt: skip
    """Compare `value` and `d_<input>` of every row.

    Right is |theirs - ours| <= atol + rtol*|ours|, rtol being 1e-9 (float32: 1e-4) unless told, or
    within `ulp` units in the last place of the dtype.
    """
    if dtype not in RTOL:
        raise GradcalcError("usage", f"--dtype {dtype} is not known", None, "float64 or float32")
    start = time.perf_counter()
    inputs, columns = _columns(source, dump)
    given = {name: dump.columns[name] for name in inputs}
    ours, aside = _ours(source, given, columns, options)
    allowed = _Allowed(RTOL[dtype] if rtol is None else rtol, atol, ulp, dtype)
    judged = [_errors(dump.columns[c], ours[c], allowed) for c in columns]
    confirmed = _confirmed(
        source, given, ours, np.any([w for w, _ in judged], axis=0), aside, options
    )
    judged = [_errors(dump.columns[c], ours[c], allowed) for c in columns]
    wrong = np.any([w for w, _ in judged], axis=0) & ~aside
    found: list[Wrong] = []
    for column, (bad, error) in zip(columns, judged, strict=True):
        places = np.flatnonzero(bad & ~aside)
        for row in places[np.argsort(-error[places])][:WORST].tolist():
            at = {name: float(values[row]) for name, values in given.items()}
            theirs, true = float(dump.columns[column][row]), float(ours[column][row])
            found.append(Wrong(row + 1, at, column, theirs, true, float(error[row])))
    digits = {c: _histogram(dump.columns[c][~aside], ours[c][~aside]) for c in columns}
    worst = tuple(sorted(found, key=lambda one: -one.error)[:WORST])
    return Comparison(
        dump.path, dump.rows, int(wrong.sum()), int(aside.sum()), worst, digits, confirmed,
        time.perf_counter() - start,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Allowed:
    rtol: float
    atol: float
    ulp: float | None
    dtype: str


def _errors(theirs: Any, true: Any, allowed: _Allowed) -> tuple[Any, Any]:
    """Which numbers are wrong, and the relative error of each; of what is 0, infinity."""
    with np.errstate(all="ignore"):
        off = np.abs(theirs - true)
        most = allowed.atol + allowed.rtol * np.abs(true)
        if allowed.ulp is not None:
            width = np.float32 if allowed.dtype == "float32" else np.float64
            most = allowed.ulp * np.spacing(np.abs(true).astype(width)).astype(float)
        relative = np.where(off == 0, 0.0, off / np.abs(true))
    return ~(off <= most), np.nan_to_num(relative, nan=np.inf, posinf=np.inf)


def _columns(source: str, dump: Dump) -> tuple[list[str], list[str]]:
    """The inputs, and the columns that hold results."""
    from gradcalc.language import inputs, parse
    from gradcalc.numbers.system import CONSTANTS
    from gradcalc.run.forms import reserved

    constants = frozenset(CONSTANTS) - dump.columns.keys()
    names = list(inputs(parse(source, functions=reserved()), constants, reserved()))
    missing = [name for name in names if name not in dump.columns]
    columns = [c for c in ["value", *(f"d_{name}" for name in names)] if c in dump.columns]
    if missing or not columns:
        what = f"no column {', '.join(missing)}" if missing else "no column value or d_<input>"
        raise GradcalcError(
            "bad-file", f"{dump.path} has {what}", None,
            f"it has {', '.join(dump.columns)}", Exit.FILE,
        )  # fmt: skip
    return names, columns


def _histogram(theirs: Any, true: Any) -> tuple[int, ...]:
    """How many numbers have so many correct digits."""
    with np.errstate(all="ignore"):
        digits = np.clip(np.floor(-np.log10(np.abs(theirs - true) / np.abs(true))), 0, 15)
    digits = np.where(theirs == true, 16, np.nan_to_num(digits, nan=0.0))
    return tuple(np.bincount(digits.astype(int), minlength=17).tolist())


# our own answers --------------------------------------------------------------------------


def _ours(
    source: str, inputs: Mapping[str, Any], columns: list[str], options: Options | None
) -> tuple[dict[str, Any], Any]:
    """Value and derivatives of every row, and which rows have none that is finite and smooth."""
    rows = len(next(iter(inputs.values()))) if inputs else 0
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
    source: str, inputs: Mapping[str, Any], ours: dict[str, Any], wrong: Any, aside: Any,
    options: Options | None,
) -> int:  # fmt: skip
    """Put the reference's numbers in the place of our own, in wrong rows and some right ones."""
    right = np.flatnonzero(~wrong & ~aside)
    some = np.random.default_rng(0).permutation(right)[:SAMPLE]
    rows = [*np.flatnonzero(wrong & ~aside)[:CONFIRMED].tolist(), *some.tolist()]
    for row in rows:
        aside[row] = not _alone(source, inputs, row, ours, options)
    return len(rows)
