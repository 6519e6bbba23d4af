"""Rows where a kernel's answer is in doubt: at kinks, and where a derivative is not finite.

They are run again one by one, with the one-sided probe that decides what is true there.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Derivative, Result
from gradcalc.batch.proven import proven
from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.batch.summary import Summary

MOST = 1000  # rows of a table that are run again


class Doubts:
    """Settles doubtful rows, so many of a table."""

    def __init__(self, kernel: Kernel, at: Mapping[str, Given]) -> None:
        self.kernel = kernel
        self.given = at
        self.left = MOST
        self.lock = Lock()
        # the same rows, the same answer
        self.known: dict[tuple[Given, ...], tuple[Result, dict[str, Derivative]] | None] = {}

    def settle(
        self, columns: Mapping[str, Any], made: Mapping[str, Any], touched: Any, counts: Summary
    ) -> None:
        """Put what is true in the place of what is doubtful, and count it."""
        finite = np.isfinite(made["value"])
        wild = np.zeros(len(finite), dtype=bool)
        for column in made.values():
            # A sum is finite where all are, but for rare overflows: then a closer look is due.
            with np.errstate(all="ignore"):
                total = np.add.reduce(column)
            if not np.isfinite(total):
                wild |= ~np.isfinite(column)
        doubtful = np.flatnonzero(finite & (touched | wild))
        for row in doubtful.tolist():
            with self.lock:  # the big numbers' precision is one for all threads
                at = self._at(columns, row)
                key = tuple(at[name] for name in columns)
                if key not in self.known:
                    if self.left <= 0:
                        counts.unsettled += 1
                        continue
                    self.left -= 1
                    self.known[key] = self._probed(at)
                self._settle(self.known[key], made, row, counts)
        infinite = np.isinf(made["value"])
        if wild.any():
            for name in self.kernel.columns:
                infinite |= np.isinf(made[name])
        counts.infinite = int(np.count_nonzero(infinite & ~np.isnan(made["value"])))

    def _probed(self, at: Mapping[str, Given]) -> tuple[Result, dict[str, Derivative]] | None:
        """The probe's answer, if there is one."""
        try:
            return proven(self.kernel, at, Options(check="fast"))
        except GradcalcError:
            return None

    def _settle(
        self,
        found: tuple[Result, dict[str, Derivative]] | None,
        made: Mapping[str, Any],
        row: int,
        counts: Summary,
    ) -> None:
        if found is None:
            counts.unsettled += 1
            return
        result, derivatives = found
        counts.kinks += result.status != "smooth"
        for name, one in derivatives.items():
            made[name][row] = one.gradient

    def reason(self, columns: Mapping[str, Any], row: int) -> GradcalcError:
        """Why a row has no value."""
        try:
            with self.lock:
                evaluate(self.kernel.source, self._at(columns, row), options=Options(check="off"))
        except GradcalcError as error:
            return error
        return GradcalcError("undefined", "the value is not a number", exit=Exit.NO_ANSWER)

    def _at(self, columns: Mapping[str, Any], row: int) -> dict[str, Given]:
        return {**self.given, **{name: float(x[row]) for name, x in columns.items()}}
