"""Rows that have no value because a step is outside its domain: no run of them has one.

A step is certainly outside where its operands are, moved by as much as rounding may have moved
them: sqrt(a - b - c) has no real value in float64 at -3e-17, but may have one in truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from gradcalc.kernels.paths import Paths
from gradcalc.kernels.ufuncs import array_kernel
from gradcalc.numbers.distinct import distinct
from gradcalc.rules.systems import machine_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Exact, Guard, Trace
from gradcalc.trace.walk import interpret, needed

CHUNK_ROWS = 4096  # whose values at every step are held at once
STEP_ERROR = 8 * np.finfo(float).eps  # of its size, that a step may be wrong by itself
SPREAD = 2  # times what operands at the ends of their errors make of a value: it may be bent


def outside_domains(paths: Paths, table: Mapping[str, Any], rows: int) -> Any:
    """For each row: does a step on the way to its value make NaN of finite numbers, whatever
    rounding did to these?

    `table` has the inputs as vectors of as many `rows`, or as numbers. What is NaN for another
    reason (an infinity met another one) may have a value that rounding or overflow hid.
    """
    outside = np.zeros(rows, dtype=bool)
    with np.errstate(all="ignore"):
        for low in range(0, rows, CHUNK_ROWS):
            part = slice(low, min(low + CHUNK_ROWS, rows))
            chunk = {name: x[part] if np.ndim(x) else x for name, x in table.items()}
            outside[part] = _outside(paths, chunk, part.stop - low)
    return outside


def _outside(paths: Paths, table: Mapping[str, Any], rows: int) -> Any:
    outside = np.zeros(rows, dtype=bool)

    def judge(trace: Trace, slots: Sequence[int], own: Any) -> None:
        inputs = {name: x[own] if np.ndim(x) else x for name, x in table.items()}
        outside[own] |= _Errors(trace, inputs, len(own)).outside(slots)

    def compared(trace: Trace, guard: Guard, own: Any) -> None:
        judge(trace, (guard.left, guard.right), own)

    taken, _ = paths.tree.walk(table, rows, compared)
    for number in distinct(taken[taken >= 0]).tolist():
        derivatives = paths[number].derivatives
        value = derivatives.columns["value"]
        judge(derivatives.trace, (value,), np.flatnonzero(taken == number))
    return outside


class _Errors:
    """The steps of a trace for some rows, each with a bound of its rounding error."""

    def __init__(self, trace: Trace, inputs: Mapping[str, Any], rows: int) -> None:
        self.trace = trace
        self.inputs = inputs
        self.rows = rows
        self.errors: dict[int, Any] = {}
        self.certain = np.zeros(rows, dtype=bool)

    def outside(self, slots: Sequence[int]) -> Any:
        """The rows in which a step on the way to some slots is certainly outside its domain."""
        steps = needed(self.trace, slots)
        interpret(
            self.trace, steps, {}, read=self._input, constant=self._constant, compute=self._step
        )
        return self.certain

    def _full(self, number: Any) -> Any:
        return np.broadcast_to(np.asarray(number, dtype=float), self.rows)

    def _input(self, slot: int, name: str) -> Any:
        self.errors[slot] = self._full(0)
        return self._full(self.inputs[name])

    def _constant(self, slot: int, exact: Exact) -> Any:
        value = exact_number(exact, machine_numbers())
        known = isinstance(exact, Fraction) and np.isfinite(value) and exact == Fraction(value)
        self.errors[slot] = self._full(0 if known else abs(value) * STEP_ERROR)
        return self._full(value)

    def _step(self, slot: int, arguments: list[Any]) -> Any:
        kernel = array_kernel(self.trace.rules[slot].name)
        errors = [self.errors[a] for a in self.trace.arguments[slot]]

        def at(*operands: Any) -> Any:
            out = np.empty(self.rows)
            kernel(*operands, out)
            return out

        out = at(*arguments)
        spread = np.zeros(self.rows)
        if any(error.any() for error in errors):
            for ends in _ends(arguments, errors):
                spread = np.maximum(spread, np.abs(at(*ends) - out))
        self.errors[slot] = SPREAD * spread + np.abs(out) * STEP_ERROR
        gone = np.isnan(out) & np.isfinite(arguments).all(axis=0)
        if gone.any():
            self.certain |= gone & self._has_no_value(at, arguments, errors)
        return out

    def _has_no_value(self, at: Callable[..., Any], arguments: list[Any], errors: list[Any]) -> Any:
        """Is a step NaN at its operands, at the ends of their errors, and at integers between?"""
        nowhere = np.isfinite(errors).all(axis=0)
        if not any(error.any() for error in errors):
            return nowhere
        choices = []
        for x, error in zip(arguments, errors, strict=True):
            whole = np.where(np.abs(x - np.rint(x)) <= error, np.rint(x), x)
            choices.append((x - error, whole, x + error))
        for operands in product(*choices):
            nowhere &= np.isnan(at(*operands))
        return nowhere


def _ends(arguments: list[Any], errors: list[Any]) -> Iterator[tuple[Any, ...]]:
    return product(*((x - e, x + e) for x, e in zip(arguments, errors, strict=True)))
