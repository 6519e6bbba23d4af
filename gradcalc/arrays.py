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

from gradcalc.checks.extended import Extended, counted, extended
from gradcalc.errors import GradcalcError
from gradcalc.evaluation import NOTES, exit_of, guards, worst
from gradcalc.language import to_text
from gradcalc.language.syntax import Program
from gradcalc.modes.jacobian import Sweep, sweeps
from gradcalc.numbers.arrays import shape_of
from gradcalc.proving import Answers, Proven, Proving
from gradcalc.reading import Run
from gradcalc.result import Checks, Input, Result, Steps
from gradcalc.rules import machine_arrays
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
        return _extended(run, found, [])
    work = _Elementwise(run, unfolded, found)
    every = range(len(unfolded.results))
    longest = len(work.trace(unfolded, unfolded.results[-1]))
    if len(every) * longest <= UNFOLDED and len(every) * len(work.wrt) <= PAIRS:
        return _joined(run, found, [work.proven(k) for k in every])
    chosen = np.random.default_rng(0).permutation(len(every))[:SAMPLE]
    return _extended(run, found, [work.proven(int(k)) for k in sorted(chosen)])


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
        known = {row.name: row for row in proven.inputs}
        counted: dict[str, Any] = {}
        if proven.digits is not None:
            counted = {"digits": 16, "ulps": 0.0, "reference": "0"}
        if proven.checks.symbolic is not None:
            counted["symbolic"] = 0.0
        rows = [
            known.get(part) or Input(part, self.at[part], 0.0, 0.0, 0.0, **counted)
            for part in self.wrt
        ]
        return replace(proven, inputs=tuple(rows))

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
    inputs, at = [], 0
    for name in run.wrt:
        own = shape_of(run.trace.values[run.trace.inputs[name]])
        size = int(np.prod(own))
        rows = [row for number in numbers for row in number.inputs[at : at + size]]
        at += size
        inputs.append(_input(run, name, rows, shape + own, bool(found.forward)))
    checks = _checks([number.checks for number in numbers])
    status = worst(row.status for number in numbers for row in number.inputs)
    notes = dict.fromkeys(note for number in numbers for note in number.notes)
    return Result(
        expr=run.source,
        canonical=to_text(run.program),
        at=run.point.machine(),
        value=_array([n.value for n in numbers], shape),
        inputs=tuple(inputs),
        steps=_steps(run, found),
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


def _input(run: Run, name: str, rows: list[Input], shape: tuple[int, ...], forward: bool) -> Input:
    """One input's derivative, joined from those of its elements."""
    if not shape:
        return replace(rows[0], name=name)
    symbolic = [row.symbolic for row in rows]
    return Input(
        name,
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
        _all(checks.modes for checks in every),
        _all(checks.symbolic for checks in every),
        next(m for m in ("probe", "none", "instruction", "whole") if m in methods),
        min(checks.precision for checks in every),
    )


def _all(outcomes: Iterable[bool | None]) -> bool | None:
    every = set(outcomes)
    return False if False in every else None if None in every else True


def _steps(run: Run, found: Sweep) -> Steps:
    return Steps(run.trace, {}, found.cotangents)


# extended ---------------------------------------------------------------------------------


def _extended(run: Run, found: Sweep, sample: list[Proven]) -> Result:
    """The answer of a run too large for big numbers; `sample` are elements that were proven."""
    trace = run.trace
    shape = shape_of(trace.values[trace.result])
    value = trace.values[trace.result]
    known: Extended | None = None
    notes = list(run.notes)
    if run.options.check != "off":
        known = extended(run, found)
        notes += known.notes
    if known and sample:
        outputs = int(np.prod(shape))
        notes.append(f"{len(sample)} of the {outputs} elements of the value were proven in full")
        notes += dict.fromkeys(note for one in sample for note in one.notes)
    inputs = []
    for name in run.wrt:
        gradient = found.best[name]
        digits = None if known is None else counted(gradient, known.gradient[name])
        inputs.append(
            Input(
                name,
                run.point.machine()[name],
                gradient,
                found.forward.get(name),
                found.reverse.get(name, gradient),
                digits=digits,
                status="smooth" if known is None else known.status,
            )
        )
    digits = None if known is None else counted(value, known.value)
    checks = Checks() if known is None else _sampled(known.checks, sample)
    error = _not_finite(value, inputs)
    few = _too_few(run, [digits, *(row.digits for row in inputs)])
    status = worst(row.status for row in inputs)
    proven = Proven(0.0, (), checks, None, None, None, (), error, few)
    return Result(
        expr=run.source,
        canonical=to_text(run.program),
        at=run.point.machine(),
        value=value if shape else float(value),
        inputs=tuple(inputs),
        steps=_steps(run, found),
        checks=checks,
        digits=digits,
        status=status,
        guards=guards(run),
        notes=tuple(notes[:NOTES]),
        error=error,
        exit=exit_of([proven], status, run.options),
    )


def _sampled(checks: Checks, sample: list[Proven]) -> Checks:
    """What was compared, with what the proven elements say."""
    every = [checks, *(one.checks for one in sample)]
    symbolic = [c.symbolic for c in every if c.symbolic is not None]
    count = checks.sampled + sum(len(one.inputs) for one in sample if one.checks.symbolic)
    return replace(
        checks,
        modes=_all(c.modes for c in every),
        sampled=count,
        symbolic=all(symbolic) if symbolic else None,
    )


def _too_few(run: Run, counts: Iterable[Any]) -> bool:
    least = run.options.min_digits
    return any(bool(np.any(np.asarray(c) < least)) for c in counts if c is not None)


def _not_finite(value: Any, inputs: list[Input]) -> GradcalcError | None:
    from gradcalc.errors import Exit

    for what, array in (("the value", value), *((f"d/d{i.name}", i.gradient) for i in inputs)):
        amiss = np.argwhere(~np.isfinite(np.atleast_1d(array)))
        if amiss.size:
            where = f" at {amiss[0].tolist()}" if shape_of(array) else ""
            return GradcalcError(
                "not-finite",
                f"{what} is not finite{where}",
                None,
                "look at the trace for the first step that is not",
                Exit.NO_ANSWER,
            )
    return None
