"""The end of a walk made an answer: refined in big numbers, certified, its digits counted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcalc.answers.request import Run
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.recording import local_trace
from gradcalc.checks.reference import correct_digits
from gradcalc.errors import GradcalcError
from gradcalc.language import to_text
from gradcalc.optimize.certificate import Certificate, certificate, is_flat
from gradcalc.optimize.constrained import ACTIVE, Corner, big_middle, constrained_proof
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
NOT_CONVERGED = "it did not converge"
PROVEN = ("minimum", "maximum", "saddle")
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
    certified = _under_constraints if region.constraints else _certified
    sure = certified(run, problem, goal, region, replace(end, x=x), tolerance)
    x, free = sure.x, ~region.fixed(sure.x)
    hessian = goal.hessian(x) if goal.has_hessian else None
    value = sure.sharp.value if sure.known and _is_exact(end) else None
    if value is not None and hessian is not None and abs(value) <= _resolution(hessian, x):
        value = 0 * value
    names = problem.layout.elements
    return Minimum(
        expr=problem.source,
        canonical=to_text(problem.program),
        method=end.method,
        maximized=problem.sign < 0,
        point=problem.layout.values(x),
        value=(problem.sign * goal.value(x) if value is None else float(value)) + 0.0,
        value_text=None if value is None else _text(value),
        refined=dict(zip(names, map(_text, sure.sharp.point), strict=True)) if sure.known else {},
        digits=_right_digits(x, sure.sharp, sure.proof) if sure.known else None,
        gradient_norm=gradient_norm(np.where(free, goal.gradient(x), 0)),
        eigenvalues=_eigenvalues(hessian, problem.sign),
        proof=sure.proof,
        converged=sure.converged,
        stopped=_stopped(end, sure.sharp, sure.converged),
        evaluations=goal.evaluations,
        path=tuple(end.path.iterates),
        at_bounds=tuple(n for n, f in zip(names, free, strict=True) if not f),
        constraints={c.text: c.value(x) for c in region.constraints} or None,
        multipliers=sure.multipliers,
        notes=run.notes,
    )


@dataclass(frozen=True, slots=True)
class Certified:
    """The end refined, with what is proven of it; `known` says that its digits are."""

    x: Vector
    sharp: Refined
    proof: Certificate
    converged: bool
    known: bool
    multipliers: Mapping[str, float] | None = None


def _certified(
    run: Run, problem: Problem, goal: Objective, region: Region, end: End, tolerance: float
) -> Certified:
    """The end of a walk without constraints, by Newton's method in big numbers."""
    x, free, exact = end.x, ~region.fixed(end.x), _is_exact(end)
    local, names, why = _local_traces(run, problem, x)
    sharp = refined(local, names, x, free) if local else Refined("unknown")
    if sharp.course == "regular" and problem.sign * (sharp.value - sharp.before) > 0:
        sharp = Refined("none")  # another point, and no better
    if sharp.course == "regular" and exact:
        x = np.array([float(value) for value in sharp.point])
    part = goal.hessian(x)[np.ix_(free, free)] if goal.has_hessian else None
    if sharp.course == "none" and is_flat(part):
        sharp = Refined("degenerate")
    converged = _converged(goal, region, end, x, sharp, tolerance)
    if not converged:
        proof = Certificate("not proven", NOT_CONVERGED)
    elif local:
        uphill = np.where(x == region.lower, 1, -1).tolist()
        proof = certificate(local, names, x, free, uphill, sharp, part, problem.sign)
    else:
        proof = Certificate("not proven", why)
    known = sharp.course == "regular" and (proof.kind in PROVEN or not has_flint())
    x, sharp = _with_zeros(x, sharp, proof, free, exact=exact)
    return Certified(x, sharp, proof, converged, known)


def _under_constraints(
    run: Run, problem: Problem, goal: Objective, region: Region, end: End, tolerance: float
) -> Certified:
    """The end of a walk under constraints: what proves it gives its digits, too."""
    x, free = end.x, ~region.fixed(end.x)
    local, names, why = _local_traces(run, problem, x)
    if not local:
        converged = _converged(goal, region, end, x, Refined("unknown"), tolerance)
        return Certified(
            x, Refined("unknown"), Certificate("not proven", why), converged, known=False
        )
    uphill = np.where(x == region.lower, 1, -1).tolist()
    corner = Corner(names, x, free, uphill, problem.sign)
    held = Point({n: t for n, t in run.point.traces.items() if n in problem.held})
    gradient = problem.sign * goal.gradient(x)
    found = constrained_proof(local, corner, region.constraints, gradient, held)
    proven = found.certificate.kind in PROVEN
    converged = _converged(goal, region, end, x, Refined("unknown"), tolerance)
    if not proven:
        proof = found.certificate if converged else Certificate("not proven", NOT_CONVERGED)
        return Certified(x, Refined("unknown"), proof, converged, known=False)
    sharp = Refined("regular", tuple(map(big_middle, found.point)), big_middle(found.value))
    x = np.array([float(value) for value in sharp.point])
    x, sharp = _with_zeros(x, sharp, found.certificate, free, exact=True)
    return Certified(
        x, sharp, found.certificate, converged=True, known=True, multipliers=found.multipliers
    )


def _with_zeros(
    x: Vector, sharp: Refined, proof: Certificate, free: Any, *, exact: bool
) -> tuple[Vector, Refined]:
    """The point with 0 for the numbers that can't be told from it."""
    if not any(proof.zeros):
        return x, sharp
    zeros = np.zeros(len(x), dtype=bool)
    zeros[free] = proof.zeros
    point = tuple(0 * v if z else v for v, z in zip(sharp.point, zeros, strict=True))
    return np.where(zeros, 0.0, x) if exact else x, replace(sharp, point=point)


def _is_exact(end: End) -> bool:
    """Does the method go for the exact point, so that the refined one is its answer?"""
    return end.method not in TRAINING and end.method != "nelder-mead"


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
    goal: Objective, region: Region, end: End, x: Vector, sharp: Refined, tolerance: float
) -> bool:
    if not math.isfinite(end.value):
        return False
    if region.constraints:
        kept = all(c.value(x) >= -ACTIVE and not (c.equal and c.value(x) > ACTIVE)
                   for c in region.constraints)  # fmt: skip
        return kept and end.success
    if end.method == "nelder-mead":
        return end.success
    if sharp.course == "regular" and _is_exact(end):
        return True
    return sharp.course != "none" and vanishes(goal, x, region, tolerance)


def _stopped(end: End, sharp: Refined, converged: bool) -> str:
    if not converged and end.success and sharp.course == "none":
        return f"{end.stopped}, but there is no stationary point nearby"
    return end.stopped


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
