"""Runs with arrays: swept as arrays, proven element by element where that is feasible.

Up to some thousands of instructions the run is unfolded to single numbers, and each element of the
answer is proven as any number is. Past that the arrays themselves are replayed in extended
precision, the modes are compared along random directions, and sympy is asked for a sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from gradcalc.trace.builder import pruned
from gradcalc.trace.elements import Elements, TooManyElementsError, elements_of, indices
from gradcalc.trace.trace import Trace, with_convention

UNFOLDED = 40_000  # instructions of single numbers that are proven one by one, for all outputs
DIRECTED = 1_000_000  # instructions times inputs of forward mode, past which directions are drawn


def evaluated(run: Run) -> Result:
    """The answer of a run with arrays."""
    found = sweeps(run.trace, run.wrt, machine_arrays())
    unfolded = _unfolded(run)
    if unfolded is None:
        return _extended(run, found)
    return _joined(run, found, list(_Elementwise(run, unfolded, found).proven()))


def _unfolded(run: Run) -> Elements | None:
    """The elements of the run; None where they are too many to prove one by one."""
    outputs = max(1, int(np.prod(shape_of(run.trace.values[run.trace.result]))))
    try:
        with np.errstate(all="ignore"):
            return elements_of(run.trace, max(1, UNFOLDED // outputs))
    except TooManyElementsError:
        return None


class _Elementwise:
    """Proves each element of the answer as a number of its own."""

    def __init__(self, run: Run, unfolded: Elements, found: Sweep) -> None:
        self.run = run
        self.unfolded = unfolded
        self.found = found
        self.point: Point = run.point.elements()
        self.places = {
            part: (name, index)
            for name, parts in unfolded.names.items()
            for part, index in zip(parts, indices(self._shape(name)), strict=True)
        }
        self.wrt = tuple(part for name in run.wrt for part in unfolded.names[name])

    def _shape(self, name: str) -> tuple[int, ...]:
        return shape_of(self.run.trace.values[self.run.trace.inputs[name]])

    def proven(self) -> Iterator[Proven]:
        """Element by element of the result, in order."""
        result = self.run.trace.values[self.run.trace.result]
        for index, slot in zip(indices(shape_of(result)), self.unfolded.results, strict=True):
            trace = self._trace(self.unfolded, slot)
            value = float(result[index]) if index else float(result)
            answers = Answers(
                value, self._answers(self.found.forward, index),
                self._answers(self.found.reverse, index),
            )  # fmt: skip
            yield Proving(
                self.run, trace, self.point, self.wrt, answers, self._rerun(index),
                self._retrace(index),
            ).proven()  # fmt: skip

    def _trace(self, unfolded: Elements, slot: int) -> Trace:
        made, _ = pruned(unfolded.trace, [slot])
        kink = self.run.options.kink
        return with_convention(made, kink) if kink in ("torch", "jax") else made

    def _answers(self, jacobians: Mapping[str, Any], index: tuple[int, ...]) -> dict[str, float]:
        made = {}
        for part in self.wrt:
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

    def _retrace(self, index: tuple[int, ...]) -> Any:
        shape = shape_of(self.run.trace.values[self.run.trace.result])
        which = indices(shape).index(index)

        def retrace(program: Program) -> Trace:
            unfolded = elements_of(self.run.rewritten(program), UNFOLDED)
            return self._trace(unfolded, unfolded.results[which])

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
        name, run.point.machine()[name],
        _array([row.gradient for row in rows], shape),
        _array([row.forward for row in rows], shape) if forward else None,
        _array([row.reverse for row in rows], shape),
        symbolic=None if None in symbolic else _array(symbolic, shape),
        reference=_nested([row.reference for row in rows], shape),
        digits=_array([row.digits for row in rows], shape),
        ulps=_array([row.ulps for row in rows], shape),
        status=worst(row.status for row in rows),
        parts=tuple(rows),
    )  # fmt: skip


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
        _all(checks.modes for checks in every), _all(checks.symbolic for checks in every),
        next(m for m in ("probe", "none", "instruction", "whole") if m in methods),
        min(checks.precision for checks in every),
    )  # fmt: skip


def _all(outcomes: Iterable[bool | None]) -> bool | None:
    every = set(outcomes)
    return False if False in every else None if None in every else True


def _steps(run: Run, found: Sweep) -> Steps:
    return Steps(run.trace, {}, found.cotangents)


# extended ---------------------------------------------------------------------------------


def _extended(run: Run, found: Sweep) -> Result:
    """The answer of a run too large for big numbers."""
    trace = run.trace
    shape = shape_of(trace.values[trace.result])
    value = trace.values[trace.result]
    known: Extended | None = None
    notes = list(run.notes)
    if run.options.check != "off":
        known = extended(run, found)
        notes += known.notes
    inputs = []
    for name in run.wrt:
        gradient = found.best[name]
        digits = None if known is None else counted(gradient, known.gradient[name])
        inputs.append(Input(
            name, run.point.machine()[name], gradient, found.forward.get(name),
            found.reverse.get(name, gradient), digits=digits,
            status="smooth" if known is None else known.status,
        ))  # fmt: skip
    digits = None if known is None else counted(value, known.value)
    checks = Checks() if known is None else known.checks
    error = _not_finite(value, inputs)
    few = _too_few(run, [digits, *(row.digits for row in inputs)])
    status = worst(row.status for row in inputs)
    proven = Proven(0.0, (), checks, None, None, None, (), error, few)
    return Result(
        expr=run.source, canonical=to_text(run.program), at=run.point.machine(),
        value=value if shape else float(value), inputs=tuple(inputs), steps=_steps(run, found),
        checks=checks, digits=digits, status=status, guards=guards(run),
        notes=tuple(notes[:NOTES]), error=error, exit=exit_of([proven], status, run.options),
    )  # fmt: skip


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
                "not-finite", f"{what} is not finite{where}", None,
                "look at the trace for the first step that is not", Exit.NO_ANSWER,
            )  # fmt: skip
    return None
