"""Very many rows: how many digits are right is told from a sample of them, in longdouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcalc.fitting.gram import gram
from gradcalc.fitting.problem import Problem, Vector
from gradcalc.fitting.refinement import DIGITS, Minimum, minimum_of
from gradcalc.fitting.starts import thinned
from gradcalc.fitting.sums import Sums, extended_rows, extended_sums, has_longdouble
from gradcalc.rules.systems import big_numbers

MIN_SAMPLED = 200_000  # rows, past which the minimum is not refined
SAMPLED_ROWS = 4_000
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
    few = thinned(problem, SAMPLED_ROWS)
    big = [context.mpf(float(x)) for x in theta]
    try:
        wide = extended_sums(few, big, context)
        spread = _rounding_spread(few, big)
    except (ArithmeticError, ValueError):
        return None
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


def _rounding_spread(problem: Problem, theta: list[Any]) -> list[float]:
    """The standard deviation, over the rows, of the rounding of a row's part of the gradient."""
    rows = []
    for one in problem.series:
        residual, local, _ = extended_rows(problem, one, theta)
        rows.append([np.asarray(x * residual, dtype=np.longdouble) for x in local])
    theta64 = np.array([float(x) for x in theta])
    r, jacobian = problem.derivatives(theta64)
    spread = []
    for j in range(jacobian.shape[1]):
        exact = np.concatenate(
            [
                np.broadcast_to(row[j], one.rows)
                for row, one in zip(rows, problem.series, strict=True)
            ]
        )
        spread.append(float(np.std(exact - jacobian[:, j] * r)))
    return spread
