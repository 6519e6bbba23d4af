"""Some rows, drawn by chance, that go through the full check."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.errors import GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.run.point import Given


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was drawn: its lot, its inputs, the kernel's answers."""

    lot: float
    at: Mapping[str, float]
    made: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the full check found: how many rows, those where the modes or sympy disagree, the least
    count of correct digits of value and gradient, where, and rows without a count."""

    rows: int
    wrong: tuple[Mapping[str, Given], ...]
    digits: int | None
    worst: tuple[str, Mapping[str, Given]] | None
    uncounted: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows with the lowest lots so far: every row has the same chance."""

    rows: tuple[Row, ...] = ()

    def merged(self, other: Sample, count: int) -> Sample:
        """The lowest of both."""
        return Sample(tuple(sorted((*self.rows, *other.rows), key=lambda row: row.lot)[:count]))

    def checked(self, kernel: Kernel, given: Mapping[str, Given]) -> Checked:
        """Prove each row, and count the correct digits of what the kernel made of it."""
        from gradcalc.batch.proven import proven

        wrong = []
        counted: list[tuple[int, str, Mapping[str, Given]]] = []
        uncounted = 0
        for row in self.rows:
            at = {**given, **row.at}
            try:
                result, derivatives = proven(kernel, at)
            except GradcalcError:
                uncounted += 1  # there is no answer, or a step fails that the kernel does not need
                continue
            if result.checks.modes is False or result.checks.symbolic is False:
                wrong.append(at)
            truths = {"value": (result.value, result.reference)}
            truths |= {name: (one.gradient, one.reference) for name, one in derivatives.items()}
            found = [
                (digits, name, at)
                for name, truth in truths.items()
                if (digits := _digits(row.made[name], *truth)) is not None
            ]
            if not found or result.status != "smooth":
                uncounted += 1
            else:
                counted += found
        least = min(counted, key=lambda one: one[0], default=None)
        return Checked(
            len(self.rows),
            tuple(wrong),
            least[0] if least else None,
            least[1:] if least else None,
            uncounted,
        )


def drawn(
    columns: Mapping[str, Any], made: Mapping[str, Any], count: int, seed: tuple[int, ...]
) -> Sample:
    """Rows of a piece by the lowest lots."""
    if not count:
        return Sample()
    lots = np.random.default_rng(seed).random(len(made["value"]))
    lowest = np.argpartition(lots, count - 1)[:count] if count < len(lots) else range(len(lots))
    rows = []
    for k in lowest:
        answers = {name: float(column[k]) for name, column in made.items()}
        at = {name: float(column[k]) for name, column in columns.items()}
        rows.append(Row(float(lots[k]), at, answers))
    return Sample(tuple(rows))


def _digits(answer: float, evaluated: float, truth: str | None) -> int | None:
    """How many digits of a kernel's answer are right; None where none count: eval has the same
    infinity, or no number."""
    if truth is None or math.isnan(float(truth)):
        return None
    if not math.isfinite(answer) or math.isinf(float(truth)):
        return None if answer == evaluated else 0
    from gradcalc.checks.reference import correct_digits
    from gradcalc.rules.systems import big_numbers

    numbers = big_numbers(50)
    return correct_digits(answer, numbers.number(Fraction(truth)), numbers)
