"""All stationary points of a formula in a box, each proven, with its kind, and proven to be all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.conditions import Test, conditions
from gradcalc.boxes.edges import Places
from gradcalc.boxes.function import Box, NotEnclosedError
from gradcalc.boxes.inertia import Matrix, inertia
from gradcalc.boxes.inputs import Ends, Setting, ends, refuse_bad_box
from gradcalc.boxes.krawczyk import Root
from gradcalc.boxes.minimum import StationaryPoint, StationaryPoints
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import PathFunction
from gradcalc.boxes.roots import all_roots
from gradcalc.boxes.search import Limits as SearchLimits
from gradcalc.boxes.stationary import kind_of
from gradcalc.numbers.ranges import working
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given

BITS = 100
LEAST_WIDTH = 1e-6  # of a part that is not cut again, relative to its place

Arb = Any  # flint.arb


@dataclass(frozen=True, slots=True)
class Slopes:
    """The gradient as a system of equations; over a box with a kink, all its slopes."""

    function: PathFunction

    def values(self, box: Box) -> list[Arb]:
        """The derivatives."""
        return self.function.slopes(box)[1]

    def jacobian(self, box: Box) -> Matrix:
        """The Hessian."""
        return self.function.hessian(box)

    def is_rootless(self, part: Sides) -> bool:
        """Nothing is known beyond the values."""
        return False

    def at_edge(self, part: Sides) -> Places | None:
        """Not known."""
        return None


@dataclass(frozen=True, slots=True)
class GradientEquations:
    """That the gradient of a program be 0, to be handed to other processes."""

    setting: Setting
    source: str
    conditions: tuple[str, ...]

    def system(self) -> Slopes:
        """The derivatives over boxes."""
        return Slopes(self.setting.function(self.source))

    def test(self) -> Test:
        """The constraints."""
        return conditions(self.setting, self.conditions, "--subject-to")


def stationary_points(
    source: str,
    over: Mapping[str, Ends],
    *,
    held: Mapping[str, Given] | None = None,
    subject_to: tuple[str, ...] = (),
    least_width: float = LEAST_WIDTH,
    search: SearchLimits | None = None,
    limits: Limits | None = None,
) -> StationaryPoints:
    """All points of the box `over` at which the gradient is 0, `held` having the other inputs.

    Those at which the Hessian is singular, and kinks with slopes of both signs, are in `undecided`
    boxes, as narrow as `least_width`. Of `subject_to` only points count at which all comparisons
    hold. Past the limits of `search` the answer is as far as it came. GradcalcError where a text
    can't be read, an interval is empty or infinite, or python-flint is missing.

    >>> found = stationary_points("x^3 - 3*x + y^2", {"x": (-2, 3), "y": (-1, 2)})
    >>> [(one.kind, one.at["x"]) for one in found.points], found.complete
    ([('saddle', (-1.0, -1.0)), ('minimum', (1.0, 1.0))], True)
    """
    refuse_bad_box(over)
    setting = Setting(tuple(over), held or {}, limits)
    equations = GradientEquations(setting, source, subject_to)
    with working(BITS):
        found = all_roots(
            equations,
            tuple(over.values()),
            search or SearchLimits(),
            least_width=least_width,
            bits=BITS,
        )
        function = setting.function(source)
        roots = sorted(found.proven, key=lambda root: [float(ball.mid()) for ball in root.at])
        points, undecided = [], [_clipped(part, over) for part in found.undecided]
        for root in roots:
            point = _point(function, setting.names, root)
            if point is None:
                undecided.append(_clipped(root.at, over))
            else:
                points.append(point)
    return StationaryPoints(
        source,
        dict(over),
        tuple(points),
        tuple(dict(zip(setting.names, sides, strict=True)) for sides in undecided),
        found.complete,
        found.parts,
        setting.surplus(source, *subject_to),
    )


def _point(function: PathFunction, names: tuple[str, ...], root: Root) -> StationaryPoint | None:
    """A root of the gradient with its kind; None where that can't be told."""
    try:
        kind = kind_of(inertia(function.hessian(root.at)))
        value = ends(function.value(root.at))
    except NotEnclosedError:
        return None
    if kind is None:
        return None
    return StationaryPoint(dict(zip(names, map(ends, root.at), strict=True)), kind, value)


def _clipped(part: Box, over: Mapping[str, Ends]) -> Sides:
    """What of a part lies in the box: balls reach a little beyond it by rounding."""
    pairs = zip(map(ends, part), over.values(), strict=True)
    return tuple((max(low, least), min(high, most)) for (low, high), (least, most) in pairs)
