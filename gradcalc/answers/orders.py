"""Derivatives of every order up to the n-th, by one number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from gradcalc.answers.evaluate import evaluated
from gradcalc.answers.evidence import Float64Answers, Higher, Target
from gradcalc.answers.higher import HigherOrders
from gradcalc.answers.products import read_run, require_number
from gradcalc.answers.proving import ProvenNumber, prove_number
from gradcalc.answers.request import Options, Run
from gradcalc.answers.result import Result
from gradcalc.answers.status import exit_of, worst
from gradcalc.errors import GradcalcError
from gradcalc.language.syntax import Call, is_solver
from gradcalc.modes.derived import derivative
from gradcalc.modes.sweeps import forward, reverse
from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.exact import exact_elements, exact_values
from gradcalc.run.point import Given, Point
from gradcalc.trace.elements import elements_of
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

# Instructions of single numbers that a run with arrays may unfold to, to be differentiated n times.
MAX_UNFOLDED_INSTRUCTIONS = 20_000
# The constant that `run.solvers` starts from is off by e, its n-th derivative by e^(16 - n).
MAX_SOLUTION_ORDER = 12


def derivatives(
    source: str,
    at: Mapping[str, Given],
    order: int,
    *,
    wrt: tuple[str, ...] | None = None,
    options: Options | None = None,
) -> Result:
    """The derivatives of orders 1 to n of a number by one number: a `Derivative` each."""
    run = read_run(source, at, wrt, options)
    require_number(run, "--order")
    if len(run.wrt) != 1 or shape_of(run.point.machine()[run.wrt[0]]):
        raise GradcalcError(
            "usage", "--order differentiates by one number", hint="name it: --wrt x"
        )
    _refuse_solutions(run, order)
    first = evaluated(run)
    higher = list(_higher(run, run.wrt[0], order))
    by = tuple((run.wrt[0],) * k for k in range(2, order + 1))
    rows = [replace(one.derivatives[0], by=by[k]) for k, one in enumerate(higher)]
    status = worst([first.status, *(row.status for row in rows)])
    outcomes = [one.outcome for one in higher]
    notes = dict.fromkeys((*first.notes, *(note for one in higher for note in one.notes)))
    return replace(
        first,
        kind="order",
        derivatives=(first.derivatives[0], *rows),
        status=status,
        notes=tuple(notes),
        error=first.error or next((one.error for one in outcomes if one.error), None),
        exit=max(first.exit, exit_of(outcomes, status, run.options)),
    )


def _refuse_solutions(run: Run, order: int) -> None:
    """GradcalcError for orders past those to which a solution's derivatives are right."""
    if order <= MAX_SOLUTION_ORDER:
        return
    for node in run.program.walk():
        if isinstance(node, Call) and is_solver(node):
            raise GradcalcError(
                "usage",
                f"the derivatives of {node.function} are known up to order {MAX_SOLUTION_ORDER}",
                node.span,
                hint=f"write --order {MAX_SOLUTION_ORDER}, or less",
                source=run.source,
            )


def _higher(run: Run, name: str, order: int) -> Iterator[ProvenNumber]:
    """The derivatives of orders 2 to n, each proven as the slope of the one before."""
    trace, point = run.trace, run.point
    if trace.statics:
        trace, point = _of_numbers(trace, point if run.exact else None), point.elements()
    function = HigherOrders(run, name, order)
    for k in range(2, order + 1):
        trace = derivative(trace, name)
        yield prove_number(_slope(run, trace, point, name, k, partial(function.known, k)))


def _of_numbers(trace: Trace, exactly_at: Point | None = None) -> Trace:
    """A run of single numbers as it is, one with arrays element by element."""
    if not trace.statics:
        return trace
    if exactly_at is None:
        unfolded = elements_of(trace, MAX_UNFOLDED_INSTRUCTIONS)
    else:
        unfolded = exact_elements(trace, exactly_at, MAX_UNFOLDED_INSTRUCTIONS)
    return replace(unfolded.trace, result=unfolded.results[0])


def _values(run: Run, trace: Trace, point: Point) -> list[Any]:
    """The float64 value of each slot of a derivative: nan outside of its domain."""
    from gradcalc.rules.systems import nan_numbers

    try:
        if not run.exact:
            return replay(trace, machine_numbers(), point.machine())
        return exact_values(trace, point)
    except (ValueError, ArithmeticError):
        return replay(trace, nan_numbers(), point.machine())


def _slope(
    run: Run, trace: Trace, point: Point, name: str, order: int, higher: Callable[[bool], Higher]
) -> Target:
    """The slope of a trace that is a derivative of order - 1 already."""
    numbers = machine_numbers()
    trace.values = _values(run, trace, point)
    cotangents = reverse(trace, trace.values, numbers, math.nan)
    tangents = forward(trace, trace.values, numbers, {trace.inputs[name]: 1}, math.nan)
    answers = Float64Answers(
        trace.values[trace.result],
        {name: (tangents[trace.result] or 0.0) + 0.0},
        {name: (cotangents[trace.inputs[name]] or 0.0) + 0.0},
    )

    def rerun(system: Any, moved: Mapping[str, Any]) -> Any:
        inputs = {**run.point.numbers(system), **moved}
        again = run.again(system, inputs, (name,))
        lower = derivative(_of_numbers(again), name, order - 1)
        return replay(lower, system, {**inputs, **run.point.elements().numbers(system), **moved})[
            lower.result
        ]

    return Target(run, trace, point, (name,), answers, rerun, None, higher)
