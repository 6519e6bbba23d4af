"""The proof of a fit: exactly one minimum of the sum of squares lies near the parameters.

Krawczyk's operator over the gradient, the sum of r·∇r over all rows, shows that a box holds exactly
one stationary point; the Hessian, positive definite all over the box, that it is a minimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcalc.boxes.function import BoxFunction, NotEnclosedError
from gradcalc.boxes.inertia import inertia
from gradcalc.boxes.krawczyk import contracted, inside
from gradcalc.fitting.expressions import Expression, path_of
from gradcalc.fitting.problem import Problem, Series
from gradcalc.fitting.refinement import Minimum
from gradcalc.kernels.lowering import Derivatives
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Range, working
from gradcalc.rules.enclosures import has_flint, range_numbers
from gradcalc.trace.replay import replay

BITS = 500  # as many as the refined centre has, and more
WIDTHS = (-24, -50, -90)  # of boxes, in standard errors, as powers of two
MAX_STEPS = 1_500_000  # instructions times rows of one box: some seconds

Arb = Any  # flint.arb


def unproven_because(problem: Problem, minimum: Minimum, free: Sequence[int]) -> str:
    """Why it is not proven that there is exactly one minimum near these parameters; "" if it is."""
    if not has_flint():
        return 'it takes Arb: pip install "gradcalc[proof]"'
    if len(free) < len(problem.names):
        return "a parameter is at its bound"
    if minimum.centre is None:
        return "the minimum is not known in enough digits"
    path = problem.model.second.paths.straight
    if path is None:
        return "the formula has branches"
    if problem.rows * len(path.derivatives.trace) > MAX_STEPS:
        return "there are too many rows"
    with working(BITS):
        try:
            return _shown(problem, minimum, path.derivatives)
        except NotEnclosedError as error:
            return error.reason
        except UndecidedError:
            return "a condition decides differently near the minimum"


def _shown(problem: Problem, minimum: Minimum, derivatives: Derivatives) -> str:
    from flint import arb

    _refuse_hidden(problem, minimum)
    system = Squares(problem, derivatives)
    centre = [arb(number) for number in minimum.centre or ()]
    for width in WIDTHS:
        sizes = [arb(float(size)) for size in minimum.errors]
        box = [
            arb(middle.mid(), (size * arb(2) ** width).mid())
            for middle, size in zip(centre, sizes, strict=True)
        ]
        try:
            if not inside(contracted(system, box), box):
                continue
        except (NotEnclosedError, ZeroDivisionError):
            continue
        if inertia(system.jacobian(box)).positive == len(box):
            return ""
        return "the stationary point there is not a minimum"
    return "no box around the minimum can be shown to hold exactly one"


def _refuse_hidden(problem: Problem, minimum: Minimum) -> None:
    """NotEnclosedError where the derivatives are not those of the formula: `detach`."""
    one = problem.series[0]
    row = {name: float(one.data.columns[name][0]) for name in problem.model.columns}
    row |= problem.model.held
    for name, place in zip(problem.model.parameters, one.places, strict=True):
        row[name] = float(minimum.theta[place])
    trace = problem.model.first.program.record({n: row[n] for n in problem.model.first.inputs})
    BoxFunction(trace, problem.model.parameters)


@dataclass(slots=True)
class Squares:
    """The gradient of half the sum of squares as a system of equations over boxes."""

    problem: Problem
    derivatives: Derivatives
    _rows: list[tuple[Series, dict[str, Range], Range, Range | None]] = field(default_factory=list)
    _last: tuple[tuple[Arb, ...], list[list[Arb]]] | None = None

    def values(self, box: Sequence[Arb]) -> list[Arb]:
        """The gradient."""
        return self._summed(box)[0]

    def jacobian(self, box: Sequence[Arb]) -> list[list[Arb]]:
        """The Hessian; that of the last box is kept."""
        key = tuple(box)
        if self._last is None or not all(a is b for a, b in zip(self._last[0], key, strict=True)):
            self._last = key, self._summed(box)[1]
        return self._last[1]

    def _summed(self, box: Sequence[Arb]) -> tuple[list[Arb], list[list[Arb]]]:
        from flint import arb

        size = len(box)
        gradient = [arb(0)] * size
        hessian = [[arb(0)] * size for _ in range(size)]
        for one, inputs, target, sigma in self._inputs():
            names = zip(self.problem.model.parameters, one.places, strict=True)
            columns = self._columns({**inputs, **{n: Range(box[place]) for n, place in names}})
            residual = (columns["value"] - target).arb
            scale = 1 if sigma is None else 1 / (sigma.arb * sigma.arb)
            self._add(columns, residual, scale, one.places, gradient, hessian)
        return gradient, hessian

    def _add(
        self,
        columns: dict[str, Range],
        residual: Arb,
        scale: Arb,
        places: tuple[int, ...],
        gradient: list[Arb],
        hessian: list[list[Arb]],
    ) -> None:
        """Add what a row gives; `scale` is one over its variance."""
        names = self.problem.model.parameters
        slopes = [columns[f"d_{name}"].arb * scale for name in names]
        for k, x in enumerate(names):
            gradient[places[k]] += residual * slopes[k]
            for m, y in enumerate(names[k:], k):
                bent = residual * scale * columns[f"d2_{x}_{y}"].arb
                value = slopes[k] * columns[f"d_{y}"].arb + bent
                hessian[places[k]][places[m]] += value
                if k != m:
                    hessian[places[m]][places[k]] += value

    def _columns(self, inputs: dict[str, Range]) -> dict[str, Range]:
        """Value and derivatives over a box; NotEnclosedError where they are not smooth in it."""
        trace = self.derivatives.trace
        try:
            values = replay(trace, range_numbers(), {name: inputs[name] for name in trace.inputs})
        except (ValueError, ArithmeticError, AttributeError):
            raise NotEnclosedError("a step is undefined near the minimum") from None
        for kink, slots in self.derivatives.kinks:
            if kink(*(values[slot] for slot in slots)):
                raise NotEnclosedError("there may be a kink near the minimum")
        columns = {name: values[slot] for name, slot in self.derivatives.columns.items()}
        if not all(number.arb.is_finite() for number in values):
            raise NotEnclosedError("a step has no finite enclosure near the minimum")
        return columns

    def _inputs(self) -> list[tuple[Series, dict[str, Range], Range, Range | None]]:
        """Of each row: its series, columns and held parameters, target and standard deviation."""
        if not self._rows:
            numbers, model = range_numbers(), self.problem.model
            held = model.exact_held.numbers(numbers)
            for one in self.problem.series:
                for row in range(one.rows):
                    columns = {n: _cell(one, n, row) for n in model.columns}
                    target = _value(one.target_of, one, row)
                    sigma = None if one.sigma_of is None else _value(one.sigma_of, one, row)
                    self._rows.append((one, {**held, **columns}, target, sigma))
        return self._rows


def _cell(one: Series, name: str, row: int) -> Range:
    """A cell of the table."""
    from fractions import Fraction

    return range_numbers().number(Fraction(one.data.exact(name, row)))  # type: ignore[no-any-return]


def _value(expression: Expression, one: Series, row: int) -> Range:
    """An expression's value in a row."""
    if expression.kernel is None:
        return _cell(one, expression.source, row)
    cells = {name: float(one.data.exact(name, row)) for name in expression.columns}
    trace = path_of(expression.kernel, cells).derivatives.trace
    inputs = {name: _cell(one, name, row) for name in trace.inputs}
    return replay(trace, range_numbers(), inputs)[trace.result]  # type: ignore[no-any-return]
