"""Derivatives of every order up to the n-th, by one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradcalc.answers.evaluate import evaluated
from gradcalc.answers.products import _one_number, _read
from gradcalc.answers.proving import Answers, Proving
from gradcalc.answers.request import Options, Run
from gradcalc.answers.result import Result
from gradcalc.answers.status import exit_of, worst
from gradcalc.errors import GradcalcError
from gradcalc.modes.derived import derivative
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.point import Given, Point
from gradcalc.trace.elements import elements_of
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace


def derivatives(
    source: str,
    at: Mapping[str, Given],
    order: int,
    *,
    wrt: tuple[str, ...] | None = None,
    options: Options | None = None,
) -> Result:
    """The derivatives of orders 1 to n of a number by one number: a `Derivative` each."""
    run = _read(source, at, wrt, options)
    _one_number(run, "--order")
    if len(run.wrt) != 1 or hasattr(run.point.machine()[run.wrt[0]], "shape"):
        raise GradcalcError(
            "usage", "--order takes derivatives by one number", hint="name it: --wrt x"
        )
    first = evaluated(run)
    name = run.wrt[0]
    unfolded = elements_of(run.trace, ORDERED) if run.trace.statics else None
    trace = run.trace if unfolded is None else replace(unfolded.trace, result=unfolded.results[0])
    where = run.point if unfolded is None else run.point.elements()
    rows, found = [first.derivatives[0]], []
    for k in range(2, order + 1):
        trace = derivative(trace, name)
        proven = _of_order(run, trace, where, name, k).proven()
        found.append(proven)
        rows.append(replace(proven.derivatives[0], by=(name,) * k))
    notes = dict.fromkeys((*first.notes, *(note for one in found for note in one.notes)))
    status = worst([first.status, *(row.status for row in rows)])
    error = first.error or next((one.error for one in found if one.error), None)
    return replace(
        first,
        kind="order",
        derivatives=tuple(rows),
        status=status,
        notes=tuple(notes),
        error=error,
        exit=max(first.exit, exit_of(found, status, run.options)),
    )


ORDERED = 20_000  # instructions of single numbers that are differentiated again and again


def _of_order(run: Run, trace: Trace, where: Point, name: str, order: int) -> Proving:
    """The work on the derivative of a trace that is a derivative of order - 1 already."""
    numbers = machine_numbers()
    trace.values = replay(trace, numbers, where.machine())
    back = reverse(trace, trace.values, numbers, float("nan"))
    ahead = forward(trace, trace.values, numbers, {trace.inputs[name]: 1}, float("nan"))
    answers = Answers(
        trace.values[trace.result],
        {name: (ahead[trace.result] or 0.0) + 0.0},
        {name: (back[trace.inputs[name]] or 0.0) + 0.0},
    )

    def rerun(system: Any, _: str, x: Any) -> Any:
        again = run.again(system, {**run.point.numbers(system), name: x}, (name,))
        taken = derivative(again, name, order - 1)
        return replay(taken, system, {**run.point.numbers(system), name: x})[taken.result]

    return Proving(run, trace, where, (name,), answers, rerun, None)
