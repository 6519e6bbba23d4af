"""Some rows, drawn by chance, that go through the full check."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from gradcalc.batch.budget import PROVEN_SECONDS, Budget
from gradcalc.errors import GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.numbers.big import in_turn
from gradcalc.run.point import Given

# What is imported only when something is proven: sympy's tensors with the first sum.
CHECKING = (
    *("sympy.tensor.tensor", "gradcalc.batch.proven", "gradcalc.checks.proof"),
    *("gradcalc.checks.symbolic", "gradcalc.checks.notes"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sample: its lot (a random number in [0, 1)), inputs and the kernel's answers."""

    lot: float
    at: Mapping[str, float]
    answers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """What the full check found: how many rows, those where the modes or sympy disagree, the least
    count of correct digits of value and gradient, where, and rows without a count.

    In `compared` of the rows forward and reverse mode were compared, in `symbolic` of them sympy's
    derivative too. `left_out` are rows of the sample that there was no time for.
    """

    rows: int
    wrong: tuple[Mapping[str, Given], ...]
    digits: int | None
    worst: tuple[str, Mapping[str, Given]] | None
    uncounted: int
    compared: int = 0
    symbolic: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What the full check of a row says: are its modes or sympy at odds, and the column with the
    fewest correct digits; without a `column`, no digits are counted. Were the modes `compared`, and
    with sympy?"""

    at: Mapping[str, Given]
    wrong: bool = False
    digits: int = 0
    column: str = ""
    compared: bool = False
    symbolic: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows with the lowest lots so far: every row has the same chance.

    `proven` says of some, by their lots, what their check has found already.
    """

    rows: tuple[Row, ...] = ()
    proven: Mapping[float, RowCheck] = field(default_factory=dict)

    def merge(self, other: Sample, count: int) -> Sample:
        """The lowest of both."""
        return Sample(tuple(sorted((*self.rows, *other.rows), key=lambda row: row.lot)[:count]))

    def check(self, kernel: Kernel, at: Mapping[str, Given]) -> SampleCheck:
        """Prove each row, and count the correct digits of what the kernel computed for it.

        `at` are the inputs that are the same in all rows. Rows that come after the time for them
        is spent are left out.
        """
        budget = Budget(PROVEN_SECONDS)
        checks = []
        for row in self.rows:
            if budget.is_spent:
                break
            with budget.charged():
                checks.append(
                    self.proven.get(row.lot) or check_row(kernel, {**at, **row.at}, row.answers)
                )
        counted = [check for check in checks if check.column]
        worst = min(counted, key=lambda check: check.digits, default=None)
        return SampleCheck(
            len(checks),
            tuple(check.at for check in checks if check.wrong),
            worst.digits if worst else None,
            (worst.column, worst.at) if worst else None,
            len(checks) - len(counted),
            sum(check.compared for check in checks),
            sum(check.symbolic for check in checks),
            len(self.rows) - len(checks),
        )


@in_turn
def check_row(kernel: Kernel, at: Mapping[str, Given], answers: Mapping[str, float]) -> RowCheck:
    from gradcalc.batch.proven import prove_row

    try:
        result, derivatives = prove_row(kernel, at)
    except GradcalcError:  # no answer, or a step fails that the kernel does not need
        return RowCheck(at)
    checks = result.checks
    compared = checks.modes is not None, checks.symbolic is not None
    wrong = checks.modes is False or checks.symbolic is False
    truths = {"value": (result.value, result.reference)}
    truths |= {name: (one.gradient, one.reference) for name, one in derivatives.items()}
    counts = {name: _digits(answers[name], *truth) for name, truth in truths.items()}
    counted = [(digits, name) for name, digits in counts.items() if digits is not None]
    if not counted or result.status != "smooth":
        return RowCheck(at, wrong, 0, "", *compared)
    digits, column = min(counted, key=lambda count: count[0])
    return RowCheck(at, wrong, digits, column, *compared)


def load_checks() -> None:
    """Import what a check of rows needs, which takes as long as to check a hundred of them."""
    for name in CHECKING:
        import_module(name)


def draw(
    columns: Mapping[str, Any], answers: Mapping[str, Any], count: int, seed: tuple[int, ...]
) -> Sample:
    """Up to `count` rows of a piece, those with the lowest lots; `seed` gives the lots.

    Only these lots are drawn, in order: the least of n uniform numbers are the first sums of n + 1
    exponential ones, divided by the sum of all.
    """
    size = len(answers["value"])
    count = min(count, size)
    if not count:
        return Sample()
    random = np.random.default_rng(seed)
    sums = random.standard_exponential(count).cumsum()
    lots = sums / (sums[-1] + random.standard_gamma(size + 1 - count))
    rows = []
    for lot, k in zip(lots, random.choice(size, count, replace=False), strict=True):
        at, answer = (
            {name: float(column[k]) for name, column in table.items()}
            for table in (columns, answers)
        )
        rows.append(Row(float(lot), at, answer))
    return Sample(tuple(rows))


def _digits(answer: float, evaluated: float, truth: str | None) -> int | None:
    """How many digits of a kernel's answer are right; None where none count: eval has the same
    infinity, or no number."""
    if truth is None or math.isnan(float(truth)):
        return None
    if not math.isfinite(answer) or math.isinf(float(truth)):
        return None if answer == evaluated else 0
    from gradcalc.checks.reference import correct_digits
    from gradcalc.numbers import big
    from gradcalc.rules.systems import big_numbers

    numbers = big_numbers(50)
    return correct_digits(answer, big.decimal(numbers.context, truth), numbers)
