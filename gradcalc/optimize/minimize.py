"""`minimize`: from a formula and a start to a point with its certificate. Read this first.

A method walks (`methods`, `training`), Newton's method makes its end sharp (`refinement`), and
balls prove what kind of point it is (`certificate`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gradcalc.answers.request import Names, Options, Run, read
from gradcalc.boxes.function import NotEnclosedError, box_function, local_trace
from gradcalc.checks.reference import correct_digits
from gradcalc.errors import Exit, GradcalcError, blaming
from gradcalc.numbers.ranges import working
from gradcalc.numbers.shapes import shape_of
from gradcalc.optimize.certificate import BITS, Certificate, certificate, is_flat
from gradcalc.optimize.constraints import constraints
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
from gradcalc.optimize.objective import (
    MAX_HESSIAN_SIZE,
    Objective,
    Problem,
    gradient_norm,
    objective,
)
from gradcalc.optimize.path import Path, Watch
from gradcalc.optimize.refinement import WANTED_DIGITS, LocalTrace, Refined, refined
from gradcalc.optimize.training import TRAINING, Training, train
from gradcalc.rules.enclosures import has_flint
from gradcalc.rules.systems import big_numbers
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given, Point, point
from gradcalc.run.reading import read_program

METHODS = (*SCIPY, *TRAINING)
TOLERANCE = 1e-8
MAX_BFGS_SIZE = 500  # unknowns, past which its matrix is too large
MAX_PROVEN_ROWS = 200  # of a table
MAX_PROVEN_SIZE = 100  # unknowns
SHOWN_DIGITS = 30
PROVEN = ("minimum", "maximum", "saddle")
ACTIVE = 1e-7  # of a constraint's left side less its right side, that holds with equality
AT_BOUND = 1e-9  # from a bound, relative to it: what lies so near is moved to it
NOISE = 1e-12  # of a value, that the refined point may lie higher
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


@dataclass(frozen=True, slots=True)
class _End:
    """Where a walk ended."""

    x: Vector
    value: float
    stopped: str
    success: bool
    method: str
    path: Path


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
        run, problem = _problem(source, at or {}, wrt, bounds or {}, columns or {}, settings)
        held = run.point.machine()
        region = _region(problem.layout, bounds or {}, subject_to, problem.held)
        method = _method(settings.method, region, problem.layout, columns or {})
        goal = objective(problem)
        start = problem.layout.vector(held)
        ends = [
            _walk(goal, problem, one, method, region, settings, watch)
            for one in _starts(start, region, settings)
        ]
        best = min(ends, key=lambda end: (not math.isfinite(end.value), end.value))
        near = AGREEMENT * max(1.0, abs(best.value))
        agreeing = sum(abs(end.value - best.value) <= near for end in ends)
        answer = _finish(run, problem, goal, region, best, settings)
        return replace(answer, starts=len(ends), agreeing=agreeing)


# the problem ------------------------------------------------------------------------------


def _problem(
    source: str,
    at: Mapping[str, Given],
    wrt: Names | None,
    bounds: Bounds,
    columns: Mapping[str, Any],
    settings: Settings,
) -> tuple[Run, Problem]:
    """The run at the start (of the first row), which reports what is wrong; and the problem."""
    program, places = read_program(source, {*at, *bounds, *columns}, settings.limits)
    both = [name for name in at if name in columns]
    if both:
        raise GradcalcError(
            "usage", f"{both[0]} has a value and is a column of the table", hint="remove one"
        )
    middles = {
        name: _middle(*ends) for name, ends in bounds.items() if name in places and name not in at
    }
    read_columns = {name: column for name, column in columns.items() if name in places}
    start = {**at, **middles, **{name: float(c[0]) for name, c in read_columns.items()}}
    known = {name: value for name, value in start.items() if name in places or name in at}
    chosen = wrt if wrt is not None else [n for n in places if n not in columns and n in known]
    run = read(source, known, chosen or None, Options(check="off", limits=settings.limits))
    unknown = [name for name in run.wrt if name not in columns]
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
            "usage", f"{stray[0]} has bounds but is not varied", hint=f"vary {', '.join(unknown)}"
        )
    held = {n: v for n, v in values.items() if n not in unknown and n not in read_columns}
    sign = -1 if settings.maximize else 1
    layout = Layout.of({name: values[name] for name in unknown})
    return run, Problem(source, program, layout, held, read_columns, sign, settings.limits)


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


def _method(
    name: str | None, region: Region, layout: Layout, columns: Mapping[str, Any]
) -> tuple[str, ...]:
    """The methods to go through, each from where the last one stopped short."""
    del columns
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
) -> _End:
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
) -> _End:
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
    return _End(x, goal.value(x), stopped, success, ", ".join(used), path)


def vanishes(goal: Objective, x: Vector, region: Region, tolerance: float) -> bool:
    """Is the gradient 0 at the scale of the point and of the value, but where a bound holds?"""
    gradient = goal.gradient(x)
    if not np.isfinite(gradient).all():
        return False
    held = ((x <= region.lower) & (gradient > 0)) | ((x >= region.upper) & (gradient < 0))
    size = np.max(np.abs(np.where(held, 0, gradient)) * np.maximum(np.abs(x), 1), initial=0)
    return bool(size <= tolerance * max(1.0, abs(goal.value(x))))


# the end ----------------------------------------------------------------------------------


def _finish(
    run: Run, problem: Problem, goal: Objective, region: Region, end: _End, settings: Settings
) -> Minimum:
    """The answer of the best walk: its end refined and certified."""
    x = end.x if end.method in TRAINING else _to_bounds(goal, region, end.x)
    free = ~region.fixed(x)
    active = tuple(c.text for c in region.constraints if abs(c.value(x)) <= ACTIVE or c.equal)
    local: list[LocalTrace] = []
    names: tuple[str, ...] = ()
    why = "a constraint holds with equality there" if active else ""
    if not active:
        local, names, why = _local_traces(run, problem, x)
    sharp = refined(local, names, x, free) if local else Refined("unknown")
    if sharp.course == "regular" and problem.sign * (sharp.value - sharp.before) > 0:
        sharp = Refined("none")  # another point, and no better
    exact = end.method not in TRAINING and end.method != "nelder-mead"
    if sharp.course == "regular" and exact:
        x = np.array([float(value) for value in sharp.point])
    hessian = goal.hessian(x) if goal.has_hessian else None
    part = None if hessian is None else hessian[np.ix_(free, free)]
    if sharp.course == "none" and is_flat(part):
        sharp = Refined("degenerate")
    converged = _converged(goal, region, end, x, sharp, settings, exact=exact)
    if not converged:
        proof = Certificate("not proven", "it did not converge")
    elif local:
        uphill = np.where(x == region.lower, 1, -1).tolist()
        proof = certificate(local, names, x, free, uphill, sharp, part, problem.sign)
        if proof.kind != "not proven" and not _feasible(region, problem, x):
            proof = Certificate("not proven", "the constraints are not proven to hold there")
    else:
        proof = Certificate("not proven", why)
    known = sharp.course == "regular" and (proof.kind in PROVEN or not has_flint())
    if any(proof.zeros):
        zeros = np.zeros(len(x), dtype=bool)
        zeros[free] = proof.zeros
        sharp = replace(
            sharp, point=tuple(0 * v if z else v for v, z in zip(sharp.point, zeros, strict=True))
        )
        x = np.where(zeros, 0.0, x) if exact else x
    value = sharp.value if known and exact else None
    if value is not None and hessian is not None and abs(value) <= _resolution(hessian, x):
        value = 0 * value
    return Minimum(
        expr=problem.source,
        method=end.method,
        maximized=problem.sign < 0,
        point=problem.layout.values(x),
        value=(problem.sign * goal.value(x) if value is None else float(value)) + 0.0,
        value_text=None if value is None else _text(value),
        refined=dict(zip(names, map(_text, sharp.point), strict=True)) if known else {},
        digits=_right_digits(x, sharp, proof) if known else None,
        gradient_norm=gradient_norm(np.where(free, goal.gradient(x), 0)),
        eigenvalues=_eigenvalues(hessian, problem.sign),
        proof=proof,
        converged=converged,
        stopped=_stopped(end, sharp, converged),
        evaluations=goal.evaluations,
        path=tuple(end.path.iterates),
        at_bounds=tuple(n for n, f in zip(problem.layout.elements, free, strict=True) if not f),
        constraints={c.text: c.value(x) for c in region.constraints} or None,
        notes=run.notes,
    )


def _to_bounds(goal: Objective, region: Region, x: Vector) -> Vector:
    """The point with what lies at a bound but for rounding moved to it."""
    for bound in (region.lower, region.upper):
        near = np.abs(x - bound) <= AT_BOUND * np.maximum(1, np.abs(bound))
        moved = np.where(near & np.isfinite(bound), bound, x)
        if goal.value(moved) <= _noisy(goal.value(x)):
            x = moved
    return x


def _noisy(value: float) -> float:
    return value + NOISE * max(1.0, abs(value))


def _local_traces(
    run: Run, problem: Problem, x: Vector
) -> tuple[list[LocalTrace], tuple[str, ...], str]:
    """The run at the end, for each row of the table; none with the reason why."""
    unknown = problem.layout.values(x)
    rows = problem.row_count
    if problem.layout.size > MAX_PROVEN_SIZE:
        return [], (), f"there are more than {MAX_PROVEN_SIZE} unknowns"
    if rows > MAX_PROVEN_ROWS:
        return [], (), f"the table has more than {MAX_PROVEN_ROWS} rows"
    held = {n: t for n, t in run.point.traces.items() if n in problem.held}
    wrt = tuple(unknown)
    traces, names = [], tuple[str, ...]()
    try:
        for row in range(rows or 1):
            cells = {n: float(column[row]) for n, column in problem.columns.items()}
            others = Point({**held, **point(cells).traces})
            where = Point({**others.traces, **point(unknown).traces})
            trace, names = local_trace(problem.program, where, wrt, problem.limits)
            traces.append(LocalTrace(trace, others.elements()))
    except NotEnclosedError as error:
        return [], (), error.reason
    except GradcalcError as error:
        return [], (), error.message
    return traces, names, ""


def _converged(
    goal: Objective,
    region: Region,
    end: _End,
    x: Vector,
    sharp: Refined,
    settings: Settings,
    *,
    exact: bool,
) -> bool:
    if not math.isfinite(end.value):
        return False
    if region.constraints:
        kept = all(c.value(x) >= -ACTIVE and not (c.equal and c.value(x) > ACTIVE)
                   for c in region.constraints)  # fmt: skip
        return kept and end.success
    if end.method == "nelder-mead":
        return end.success
    if sharp.course == "regular" and exact:
        return True
    return sharp.course != "none" and vanishes(goal, x, region, settings.tolerance)


def _stopped(end: _End, sharp: Refined, converged: bool) -> str:
    if not converged and end.success and sharp.course == "none":
        return f"{end.stopped}, but there is no stationary point nearby"
    return end.stopped


def _feasible(region: Region, problem: Problem, x: Vector) -> bool:
    """Do the constraints certainly hold, with room to spare?"""
    for constraint in region.constraints:
        kernel = constraint.kernel
        numbers = {**constraint.held, **problem.layout.values(x)}
        where = point({name: numbers[name] for name in kernel.inputs})
        with working(BITS):
            try:
                value = box_function(kernel.program.body, where, ()).value([])
            except (NotEnclosedError, GradcalcError):
                return False
            if not value > 0:
                return False
    return True


def _resolution(hessian: Any, x: Vector) -> Any:
    """How much the value changes where the refined point does by its last digit."""
    scale = max(1.0, float(np.max(np.abs(x))))
    size = big_numbers(SHOWN_DIGITS).context.mpf(scale * float(np.sum(np.abs(hessian))) * scale)
    return size * 10 ** (-2 * WANTED_DIGITS)


def _text(number: Any) -> str:
    """A big number in 30 digits."""
    context = big_numbers(SHOWN_DIGITS + 5).context
    text = context.nstr(number, SHOWN_DIGITS, min_fixed=-6, max_fixed=17)
    return str(text).removesuffix(".0")


def _right_digits(x: Vector, sharp: Refined, proof: Certificate) -> int:
    """Of every number of the point: no more than the proof shows, where there is one."""
    numbers = big_numbers(SHOWN_DIGITS + 5)
    counts = [correct_digits(float(v), t, numbers) for v, t in zip(x, sharp.point, strict=True)]
    return min([*counts, proof.digits] if proof.kind in PROVEN else counts)


def _eigenvalues(hessian: Any, sign: int) -> tuple[float, ...] | None:
    if hessian is None or not np.isfinite(hessian).all():
        return None
    return tuple((np.linalg.eigvalsh(sign * hessian) + 0.0).tolist())
