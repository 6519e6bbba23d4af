"""The minimum in many digits: what counts the digits of parameters and standard errors.

The gradient and JᵀJ are summed over all rows in big numbers (or, of many rows, in longdouble), and
Newton's method goes on from where float64 stopped: a step gains as many digits as the curvature,
known in float64, is right to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.fitting.expressions import Expression, number
from gradcalc.fitting.problem import Matrix, Problem, Series, Vector
from gradcalc.kernels.paths import Path
from gradcalc.rules.systems import big_numbers, extended_arrays
from gradcalc.trace.replay import replay

DIGITS = 50
MAX_DIGITS = 200
MAX_SWEEPS = 40
MAX_BIG_STEPS = 4_000_000  # instructions times rows of a sweep, past which longdouble must do
MIN_EXTENDED_STEPS = 6_000  # from which on longdouble is tried first
RIGHT_DIGITS = 16  # of a float64
LONGDOUBLE_BITS = 11  # by which longdouble is finer than float64
EXTENDED_ROWS = 1 << 15  # computed at a time
SAFETY = 16.0  # times the estimated error of a sum in longdouble


@dataclass(frozen=True, slots=True)
class Minimum:
    """The minimum: parameters, sum of squares and (JᵀJ)⁻¹ as the nearest float64, and digits.

    `covariance` is not scaled by the residuals; `errors` are the square roots of its diagonal.
    `digits` are those of the parameters, `error_digits` those of their standard errors; None where
    they could not be counted. `by` is what they were counted with.
    """

    theta: Vector
    rss: float
    covariance: Matrix
    errors: Vector
    digits: tuple[int | None, ...]
    error_digits: tuple[int | None, ...]
    by: str
    centre: tuple[Any, ...] | None = None  # the parameters as mpmath numbers


@dataclass(slots=True)
class Sums:
    """Sums over all rows in big numbers: of squares of target and residuals, Jᵀr and JᵀJ."""

    squares: Any  # of the target
    rss: Any
    gradient: list[Any]
    gram: list[list[Any]]

    @classmethod
    def zero(cls, nothing: Any, size: int) -> Sums:
        """The sums over no rows."""
        return cls(nothing, nothing, [nothing] * size, [[nothing] * size for _ in range(size)])

    def add(self, target: Any, residual: Any, local: list[Any]) -> None:
        """Add a row with this residual and its derivatives; JᵀJ above its diagonal only."""
        self.squares += target * target
        self.rss += residual * residual
        for j, x in enumerate(local):
            if x:
                self.gradient[j] += x * residual
                for k in range(j, len(local)):
                    self.gram[j][k] += x * local[k]

    def mirrored(self) -> Sums:
        """The same with JᵀJ below its diagonal, too."""
        for j in range(len(self.gram)):
            for k in range(j):
                self.gram[j][k] = self.gram[k][j]
        return self

    def converted(self, convert: Callable[[Any], Any]) -> Sums:
        """The same in other numbers."""
        return Sums(
            convert(self.squares),
            convert(self.rss),
            [convert(x) for x in self.gradient],
            [[convert(x) for x in row] for row in self.gram],
        )


Summed = Callable[[list[Any]], Sums]


def refined(problem: Problem, theta: Vector, free: Sequence[int]) -> Minimum | None:
    """The minimum near `theta` by the `free` parameters; None where the steps don't shrink."""
    _, jacobian = problem.derivatives(theta)
    condition = _condition(jacobian[:, list(free)])
    if not math.isfinite(condition):
        return None
    digits = min(MAX_DIGITS, DIGITS + 2 * math.ceil(math.log10(condition)))
    steps = problem.rows * len(problem.model.first.paths[0].derivatives.trace)
    found: Minimum | None = None
    if steps > MIN_EXTENDED_STEPS and _has_longdouble():
        found = _in_longdouble(problem, theta, free)
    if found and (steps > MAX_BIG_STEPS or _complete(found)):
        return found
    if steps > MAX_BIG_STEPS:
        return found
    context = big_numbers(digits).context
    return _newton(problem, theta, free, lambda x: big_sums(problem, x, digits), context, None)


def _complete(found: Minimum) -> bool:
    counts = (*found.digits, *found.error_digits)
    return all(count is not None and count >= RIGHT_DIGITS for count in counts)


def _condition(jacobian: Matrix) -> float:
    scale = np.linalg.norm(jacobian, axis=0)
    if not np.isfinite(jacobian).all() or not np.all(scale > 0):
        return math.inf
    s = np.linalg.svd(jacobian / scale, compute_uv=False)
    return float(s[0] / s[-1]) if s[-1] > 0 else math.inf


def _has_longdouble() -> bool:
    return bool(np.finfo(np.longdouble).nmant - np.finfo(float).nmant >= LONGDOUBLE_BITS)


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
    enough = context.mpf(10) ** (-30 if uncertainty is None else -17)
    last, sums = context.inf, None
    errors = [context.inf] * len(theta)
    for _ in range(MAX_SWEEPS):
        try:
            sums = summed(theta)
        except (ArithmeticError, ValueError):
            return None
        matrix = context.matrix(
            [[sums.gram[j][k] + float(curvature[j, k]) for k in chosen] for j in chosen]
        )
        try:
            step = context.lu_solve(matrix, context.matrix([-sums.gradient[k] for k in chosen]))
        except ZeroDivisionError:
            return None
        for place, k in enumerate(chosen):
            theta[k] += step[place]
            errors[k] = abs(step[place])
        size = max(abs(step[place]) / scale[k] for place, k in enumerate(chosen))
        if size < enough:
            break
        if not size < last / 2:
            if uncertainty is None or not size < context.mpf(10) ** -12:
                return None
            break
        last = size
    else:
        return None
    assert sums is not None  # there was a sweep
    return _minimum(theta, errors, sums, chosen, context, uncertainty)


def _minimum(
    theta: list[Any],
    errors: list[Any],
    sums: Sums,
    chosen: list[int],
    context: Any,
    uncertainty: list[Any] | None,
) -> Minimum | None:
    size = len(theta)
    gram = context.matrix([[sums.gram[j][k] for k in chosen] for j in chosen])
    try:
        inverse = context.inverse(gram)
    except ZeroDivisionError:
        return None
    if any(inverse[k, k] <= 0 for k in range(len(chosen))):
        return None
    covariance, own = np.zeros((size, size)), np.zeros(size)
    for j, a in enumerate(chosen):
        own[a] = float(context.sqrt(inverse[j, j]))
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
    rss = 0.0 if sums.rss < sums.squares * (1e6 * context.eps) ** 2 else float(sums.rss)
    return Minimum(
        values, rss, covariance, own, tuple(digits), tuple(error_digits), by, tuple(theta)
    )


def _digits(error: Any, value: Any, context: Any) -> int:
    """How many digits of a number with this error are right."""
    if not value:
        return RIGHT_DIGITS if not error else 0
    relative = error / abs(value)
    if not relative:
        return RIGHT_DIGITS
    return int(max(0, min(RIGHT_DIGITS, math.floor(-float(context.log10(relative)) - 0.3))))


# Sums in big numbers -----------------------------------------------------------------------


def big_sums(problem: Problem, theta: list[Any], digits: int) -> Sums:
    """The sums in mpmath numbers of so many digits, row by row."""
    numbers = big_numbers(digits)
    context, size = numbers.context, len(problem.names)
    total = Sums.zero(context.mpf(0), size)
    held = problem.model.exact_held.numbers(numbers)
    for one in problem.series:
        names = zip(problem.model.parameters, one.places, strict=True)
        fixed = held | {name: theta[place] for name, place in names}
        for row, path in enumerate(paths_of(problem, one, theta)):
            columns = {n: number(one.data.exact(n, row), numbers) for n in problem.model.columns}
            target = one.target_of.exact(one.data, row, numbers)
            values = _row(path, numbers, {**fixed, **columns})
            local = [context.mpf(0)] * size
            for name, place in zip(problem.model.parameters, one.places, strict=True):
                local[place] += values[f"d_{name}"]
            residual = values["value"] - target
            if one.sigma_of is not None:
                sigma = one.sigma_of.exact(one.data, row, numbers)
                target, residual = target / sigma, residual / sigma
                local = [x / sigma for x in local]
            total.add(target, residual, local)
    if not context.isfinite(total.rss):
        raise ValueError("a residual is not finite")
    return total.mirrored()


def paths_of(problem: Problem, one: Series, theta: Sequence[Any]) -> list[Path]:
    """The compiled path of each row of a series."""
    paths = problem.model.first.paths
    if paths.straight is not None:
        return [paths.straight] * one.rows
    table: dict[str, Any] = {name: one.data.columns[name] for name in problem.model.columns}
    table |= problem.model.held
    for name, place in zip(problem.model.parameters, one.places, strict=True):
        table[name] = float(theta[place])
    with np.errstate(all="ignore"):
        numbers, _ = paths.tree.walk(table, one.rows)
    return [paths[int(k)] for k in numbers]


def _row(path: Path, numbers: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """The columns of a path's derivatives, in the number system."""
    trace = path.derivatives.trace
    values = replay(trace, numbers, {name: inputs[name] for name in trace.inputs})
    return {name: values[slot] for name, slot in path.derivatives.columns.items()}


# Sums in longdouble ------------------------------------------------------------------------


def _in_longdouble(problem: Problem, theta: Vector, free: Sequence[int]) -> Minimum | None:
    """The minimum by sums in longdouble, whose error is estimated from that of float64's sums."""
    context = big_numbers(DIGITS).context
    try:
        sums = extended_sums(problem, [context.mpf(float(x)) for x in theta], context)
    except (ArithmeticError, ValueError):
        return None
    r, jacobian = problem.derivatives(theta)
    sizes = np.abs(jacobian).T @ np.abs(r)
    error = [
        abs(float(x) - float(exact)) * 2.0**-LONGDOUBLE_BITS * SAFETY + float(size) * 2.0**-63
        for x, exact, size in zip(jacobian.T @ r, sums.gradient, sizes, strict=True)
    ]
    uncertainty = [context.mpf(x) for x in error]
    return _newton(
        problem, theta, free, lambda x: extended_sums(problem, x, context), context, uncertainty
    )


def extended_sums(problem: Problem, theta: list[Any], context: Any) -> Sums:
    """The sums in longdouble, as big numbers."""
    numbers, size = extended_arrays(), len(problem.names)
    total = Sums.zero(np.longdouble(0), size)
    held = {name: np.longdouble(x) for name, x in problem.model.held.items()}
    for one in problem.series:
        for low in range(0, one.rows, EXTENDED_ROWS):
            part = one.part(np.arange(low, min(low + EXTENDED_ROWS, one.rows)))
            _add_extended(problem, part, theta, numbers, held, total)
    if not np.isfinite(total.rss):
        raise ValueError("a residual is not finite")
    return total.mirrored().converted(lambda x: _to_big(x, context))


def _add_extended(
    problem: Problem, one: Series, theta: list[Any], numbers: Any, held: Any, total: Sums
) -> None:
    """Add the sums of a block of rows."""
    model = problem.model
    longdouble = np.longdouble
    target = _wide(one.target_of, one, numbers)
    sigma = None if one.sigma_of is None else _wide(one.sigma_of, one, numbers)
    names = zip(model.parameters, one.places, strict=True)
    fixed = held | {name: _from_big(theta[place]) for name, place in names}
    path = model.first.paths.straight
    if path is None:
        raise ValueError("rows take several paths")
    columns = {name: _wide_column(one, name) for name in model.columns}
    with np.errstate(all="ignore"):
        values = _row(path, numbers, {**fixed, **columns})
        residual = values["value"] - target
        local: list[Any] = [longdouble(0)] * len(problem.names)
        for name, place in zip(model.parameters, one.places, strict=True):
            local[place] = local[place] + values[f"d_{name}"]
        if sigma is not None:
            target, residual = target / sigma, residual / sigma
            local = [x / sigma for x in local]
        rows = one.rows
        wide = [np.broadcast_to(np.asarray(x, dtype=longdouble), rows) for x in local]
        total.squares += np.sum(target * target)
        total.rss += np.sum(residual * residual)
        for j, x in enumerate(wide):
            total.gradient[j] += np.sum(x * residual)
            for k in range(j, len(wide)):
                total.gram[j][k] += np.sum(x * wide[k])


def _wide_column(one: Series, name: str) -> Any:
    """A column in longdouble, from its cells where they were read as typed."""
    cells = one.data.cells.get(name)
    if cells is None:
        return one.data.columns[name].astype(np.longdouble)
    return np.array([np.longdouble(c.numerator) / np.longdouble(c.denominator) for c in cells])


def _wide(expression: Expression, one: Series, numbers: Any) -> Any:
    """An expression's values in longdouble."""
    if expression.kernel is None:
        return _wide_column(one, expression.source)
    path = expression.kernel.paths.straight
    if path is None:
        raise ValueError("rows take several paths")
    return _row(path, numbers, {n: _wide_column(one, n) for n in expression.columns})["value"]


def _from_big(x: Any) -> Any:
    high = float(x)
    return np.longdouble(high) + np.longdouble(float(x - high))


def _to_big(x: Any, context: Any) -> Any:
    high = float(x)
    return context.mpf(high) + context.mpf(float(x - np.longdouble(high)))
