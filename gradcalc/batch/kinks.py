"""Rows where a kernel's answer is in doubt: at kinks, and where numbers are not finite or tiny.

They are run again one by one, as `eval` would: what `map` answers is what `eval` answers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.answers.request import Check, Options
from gradcalc.answers.result import Derivative, Result
from gradcalc.batch.budget import SETTLED_SECONDS, Budget
from gradcalc.batch.proven import prove_row
from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.routing import ROW_ERRORS
from gradcalc.kernels.rows import Rows
from gradcalc.run.point import Given, point

if TYPE_CHECKING:
    from gradcalc.batch.summary import Summary

MAX_PROBED_ROWS = 1000  # of a table; those past them are counted as unsettled
LEAST_NORMAL_BITS = np.uint64(1 << 53)  # of a number whose sign is shifted out

Answer = dict[str, float] | None  # the columns of a row; None where it has no answer


class DoubtfulRows:
    """Settles the doubtful rows of a table, `MAX_PROBED_ROWS` at most; several threads may ask."""

    def __init__(self, kernel: Kernel, at: Mapping[str, Given]) -> None:
        self.kernel = kernel
        self.at = at
        self.probes_left = MAX_PROBED_ROWS
        self.budget = Budget(SETTLED_SECONDS)
        self.explained = math.inf  # the first piece of which a row without a value is explained
        self.lock = Lock()
        # Equal rows are probed once: their answers and statuses, by the bits of their inputs.
        self.known: dict[tuple[str, ...], tuple[Answer, str]] = {}

    def settle(self, columns: Mapping[str, Any], rows: Rows, counts: Summary) -> None:
        """Replace the doubtful answers of a piece by what `eval` answers, and count the rows.

        `columns` are the inputs, `rows` the kernel's answers, all of one length. A row that `eval`
        answers with an error alone has NaN in all columns.
        """
        answers = rows.columns
        wild = not_finite(columns.values(), len(answers["value"]))
        missing = wild.copy()
        if wild.any():
            missing &= np.logical_or.reduce([np.isnan(column) for column in columns.values()])
        infinite = wild & ~missing  # inputs that a formula may answer, as eval does
        rows.blank(missing)
        tiny = awkward([*answers.values(), *columns.values()])
        doubtful = (rows.doubtful | infinite | tiny) & ~missing
        doubtful[[k for k, e in rows.failed.items() if e.exit is not Exit.NO_ANSWER]] = False
        self._leave_out_certain(columns, answers, doubtful, infinite)
        for row in np.flatnonzero(doubtful).tolist():
            with self.lock:  # the big numbers' precision is one for all threads
                self._settle(self._point(columns, row), rows, row, counts)

    def _leave_out_certain(
        self, columns: Mapping[str, Any], answers: Mapping[str, Any], doubtful: Any, infinite: Any
    ) -> None:
        """Rows outside a domain, and not by rounding, have no value: nobody has to look at them
        again."""
        nowhere = np.flatnonzero(doubtful & ~infinite & np.isnan(answers["value"]))
        if nowhere.size and columns:
            numbers = point(self.at).machine()
            table = {**numbers, **{name: x[nowhere] for name, x in columns.items()}}
            doubtful[nowhere[self.kernel.outside_domains(table)]] = False

    def _settle(self, at: Mapping[str, Given], rows: Rows, row: int, counts: Summary) -> None:
        key = tuple(float(at[name]).hex() for name in at if name not in self.at)
        if key not in self.known:
            if self.probes_left <= 0 or self.budget.is_spent:
                counts.unsettled += 1
                return
            self.probes_left -= 1
            with self.budget.charged():
                try:
                    self.known[key] = self._probe(at)
                except GradcalcError:  # not the row's: eval has other limits
                    counts.unsettled += 1
                    return
        answer, status = self.known[key]
        if answer is None:
            rows.blank(row)
            return
        counts.kinks += status != "smooth"
        for name, number in answer.items():
            rows.columns[name][row] = number

    def _probe(self, at: Mapping[str, Given]) -> tuple[Answer, str]:
        """What `eval` answers, and the status; GradcalcError where that says nothing of the row."""
        try:
            result, derivatives = self._proven(at, "fast")
        except GradcalcError as error:
            if not error.is_of_values and error.code not in ROW_ERRORS:
                raise
            return None, ""
        if math.isnan(result.value):
            return None, ""
        gradient = {name: float(one.gradient) for name, one in derivatives.items()}
        return {"value": float(result.value), **gradient}, result.status

    def _proven(
        self, at: Mapping[str, Given], check: Check
    ) -> tuple[Result, dict[str, Derivative]]:
        options = Options(check=check, limits=self.kernel.program.limits)
        return prove_row(self.kernel, at, options)

    def wants_reason(self, piece: int) -> bool:
        """Is the reason of a piece's first undefined row worth its time?

        Of a table that of the first piece is told, and pieces may be done in any order.
        """
        with self.lock:
            wanted = piece < self.explained
            self.explained = min(piece, self.explained)
            return wanted

    def reason(self, columns: Mapping[str, Any], row: int) -> GradcalcError:
        """Why a row has no finite answer."""
        unknown = GradcalcError("undefined", "the value is not a number", exit=Exit.NO_ANSWER)
        try:
            with self.lock:
                result, _ = self._proven(self._point(columns, row), "off")
        except GradcalcError as error:
            return error
        return result.error or unknown

    def _point(self, columns: Mapping[str, Any], row: int) -> dict[str, Given]:
        return {**self.at, **{name: float(x[row]) for name, x in columns.items()}}


def not_finite(columns: Iterable[Any], rows: int) -> Any:
    """The rows in which a column has no finite number."""
    wild = np.zeros(rows, dtype=bool)
    for column in columns:
        # Of finite numbers the sum is finite, apart from rare overflows: only where it is not,
        # each number is looked at.
        with np.errstate(all="ignore"):
            total = np.add.reduce(column)
        if not np.isfinite(total):
            wild |= ~np.isfinite(column)
    return wild


def awkward(columns: Iterable[Any]) -> Any:
    """The rows in which a number is infinite, NaN or subnormal: there rounding is not relative, and
    a kernel's steps, in another order than a run's, may have lost what a run keeps. Near such an
    input derivatives overflow, and leave 0 on the way back.

    Without its sign, a float64 orders as its bits do: 0, subnormal, normal, infinite, NaN. Modulo
    2^64 what is neither 0 nor normal is moved to the end, where one comparison finds it.
    """
    odd: Any = False
    for column in columns:
        bits = np.ascontiguousarray(column).view(np.uint64) << np.uint64(1)
        ends = bits + LEAST_NORMAL_BITS < 2 * LEAST_NORMAL_BITS
        odd = odd | (ends & (bits != 0) if ends.any() else ends)
    return odd
