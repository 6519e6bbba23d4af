"""Runs with arrays: swept as arrays, proven element by element where that is feasible.

Up to some thousands of instructions the run is unfolded to single numbers, and each element of the
answer is proven as any number is. Past that the arrays themselves are replayed in extended
precision, the modes are compared along random directions, and sympy is asked for a sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcalc.answers.extended import answered_extended
from gradcalc.answers.proving import Answers, Proven, Proving
from gradcalc.answers.request import Run
from gradcalc.answers.result import Derivative, Result, Steps
from gradcalc.answers.status import NOTES, exit_of, guards, worst
from gradcalc.checks.checks import Checks, agreed
from gradcalc.language import to_text
from gradcalc.language.syntax import Program
from gradcalc.modes.jacobian import Sweep, sweeps
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.systems import machine_arrays
from gradcalc.run.point import Point
from gradcalc.trace.builder import alone
from gradcalc.trace.elements import Elements, TooManyElementsError, elements_of, indices
from gradcalc.trace.trace import Trace, with_convention

UNFOLDED = 40_000  # instructions of single numbers that are proven one by one, for all outputs
PAIRS = 20_000  # elements of the Jacobian that are proven one by one
SAMPLE = 5  # elements of the result that are proven where all would be too many


def evaluated_arrays(run: Run) -> Result:
    """The answer of a run with arrays."""
    found = sweeps(run.trace, run.wrt, machine_arrays())
    unfolded = _unfolded(run)
    if unfolded is None:
        return answered_extended(run, found, [])
    work = _Elementwise(run, unfolded, found)
    every = range(len(unfolded.results))
    longest = len(work.trace(unfolded, unfolded.results[-1]))
    if len(every) * longest <= UNFOLDED and len(every) * len(work.wrt) <= PAIRS:
        return _joined(run, found, [work.proven(k) for k in every])
    chosen = np.random.default_rng(0).permutation(len(every))[:SAMPLE]
    return answered_extended(run, found, [work.proven(int(k)) for k in sorted(chosen)])


def _unfolded(run: Run) -> Elements | None:
    """The elements of the run; None where they are too many to prove any."""
    try:
        return elements_of(run.trace, UNFOLDED)
    except TooManyElementsError:
        return None


class _Elementwise:
    """Proves each element of the answer as a number of its own."""

    def __init__(self, run: Run, unfolded: Elements, found: Sweep) -> None:
        self.run = run
        self.unfolded = unfolded
        self.found = found
        self.point: Point = run.point.elements()
        self.at = self.point.machine()
        self.places = {
            part: (name, index)
            for name, parts in unfolded.names.items()
            for part, index in zip(parts, indices(self._shape(name)), strict=True)
        }
        self.indices = indices(shape_of(run.trace.values[run.trace.result]))
        self.wrt = tuple(part for name in run.wrt for part in unfolded.names[name])

    def _shape(self, name: str) -> tuple[int, ...]:
        return shape_of(self.run.trace.values[self.run.trace.inputs[name]])

    def proven(self, which: int) -> Proven:
        """One element of the result, counted in order."""
        index = self.indices[which]
        trace = self.trace(self.unfolded, self.unfolded.results[which])
        wrt = tuple(part for part in self.wrt if part in trace.inputs)
        result = self.run.trace.values[self.run.trace.result]
        answers = Answers(
            float(result[index]) if index else float(result),
            self._answers(self.found.forward, index, wrt),
            self._answers(self.found.reverse, index, wrt),
        )
        proven = Proving(
            self.run, trace, self.point, wrt, answers, self._rerun(index), self._retrace(which)
        ).proven()
        return self._completed(proven)

    def _completed(self, proven: Proven) -> Proven:
        """With zeros for the inputs' elements that this number is not made of."""
        known = {row.by: row for row in proven.derivatives}
        counted: dict[str, Any] = {}
        if proven.digits is not None:
            counted = {"digits": 16, "ulps": 0.0, "reference": "0"}
        if proven.checks.symbolic is not None:
            counted["symbolic"] = 0.0
        rows = [
            known.get((part,)) or Derivative((part,), self.at[part], 0.0, 0.0, 0.0, **counted)
            for part in self.wrt
        ]
        return replace(proven, derivatives=tuple(rows))

    def trace(self, unfolded: Elements, slot: int) -> Trace:
        """What one element of the result is computed from."""
        made = alone(unfolded.trace, slot)
        kink = self.run.options.kink
        return with_convention(made, kink) if kink in ("torch", "jax") else made

    def _answers(
        self, jacobians: Mapping[str, Any], index: tuple[int, ...], wrt: tuple[str, ...]
    ) -> dict[str, float]:
        made = {}
        for part in wrt:
            name, inner = self.places[part]
            if name in jacobians:
                made[part] = float(np.asarray(jacobians[name])[index + inner]) + 0.0
        return made

    def _rerun(self, index: tuple[int, ...]) -> Any:
        def rerun(numbers: Any, part: str, x: Any) -> Any:
            name, inner = self.places[part]
            inputs = self.run.point.numbers(numbers)
            if inner:
                inputs[name] = inputs[name].copy()
                inputs[name][inner] = x
            else:
                inputs[name] = x
            again = self.run.again(numbers, inputs, (name,))
            value = again.values[again.result]
            return value[index] if index else value

        return rerun

    def _retrace(self, which: int) -> Any:
        def retrace(program: Program) -> Trace:
            unfolded = elements_of(self.run.rewritten(program), UNFOLDED)
            return self.trace(unfolded, unfolded.results[which])

        return retrace


# joining ----------------------------------------------------------------------------------


def _joined(run: Run, found: Sweep, numbers: list[Proven]) -> Result:
    """The elements' answers as one of arrays."""
    shape = shape_of(run.trace.values[run.trace.result])
    derivatives, at = [], 0
    for name in run.wrt:
        own = shape_of(run.trace.values[run.trace.inputs[name]])
        size = int(np.prod(own))
        rows = [row for number in numbers for row in number.derivatives[at : at + size]]
        at += size
        derivatives.append(_joined_rows(run, name, rows, shape + own, bool(found.forward)))
    checks = _checks([number.checks for number in numbers])
    status = worst(row.status for number in numbers for row in number.derivatives)
    notes = dict.fromkeys(note for number in numbers for note in number.notes)
    return Result(
        expr=run.source,
        canonical=to_text(run.program),
        at=run.point.machine(),
        value=_array([n.value for n in numbers], shape),
        derivatives=tuple(derivatives),
        steps=Steps(run.trace, {}, found.cotangents),
        checks=checks,
        reference=_nested([n.reference for n in numbers], shape),
        digits=_array([n.digits for n in numbers], shape),
        ulps=_array([n.ulps for n in numbers], shape),
        precise=run.options.digits is not None,
        status=status,
        guards=guards(run),
        notes=(*run.notes, *notes)[:NOTES],
        error=next((number.error for number in numbers if number.error), None),
        exit=exit_of(numbers, status, run.options),
    )


def _joined_rows(
    run: Run, name: str, rows: list[Derivative], shape: tuple[int, ...], forward: bool
) -> Derivative:
    """One input's derivative, joined from those of its elements."""
    if not shape:
        return replace(rows[0], by=(name,))
    symbolic = [row.symbolic for row in rows]
    return Derivative(
        (name,),
        run.point.machine()[name],
        _array([row.gradient for row in rows], shape),
        _array([row.forward for row in rows], shape) if forward else None,
        _array([row.reverse for row in rows], shape),
        symbolic=None if None in symbolic else _array(symbolic, shape),
        reference=_nested([row.reference for row in rows], shape),
        digits=_array([row.digits for row in rows], shape),
        ulps=_array([row.ulps for row in rows], shape),
        status=worst(row.status for row in rows),
        parts=tuple(rows),
    )


def _array(items: list[Any], shape: tuple[int, ...]) -> Any:
    """Numbers in the shape of an array; None where there are none. What misses is NaN."""
    if all(item is None for item in items):
        return None
    if not shape:
        return items[0]
    known = [float("nan") if item is None else item for item in items]
    return np.array(known).reshape(shape)


def _nested(items: list[Any], shape: tuple[int, ...]) -> Any:
    """Texts as nested lists."""
    if not shape or all(item is None for item in items):
        return items[0] if items else None
    return np.array(items, dtype=object).reshape(shape).tolist()


def _checks(found: Iterable[Checks]) -> Checks:
    """What was compared for all of them."""
    every = list(dict.fromkeys(found))
    if len(every) == 1:
        return every[0]
    methods = [checks.method for checks in every]
    return Checks(
        agreed(checks.modes for checks in every),
        agreed(checks.symbolic for checks in every),
        next(m for m in ("probe", "none", "instruction", "whole") if m in methods),
        min(checks.precision for checks in every),
        unreferenced=any(checks.unreferenced for checks in every),
    )
