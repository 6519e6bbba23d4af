"""The proof of a fit: exactly one minimum of its sum lies near the parameters.

Krawczyk's operator over the gradient, summed over all rows, shows that a box holds exactly one
stationary point by the parameters that are free; the Hessian, positive definite all over the box,
that it is a minimum. Where others lie at a bound, the slopes by them must point outwards there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inertia import inertia
from gradcalc.boxes.krawczyk import Matrix, contracted, inside
from gradcalc.errors import GradcalcError
from gradcalc.fitting.problem import Problem
from gradcalc.fitting.refinement import Minimum
from gradcalc.fitting.robust import Robust
from gradcalc.fitting.solution import Bounds
from gradcalc.fitting.squares import Squares, terms_of
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import working
from gradcalc.rules.enclosures import has_flint

BITS = 500  # as many as the refined centre has, and more
WIDTHS = (-25, -50, -90)  # of boxes, in standard errors, as powers of two
EXACT = 2.0**-40  # a standard error beside its parameter, below which the fit is exact
MAX_STEPS = 1_500_000  # instructions times rows of one box: some seconds

Arb = Any  # flint.arb


def unproven_because(
    problem: Problem,
    minimum: Minimum,
    free: Sequence[int],
    bounds: Bounds | None = None,
    robust: Robust | None = None,
) -> str:
    """Why it is not proven that there is exactly one minimum near these parameters; "" if it is.

    Parameters that are not `free` lie at `bounds`. Of a `robust` fit it is that of the loss, with
    the scale of the residuals as it is.
    """
    if not has_flint():
        return 'it takes Arb: pip install "gradcalc[proof]"'
    if minimum.centre is None and robust is None:
        return "the minimum is not known in enough digits"
    longest = max(len(path.derivatives.trace) for path in problem.model.second.paths)
    if problem.rows * longest > MAX_STEPS:
        return "there are too many rows"
    with working(BITS):
        try:
            return _shown(problem, minimum, list(free), bounds, robust)
        except NotEnclosedError as error:
            return error.reason
        except UndecidedError:
            return "a condition decides differently near the minimum"
        except GradcalcError as error:
            return error.message


@dataclass(slots=True)
class Freed:
    """The system by some parameters in units of their own, the others at their places.

    The units are powers of two about as large as the standard errors: in them a matrix whose
    parameters differ by many powers of ten can be inverted.
    """

    whole: Squares
    free: Sequence[int]
    others: Sequence[Arb]
    units: Sequence[Arb]
    _last: tuple[Sequence[Arb], Matrix] | None = None

    def full(self, box: Sequence[Arb]) -> list[Arb]:
        """A box of all parameters, from one in units."""
        found = list(self.others)
        for place, unit, ball in zip(self.free, self.units, box, strict=True):
            found[place] = unit * ball
        return found

    def values(self, box: Sequence[Arb]) -> list[Arb]:
        """The gradient."""
        gradient = self.whole.values(self.full(box))
        return [gradient[k] * unit for k, unit in zip(self.free, self.units, strict=True)]

    def jacobian(self, box: Sequence[Arb]) -> Matrix:
        """The Hessian; that of the last box is kept."""
        if self._last is None or self._last[0] is not box:
            matrix = self.whole.jacobian(self.full(box))
            named = list(zip(self.free, self.units, strict=True))
            hessian = [[matrix[j][k] * own * other for k, other in named] for j, own in named]
            self._last = box, hessian
        return self._last[1]


def _shown(
    problem: Problem,
    minimum: Minimum,
    free: Sequence[int],
    bounds: Bounds | None,
    robust: Robust | None,
) -> str:
    from flint import arb

    theta = [float(number) for number in minimum.theta]
    terms = terms_of(problem, theta)
    whole = Squares(len(theta), terms)
    if robust is not None:
        whole = Squares(len(theta), terms, robust.loss, robust.unit)
    units = [arb(2) ** _unit(minimum, k) for k in free]
    system = Freed(whole, free, [arb(x) for x in theta], units)
    exact = minimum.centre or theta
    centre = [arb(exact[k]) / unit for k, unit in zip(free, units, strict=True)]
    failure = ""
    for width in WIDTHS:
        box = [arb(middle.mid(), arb(2) ** width) for middle in centre]
        try:
            inner = contracted(system, box) if box else []
        except (NotEnclosedError, ZeroDivisionError) as error:
            failure = error.reason if isinstance(error, NotEnclosedError) else ""
            continue
        failure = ""
        if not inside(inner, box):
            continue
        if box and inertia(system.jacobian(box)).positive != len(box):
            return "the stationary point there is not a minimum"
        return _pressing(whole, system.full(inner), free, theta, bounds, problem.names)
    return failure or "no box around the minimum can be shown to hold exactly one"


def _unit(minimum: Minimum, k: int) -> int:
    """The power of two that is about the standard error of a parameter; where the residuals are
    all but 0, the width of a box has to be of the parameter's own size."""
    own, error = abs(float(minimum.theta[k])), float(minimum.standard_errors[k])
    sizes = (error if error > own * EXACT else own * EXACT, float(minimum.errors[k]))
    return math.frexp(next(size for size in sizes if size > 0))[1]


def _pressing(
    whole: Squares,
    box: Sequence[Arb],
    free: Sequence[int],
    theta: Sequence[float],
    bounds: Bounds | None,
    names: Sequence[str],
) -> str:
    """Which parameter at a bound may have a slope that does not press it there; "" if none."""
    if len(free) == len(theta) or bounds is None:
        return ""
    low, high = bounds
    for k, slope in enumerate(whole.values(box)):
        presses = (theta[k] == low[k] and slope > 0) or (theta[k] == high[k] and slope < 0)
        if k not in free and not presses:
            return f"the slope by {names[k]}, which is at its bound, may vanish"
    return ""
