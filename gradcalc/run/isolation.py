"""Is a solution the only one near? Else the steps that are recorded from it do not converge."""

from __future__ import annotations

import math
import sys
from fractions import Fraction

from gradcalc.errors import GradcalcError
from gradcalc.modes.sweeps import partial_at
from gradcalc.run.expressions import NotFollowedError
from gradcalc.run.unknown import State, Unknown

SAME_SLOPE = 1e-3  # by which the slope may change as far around the solution as it may be off
SAFETY = 4  # times the first-order bound of what rounding makes of a residual
FAR_BESIDE = Fraction(1, 10**8)  # of a solution: where the slope of rows that follow is looked at
APART = 1e-8  # of a vector, as far around it as it may be off


def follow(unknown: Unknown, last: State) -> None:
    """Let only rows follow that are isolated by far; NotFollowedError for others."""
    run, n = unknown.run, unknown.n
    start, guards = len(run.trace), len(run.trace.guards)
    if run.shape(last.x) or not is_isolated(unknown, last):
        raise NotFollowedError
    run.forget(start, guards, run.dependents_of(unknown.name, last.x))
    beside = unknown.state(unknown.as_unknown(n.slot(n.handle(last.x) * (1 + FAR_BESIDE))))
    change = n.handle(beside.slope) - n.handle(last.slope)
    bound = n.abs(n.handle(last.slope)) * Fraction(SAME_SLOPE)
    if not unknown.holds("<=", n.slot(n.abs(change)), n.slot(bound)):
        raise NotFollowedError


def is_isolated(unknown: Unknown, state: State) -> bool:
    """Is the slope the same as far around the solution as rounding may have moved it?

    Then the steps from there on converge as fast as they should (Kantorovich); at a multiple
    root it is another, which float64 alone can't tell: x^2 - 2*x + 1 is 0 for all x near 1.
    """
    import numpy as np

    values, n = unknown.run.trace.values, unknown.n
    slope = np.array(values[state.slope], dtype=float)
    scale = np.abs(slope).max()
    if not (scale > 0 and math.isfinite(scale)):
        return False
    for sign in (1, -1):
        moved = n.slot(n.handle(state.x) + _doubt(unknown, state, float(scale)) * sign)
        try:
            there = unknown.state(unknown.as_unknown(moved))
        except GradcalcError:
            return False
        change = np.array(values[there.slope], dtype=float) - slope
        if change.ndim == 2:
            change = np.linalg.solve(slope, change)
            scale = 1.0
        if not np.abs(change).max() <= SAME_SLOPE * scale:
            return False
    return True


def _doubt(unknown: Unknown, state: State, slope: float) -> Fraction:
    """How far the solution may be off: what rounding makes of the residual, over the slope."""
    values = unknown.run.trace.values
    x = values[state.x]
    if unknown.run.shape(state.x):
        return Fraction(APART * float(abs(x).max()))
    try:
        noise = _rounding(unknown, state)
    except GradcalcError:  # a derivative that is not known
        return Fraction(APART * abs(x))
    return Fraction((abs(values[state.residual]) + SAFETY * noise) / slope)


def _rounding(unknown: Unknown, state: State) -> float:
    """A bound of first order: every number that the residual is made of, wrong by one bit."""
    trace, numbers = unknown.run.trace, unknown.run.numbers
    weights = {state.residual: 1.0}
    total = 0.0
    for slot in range(state.residual, -1, -1):
        weight = weights.pop(slot, None)
        if weight is None:
            continue
        value = trace.values[slot]
        if unknown.run.shape(slot):
            return float(APART * abs(trace.values[state.x] * trace.values[state.slope]))
        total += abs(weight * value)
        if slot <= state.x:  # it was there before
            continue
        for which, argument in enumerate(trace.arguments[slot]):
            partial = partial_at(trace, slot, which, trace.values, numbers, 0.0)
            if partial is not None and not unknown.run.shape(argument):
                weights[argument] = weights.get(argument, 0.0) + weight * float(partial)
    return total * sys.float_info.epsilon


def is_positive(unknown: Unknown, slope: int) -> bool:
    if not unknown.run.shape(slope):
        return unknown.holds(">", slope, unknown.constant(0))
    if unknown.run.follows:
        raise NotFollowedError
    if not unknown.machine:  # the float64 run has looked
        return True
    import numpy as np

    matrix = unknown.run.trace.values[slope]
    return bool(np.linalg.eigvalsh((matrix + matrix.T) / 2)[0] > 0)
