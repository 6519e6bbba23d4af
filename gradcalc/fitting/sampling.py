"""Very many rows: how many digits are right is told from a sample of them, in longdouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcalc.fitting.extended_sums import Rows, add_rows, extended_rows, finished, has_longdouble
from gradcalc.fitting.gram import gram
from gradcalc.fitting.problem import Problem, Vector
from gradcalc.fitting.refinement import DIGITS, Minimum, minimum_of, steps_of
from gradcalc.fitting.starts import thinned
from gradcalc.fitting.sums import Sums
from gradcalc.rules.systems import big_numbers

SAMPLED_ROWS = 4_000
SLOW_ROWS = 500  # the same, of special functions
DEVIATIONS = 6.0  # of the sum of what a sample tells, that the error may be
SUM_ROUNDING = 24 * 2.0**-53  # relative to the sizes summed: NumPy adds in pairs
GRAM_DIGITS = 14  # of sums of products of float64 that are all positive


def sampled(problem: Problem, theta: Vector, free: Sequence[int]) -> Minimum | None:
    """The minimum as float64 found it, the error of its gradient told from a sample of the rows.

    Each row's part of the gradient is off by its rounding; the sample, computed in longdouble, says
    by how much on average and how that varies. None where longdouble is no wider than float64.
    """
    context, chosen = big_numbers(DIGITS).context, list(free)
    if not has_longdouble():
        return None
    _, slow = steps_of(problem)
    few = thinned(problem, SLOW_ROWS if slow else SAMPLED_ROWS)
    big = [context.mpf(float(x)) for x in theta]
    try:
        rows = [extended_rows(few, one, big) for one in few.series]
        wide = _summed(few, rows, context)
    except (ArithmeticError, ValueError):
        return None
    spread = _rounding_spread(few, rows, theta)
    share = problem.rows / few.rows
    part, whole = gram(few, theta), gram(problem, theta)
    size = len(theta)
    uncertainty = []
    for j in range(size):
        off = abs(part.gradient[j] - float(wide.gradient[j])) * share
        summed = SUM_ROUNDING * whole.sizes[j]
        uncertainty.append(
            context.mpf(off + DEVIATIONS * spread[j] * share * few.rows**0.5 + summed)
        )
    sums = Sums(
        context.mpf(1),
        context.mpf(whole.rss),
        [context.mpf(x) for x in whole.gradient],
        [[context.mpf(x) for x in row] for row in whole.matrix],
    )
    last = [context.mpf(0)] * size
    minimum = minimum_of(
        problem.rows,
        big,
        last,
        sums,
        chosen,
        context,
        [u + abs(g) for u, g in zip(uncertainty, sums.gradient, strict=True)],
    )
    if minimum is None:
        return None
    errors = tuple(None if d is None else min(d, GRAM_DIGITS) for d in minimum.error_digits)
    return replace(minimum, error_digits=errors, by="a sample in longdouble", centre=None)


def _summed(problem: Problem, rows: Sequence[Rows], context: Any) -> Sums:
    """The sums of a problem's rows, as big numbers."""
    total = Sums.zero(np.longdouble(0), len(problem.names))
    for own, one in zip(rows, problem.series, strict=True):
        add_rows(own, one.rows, total)
    return finished(total, context)


def _rounding_spread(problem: Problem, rows: Sequence[Rows], theta: Vector) -> list[float]:
    """The standard deviation, over the rows, of the rounding of a row's part of the gradient."""
    parts = [[x * residual for x in local] for residual, local, _ in rows]
    r, jacobian = problem.derivatives(theta)
    spread = []
    for j in range(jacobian.shape[1]):
        exact = np.concatenate(
            [
                np.broadcast_to(part[j], one.rows)
                for part, one in zip(parts, problem.series, strict=True)
            ]
        )
        spread.append(float(np.std(exact - jacobian[:, j] * r)))
    return spread
