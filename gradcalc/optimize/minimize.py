"""`minimize`: from a formula and a start to a point with its certificate. Read this first.

A method walks (`methods`, `training`), Newton's method makes its end sharp (`refinement`), and
balls prove what kind of point it is (`certificate`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcalc.answers.request import Names, Options, Run, read
from gradcalc.errors import Exit, GradcalcError, blaming, listed
from gradcalc.numbers.shapes import shape_of
from gradcalc.optimize.constraints import constraints, names_of
from gradcalc.optimize.ending import End, finished, vanishes
from gradcalc.optimize.layout import Layout, Vector
from gradcalc.optimize.methods import (
    BOTTOMLESS,
    BOUNDED,
    CONSTRAINED,
    SCIPY,
    Region,
    minimized,
    polished,
)
from gradcalc.optimize.minimum import Minimum
from gradcalc.optimize.objective import MAX_HESSIAN_SIZE, Objective, Problem, objective
from gradcalc.optimize.path import Path, Watch
from gradcalc.optimize.training import TRAINING, Training, train
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given, Point, point
from gradcalc.run.reading import read_program

METHODS = (*SCIPY, *TRAINING)
TOLERANCE = 1e-8
MAX_BFGS_SIZE = 500  # unknowns, past which its matrix is too large
SPREAD = 2.0  # of random starts around the given one, relative to it
AGREEMENT = 1e-6  # of a value: starts that end so near to the best end there too

Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to minimize.

    `method` is one of METHODS; chosen by the problem unless given. `steps` is the most that a
    method takes; `tolerance` the norm of the gradient at which it stops. `starts` more than 1 adds
    random ones, the same for the same `seed`.
    """

    method: str | None = None
    maximize: bool = False
    steps: int | None = None
    tolerance: float = TOLERANCE
    training: Training = field(default_factory=Training)
    starts: int = 1
    seed: int = 0
    limits: Limits = field(default_factory=Limits)


def minimize(
    source: str,
    at: Mapping[str, Given] | None = None,
    *,
    wrt: Names | None = None,
    bounds: Bounds | None = None,
    subject_to: Sequence[str] = (),
    columns: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
    watch: Watch | None = None,
) -> Minimum:
    """A local minimum of a program, from the start `at`, with what is proven of it.

    All inputs with a value are unknowns, or those of `wrt`; the others are held. An unknown without
    a value starts in the middle of its `bounds`, which hold for each element of an array. `columns`
    are those of a table, over whose rows the program's mean is minimized. `watch` is called with
    each iterate. GradcalcError where the text can't be read, there is no value at the start, or
    scipy is missing.
    """
    settings = settings or Settings()
    with blaming(source):
        also = names_of(subject_to)
        run, problem = _problem(source, at or {}, wrt, bounds or {}, columns or {}, also, settings)
        held = run.point.machine()
        region = _region(problem.layout, bounds or {}, subject_to, problem.held)
        method = _method(settings.method, region, problem.layout)
        goal = objective(problem)
        start = problem.layout.vector(held)
        ends = [
            _walk(goal, problem, one, method, region, settings, watch)
            for one in _starts(start, region, settings)
        ]
        best = min(ends, key=lambda end: (not math.isfinite(end.value), end.value))
        near = AGREEMENT * max(1.0, abs(best.value))
        agreeing = sum(abs(end.value - best.value) <= near for end in ends)
        answer = finished(run, problem, goal, region, best, settings.tolerance)
        return replace(answer, starts=len(ends), agreeing=agreeing)


# the problem ------------------------------------------------------------------------------


def _problem(
    source: str,
    at: Mapping[str, Given],
    wrt: Names | None,
    bounds: Bounds,
    columns: Mapping[str, Any],
    also: Collection[str],
    settings: Settings,
) -> tuple[Run, Problem]:
    """The run at the start (of the first row), which reports what is wrong; and the problem.

    `also` are names that the constraints read: unknowns, even where the program does not read them.
    """
    program, places = read_program(source, {*at, *bounds, *columns}, settings.limits)
    both = [name for name in at if name in columns]
    if both:
        raise GradcalcError(
            "usage", f"{both[0]} has a value and is a column of the table", hint="remove one"
        )
    middles = {
        name: _middle(*ends)
        for name, ends in bounds.items()
        if (name in places or name in also) and name not in at
    }
    read_columns = {name: column for name, column in columns.items() if name in places}
    start = {**at, **middles, **{name: float(c[0]) for name, c in read_columns.items()}}
    unread = {n: v for n, v in start.items() if n in also and n not in places}
    known = {n: v for n, v in start.items() if n not in unread and (n in places or n in at)}
    chosen = wrt if wrt is not None else [n for n in places if n not in columns and n in known]
    own = [name for name in chosen if name not in unread]
    run = read(source, known, own or None, Options(check="off", limits=settings.limits))
    unknown = [name for name in run.wrt if name not in columns]
    unknown += [name for name in unread if wrt is None or name in wrt]
    run = run._replace(point=Point({**run.point.traces, **point(unread).traces}))
    if not unknown:
        raise GradcalcError("usage", "there is no input to vary", hint="write --at x=1")
    if shape_of(run.trace.values[run.trace.result]):
        raise GradcalcError(
            "array-value",
            "only a number can be minimized, and the value is an array",
            run.program.body[-1].span,
            hint="reduce it: sum(v^2), norm(v), mean(v)",
        )
    if not math.isfinite(run.trace.values[run.trace.result]):
        raise GradcalcError(
            "not-finite",
            "the program has no finite value at the start",
            run.program.body[-1].span,
            hint="start elsewhere",
            exit=Exit.NO_ANSWER,
        )
    values = run.point.machine()
    infinite = [n for n in unknown if not np.isfinite(values[n]).all()]
    if infinite:
        raise GradcalcError("usage", f"{infinite[0]} can't start at infinity", hint="use a number")
    stray = [name for name in bounds if name not in unknown]
    if stray:
        raise GradcalcError(
            "usage", f"{stray[0]} has bounds but is not varied", hint=f"vary {listed(unknown)}"
        )
    held = {n: v for n, v in values.items() if n not in unknown and n not in read_columns}
    sign = -1 if settings.maximize else 1
    layout = Layout.of({name: values[name] for name in unknown})
    return run, Problem(source, program, places, layout, held, read_columns, sign, settings.limits)


def _middle(low: float, high: float) -> float:
    if math.isfinite(low) and math.isfinite(high):
        return low / 2 + high / 2
    if math.isfinite(low):
        return low + max(1.0, abs(low))
    return high - max(1.0, abs(high)) if math.isfinite(high) else 0.0


def _region(
    layout: Layout, bounds: Bounds, subject_to: Sequence[str], held: Mapping[str, Any]
) -> Region:
    lower, upper = np.full(layout.size, -np.inf), np.full(layout.size, np.inf)
    numbers = np.arange(layout.size)
    for name, places in layout.parts(numbers):
        if name in bounds:
            lower[places], upper[places] = bounds[name]
    return Region(lower, upper, constraints(subject_to, layout, held))


def _method(name: str | None, region: Region, layout: Layout) -> tuple[str, ...]:
    """The methods to go through, each from where the last one stopped short."""
    if name is not None:
        if region.constraints and name not in CONSTRAINED:
            raise _unfit(name, "constraints", CONSTRAINED)
        if region.bounded and name not in BOUNDED:
            raise _unfit(name, "bounds", BOUNDED)
        if name == "trust-exact" and layout.size > MAX_HESSIAN_SIZE:
            raise GradcalcError(
                "usage",
                f"trust-exact takes at most {MAX_HESSIAN_SIZE} unknowns, not {layout.size}",
                hint="use --method bfgs or l-bfgs-b",
            )
        return (name,)
    if region.constraints:
        return ("slsqp",)
    if region.bounded or layout.size > MAX_BFGS_SIZE:
        return ("l-bfgs-b",)
    return ("trust-exact", "bfgs") if layout.size <= MAX_HESSIAN_SIZE else ("bfgs",)


def _unfit(name: str, what: str, able: Sequence[str]) -> GradcalcError:
    return GradcalcError(
        "usage", f"{name} can't keep {what}", hint=f"use --method {' or '.join(able)}"
    )


def _starts(start: Vector, region: Region, settings: Settings) -> list[Vector]:
    """The given start, then random ones: within finite bounds, else around the given one."""
    random = np.random.default_rng(settings.seed)
    starts = [region.inside(start)]
    bounded = np.isfinite(region.lower) & np.isfinite(region.upper)
    low, high = (np.where(bounded, ends, 0.0) for ends in (region.lower, region.upper))
    for _ in range(settings.starts - 1):
        uniform = low + (high - low) * random.random(len(start))
        around = start + SPREAD * np.maximum(1, np.abs(start)) * random.standard_normal(len(start))
        starts.append(region.inside(np.where(bounded, uniform, around)))
    return starts


# walking ----------------------------------------------------------------------------------


def _walk(
    goal: Objective,
    problem: Problem,
    start: Vector,
    methods: tuple[str, ...],
    region: Region,
    settings: Settings,
    watch: Watch | None,
) -> End:
    """Go from a start by one method after the other, until the gradient vanishes.

    Where it never does, the last method is tried from the start, too: no method is the best.
    """
    end = _way(goal, problem, start, methods, region, settings, watch)
    if len(methods) > 1 and not (end.success or end.value < BOTTOMLESS):
        other = _way(goal, problem, start, methods[-1:], region, settings, watch)
        if other.value < end.value:
            return other
    return end


def _way(
    goal: Objective,
    problem: Problem,
    start: Vector,
    methods: tuple[str, ...],
    region: Region,
    settings: Settings,
    watch: Watch | None,
) -> End:
    path = Path(problem.sign, watch)
    x, stopped, success, used = start, "", False, list[str]()
    for method in methods:
        if method == "trust-exact" and not goal.has_hessian:
            continue
        used.append(method)
        path.method, goal.whole = method, method == "trust-exact"
        if method in TRAINING:
            training = settings.training
            if settings.steps is not None:
                training = replace(training, steps=settings.steps)
            x, stopped = train(
                goal, x, method, training, problem.row_count, settings.tolerance, path
            )
        else:
            end, stopped, success = minimized(
                goal, x, method, region, settings.tolerance, settings.steps, path
            )
            if not region.bounded and not region.constraints and method != "nelder-mead":
                end = polished(goal, end)
            if goal.value(end) <= goal.value(x) or region.constraints:
                x = end
        success = success or vanishes(goal, x, region, settings.tolerance)
        if success:
            break
    goal.whole = False
    return End(x, goal.value(x), stopped, success, ", ".join(used), path)
