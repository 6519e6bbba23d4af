"""Extended precision for arrays too large to be proven element by element.

The array trace is replayed with NumPy's longdouble where that is wider than float64, whose error is
some 2000 times smaller, and with big numbers of 32 digits elsewhere, which takes longer. What
rounding does to that replay is found too: by the bound Σ |cotangent|·|value|·ε over its steps,
where the result is one number, and by replays and sweeps whose every step is moved at random by as
much as it may have been rounded, for all elements and derivatives. Digits are counted by the
difference to the float64 answer and that together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.checks.checks import Checks
from gradcalc.checks.sampled import sampled
from gradcalc.errors import Span
from gradcalc.modes.arrays import pullback, pushforward
from gradcalc.modes.jacobian import Sweep, by_columns, by_rows
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.array_systems import big_arrays, extended_arrays, perturbed_arrays
from gradcalc.run.point import Point
from gradcalc.trace.replay import broken_guards, replay
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import kinked

COMPARED_DIRECTIONS = 3  # along which the modes are compared
RELATIVE_TOLERANCE = 1e-16  # of the largest product of a tangent and a cotangent, for each step
SEED = 20_240_229
PERTURBED_REPLAYS = 4
ROUNDINGS = 2  # half units in the last place that a step may be wrong by
MAGNIFIED = 16  # times that: so moved numbers don't fall back on what they were
SAFETY = 10 / MAGNIFIED  # times what the perturbed replays differ by: they are a sample
FALLBACK_DIGITS = 32  # of big numbers, where NumPy's longdouble is no wider than float64


@dataclass(frozen=True, slots=True, eq=False)
class Extended:
    """Value and gradient in extended precision, and what was compared.

    `value_error` and `gradient_errors` say how far rounding may have moved these, element by
    element; `by_rounding` are the branches that it decided: then no digit is claimed.
    """

    value: Any
    gradient: Mapping[str, Any]
    value_error: Any
    gradient_errors: Mapping[str, Any]
    by_rounding: tuple[Span | None, ...]
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
        values, gradient, cotangents = _swept(trace, point, wrt, sweep, numbers)
        modes = all(
            _agrees(trace, values, wrt, gradient, numbers, k) for k in range(COMPARED_DIRECTIONS)
        )
        errors = _Errors(trace, values, gradient, _unit(numbers))
        for seed in range(PERTURBED_REPLAYS):
            moved = perturbed_arrays(numbers, SEED + seed, MAGNIFIED * _unit(numbers))
            try:
                errors.compare(*_swept(trace, point, wrt, sweep, moved)[:2])
            except (ValueError, ArithmeticError):  # the edge of a domain is within rounding
                errors.unknown()
        if not shape_of(values[trace.result]) and sweep.reverse:
            errors.value = np.maximum(errors.value, _bound(values, cotangents, _unit(numbers)))
    by_rounding = errors.by_rounding()
    digits = FALLBACK_DIGITS if numbers.exact else _precision()
    agree, count = sampled(trace) if sympy else (None, 0)
    checks = Checks(modes, agree, "extended", digits, directions=COMPARED_DIRECTIONS, sampled=count)
    touched = _kinks(trace)
    note = f"{touched} elements lie at a kink: a convention gives their derivatives"
    return Extended(
        values[trace.result],
        gradient,
        errors.value,
        errors.gradient,
        by_rounding,
        checks,
        "kink" if touched else "smooth",
        (note,) if touched else (),
    )


def _swept(
    trace: Trace, point: Point, wrt: tuple[str, ...], sweep: Sweep, numbers: Any
) -> tuple[list[Any], Mapping[str, Any], list[Any]]:
    """All values, the Jacobians by the mode that `sweep` took, and a single result's cotangents."""
    values = replay(trace, numbers, point.numbers(numbers))
    if sweep.reverse:
        return values, *by_rows(trace, values, wrt, numbers)
    return values, by_columns(trace, values, wrt, numbers), []


class _Errors:
    """What rounding may have done to a replay: `unit` of each number, as to any that is rounded
    once, or what it does to perturbed replays."""

    def __init__(
        self, trace: Trace, values: list[Any], gradient: Mapping[str, Any], unit: Any
    ) -> None:
        self.trace = trace
        self.exact_value = values[trace.result]
        self.exact_gradient = gradient
        self.value: Any = _size(self.exact_value * unit)
        self.gradient = {name: _size(one * unit) for name, one in gradient.items()}
        self.differences = [values[g.left] - values[g.right] for g in trace.guards]
        self.open = {guard.span: None for guard in broken_guards(trace, values)}

    def compare(self, values: list[Any], gradient: Mapping[str, Any]) -> None:
        """Take in a perturbed replay."""
        self.value = np.maximum(self.value, _moved(self.exact_value, values[self.trace.result]))
        for name, exact in self.exact_gradient.items():
            self.gradient[name] = np.maximum(self.gradient[name], _moved(exact, gradient[name]))
        for guard, exact in zip(self.trace.guards, self.differences, strict=True):
            error = _moved(exact, values[guard.left] - values[guard.right])
            if error and abs(exact) <= error:
                self.open[guard.span] = None

    def unknown(self) -> None:
        """There is a perturbed replay without an answer."""
        self.value = self.value + np.inf
        self.gradient = {name: error + np.inf for name, error in self.gradient.items()}

    def by_rounding(self) -> tuple[Span | None, ...]:
        """The guards that rounding decided; where there are any, no number is known."""
        if self.open:
            self.unknown()
        return tuple(self.open)


def _size(numbers: Any) -> Any:
    """The sizes of numbers, in float64."""
    return np.abs(np.asarray(numbers).astype(float))


def _moved(exact: Any, perturbed: Any) -> Any:
    """How far rounding may have moved numbers; infinite where that is not known."""
    with np.errstate(all="ignore"):
        distance = _size(perturbed - exact)
    same = np.equal(perturbed, exact)  # infinities too
    return np.where(same, 0.0, np.where(np.isnan(distance), np.inf, SAFETY * distance))


def _bound(values: list[Any], cotangents: list[Any], unit: Any) -> float:
    """Σ |cotangent|·|value|·ε: how far rounding may have moved the one result, to first order."""
    total = 0.0
    for value, cotangent in zip(values, cotangents, strict=False):
        if cotangent is not None:
            size = _size(cotangent * value)
            total += float(np.sum(size[np.isfinite(size)]))
    return total * float(unit)


def _unit(numbers: Any) -> Any:
    """How much of its size a step may be wrong by."""
    if numbers.exact:
        return numbers.number(Fraction(ROUNDINGS, 10**FALLBACK_DIGITS))
    return ROUNDINGS * np.finfo(np.longdouble).eps / 2


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


def counted(answer: Any, truth: Any, error: Any) -> Any:
    """Correct digits of each element, 0 to 16, in the shape of `answer`.

    `truth`, in extended precision, is known to within `error`. 16 says that no float64 is nearer to
    any number within it.
    """
    numbers = np.asarray(answer, dtype=float)
    exact, error = np.asarray(truth), np.asarray(error)
    with np.errstate(all="ignore"):
        least = np.abs(exact.astype(float)) - error
        known = np.isfinite(numbers) & np.isfinite(least) & (least > 0)
        distance = np.ones(exact.shape)
        off = np.abs(numbers[known] - exact[known]).astype(float) + error[known]
        distance[known] = off / least[known]
        digits = np.clip(np.floor(-np.log10(distance)), 0, 15)
        nearest = [(exact + end).astype(float) for end in (-error, error)]
    sure = np.isfinite(error) & (numbers == nearest[0]) & (numbers == nearest[1])
    digits = np.where(sure, 16, digits).astype(int)
    return digits if shape_of(answer) else int(digits)
