"""Runs of arrays too large for big numbers: answered from a replay in extended precision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from gradcalc.answers.proving import Proven
from gradcalc.answers.request import Run
from gradcalc.answers.result import Derivative, Result, Steps
from gradcalc.answers.status import NOTES, exit_of, guards, worst
from gradcalc.checks.checks import Checks, agreed
from gradcalc.checks.extended import Extended, counted, extended
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.modes.jacobian import Sweep
from gradcalc.numbers.shapes import shape_of


def answered_extended(run: Run, found: Sweep, sample: list[Proven]) -> Result:
    """The answer of a run too large for big numbers; `sample` are elements that were proven."""
    trace = run.trace
    shape = shape_of(trace.values[trace.result])
    value = trace.values[trace.result]
    known: Extended | None = None
    notes = list(run.notes)
    if run.options.check != "off":
        known = extended(run.trace, run.point, run.wrt, found, sympy=run.options.check == "full")
        notes += known.notes
    if known and sample:
        outputs = int(np.prod(shape))
        notes.append(f"{len(sample)} of the {outputs} elements of the value were proven in full")
        notes += dict.fromkeys(note for one in sample for note in one.notes)
    rows = []
    for name in run.wrt:
        gradient = found.best[name]
        digits = None if known is None else counted(gradient, known.gradient[name])
        rows.append(
            Derivative(
                (name,),
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
    error = _not_finite(value, rows)
    few = _too_few(run, [digits, *(row.digits for row in rows)])
    status = worst(row.status for row in rows)
    proven = Proven(0.0, (), checks, None, None, None, (), error, few)
    return Result(
        expr=run.source,
        canonical=to_text(run.program),
        at=run.point.machine(),
        value=value if shape else float(value),
        derivatives=tuple(rows),
        steps=Steps(run.trace, {}, found.cotangents),
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
    count = checks.sampled + sum(len(one.derivatives) for one in sample if one.checks.symbolic)
    return replace(
        checks,
        modes=agreed(c.modes for c in every),
        sampled=count,
        symbolic=all(symbolic) if symbolic else None,
    )


def _too_few(run: Run, counts: Iterable[Any]) -> bool:
    least = run.options.min_digits
    return any(bool(np.any(np.asarray(c) < least)) for c in counts if c is not None)


def _not_finite(value: Any, rows: list[Derivative]) -> GradcalcError | None:
    from gradcalc.errors import Exit

    for what, array in (("the value", value), *((f"d/d{row.by[0]}", row.gradient) for row in rows)):
        amiss = np.argwhere(~np.isfinite(np.atleast_1d(array)))
        if amiss.size:
            where = f" at {amiss[0].tolist()}" if shape_of(array) else ""
            return GradcalcError(
                "not-finite",
                f"{what} is not finite{where}",
                hint="look at the trace for the first step that is not",
                exit=Exit.NO_ANSWER,
            )
    return None
