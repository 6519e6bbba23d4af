"""A run of single numbers: swept both ways, checked, gathered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradcalc.answers.evidence import Float64Answers, Target
from gradcalc.answers.proving import prove_number
from gradcalc.answers.request import Run
from gradcalc.answers.result import Result, Steps
from gradcalc.answers.status import MAX_NOTES, exit_of, guards, worst
from gradcalc.language import canonical
from gradcalc.modes.sweeps import NONE_KNOWN, forward, kept_partials, reverse
from gradcalc.rules.systems import machine_numbers


def evaluated_numbers(run: Run) -> Result:
    """A run of single numbers: sweep both ways, check, gather."""
    steps = both_sweeps(run)
    proven = prove_number(number_target(run, steps))
    status = worst(row.status for row in proven.derivatives)
    return Result(
        expr=run.source,
        canonical=canonical(run.program),
        at=run.point.machine(),
        value=proven.value,
        derivatives=proven.derivatives,
        steps=steps,
        checks=proven.checks,
        reference=proven.reference,
        digits=proven.digits,
        ulps=proven.ulps,
        wanted_digits=run.options.wanted_digits,
        status=status,
        guards=guards(run),
        notes=(*run.notes, *proven.notes)[:MAX_NOTES],
        error=proven.outcome.error,
        exit=exit_of([proven.outcome], status, run.options),
    )


def number_target(run: Run, steps: Steps | None = None) -> Target:
    """The value of a run of single numbers, to be proven."""
    trace, steps = run.trace, steps or both_sweeps(run)

    def rerun(numbers: Any, moved: Mapping[str, Any]) -> Any:
        again = run.again(numbers, {**run.point.numbers(numbers), **moved}, tuple(moved))
        return again.values[again.result]

    answers = Float64Answers(
        trace.values[trace.result],
        {name: steps.forward(name) for name in run.wrt},
        {name: steps.reverse(name) for name in run.wrt},
        {name: float(number) + 0.0 for name, number in of_framework(run).items()},
    )
    return Target(run, trace, run.point, run.wrt, answers, rerun, run.rewritten)


def of_framework(run: Run) -> Mapping[str, Any]:
    """The Jacobian by input that PyTorch or JAX answers with; none where neither was asked for."""
    if run.options.kink not in ("torch", "jax"):
        return {}
    from gradcalc.modes.frameworks import framework_jacobian

    return framework_jacobian(run.trace, run.wrt, run.options.kink)


def both_sweeps(run: Run) -> Steps:
    """Both sweeps in float64, over a trace of single numbers."""
    trace, numbers = run.trace, machine_numbers()
    partials = kept_partials(trace)
    cotangents = reverse(trace, trace.values, numbers, math.nan, keep=partials)
    known = partials or NONE_KNOWN
    tangents = {
        name: forward(trace, trace.values, numbers, {trace.inputs[name]: 1}, math.nan, known=known)
        for name in run.wrt
    }
    return Steps(trace, tangents, cotangents)
