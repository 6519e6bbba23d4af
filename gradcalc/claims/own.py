"""Our own numbers of every row: a kernel's, or the reference's where a kernel may err."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.claims.criterion import Array, Criterion
from gradcalc.errors import GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.longdouble import rows_in_longdouble
from gradcalc.kernels.rows import Rows

MAX_SINGULAR_ROWS = 1000  # at kinks, say, that are looked at one by one; the rest is set aside
MAX_CONFIRMED_ROWS = 5000  # that the reference computes


class OwnColumns:
    """`columns` holds our own numbers, by the names of the other program's columns.

    `aside` marks the rows that can't be judged: they have no finite and smooth answer, or none that
    is known well enough. `at_kink` marks those of which only the value can be judged. `rejudged`
    counts the rows that float64 alone would have judged wrongly.
    """

    def __init__(
        self,
        kernel: Kernel,
        inputs: Mapping[str, Array],
        names: tuple[str, ...],
        count: int,
        criterion: Criterion,
        options: Options | None,
    ) -> None:
        self.kernel = kernel
        self.inputs = inputs
        self.criterion = criterion
        self.options = options or Options(check="fast")
        rows = kernel.rows(inputs)
        self.columns = {name: np.broadcast_to(rows.columns[name], count).copy() for name in names}
        self.aside: Array = ~np.isfinite(list(self.columns.values())).all(axis=0)
        self.at_kink: Array = np.zeros(count, dtype=bool)
        if kernel.wrt:
            self.aside |= rows.doubtful
        for row in np.flatnonzero(self.aside & self._may_have_value(rows))[:MAX_SINGULAR_ROWS]:
            self.confirm(int(row))
        self.rejudged = self._rejudge()

    def _may_have_value(self, rows: Rows) -> Array:
        """The rows with a value, where there may be a derivative too, though a kernel does not find
        it; and those that only rounding may have left without one."""
        value = np.broadcast_to(rows.columns["value"], len(self.aside))
        may_have = np.isfinite(value)
        given = np.isfinite(list(self.inputs.values())).all(axis=0)
        lost = np.flatnonzero(np.isnan(value) & given)
        if lost.size and self.inputs:
            table = {name: column[lost] for name, column in self.inputs.items()}
            may_have[lost] = ~self.kernel.outside_domains(table)
        return may_have

    def _rejudge(self) -> int:
        """Confirm the rows where wider floats show that float64 lost digits that matter."""
        lost = np.zeros(len(self.aside), dtype=bool)
        for name, wider in rows_in_longdouble(self.kernel, self.inputs, len(lost)).items():
            if name in self.columns:
                wrong, _ = self.criterion.errors(self.columns[name], wider)
                lost |= wrong & np.isfinite(wider)
        rows = np.flatnonzero(lost & ~self.aside)
        for row in rows[:MAX_CONFIRMED_ROWS].tolist():
            self.confirm(row)
        self.aside[rows[MAX_CONFIRMED_ROWS:]] = True
        return len(rows[:MAX_CONFIRMED_ROWS])

    def judged(self, name: str) -> Array:
        """The rows in which this column can be judged: a value may be finite at a kink."""
        if name == "value":
            return ~self.aside | (self.at_kink & np.isfinite(self.columns[name]))
        return ~self.aside

    def at(self, row: int) -> dict[str, float]:
        """The inputs of a row."""
        return {name: float(column[row]) for name, column in self.inputs.items()}

    def confirm(self, row: int) -> None:
        """Replace the kernel's numbers of a row by the reference's."""
        try:
            result = evaluate(
                self.kernel.source, self.at(row), wrt=self.kernel.wrt, options=self.options
            )
        except GradcalcError as error:
            if not error.is_of_values:
                raise
            self.aside[row] = True
            return
        truths = {f"d_{one.by[0]}": one.reference for one in result.derivatives}
        truths["value"] = result.reference
        for name, column in self.columns.items():
            column[row] = float(truths[name] or "nan")
        finite = all(np.isfinite(column[row]) for column in self.columns.values())
        self.aside[row] = result.error is not None or result.status != "smooth" or not finite
        self.at_kink[row] = result.error is None and result.status in ("kink", "one-sided")
