"""What is proven over a whole box: `solve`, `bound`, `global_minimum`, `stationary_points`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gradcalc.api.arguments import Bounds, box_of
from gradcalc.errors import blaming
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.boxes.extents import Extents
    from gradcalc.boxes.minimum import GlobalMinimum, StationaryPoints
    from gradcalc.boxes.solution import Solution


def solve(
    source: str,
    over: Bounds | None = None,
    at: Mapping[str, Given] | None = None,
    *,
    where: Sequence[str] = (),
    tolerance: float = 1e-9,
    digits: int = 25,
    timeout: float | None = None,
) -> Solution:
    """All roots of equations in the box `over`, each proven, and proven to be all.

    Equations stand between semicolons, as many as the box has intervals; `at` has the values of
    other inputs, `where` conditions that roots fulfil. What is narrower than `tolerance` and can't
    be decided, a double root, is listed. Without a box, one root by Newton's method from the start
    `at`, to so many `digits`. GradcalcError where a text can't be read, or python-flint is missing.

    >>> found = solve("x^2 + y^2 = 1; y = x^3", "x=-2:2,y=-2:2")
    >>> [root.text["x"][:8] for root in found.roots], found.complete
    (['-0.82603', '0.826031'], True)
    """
    from gradcalc.boxes.search import Limits
    from gradcalc.boxes.solve import solve as solved
    from gradcalc.boxes.solve import solve_from
    from gradcalc.kernels.kernel import cores
    from gradcalc.run.point import point

    with blaming(source):
        box, values = box_of(over).bounds, at or {}
        if not box and values:
            start = point(values).machine()
            return solve_from(source, start, digits=digits)
        search = Limits.of(timeout, cores())
        return solved(source, box, held=values, where=where, least_width=tolerance, search=search)


def bound(
    source: str,
    over: Bounds,
    at: Mapping[str, Given] | None = None,
    *,
    tolerance: float = 1e-6,
    timeout: float | None = None,
) -> Extents:
    """What a formula and its derivatives come to over the box `over`, enclosed and proven.

    `at` has the values of the other inputs. Each end of a range is enclosed to `tolerance` times
    the greatest magnitude in it. The answer has the ranges, whether the formula is monotone in each
    input, convex, concave, and its Lipschitz constants. After `timeout` seconds it is what is
    proven so far. GradcalcError where the text can't be read, nothing of it can be enclosed, or
    python-flint is missing.

    >>> found = bound("x^2 - y", "x=-1:2,y=0:1")
    >>> found.gradient["x"].outer, found.monotone["y"], found.convex
    ((-2.0, 4.0), 'decreasing', True)
    """
    from gradcalc.boxes.bound import bound as bounded
    from gradcalc.boxes.search import Limits
    from gradcalc.kernels.kernel import cores

    with blaming(source):
        search = Limits.of(timeout, cores())
        return bounded(source, box_of(over).bounds, held=at, tolerance=tolerance, search=search)


def global_minimum(
    source: str,
    over: Bounds,
    at: Mapping[str, Given] | None = None,
    *,
    subject_to: Sequence[str] = (),
    maximize: bool = False,
    tolerance: float = 1e-6,
    timeout: float | None = None,
) -> GlobalMinimum:
    """The least value over the whole box `over`, enclosed, and boxes around all its minimisers.

    Borders and corners belong to the box; `at` has the values of other inputs, `subject_to`
    comparisons by < and > that must hold. The value is enclosed to the tolerance, relative where it
    is larger than 1. After `timeout` seconds the answer is as far as it came, and not `complete`.
    GradcalcError where a text can't be read, no value could be enclosed, or python-flint is
    missing.

    >>> found = global_minimum("x^4 - 4*x^2 + x", "x=-3:3")
    >>> low, high = found.value
    >>> low <= -5.444182 <= high, [one.unique for one in found.minimisers], found.complete
    (False, [True], True)
    """
    from gradcalc.boxes.minimize import global_minimum as minimized
    from gradcalc.boxes.search import Limits
    from gradcalc.kernels.kernel import cores

    with blaming(source):
        return minimized(
            source,
            box_of(over).bounds,
            held=at,
            subject_to=subject_to,
            maximize=maximize,
            tolerance=tolerance,
            search=Limits.of(timeout, cores()),
        )


def stationary_points(
    source: str,
    over: Bounds,
    at: Mapping[str, Given] | None = None,
    *,
    subject_to: Sequence[str] = (),
    timeout: float | None = None,
) -> StationaryPoints:
    """All points of the box `over` at which the gradient is 0, each proven, with its kind.

    Kinds are minimum, maximum and saddle; where the Hessian is singular, or there is a kink, the
    box is listed as undecided. The arguments and errors are those of `global_minimum`.

    >>> found = stationary_points("x^3 - 3*x + y^2", "x=-2:3,y=-1:2")
    >>> [one.kind for one in found.points], found.complete
    (['saddle', 'minimum'], True)
    """
    from gradcalc.boxes.search import Limits
    from gradcalc.boxes.stationary_points import stationary_points as searched
    from gradcalc.kernels.kernel import cores

    with blaming(source):
        return searched(
            source,
            box_of(over).bounds,
            held=at,
            subject_to=tuple(subject_to),
            search=Limits.of(timeout, cores()),
        )
