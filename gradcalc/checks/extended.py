"""Extended precision for arrays too large to be proven element by element.

The array trace is replayed with NumPy's longdouble where that is wider than float64, whose error is
some 2000 times smaller, and with big numbers of 32 digits elsewhere, which takes longer. The
difference to the float64 answer counts the digits that it has right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.checks.checks import Checks
from gradcalc.checks.sampled import sampled
from gradcalc.modes.arrays import pullback, pushforward
from gradcalc.modes.jacobian import Sweep, by_columns, by_rows
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.systems import big_arrays, extended_arrays
from gradcalc.run.point import Point
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import kinked

COMPARED_DIRECTIONS = 3  # along which the modes are compared
RELATIVE_TOLERANCE = 1e-16  # of the largest product of a tangent and a cotangent, for each step
SEED = 20_240_229
FALLBACK_DIGITS = 32  # of big numbers, where NumPy's longdouble is no wider than float64


@dataclass(frozen=True, slots=True, eq=False)
class Extended:
    """Value and gradient in extended precision, and what was compared."""

    value: Any
    gradient: Mapping[str, Any]
    checks: Checks
    status: str
    notes: tuple[str, ...]


def extended(
    trace: Trace, point: Point, wrt: tuple[str, ...], sweep: Sweep, *, sympy: bool
) -> Extended:
    """Replay and sweep in extended precision, compare the modes; with `sympy`, ask it for a sample.

    `sweep` has the float64 Jacobians of the trace by the inputs `wrt`, each of shape value + input.
    """
    numbers = _system()
    with np.errstate(all="ignore"):
        values = replay(trace, numbers, point.numbers(numbers))
        if sweep.reverse:
            gradient, _ = by_rows(trace, values, wrt, numbers)
        else:
            gradient = by_columns(trace, values, wrt, numbers)
        modes = all(
            _agrees(trace, values, wrt, gradient, numbers, k) for k in range(COMPARED_DIRECTIONS)
        )
    digits = FALLBACK_DIGITS if numbers.exact else _precision()
    agree, count = sampled(trace) if sympy else (None, 0)
    checks = Checks(modes, agree, "extended", digits, directions=COMPARED_DIRECTIONS, sampled=count)
    touched = _kinks(trace)
    if not touched:
        return Extended(values[trace.result], gradient, checks, "smooth", ())
    note = f"{touched} elements lie at a kink and take the function's convention there"
    return Extended(values[trace.result], gradient, checks, "kink", (note,))


def _system() -> Any:
    return (
        extended_arrays()
        if _precision() > np.finfo(float).precision
        else big_arrays(FALLBACK_DIGITS)
    )


def _precision() -> int:
    return int(np.finfo(np.longdouble).precision)


def _agrees(
    trace: Trace,
    values: list[Any],
    wrt: tuple[str, ...],
    gradient: Mapping[str, Any],
    numbers: Any,
    which: int,
) -> bool:
    """Do forward mode, reverse mode and the gradient give the same slope along directions?

    With t for a direction of the inputs and u for one of the result the slope is u·J·t. Between
    any step's tangent and cotangent it is their product; the largest of the products' sizes says
    how exactly the slopes can be expected to agree.
    """
    random = np.random.default_rng(SEED + which)
    seeds = {
        trace.inputs[name]: _direction(values[trace.inputs[name]], random, numbers) for name in wrt
    }
    result = trace.result
    back = _direction(values[result], random, numbers)
    ahead = pushforward(trace, values, numbers, seeds)
    cotangents = pullback(trace, values, numbers, {result: back})
    products = [
        c * t for c, t in zip(cotangents, ahead, strict=False) if c is not None and t is not None
    ]
    zero = numbers.number(0)
    scale = max((np.sum(np.abs(product)) for product in products), default=zero)
    slopes = [zero if ahead[result] is None else np.sum(back * ahead[result]), zero, zero]
    for name in wrt:
        direction, cotangent = seeds[trace.inputs[name]], cotangents[trace.inputs[name]]
        slopes[1] = slopes[1] + (zero if cotangent is None else np.sum(cotangent * direction))
        moved = gradient[name] * direction
        inner = tuple(range(-len(shape_of(direction)), 0))
        slopes[2] = slopes[2] + np.sum(back * np.sum(moved, axis=inner))
    tolerance = RELATIVE_TOLERANCE * len(trace) * scale
    return all(bool(abs(slope - slopes[0]) <= tolerance) for slope in slopes)


def _direction(like: Any, random: Any, numbers: Any) -> Any:
    """Small integers in the shape of an array."""
    direction = numbers.array(random.integers(-9, 10, shape_of(like)))
    return direction if shape_of(like) else numbers.plain(direction)


def _kinks(trace: Trace) -> int:
    """How many elements that the result depends on lie at a kink."""
    count = 0
    for slot in kinked(trace):
        row = trace.rules[slot]
        arguments = [trace.values[a] for a in trace.arguments[slot]]
        if row.array is not None:
            count += bool(row.kink(*arguments, *trace.statics[slot])) if row.kink else 0
        elif row.kink is not None:
            touched = np.frompyfunc(row.kink, row.arity, 1)(*arguments)
            count += int(np.count_nonzero(touched))
    return count


def counted(answer: Any, truth: Any) -> Any:
    """Correct digits of each element, 0 to 16, in the shape of `answer`.

    16 says that no float64 is nearer; `truth` is of the same shape, in extended precision.
    """
    numbers = np.asarray(answer, dtype=float)
    exact = np.asarray(truth)
    rounded = exact.astype(float)
    known = np.isfinite(numbers) & np.isfinite(rounded) & (rounded != 0)
    error = np.ones(exact.shape)
    with np.errstate(all="ignore"):
        error[known] = np.abs((numbers[known] - exact[known]) / exact[known]).astype(float)
        digits = np.clip(np.floor(-np.log10(error)), 0, 15)
    digits = np.where(numbers == rounded, 16, digits).astype(int)
    return digits if shape_of(answer) else int(digits)
