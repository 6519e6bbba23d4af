"""`evaluate`: from text to a proven gradient. The order of the work, in one place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from gradcalc.errors import Exit, blaming
from gradcalc.language import to_text
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.system import COMPARISONS
from gradcalc.proving import Answers, Proven, Proving
from gradcalc.reading import Options, Run, read
from gradcalc.result import Result, Steps
from gradcalc.rules import machine_numbers
from gradcalc.run.point import Given
from gradcalc.trace.trace import Trace

__all__ = ["Options", "evaluate"]

NOTES = 12  # notes at most
SEVERITY = (
    "smooth",
    "one-sided",
    "kink",
    "cusp",
    "vertical",
    "jump",
    "removable",
    "pole",
    "undefined",
)


def evaluate(
    source: str,
    at: Mapping[str, Given],
    *,
    wrt: tuple[str, ...] | None = None,
    options: Options | None = None,
) -> Result:
    """Value and gradient of a program at a point, checked.

    `at` gives each input a number or an array, or a text read as after --at, which is exact. `wrt`
    names the inputs to differentiate by (all, unless told). Of a program whose value is an array
    the derivatives are Jacobians, of shape value + input. Raises GradcalcError where the text can't
    be read, a value is missing, or the program has no real value at the point.
    """
    with blaming(source):
        return evaluated(read(source, at, wrt, options or Options()))


def evaluated(run: Run) -> Result:
    """The answer of a run."""
    if run.trace.statics or any(map(_is_array, run.point.machine().values())):
        from gradcalc.arrays import evaluated_arrays

        return evaluated_arrays(run)
    return _scalar(run)


def _is_array(value: Any) -> bool:
    return bool(getattr(value, "shape", ()))


def _scalar(run: Run) -> Result:
    """A run of single numbers: sweep both ways, check, gather."""
    trace, steps = run.trace, swept(run)

    def rerun(numbers: Any, name: str, x: Any) -> Any:
        again = run.again(numbers, {**run.point.numbers(numbers), name: x}, (name,))
        return again.values[again.result]

    answers = Answers(
        trace.values[trace.result],
        {name: steps.forward(name) for name in run.wrt},
        {name: steps.reverse(name) for name in run.wrt},
    )
    proven = Proving(run, trace, run.point, run.wrt, answers, rerun, run.rewritten).proven()
    status = worst(row.status for row in proven.inputs)
    return Result(
        expr=run.source,
        canonical=to_text(run.program),
        at=run.point.machine(),
        value=proven.value,
        inputs=proven.inputs,
        steps=steps,
        checks=proven.checks,
        reference=proven.reference,
        digits=proven.digits,
        ulps=proven.ulps,
        precise=run.options.digits is not None,
        status=status,
        guards=guards(run),
        notes=(*run.notes, *proven.notes)[:NOTES],
        error=proven.error,
        exit=exit_of([proven], status, run.options),
    )


def swept(run: Run) -> Steps:
    """Both sweeps in float64, over a trace of single numbers."""
    trace, numbers = run.trace, machine_numbers()
    cotangents = reverse(trace, trace.values, numbers, math.nan)
    tangents = {
        name: forward(trace, trace.values, numbers, {trace.inputs[name]: 1}, math.nan)
        for name in run.wrt
    }
    return Steps(trace, tangents, cotangents)


def worst(statuses: Iterable[str]) -> str:
    """The status of the point as a whole."""
    return max(statuses, key=SEVERITY.index, default="smooth")


def guards(run: Run) -> tuple[str, ...]:
    """What decided the run's branches: the answer holds while this holds."""
    trace: Trace = run.trace
    seen: dict[str, None] = {}
    for guard in trace.guards[:1000]:
        text = run.source[guard.span.start : guard.span.end] if guard.span else guard.op
        outcome = COMPARISONS[guard.op](trace.values[guard.left], trace.values[guard.right])
        seen[text if outcome else f"not ({text})"] = None
    return tuple(seen)


def exit_of(numbers: Iterable[Proven], status: str, options: Options) -> Exit:
    """The exit status of an answer that consists of these numbers."""
    found = Exit.OK
    for proven in numbers:
        if proven.error is not None:
            return Exit.NO_ANSWER
        if proven.checks.modes is False or proven.checks.symbolic is False or proven.too_few:
            found = Exit.VERDICT
    if found is Exit.OK and options.strict and status != "smooth":
        return Exit.NOT_SMOOTH
    return found
