"""Rows where a kernel's answer is in doubt: at kinks, and where a derivative is not finite.

They are run again one by one, with the one-sided probe that decides what is true there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Derivative, Result
from gradcalc.batch.budget import SETTLED_SECONDS, Budget
from gradcalc.batch.proven import prove_row
from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.batch.summary import Summary

MAX_PROBED_ROWS = 1000  # of a table; those past them are counted as unsettled


class DoubtfulRows:
    """Settles the doubtful rows of a table, `MAX_PROBED_ROWS` at most; several threads may ask."""

    def __init__(self, kernel: Kernel, at: Mapping[str, Given]) -> None:
        self.kernel = kernel
        self.at = at
        self.probes_left = MAX_PROBED_ROWS
        self.budget = Budget(SETTLED_SECONDS)
        self.explained = math.inf  # the first piece of which a row without a value is explained
        self.lock = Lock()
        # equal rows are probed once
        self.known: dict[tuple[Given, ...], tuple[Result, dict[str, Derivative]] | None] = {}

    def settle(
        self, columns: Mapping[str, Any], answers: Mapping[str, Any], at_kink: Any, counts: Summary
    ) -> None:
        """Replace the doubtful derivatives of a piece by true ones, and count them.

        `columns` are the inputs and `answers` the kernel's columns, all of one length; `at_kink`
        marks the rows that may be at one.
        """
        finite = np.isfinite(answers["value"])
        wild = np.zeros(len(finite), dtype=bool)
        for column in answers.values():
            # Of finite numbers the sum is finite, apart from rare overflows: only where it is not,
            # each number is looked at.
            with np.errstate(all="ignore"):
                total = np.add.reduce(column)
            if not np.isfinite(total):
                wild |= ~np.isfinite(column)
        doubtful = np.flatnonzero(finite & (at_kink | wild))
        for row in doubtful.tolist():
            with self.lock:  # the big numbers' precision is one for all threads
                at = self._point(columns, row)
                key = tuple(at[name] for name in columns)
                if key not in self.known:
                    if self.probes_left <= 0 or self.budget.is_spent:
                        counts.unsettled += 1
                        continue
                    self.probes_left -= 1
                    with self.budget.charged():
                        self.known[key] = self._probe(at)
                self._settle(self.known[key], answers, row, counts)
        infinite = np.isinf(answers["value"])
        if wild.any():
            for name in self.kernel.columns:
                infinite |= np.isinf(answers[name])
        counts.infinite = int(np.count_nonzero(infinite & ~np.isnan(answers["value"])))

    def _probe(self, at: Mapping[str, Given]) -> tuple[Result, dict[str, Derivative]] | None:
        """The probe's answer, if there is one."""
        try:
            return prove_row(self.kernel, at, Options(check="fast"))
        except GradcalcError:
            return None

    def _settle(
        self,
        probe: tuple[Result, dict[str, Derivative]] | None,
        answers: Mapping[str, Any],
        row: int,
        counts: Summary,
    ) -> None:
        if probe is None:
            counts.unsettled += 1
            return
        result, derivatives = probe
        counts.kinks += result.status != "smooth"
        for name, one in derivatives.items():
            answers[name][row] = one.gradient

    def wants_reason(self, piece: int) -> bool:
        """Is the reason of a piece's first undefined row worth its time?

        Of a table that of the first piece is told, and pieces may be done in any order.
        """
        with self.lock:
            wanted = piece < self.explained
            self.explained = min(piece, self.explained)
            return wanted

    def reason(self, columns: Mapping[str, Any], row: int) -> GradcalcError:
        """Why a row has no value."""
        try:
            with self.lock:
                evaluate(
                    self.kernel.source, self._point(columns, row), options=Options(check="off")
                )
        except GradcalcError as error:
            return error
        return GradcalcError("undefined", "the value is not a number", exit=Exit.NO_ANSWER)

    def _point(self, columns: Mapping[str, Any], row: int) -> dict[str, Given]:
        return {**self.at, **{name: float(x[row]) for name, x in columns.items()}}
