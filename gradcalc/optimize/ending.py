"""The end of a walk made an answer: refined in big numbers, certified, its digits counted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcalc.answers.request import Run
from gradcalc.boxes.function import NotEnclosedError, box_function, local_trace
from gradcalc.checks.reference import correct_digits
from gradcalc.errors import GradcalcError
from gradcalc.numbers.ranges import working
from gradcalc.optimize.certificate import BITS, Certificate, certificate, is_flat
from gradcalc.optimize.layout import Vector
from gradcalc.optimize.methods import Region
from gradcalc.optimize.minimum import Minimum
from gradcalc.optimize.objective import Objective, Problem, gradient_norm
from gradcalc.optimize.path import Path
from gradcalc.optimize.refinement import WANTED_DIGITS, LocalTrace, Refined, refined
from gradcalc.optimize.training import TRAINING
from gradcalc.rules.enclosures import has_flint
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Point, point

MAX_PROVEN_ROWS = 200  # of a table
MAX_PROVEN_SIZE = 100  # unknowns
SHOWN_DIGITS = 30
PROVEN = ("minimum", "maximum", "saddle")
ACTIVE = 1e-7  # of a constraint's left side less its right side, that holds with equality
AT_BOUND = 1e-9  # from a bound, relative to it: what lies so near is moved to it
NOISE = 1e-12  # of a value, that the refined point may lie higher


@dataclass(frozen=True, slots=True)
class End:
    """Where a walk ended."""

    x: Vector
    value: float
    stopped: str
    success: bool
    method: str
    path: Path


def finished(
    run: Run, problem: Problem, goal: Objective, region: Region, end: End, tolerance: float
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
    converged = _converged(goal, region, end, x, sharp, tolerance, exact=exact)
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
    end: End,
    x: Vector,
    sharp: Refined,
    tolerance: float,
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
    return sharp.course != "none" and vanishes(goal, x, region, tolerance)


def _stopped(end: End, sharp: Refined, converged: bool) -> str:
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


def vanishes(goal: Objective, x: Vector, region: Region, tolerance: float) -> bool:
    """Is the gradient 0 at the scale of the point and of the value, but where a bound holds?"""
    gradient = goal.gradient(x)
    if not np.isfinite(gradient).all():
        return False
    held = ((x <= region.lower) & (gradient > 0)) | ((x >= region.upper) & (gradient < 0))
    size = np.max(np.abs(np.where(held, 0, gradient)) * np.maximum(np.abs(x), 1), initial=0)
    return bool(size <= tolerance * max(1.0, abs(goal.value(x))))
