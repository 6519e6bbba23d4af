"""Runs with arrays: swept as arrays, proven element by element where that is feasible.

Up to some thousands of instructions the run is unfolded to single numbers, and each element of the
answer is proven as any number is. Past that the arrays themselves are replayed in extended
precision, the modes are compared along random directions, and sympy is asked for a sample.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradcalc.answers.evidence import Float64Answers, Higher, Target
from gradcalc.answers.extended import answered_extended
from gradcalc.answers.numbers import of_framework
from gradcalc.answers.proving import ProvenNumber, prove_number
from gradcalc.answers.request import Run
from gradcalc.answers.result import Derivative, Result, Steps
from gradcalc.answers.status import MAX_NOTES, exit_of, guards, worst
from gradcalc.checks.checks import Checks, agreed, weakest
from gradcalc.language import canonical
from gradcalc.language.syntax import Program
from gradcalc.modes.jacobian import Sweep, sweeps
from gradcalc.numbers.shapes import Shape, shape_of
from gradcalc.rules.array_systems import machine_arrays
from gradcalc.run.exact import exact_elements
from gradcalc.run.point import Point
from gradcalc.trace.builder import alone, pruned
from gradcalc.trace.elements import Elements, TooManyElementsError, elements_of, indices
from gradcalc.trace.ties import with_equal_shares
from gradcalc.trace.trace import Trace

# All outputs are proven one by one up to both of these; past them a sample is.
MAX_UNFOLDED_INSTRUCTIONS = 40_000  # of single numbers, for all outputs together
MAX_PROVEN_PARTIALS = 20_000  # elements of the Jacobian
OUTPUT_INSTRUCTIONS = 10  # that a proof takes as long as, beside those of its number

SAMPLED_OUTPUTS = 5


def evaluated_arrays(run: Run, higher: Sequence[Callable[[bool], Higher]] = ()) -> Result:
    """The answer of a run with arrays.

    Where it is itself a gradient, `higher` is what else is known of each of its elements.
    """
    sweep = sweeps(run.trace, run.wrt, machine_arrays())
    unfolded = _unfolded(run)
    if unfolded is None:
        return answered_extended(run, sweep, [])
    work = _Elementwise(run, unfolded, sweep, higher)
    outputs = range(len(unfolded.results))
    longest = len(work.trace(unfolded, unfolded.results[-1]))
    partials = len(outputs) * len(work.wrt)
    work_of_all = len(outputs) * (OUTPUT_INSTRUCTIONS + longest) - OUTPUT_INSTRUCTIONS
    if work_of_all <= MAX_UNFOLDED_INSTRUCTIONS and partials <= MAX_PROVEN_PARTIALS:
        return _joined(run, sweep, [work.proven(output) for output in outputs])
    sample = np.random.default_rng(0).permutation(len(outputs))[:SAMPLED_OUTPUTS]
    return answered_extended(run, sweep, [work.proven(int(output)) for output in sorted(sample)])


def element_target(run: Run) -> Target | None:
    """The number that a run with arrays comes to, to be proven; None where it is too large."""
    unfolded = _unfolded(run)
    if unfolded is None:
        return None
    sweep = sweeps(run.trace, run.wrt, machine_arrays())
    return _Elementwise(run, unfolded, sweep).target(0)


def _unfolded(run: Run) -> Elements | None:
    """The elements of the run; None where they are too many to prove any."""
    try:
        if run.exact:
            return exact_elements(run.trace, run.point, MAX_UNFOLDED_INSTRUCTIONS)
        return elements_of(run.trace, MAX_UNFOLDED_INSTRUCTIONS)
    except TooManyElementsError:
        return None


class _Elementwise:
    """Proves each element of the answer as a number of its own.

    `unfolded` is the run's trace taken apart to single numbers, `sweep` its float64 Jacobians.
    """

    def __init__(
        self,
        run: Run,
        unfolded: Elements,
        sweep: Sweep,
        higher: Sequence[Callable[[bool], Higher]] = (),
    ) -> None:
        self.run = run
        self.unfolded = unfolded
        self.sweep = sweep
        self.higher = higher
        self.framework = of_framework(run)
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

    def proven(self, output: int) -> ProvenNumber:
        """One element of the result, counted in order."""
        return self._completed(prove_number(self.target(output)))

    def target(self, output: int) -> Target:
        """The same, to be proven."""
        index = self.indices[output]
        trace = self.trace(self.unfolded, self.unfolded.results[output])
        wrt = tuple(part for part in self.wrt if part in trace.inputs)
        result = self.run.trace.values[self.run.trace.result]
        answers = Float64Answers(
            float(result[index]) if index else float(result),
            self._answers(self.sweep.forward, index, wrt),
            self._answers(self.sweep.reverse, index, wrt),
            self._answers(self.framework, index, wrt),
        )
        rerun, retrace = self._rerun(index), self._retrace(output)
        higher = self.higher[output] if self.higher else None
        return Target(self.run, trace, self.point, wrt, answers, rerun, retrace, higher)

    def _completed(self, proven: ProvenNumber) -> ProvenNumber:
        """With zeros for the inputs' elements that this number does not depend on."""
        known = {row.by: row for row in proven.derivatives}
        exact: dict[str, Any] = {}
        if proven.digits is not None:
            exact = {"digits": self.run.options.digits or 16, "ulps": 0.0, "reference": "0"}
        if proven.checks.symbolic is not None:
            exact["symbolic"] = 0.0
        rows = [
            known.get((part,)) or Derivative((part,), self.at[part], 0.0, 0.0, 0.0, **exact)
            for part in self.wrt
        ]
        return proven._replace(derivatives=tuple(rows))

    def trace(self, unfolded: Elements, slot: int) -> Trace:
        """What one element of the result is computed from."""
        # What is known besides may be of inputs that the number seems not to depend on.
        own = pruned(unfolded.trace, [slot])[0] if self.higher else alone(unfolded.trace, slot)
        return with_equal_shares(own)

    def _answers(
        self, jacobians: Mapping[str, Any], index: tuple[int, ...], wrt: tuple[str, ...]
    ) -> dict[str, float]:
        """The derivatives of the element at `index` by each part, from the Jacobians there are."""
        places = {part: self.places[part] for part in wrt}
        return {
            part: float(np.asarray(jacobians[name])[index + inner]) + 0.0
            for part, (name, inner) in places.items()
            if name in jacobians
        }

    def _rerun(self, index: tuple[int, ...]) -> Any:
        def rerun(numbers: Any, moved: Mapping[str, Any]) -> Any:
            inputs = self.run.point.numbers(numbers)
            varying: dict[str, Any] = {}
            for part, x in moved.items():
                name, inner = self.places[part]
                if inner:
                    inputs[name] = varying.setdefault(name, inputs[name].copy())
                    inputs[name][inner] = x
                else:
                    inputs[name] = varying[name] = x
            again = self.run.again(numbers, inputs, tuple(varying))
            value = again.values[again.result]
            return value[index] if index else value

        return rerun

    def _retrace(self, output: int) -> Any:
        def retrace(program: Program) -> Trace:
            unfolded = elements_of(self.run.rewritten(program), MAX_UNFOLDED_INSTRUCTIONS)
            return self.trace(unfolded, unfolded.results[output])

        return retrace


# joining ----------------------------------------------------------------------------------


def _joined(run: Run, sweep: Sweep, numbers: list[ProvenNumber]) -> Result:
    """The elements' answers as one of arrays."""
    shape = shape_of(run.trace.values[run.trace.result])
    derivatives = tuple(_joined_derivatives(run, sweep, numbers))
    status = worst(row.status for number in numbers for row in number.derivatives)
    notes = dict.fromkeys(note for number in numbers for note in number.notes)
    return Result(
        expr=run.source,
        canonical=canonical(run.program),
        at=run.point.machine(),
        value=_array([n.value for n in numbers], shape),
        derivatives=derivatives,
        steps=Steps(run.trace, {}, sweep.cotangents),
        checks=_joined_checks([number.checks for number in numbers]),
        reference=_nested([n.reference for n in numbers], shape),
        digits=_array([n.digits for n in numbers], shape),
        ulps=_array([n.ulps for n in numbers], shape),
        wanted_digits=run.options.wanted_digits,
        status=status,
        guards=guards(run),
        notes=(*run.notes, *notes)[:MAX_NOTES],
        error=next((n.outcome.error for n in numbers if n.outcome.error), None),
        exit=exit_of([number.outcome for number in numbers], status, run.options),
    )


def _joined_derivatives(
    run: Run, sweep: Sweep, numbers: list[ProvenNumber]
) -> Iterator[Derivative]:
    """The derivative by each input, of shape value + input."""
    shape = shape_of(run.trace.values[run.trace.result])
    start = 0
    for name in run.wrt:
        own = shape_of(run.trace.values[run.trace.inputs[name]])
        stop = start + math.prod(own)
        rows = [row for number in numbers for row in number.derivatives[start:stop]]
        yield _joined_derivative(run, name, rows, shape + own, forward=bool(sweep.forward))
        start = stop


def _joined_derivative(
    run: Run, name: str, rows: list[Derivative], shape: Shape, *, forward: bool
) -> Derivative:
    """One input's derivative, joined from those of its elements."""
    if not shape:
        return replace(rows[0], by=(name,))

    def array(field: str) -> Any:
        return _array([getattr(row, field) for row in rows], shape)

    return Derivative(
        (name,),
        run.point.machine()[name],
        array("gradient"),
        array("forward") if forward else None,
        array("reverse"),
        symbolic=None if any(row.symbolic is None for row in rows) else array("symbolic"),
        reference=_nested([row.reference for row in rows], shape),
        digits=array("digits"),
        ulps=array("ulps"),
        status=worst(row.status for row in rows),
        parts=tuple(rows),
    )


def _array(items: list[Any], shape: Shape) -> Any:
    """Numbers as an array of that shape, NaN where one is missing; None where all are."""
    if all(item is None for item in items):
        return None
    if not shape:
        return items[0]
    known = [float("nan") if item is None else item for item in items]
    return np.array(known).reshape(shape)


def _nested(items: list[Any], shape: Shape) -> Any:
    """Texts as nested lists; None where all are missing."""
    if not shape or all(item is None for item in items):
        return items[0] if items else None
    return np.array(items, dtype=object).reshape(shape).tolist()


def _joined_checks(checks: Iterable[Checks]) -> Checks:
    """What was compared for all of them."""
    distinct = list(dict.fromkeys(checks))
    if len(distinct) == 1:
        return distinct[0]
    methods = [one.method for one in distinct]
    return Checks(
        agreed(one.modes for one in distinct),
        agreed(one.symbolic for one in distinct),
        next(m for m in ("probe", "germs", "none", "instruction", "whole") if m in methods),
        min(one.precision for one in distinct),
        proof=weakest(one.proof for one in distinct),
        unreferenced=any(one.unreferenced for one in distinct),
    )
