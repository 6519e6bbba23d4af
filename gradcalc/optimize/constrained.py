"""The certificate of an end point under constraints.

Where constraints hold with equality, balls prove that exactly one point of Karush, Kuhn and Tucker
lies next to it (`boxes.multipliers`); what lies at a bound is fixed there. It is a minimum if L is
convex along the constraints that hold, each inequality among them and each bound presses (its
multiplier, or the slope of L, has the right sign and is not 0), and the others hold with room to
spare (Nocedal & Wright, Numerical Optimization, theorem 12.6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.boxes.function import Box, BoxFunction, NotEnclosedError
from gradcalc.boxes.multipliers import Constrained, Lagrangian, constrained_point
from gradcalc.boxes.recording import box_function
from gradcalc.boxes.stationary import Smooth
from gradcalc.numbers.ranges import Range, working
from gradcalc.optimize.certificate import BITS, Certificate, Kind, mean_of, right_digits
from gradcalc.optimize.layout import Vector
from gradcalc.optimize.methods import Constraint
from gradcalc.optimize.refinement import DIGITS, LocalTrace
from gradcalc.rules.enclosures import has_flint
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Point, point

Arb = Any  # flint.arb

ACTIVE = 1e-7  # of a constraint's left side less its right side, that holds with equality
WEAK = 1e-6  # of the gradient: a constraint that presses less is taken for one that does not


@dataclass(frozen=True, slots=True)
class Proof:
    """What is proven under constraints: the certificate; where it is proven, the point, the value
    and the multipliers of the constraints that hold with equality (the slope of the value by how
    much they are tightened)."""

    certificate: Certificate
    point: tuple[Arb, ...] = ()
    value: Arb = None
    multipliers: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Corner:
    """A point under constraints: its numbers by name, which of them are `free` and not at a bound,
    and which way the slope by each of the others must go (`uphill`); `sign` is -1 for a maximum."""

    names: tuple[str, ...]
    x: Vector
    free: Any
    uphill: Sequence[int]
    sign: int

    @property
    def free_names(self) -> list[str]:
        return [name for name, moves in zip(self.names, self.free, strict=True) if moves]

    @property
    def bound_names(self) -> list[str]:
        return [name for name, moves in zip(self.names, self.free, strict=True) if not moves]

    @property
    def at_bounds(self) -> dict[str, Range]:
        """The numbers at bounds, exact."""
        from flint import arb

        rows = zip(self.names, self.x, self.free, strict=True)
        return {name: Range(arb(float(v))) for name, v, moves in rows if not moves}


def constrained_proof(
    traces: Sequence[LocalTrace],
    corner: Corner,
    constraints: Sequence[Constraint],
    gradient: Vector,
    held: Point,
) -> Proof:
    """What can be proven of the point of a minimization under `constraints`.

    `gradient` is the objective's there, `held` the inputs that are not varied.
    """
    if not has_flint():
        why = 'proofs need python-flint: pip install "gradcalc[proof]"'
        return Proof(Certificate("not proven", why))
    active, multipliers = active_constraints(corner, constraints, gradient)
    with working(BITS):
        try:
            return _proof(traces, corner, constraints, active, multipliers, held)
        except NotEnclosedError as error:
            return Proof(Certificate("not proven", error.reason))


def big_middle(ball: Arb) -> Any:
    """The middle of a ball as a big number."""
    context = big_numbers(DIGITS).context
    mantissa, exponent = ball.mid().man_exp()
    return context.ldexp(context.mpf(int(mantissa)), int(exponent))


def active_constraints(
    corner: Corner, constraints: Sequence[Constraint], gradient: Vector
) -> tuple[list[Constraint], Vector]:
    """The constraints that hold with equality and press, with their multipliers in float64."""
    chosen = [c for c in constraints if c.equal or abs(c.value(corner.x)) <= ACTIVE]
    while True:
        slopes = np.array([c.gradient(corner.x)[corner.free] for c in chosen])
        own = gradient[corner.free]
        if not chosen or not len(own) or not np.isfinite(slopes).all():
            return chosen, np.zeros(len(chosen))
        multipliers = np.linalg.lstsq(slopes.T, own, rcond=None)[0]
        pressure = corner.sign * multipliers * np.linalg.norm(slopes, axis=1)
        pressure[[c.equal for c in chosen]] = np.inf
        weakest = int(np.argmin(pressure))
        if pressure[weakest] > WEAK * np.linalg.norm(own):
            return chosen, multipliers
        del chosen[weakest]


def _proof(
    traces: Sequence[LocalTrace],
    corner: Corner,
    constraints: Sequence[Constraint],
    active: Sequence[Constraint],
    multipliers: Vector,
    held: Point,
) -> Proof:
    from flint import arb

    local = _Local(traces, corner, held)
    found = Constrained("minimum", (), ())
    if corner.free_names or active:
        system = local.lagrangian(active, corner.free_names, corner.at_bounds)
        start = [arb(float(v)) for v in corner.x[corner.free]]
        known = constrained_point(
            system.function, system.constraints, start, [arb(float(m)) for m in multipliers]
        )
        if known is None:
            return Proof(Certificate("not proven", "no box around it was small enough for a proof"))
        found = known
    kind, why = _kind(corner, active, found)
    why = why or _against(local, corner, constraints, active, found)
    if why:
        return Proof(Certificate("not proven", why))
    inner, fixed = iter(found.at), corner.at_bounds
    at = tuple(fixed[n].arb if n in fixed else next(inner) for n in corner.names)
    zeros = tuple(bool(ball.contains(0)) for ball in found.at)
    told = "under the constraints" if active else "inside the constraints"
    return Proof(
        Certificate(kind, told, (), right_digits(found.at), zeros),
        at,
        local.objective(corner.names, {}).gradient(at)[0],
        {c.text: float(m.mid()) for c, m in zip(active, found.multipliers, strict=True)},
    )


def _kind(corner: Corner, active: Sequence[Constraint], found: Constrained) -> tuple[Kind, str]:
    """What the point is, or why that is not known; next to equations alone it may be a saddle."""
    wanted: Kind = "minimum" if corner.sign > 0 else "maximum"
    if found.kind == wanted or len(active) == len(found.at):  # or there is no way to go
        return wanted, ""
    if all(one.equal for one in active) and all(corner.free):
        return found.kind, ""
    return "not proven", f"a {found.kind} along the constraints"


def _against(
    local: _Local,
    corner: Corner,
    constraints: Sequence[Constraint],
    active: Sequence[Constraint],
    found: Constrained,
) -> str:
    """Which constraint or bound leaves open what the point is; "" where none does."""
    for constraint, multiplier in zip(active, found.multipliers, strict=True):
        if not (constraint.equal or multiplier * corner.sign > 0):
            return f"{constraint.text} holds with equality, but may not press"
    box = {n: Range(b) for n, b in zip(corner.free_names, found.at, strict=True)}
    every = {**box, **corner.at_bounds}
    for constraint in constraints:
        if constraint not in active and not local.constraint(constraint, [], every).value([]) > 0:
            return f"{constraint.text} may hold with equality without pressing, or not at all"
    bounds = corner.bound_names
    if bounds:
        slopes = local.slopes(active, bounds, box, found.multipliers)
        ways = [w for w, moves in zip(corner.uphill, corner.free, strict=True) if not moves]
        if not all(slope * way * corner.sign > 0 for slope, way in zip(slopes, ways, strict=True)):
            return "the slope at a bound may vanish"
    return ""


@dataclass(frozen=True, slots=True)
class _Local:
    """The functions near the point, by some of its numbers, the others within ranges."""

    traces: Sequence[LocalTrace]
    corner: Corner
    held: Point

    def objective(self, names: Sequence[str], others: Mapping[str, Range]) -> Smooth:
        return mean_of(self.traces, names, others)

    def constraint(
        self, one: Constraint, names: Sequence[str], others: Mapping[str, Range]
    ) -> BoxFunction:
        numbers = dict(zip(self.corner.names, self.corner.x.tolist(), strict=True))
        where = Point({**self.held.traces, **point(numbers).traces})
        function = box_function(one.kernel.program.body, where, self.corner.names)
        return BoxFunction(function.trace, names, {**function.held, **others})

    def lagrangian(
        self, active: Sequence[Constraint], names: Sequence[str], others: Mapping[str, Range]
    ) -> Lagrangian:
        parts = [self.constraint(one, names, others) for one in active]
        return Lagrangian(self.objective(names, others), parts)

    def slopes(
        self,
        active: Sequence[Constraint],
        bounds: Sequence[str],
        box: Mapping[str, Range],
        multipliers: Box,
    ) -> list[Arb]:
        """Those of L by the numbers at bounds."""
        system, fixed = self.lagrangian(active, bounds, box), self.corner.at_bounds
        point = [fixed[name].arb for name in bounds]
        return system.values([*point, *multipliers])[: len(bounds)]
