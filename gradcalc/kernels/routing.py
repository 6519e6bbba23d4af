"""Which path each row of a call takes; rows for which there is none are recorded or run alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.execution import Execution
from gradcalc.kernels.lowering import lower
from gradcalc.kernels.paths import Paths
from gradcalc.kernels.program import RowProgram
from gradcalc.kernels.rows import Inputs, Rows
from gradcalc.kernels.tree import NOWHERE, UNKNOWN
from gradcalc.kernels.uniform import uniform_values
from gradcalc.memory import uncollected
from gradcalc.modes.sweeps import reverse
from gradcalc.rules.systems import nan_numbers
from gradcalc.run.expressions import NotFollowedError
from gradcalc.trace.trace import Trace

# Codes of errors that the values of a row may cause, beside those with Exit.NO_ANSWER: they concern
# that row alone. All other errors are the program's, and end the call.
ROW_ERRORS = {
    "not-an-integer",
    "index",
    "too-many-steps",
    "trace-too-long",
    "recursion",
    "shape",
    "too-many-elements",
}


@dataclass(frozen=True, slots=True)
class Router:
    """Finds the paths of a call's rows.

    New ways through the program are recorded and compiled until there are `max_paths`; then rows
    that take yet others are run one by one.
    """

    program: RowProgram
    paths: Paths
    inputs: Inputs
    answer: Rows
    execution: Execution
    max_paths: int
    patience: float
    effort: float

    def route(self, low: int, high: int) -> tuple[Any, Any]:
        """The path of each row from `low` to `high`, negative where it has none; and whether it
        compares equal numbers, so that it may be at a kink."""
        known = len(self.paths)
        paths, equal = self._walk(slice(low, high), high - low)
        lost = self._lost(low + np.flatnonzero(paths == UNKNOWN))
        if not lost.size:
            self.paths.count_when_all_found = known
        strays = lost[:1]
        while lost.size and self._may_discover(known):
            for row in strays.tolist():
                if self._may_discover(known):
                    known += self.discover(row, known)
            groups: list[Any] = []
            known = len(self.paths)
            paths[lost - low], equal[lost - low] = self._walk(lost, len(lost), groups)
            strays = lost[[rows[0] for rows in groups]]
            lost = self._lost(lost[paths[lost - low] == UNKNOWN])
            strays = _among(np.sort(strays), lost)  # others have failed
            if not strays.size:
                strays = lost[:1]
        for place, row in enumerate(lost.tolist()):
            if self._is_out_of_patience():
                paths[lost[place:] - low] = NOWHERE
                break
            self._run_alone(row)
        return paths, equal

    def _is_out_of_patience(self) -> bool:
        answer = self.answer
        return len(answer.failed) >= self.patience or answer.own >= self.effort

    def _may_discover(self, known: int) -> bool:
        if self._is_out_of_patience():
            return False
        return known < self.max_paths and not self.paths.unfollowable

    @uncollected()
    def discover(self, row: int, known: int = 0) -> bool:
        """Record a row's run, and compile its path, which is none of the `known` first ones.

        False where that adds none: the row has no run, say.
        """
        program, numbers = self.program, self.inputs.row(row)
        self.answer.own += 1
        with self.paths.lock:
            if len(self.paths) != known and self.paths.known(numbers):
                return False  # another thread was faster
            try:
                self.paths.add(program.record(numbers), program.wrt, program.hessian)
            except NotFollowedError:
                self.paths.unfollowable = True
                return False
            except GradcalcError as error:
                self._fail(row, error)
                return False
        return True

    def _lost(self, lost: Any) -> Any:
        """The rows that may have a path, of those that have none yet."""
        if lost.size and self.answer.failed:
            lost = lost[~np.isin(lost, list(self.answer.failed))]
        return lost

    def _walk(self, rows: Any, count: int, strays: list[Any] | None = None) -> tuple[Any, Any]:
        """What the tree of known paths says of some rows, as `Tree.walk` does."""
        table = self.inputs.table(rows)
        walker = self.execution.walker(self.paths, count)
        if walker is None:
            return self.paths.tree.walk(table, count, strays=strays)
        paths, equal = np.empty(count, dtype=np.int16), np.zeros(count, dtype=bool)
        walker.run(table, self.execution.uniform_of(walker), [paths], equal)
        return paths, equal

    def _fail(self, row: int, error: GradcalcError) -> None:
        """A row has no run; an error that is not of its values is raised."""
        if not error.is_of_values and error.code not in ROW_ERRORS:
            raise error
        self.answer.failed[row] = error
        self.answer.blank(row)

    def _run_alone(self, row: int) -> None:
        """A row by itself, in single numbers."""
        self.answer.own += 1
        numbers = self.inputs.row(row)
        try:
            trace = self.program.record(numbers, follow=False)
        except GradcalcError as error:
            self._fail(row, error)
            return
        if any(math.isnan(trace.values[s]) for g in trace.guards for s in (g.left, g.right)):
            message = "a condition compares a value that is not a number"
            self._fail(row, GradcalcError("undefined", message, exit=Exit.NO_ANSWER))
            return
        for column, number in self._answers(trace, numbers).items():
            self.answer.columns[column][row] = number
        self.answer.alone += 1

    def _answers(self, trace: Trace, numbers: Mapping[str, float]) -> dict[str, float]:
        """Value and derivatives of a run, by column."""
        wrt = self.program.wrt
        if self.program.hessian:
            derivatives = lower(trace, wrt, True)
            slots = list(derivatives.columns.values())
            values = uniform_values(derivatives.trace, numbers, slots)
            return dict(zip(derivatives.columns, values, strict=True))
        value = trace.values[trace.result]
        if math.isnan(value):
            return {"value": value} | {f"d_{name}": math.nan for name in wrt}
        cotangents = reverse(trace, trace.values, nan_numbers(), math.nan)
        gradient = {f"d_{name}": cotangents[trace.inputs[name]] or 0.0 for name in wrt}
        return {"value": value} | gradient


def _among(few: Any, many: Any) -> Any:
    """Those of a few rows that are among many, which are in order."""
    if not many.size:
        return many
    places = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return few[many[places] == few]
