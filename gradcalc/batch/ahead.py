"""Rows of a table's sample that are proven while the table is still computed.

Which rows are in the sample is known after the last piece; but those with the lowest lots mostly
stay in it, so that little is left to do at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import Condition

from gradcalc.batch.budget import PROVEN_SECONDS, Budget
from gradcalc.batch.sample import Row, RowCheck, Sample, check_row
from gradcalc.kernels.kernel import Kernel
from gradcalc.run.point import Given


class Proofs:
    """What one thread proves, in `work`, of the `sample` that another one tells it anew.

    `at` are the inputs that are the same in all rows.
    """

    def __init__(self, kernel: Kernel, at: Mapping[str, Given]) -> None:
        self.kernel = kernel
        self.at = at
        self.proven: dict[float, RowCheck] = {}  # by the lot of each row
        self._sample = Sample()
        self._changed = Condition()
        self._ended = False

    def tell(self, sample: Sample) -> None:
        """This is the sample now."""
        with self._changed:
            self._sample = sample
            self._changed.notify()

    def end(self) -> None:
        """Nothing more is to be proven; the row that is being proven is not waited for."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def work(self) -> None:
        """Prove rows until the end, or until the time for them is spent.

        What fails is left for the end to tell.
        """
        budget = Budget(PROVEN_SECONDS)
        with suppress(Exception):
            while not budget.is_spent and (row := self._next()) is not None:
                with budget.charged():
                    check = check_row(self.kernel, {**self.at, **row.at}, row.answers)
                self.proven[row.lot] = check

    def _next(self) -> Row | None:
        """A row that is not proven yet, once there is one; None at the end."""
        with self._changed:
            while not self._ended:
                for row in self._sample.rows:
                    if row.lot not in self.proven:
                        return row
                self._changed.wait()
        return None
