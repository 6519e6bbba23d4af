"""The certificate of an end point: what is proven of it, or why nothing is.

Balls prove that exactly one stationary point lies next to it and of what kind it is
(`boxes.stationary`). Where numbers lie at their bounds, the others are looked at alone, and the
slopes by those at bounds must point outwards: then it is a local minimum within the bounds
(second-order sufficient conditions: Nocedal & Wright, Numerical Optimization, theorem 12.6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradcalc.boxes.function import Box, BoxFunction, NotEnclosedError
from gradcalc.boxes.krawczyk import Matrix
from gradcalc.boxes.stationary import Stationary, stationary_point
from gradcalc.numbers.midrad import DIGITS_OF_A_BIT
from gradcalc.numbers.ranges import Range, working
from gradcalc.optimize.layout import Vector
from gradcalc.optimize.refinement import LocalTrace, Refined
from gradcalc.rules.enclosures import has_flint, range_numbers

Kind = Literal["minimum", "maximum", "saddle", "degenerate", "not proven"]

BITS = 300
# The least eigenvalue over the largest, of the Hessian scaled to unit diagonal, or as it is, below
# which it counts as singular where no proof says otherwise.
FLAT, VERY_FLAT = 1e-9, 1e-14


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is proven of the point, and why, in words; `alone` are the bounds of a box in which it
    is the only stationary point, by number of the vector. `digits` are those of each free number
    that the proof shows to be right, `zeros` the free numbers that can't be told from 0."""

    kind: Kind
    why: str
    alone: tuple[tuple[float, float], ...] = ()
    digits: int = 0
    zeros: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of functions over boxes, as one."""

    parts: Sequence[BoxFunction]

    def gradient(self, box: Box) -> tuple[Any, list[Any]]:
        """The value and the derivatives."""
        answers = [part.gradient(box) for part in self.parts]
        count = len(answers)
        derivatives = zip(*(gradient for _, gradient in answers), strict=True)
        return sum(v for v, _ in answers) / count, [sum(ds) / count for ds in derivatives]

    def hessian(self, box: Box) -> Matrix:
        """The second derivatives, row by row."""
        matrices = [part.hessian(box) for part in self.parts]
        size = range(len(matrices[0]))
        return [[sum(m[i][j] for m in matrices) / len(matrices) for j in size] for i in size]


def certificate(
    traces: Sequence[LocalTrace],
    names: Sequence[str],
    x: Vector,
    free: Any,
    uphill: Sequence[int],
    refined: Refined,
    hessian: Any,
    sign: int,
) -> Certificate:
    """What can be proven of the point `x` of a minimization, refined by Newton's method.

    `names` are those of its numbers, of which some are `free`, the others at a bound: the sign in
    `uphill` says which way the slope by each must go. `hessian` is that of the free numbers, in
    float64; `sign` is -1 where the program is maximized.
    """
    if refined.course == "degenerate":
        return Certificate("degenerate", "the Hessian is singular there: flat to second order")
    if not has_flint():
        return Certificate("not proven", 'proofs need python-flint: pip install "gradcalc[proof]"')
    if refined.course in ("none", "unknown"):
        if is_flat(hessian):
            return Certificate("degenerate", "the Hessian is singular there: flat to second order")
        return Certificate("not proven", "Newton's method finds no stationary point next to it")
    with working(BITS):
        try:
            found, function = _proven(traces, names, x, free, refined)
            if found is not None:
                return _verdict(found, function, traces, names, x, free, uphill, sign)
        except NotEnclosedError as error:
            return Certificate("not proven", error.reason)
    if is_flat(hessian):
        return Certificate("degenerate", "the Hessian is singular there: flat to second order")
    return Certificate("not proven", "no box around it was small enough for a proof")


def _proven(
    traces: Sequence[LocalTrace], names: Sequence[str], x: Vector, free: Any, refined: Refined
) -> tuple[Stationary | None, Mean]:
    """The stationary point by the free numbers, the others at their bounds."""
    from flint import arb

    chosen = [name for name, moves in zip(names, free, strict=True) if moves]
    at_bounds = {n: Range(arb(float(v))) for n, v, moves in zip(names, x, free, strict=True)
                 if not moves}  # fmt: skip
    function = mean_of(traces, chosen, at_bounds)
    middle = [arb(v) for v, moves in zip(refined.point, free, strict=True) if moves]
    if not chosen:
        function.gradient([])  # is it smooth there?
        return Stationary("minimum", (), ()), function
    return stationary_point(function, middle), function


def mean_of(
    traces: Sequence[LocalTrace], names: Sequence[str], others: Mapping[str, Range]
) -> Mean:
    """The mean of some runs by the numbers `names`, the `others` within ranges."""
    numbers = range_numbers()
    return Mean(
        [BoxFunction(one.trace, names, {**one.held.numbers(numbers), **others}) for one in traces]
    )


def _verdict(
    found: Stationary,
    function: Mean,
    traces: Sequence[LocalTrace],
    names: Sequence[str],
    x: Vector,
    free: Any,
    uphill: Sequence[int],
    sign: int,
) -> Certificate:
    """The kind, once the slopes by what lies at a bound are known to point outwards."""
    from flint import arb

    if all(free):
        return Certificate(
            found.kind, _told(found), _ends(found), right_digits(found.at), _zeros(found)
        )
    wanted: Kind = "minimum" if sign > 0 else "maximum"
    if found.kind != wanted and any(free):
        return Certificate("not proven", f"a {found.kind} along the bounds")
    inner = iter(found.at)
    fixed = [name for name, moves in zip(names, free, strict=True) if not moves]
    box = {n: Range(next(inner)) for n, moves in zip(names, free, strict=True) if moves}
    slopes = mean_of(traces, fixed, box).gradient(
        [arb(float(v)) for v, moves in zip(x, free, strict=True) if not moves]
    )[1]
    ways = [way for way, moves in zip(uphill, free, strict=True) if not moves]
    if not all(slope * way * sign > 0 for slope, way in zip(slopes, ways, strict=True)):
        return Certificate("not proven", "the slope at a bound may vanish")
    return Certificate(wanted, "within the bounds", (), right_digits(found.at), _zeros(found))


def _told(found: Stationary) -> str:
    if found.unique is None:
        return "the gradient is exactly 0 there"
    return "the only stationary point in a box around it"


def _ends(found: Stationary) -> tuple[tuple[float, float], ...]:
    """The ends of the box in which it is alone, as float64 inside of it."""
    if found.unique is None:
        return ()
    return tuple(
        (
            float(np.nextafter(float(b.lower()), np.inf)),
            float(np.nextafter(float(b.upper()), -np.inf)),
        )
        for b in found.unique
    )


def right_digits(at: Sequence[Any]) -> int:
    """Right decimal digits of every coordinate, a ball, that is not 0."""
    bits = [ball.rel_accuracy_bits() for ball in at if not ball.contains(0)]
    return max(0, int(min([BITS, *bits]) * DIGITS_OF_A_BIT))


def _zeros(found: Stationary) -> tuple[bool, ...]:
    return tuple(bool(ball.contains(0)) for ball in found.at)


def is_flat(hessian: Any) -> bool:
    """Is the Hessian singular, as far as float64 tells?"""
    if hessian is None or not len(hessian) or not np.isfinite(hessian).all():
        return False
    diagonal = np.abs(np.diag(hessian))
    if not diagonal.all():
        return True
    scale = 1 / np.sqrt(diagonal)
    scaled = np.abs(np.linalg.eigvalsh(hessian * scale * scale[:, None]))
    plain = np.abs(np.linalg.eigvalsh(hessian))
    return bool(scaled.min() <= FLAT or plain.min() <= VERY_FLAT * plain.max())
