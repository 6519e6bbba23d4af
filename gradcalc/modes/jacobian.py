"""Jacobians of a trace of arrays: by rows in reverse mode, by columns in forward mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.modes.arrays import Step, pullback, pushforward, unit
from gradcalc.numbers.shapes import shape_of
from gradcalc.trace.trace import Trace

MAX_SWEPT_NUMBERS = 50_000_000  # elements of all tangents of the mode that is not needed


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Derivatives by input, of shape result + input, by each mode that was feasible.

    `cotangents` are those of a result that is one number, by slot.
    """

    forward: Mapping[str, Any]
    reverse: Mapping[str, Any]
    cotangents: list[Any]

    @property
    def best(self) -> Mapping[str, Any]:
        """By reverse mode, unless only forward mode was feasible."""
        return self.reverse or self.forward


def size_of(trace: Trace) -> int:
    """How many numbers a trace holds."""
    return sum(int(np.prod(shape_of(value))) for value in trace.values)


def sweeps(trace: Trace, wrt: tuple[str, ...], numbers: Any) -> Sweep:
    """The Jacobian by the mode that takes fewer directions, and by the other where feasible."""
    outputs = int(np.prod(shape_of(trace.values[trace.result])))
    inputs = sum(int(np.prod(shape_of(trace.values[trace.inputs[name]]))) for name in wrt)
    cost = size_of(trace)
    back: Mapping[str, Any] = {}
    cotangents: list[Any] = [None] * len(trace)
    if outputs <= inputs or outputs * cost <= MAX_SWEPT_NUMBERS:
        back, cotangents = by_rows(trace, trace.values, wrt, numbers)
    ahead: Mapping[str, Any] = {}
    if inputs < outputs or inputs * cost <= MAX_SWEPT_NUMBERS:
        ahead = by_columns(trace, trace.values, wrt, numbers)
    return Sweep(ahead, back, cotangents)


def by_rows(
    trace: Trace, values: list[Any], wrt: tuple[str, ...], numbers: Any, step: Step | None = None
) -> tuple[dict[str, Any], list[Any]]:
    """Reverse mode from each element of the result at once.

    By input the Jacobian, of shape result + input; then, where the result is a single number, the
    cotangents by slot. `step` is that of `pullback`.
    """
    shape = shape_of(values[trace.result])
    one = numbers.number(1)
    seed = unit(shape, numbers) if shape else one
    wanted = {trace.inputs[name] for name in wrt} if shape else None
    seeds = {trace.result: seed}
    cotangents = pullback(trace, values, numbers, seeds, wanted=wanted, step=step)
    cotangents += [None] * (len(trace) - len(cotangents))  # of slots after the result
    jacobian = {}
    for name in wrt:
        slot = trace.inputs[name]
        jacobian[name] = _shaped(cotangents[slot], shape + shape_of(values[slot]), numbers)
    return jacobian, [None] * len(trace) if shape else cotangents


def by_columns(
    trace: Trace, values: list[Any], wrt: tuple[str, ...], numbers: Any
) -> dict[str, Any]:
    """Forward mode along each element of each input: the Jacobian, of shape result + input."""
    shape = shape_of(values[trace.result])
    jacobian = {}
    for name in wrt:
        slot = trace.inputs[name]
        own = shape_of(values[slot])
        seed = unit(own, numbers) if own else numbers.number(1)
        wanted = (trace.result,)
        tangent = pushforward(trace, values, numbers, {slot: seed}, wanted=wanted)[trace.result]
        if own and tangent is not None:
            # the directions, in front in a tangent, are the columns: behind in a Jacobian
            tangent = np.moveaxis(np.asarray(tangent), 0, -1)
        jacobian[name] = _shaped(tangent, shape + own, numbers)
    return jacobian


def _shaped(derivative: Any, shape: tuple[int, ...], numbers: Any) -> Any:
    """A derivative in its shape; an absent one is 0."""
    if not shape:
        return 0.0 if derivative is None else derivative
    if derivative is None:
        return np.zeros(shape, dtype=numbers.dtype)
    return np.reshape(derivative, shape)
