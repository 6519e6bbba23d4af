"""Runs of arrays too large for big numbers: answered from a replay in extended precision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from gradcalc.answers.notes import MAX_NOTED_DECISIONS
from gradcalc.answers.numbers import of_framework
from gradcalc.answers.proving import ProvenNumber
from gradcalc.answers.request import Options, Run
from gradcalc.answers.result import Derivative, Estimate, Result, Steps
from gradcalc.answers.status import MAX_NOTES, Outcome, exit_of, guards, worst
from gradcalc.checks.checks import Checks, agreed
from gradcalc.checks.extended import Extended, counted, extended
from gradcalc.checks.notes import place
from gradcalc.errors import Exit, GradcalcError
from gradcalc.language import canonical
from gradcalc.modes.jacobian import Sweep
from gradcalc.numbers.shapes import shape_of


def answered_extended(run: Run, sweep: Sweep, sample: list[ProvenNumber]) -> Result:
    """The answer of a run too large for big numbers; `sample` are elements that were proven."""
    trace, options = run.trace, run.options
    known: Extended | None = None
    if options.check != "off":
        known = extended(trace, run.point, run.wrt, sweep, sympy=options.check == "full")
    value = trace.values[trace.result]
    digits = None if known is None else counted(value, known.value, known.value_error)
    gradient = of_framework(run) or sweep.best
    rows = tuple(_derivative(run, name, gradient[name], sweep, known) for name in run.wrt)
    checks = Checks() if known is None else _with_sample(known.checks, sample)
    error = _not_finite(value, rows)
    too_few = _too_few_digits(options, [digits, *(row.digits for row in rows)])
    status = worst(row.status for row in rows)
    return Result(
        expr=run.source,
        canonical=canonical(run.program),
        at=run.point.machine(),
        value=value if shape_of(value) else float(value),
        derivatives=rows,
        steps=Steps(trace, {}, sweep.cotangents),
        checks=checks,
        digits=digits,
        status=status,
        guards=guards(run),
        notes=tuple(_notes(run, known, sample))[:MAX_NOTES],
        error=error,
        exit=exit_of([Outcome(error, checks, too_few)], status, options),
        estimate=None if known is None else Estimate(known.value, known.value_error),
    )


def _derivative(
    run: Run, name: str, gradient: Any, sweep: Sweep, known: Extended | None
) -> Derivative:
    digits = estimate = None
    if known is not None:
        estimate = Estimate(known.gradient[name], known.gradient_errors[name])
        digits = counted(gradient, known.gradient[name], known.gradient_errors[name])
        if known.status == "kink" and gradient is not sweep.best[name]:
            # what a framework decides by convention has no true digits
            digits = np.where(np.asarray(gradient) == sweep.best[name], digits, np.nan)
    return Derivative(
        (name,),
        run.point.machine()[name],
        gradient,
        sweep.forward.get(name),
        sweep.reverse.get(name, sweep.best[name]),
        digits=digits,
        status="smooth" if known is None else known.status,
        estimate=estimate,
    )


def _notes(run: Run, known: Extended | None, sample: list[ProvenNumber]) -> Iterator[str]:
    yield from run.notes
    if known is None:
        return
    yield from known.notes
    for span in known.by_rounding[:MAX_NOTED_DECISIONS]:
        yield f"rounding decided {place(run.source, span)}: no digits are counted"
    if sample:
        outputs = np.size(run.trace.values[run.trace.result])
        yield f"{len(sample)} of the {outputs} elements of the value were proven in full"
        yield from dict.fromkeys(note for one in sample for note in one.notes)


def _with_sample(checks: Checks, sample: list[ProvenNumber]) -> Checks:
    """What was compared, with what the proven elements say."""
    everything = [checks, *(one.checks for one in sample)]
    symbolic = [c.symbolic for c in everything if c.symbolic is not None]
    count = checks.sampled + sum(len(one.derivatives) for one in sample if one.checks.symbolic)
    return checks._replace(
        modes=agreed(c.modes for c in everything),
        sampled=count,
        symbolic=all(symbolic) if symbolic else None,
    )


def _too_few_digits(options: Options, counts: Iterable[Any]) -> bool:
    """Is any count of correct digits, of a number or an element, below --min-digits?"""
    known = [np.asarray(count) for count in counts if count is not None]
    return any(bool(np.any(count < options.min_digits)) for count in known)


def _not_finite(value: Any, rows: Iterable[Derivative]) -> GradcalcError | None:
    """The first element that is not finite, as an error; None where all are."""
    for what, array in (("the value", value), *((f"d/d{row.by[0]}", row.gradient) for row in rows)):
        indices = np.argwhere(~np.isfinite(np.atleast_1d(array)))
        if indices.size:
            where = f" at {indices[0].tolist()}" if shape_of(array) else ""
            return GradcalcError(
                "not-finite",
                f"{what} is not finite{where}",
                hint="the trace shows the first step that is not finite",
                exit=Exit.NO_ANSWER,
            )
    return None
