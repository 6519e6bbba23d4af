"""The minimum in many digits: what counts the digits of parameters and standard errors.

The gradient and JᵀJ are summed over all rows in big numbers (or, of many rows, in longdouble), and
Newton's method goes on from where float64 stopped: a step gains as many digits as the curvature,
known in float64, is right to. Big numbers are Arb's balls where python-flint is, else mpmath's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.fitting.ball_sums import BallSums
from gradcalc.fitting.extended_sums import LONGDOUBLE_BITS, extended_sums, has_longdouble
from gradcalc.fitting.gram import gram
from gradcalc.fitting.problem import Matrix, Problem, Vector
from gradcalc.fitting.starts import thinned
from gradcalc.fitting.sums import Sums, big_sums
from gradcalc.rules.array_systems import through_big_numbers
from gradcalc.rules.enclosures import has_flint
from gradcalc.rules.systems import big_numbers

DIGITS = 50
MAX_DIGITS = 200
MAX_SWEEPS = 40
MAX_BALL_STEPS = 1_500_000  # instructions times rows of a sweep in balls: about two seconds
MAX_BIG_STEPS = 200_000  # the same in mpmath's numbers
SLOW_STEP = 30  # instructions that one of a special function takes as long as
MIN_EXTENDED_STEPS = 6_000  # from which on longdouble is tried first
RIGHT_DIGITS = 16  # of a float64
MAX_ROWS = 200_000  # of all of which the minimum is refined
MAX_CONDITION_ROWS = 10_000  # that tell how well the parameters are determined
SAFETY = 16.0  # times the estimated error of a sum in longdouble


@dataclass(frozen=True, slots=True)
class Minimum:
    """The minimum: parameters, sum of squares and (JᵀJ)⁻¹ as the nearest float64, and digits.

    `covariance` is not scaled by the residuals; `errors` are the square roots of its diagonal, and
    `standard_errors` those times the residuals' standard deviation: NaN without a row to spare.
    `digits` are those of the parameters, `error_digits` those of their standard errors; None where
    they could not be counted. `by` is what they were counted with.
    """

    theta: Vector
    rss: float
    covariance: Matrix
    errors: Vector
    standard_errors: Vector
    digits: tuple[int | None, ...]
    error_digits: tuple[int | None, ...]
    by: str
    centre: tuple[Any, ...] | None = None  # the parameters as mpmath numbers


Summed = Callable[[list[Any]], Sums]


def refined(problem: Problem, theta: Vector, free: Sequence[int]) -> Minimum | None:
    """The minimum near `theta` by the `free` parameters; None where the steps don't shrink."""
    _, jacobian = thinned(problem, MAX_CONDITION_ROWS).derivatives(theta)
    condition = _condition(jacobian[:, list(free)])
    if not math.isfinite(condition):
        return None
    digits = min(MAX_DIGITS, DIGITS + 2 * math.ceil(math.log10(condition)))
    steps, slow = steps_of(problem)
    found: Minimum | None = None
    if steps > MIN_EXTENDED_STEPS and has_longdouble() and not slow:
        found = _in_longdouble(problem, theta, free)
        if found and _complete(found):
            return found
    context = big_numbers(digits).context
    if has_flint() and steps <= MAX_BALL_STEPS:
        balls = BallSums(problem, digits, context)
        best = _newton(problem, theta, free, balls.at, context, None)
        if balls.enclosed:
            return best or found
    if steps > MAX_BIG_STEPS:
        return found
    return _newton(problem, theta, free, lambda x: big_sums(problem, x, digits), context, None)


def steps_of(problem: Problem) -> tuple[int, bool]:
    """How many instructions a sweep over the rows takes, one of a function that NumPy lacks
    counted as many; and are there such ones?"""
    rules = problem.model.first.paths[0].derivatives.trace.rules
    slow = sum(row.name in through_big_numbers() for row in rules)
    return problem.rows * (len(rules) + SLOW_STEP * slow), bool(slow)


def is_costly(problem: Problem) -> bool:
    """Is a sweep over all rows in more digits than float64 has too long?"""
    steps, slow = steps_of(problem)
    if problem.rows > MAX_ROWS:
        return True
    return slow and steps > (MAX_BALL_STEPS if has_flint() else MAX_BIG_STEPS)


def _complete(found: Minimum) -> bool:
    counts = (*found.digits, *found.error_digits)
    return all(count is not None and count >= RIGHT_DIGITS for count in counts)


def _condition(jacobian: Matrix) -> float:
    scale = np.linalg.norm(jacobian, axis=0)
    if not np.isfinite(jacobian).all() or not np.all(scale > 0):
        return math.inf
    s = np.linalg.svd(jacobian / scale, compute_uv=False)
    return float(s[0] / s[-1]) if s[-1] > 0 else math.inf


def _newton(
    problem: Problem,
    start: Vector,
    free: Sequence[int],
    summed: Summed,
    context: Any,
    uncertainty: list[Any] | None,
) -> Minimum | None:
    """Newton's method in big numbers; `uncertainty` is that of the gradient, where it has one."""
    chosen = list(free)
    curvature = problem.curvature(start)
    theta = [context.mpf(float(x)) for x in start]
    scale = [abs(x) or context.mpf(1) for x in theta]
    # The error of a step is about its square: from longdouble nothing is gained below that.
    enough = context.mpf(10) ** (-30 if uncertainty is None else -11)
    last, sums = context.inf, None
    errors = [context.inf] * len(theta)
    for _ in range(MAX_SWEEPS):
        try:
            sums = summed(theta)
        except (ArithmeticError, ValueError):
            return None
        hessian = [[sums.gram[j][k] + float(curvature[j, k]) for k in chosen] for j in chosen]
        gradient = [sums.gradient[k] for k in chosen]
        try:
            units = units_of(sums, chosen, context)
            matrix = context.matrix(in_units(hessian, units))
            slopes = [-slope * unit for slope, unit in zip(gradient, units, strict=True)]
            moves = context.lu_solve(matrix, context.matrix(slopes))
        except ZeroDivisionError:
            return None
        step = [move * unit for move, unit in zip(moves, units, strict=True)]
        for place, k in enumerate(chosen):
            theta[k] += step[place]
            errors[k] = abs(step[place])
        size = max(abs(step[place]) / scale[k] for place, k in enumerate(chosen))
        if size < enough:
            if uncertainty is not None:
                errors = [SAFETY * x * size for x in errors]
            break
        if not size < last / 2:
            if uncertainty is None or not size < context.mpf(10) ** -12:
                return None
            break
        last = size
    else:
        return None
    assert sums is not None  # there was a sweep
    return minimum_of(problem.rows, theta, errors, sums, chosen, context, uncertainty)


def minimum_of(
    rows: int,
    theta: list[Any],
    errors: list[Any],
    sums: Sums,
    chosen: list[int],
    context: Any,
    uncertainty: list[Any] | None,
) -> Minimum | None:
    """The minimum from its sums over so many rows; `errors` are those of the parameters,
    `uncertainty` that of the gradient, where it has one."""
    size = len(theta)
    gram = [[sums.gram[j][k] for k in chosen] for j in chosen]
    try:
        units = units_of(sums, chosen, context)
        scaled_inverse = context.inverse(context.matrix(in_units(gram, units)))
    except ZeroDivisionError:
        return None
    inverse = context.matrix(in_units(scaled_inverse.tolist(), units))
    if any(inverse[k, k] <= 0 for k in range(len(chosen))):
        return None
    covariance, own, scaled = np.zeros((size, size)), np.zeros(size), np.full(size, np.nan)
    spare = rows - len(chosen)
    rss = 0.0 if sums.rss < sums.squares * (1e6 * context.eps) ** 2 else sums.rss
    for j, a in enumerate(chosen):
        own[a] = float(context.sqrt(inverse[j, j]))
        if spare > 0:
            scaled[a] = float(context.sqrt(inverse[j, j] * rss / spare))
        for k, b in enumerate(chosen):
            covariance[a, b] = float(inverse[j, k])
    digits: list[int | None] = [RIGHT_DIGITS] * size
    error_digits: list[int | None] = [None] * size
    for j, a in enumerate(chosen):
        bound = errors[a]
        relative = context.mpf(10) ** -25
        if uncertainty is not None:
            bound += sum(abs(inverse[j, k]) * uncertainty[b] for k, b in enumerate(chosen))
            relative = max(
                sum(abs(inverse[j, k]) * uncertainty[b] for k, b in enumerate(chosen))
                / (abs(theta[a]) or context.mpf(1)),
                context.mpf(2) ** -60,
            )
        digits[a] = _digits(bound, theta[a], context)
        error_digits[a] = _digits(relative, context.mpf(1), context)
    by = "big numbers" if uncertainty is None else "longdouble"
    values = np.array([float(x) for x in theta])
    counts = tuple(digits), tuple(error_digits)
    return Minimum(values, float(rss), covariance, own, scaled, *counts, by, tuple(theta))


def units_of(sums: Sums, chosen: Sequence[int], context: Any) -> list[Any]:
    """For each parameter what has the effect of 1 on the residuals: in these units, matrices are
    as well conditioned as they can be. ZeroDivisionError of one without an effect."""
    return [1 / context.sqrt(sums.gram[k][k]) for k in chosen]


def in_units(matrix: Sequence[Sequence[Any]], units: Sequence[Any]) -> list[list[Any]]:
    """A matrix, its rows and columns times the units of its parameters."""
    return [
        [value * own * other for value, other in zip(row, units, strict=True)]
        for row, own in zip(matrix, units, strict=True)
    ]


def _digits(error: Any, value: Any, context: Any) -> int:
    """How many digits of a number with this error are right."""
    if not value:
        return RIGHT_DIGITS if not error else 0
    relative = error / abs(value)
    if not relative:
        return RIGHT_DIGITS
    return int(max(0, min(RIGHT_DIGITS, math.floor(-float(context.log10(relative)) - 0.3))))


def _in_longdouble(problem: Problem, theta: Vector, free: Sequence[int]) -> Minimum | None:
    """The minimum by sums in longdouble, whose error is estimated from that of float64's sums."""
    context = big_numbers(DIGITS).context
    try:
        sums = extended_sums(problem, [context.mpf(float(x)) for x in theta], context)
    except (ArithmeticError, ValueError):
        return None
    float64 = gram(problem, theta)
    error = [
        abs(float(x) - float(exact)) * 2.0**-LONGDOUBLE_BITS * SAFETY + float(size) * 2.0**-63
        for x, exact, size in zip(float64.gradient, sums.gradient, float64.sizes, strict=True)
    ]
    uncertainty = [context.mpf(x) for x in error]
    return _newton(
        problem, theta, free, lambda x: extended_sums(problem, x, context), context, uncertainty
    )
