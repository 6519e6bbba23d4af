"""The gradient of a fit's sum over all rows, in balls: of squares, or of a robust loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from gradcalc.boxes.function import BoxFunction, NotEnclosedError
from gradcalc.boxes.recording import local_trace
from gradcalc.boxes.tape import Tape
from gradcalc.fitting.expressions import Expression, path_of
from gradcalc.fitting.losses import SHAPES, Ball, Loss
from gradcalc.fitting.problem import Problem, Series
from gradcalc.kernels.lowering import Derivatives
from gradcalc.numbers.ranges import Range
from gradcalc.rules.enclosures import range_numbers
from gradcalc.run.point import point
from gradcalc.trace.replay import replay

Arb = Any  # flint.arb
Matrix = list[list[Arb]]
MAX_TRIED = 8  # ways of other rows that a row is tried on
Values = tuple[Arb, list[Arb], Matrix]  # a row's value, slopes and second derivatives


class Row(Protocol):
    """The formula in a row, as a function of its parameters over boxes.

    NotEnclosedError where its derivatives are not smooth in the box.
    """

    def gradient(self, box: Sequence[Arb]) -> tuple[Arb, list[Arb]]:
        """Value and slopes."""

    def at(self, box: Sequence[Arb]) -> Values:
        """Value, slopes and second derivatives."""


class Steps:
    """Derivatives over balls: the steps and slots that all rows share."""

    def __init__(self, derivatives: Derivatives) -> None:
        self.columns = derivatives.columns
        self.kinks = derivatives.kinks
        self.tape = Tape(derivatives.trace)

    def run(self, inputs: Mapping[str, Arb]) -> list[Arb]:
        """A ball for each slot; NotEnclosedError where they are not smooth there."""
        try:
            values = self.tape.run(inputs)
        except (ValueError, ArithmeticError):
            raise NotEnclosedError("a step is undefined near the minimum") from None
        for kink, slots in self.kinks:
            if kink(*(Range(values[slot]) for slot in slots)):
                raise NotEnclosedError("there may be a kink near the minimum")
        if self.tape.endless(values) is not None:
            raise NotEnclosedError("a step has no finite enclosure near the minimum")
        return values


class Formula:
    """A formula without branches, over balls: without second derivatives, and with them."""

    def __init__(self, first: Derivatives, second: Derivatives, names: tuple[str, ...]) -> None:
        self.names = names
        self.first, self.second = Steps(first), Steps(second)
        self.slopes = [first.columns[f"d_{name}"] for name in names]
        slots, size = second.columns, range(len(names))
        upper = {(j, k): slots[f"d2_{names[j]}_{names[k]}"] for k in size for j in range(k + 1)}
        self.bent = [[upper[min(j, k), max(j, k)] for k in size] for j in size]
        self.own_slopes = [slots[f"d_{name}"] for name in names]


@dataclass(frozen=True, slots=True)
class StraightRow:
    """A row of a formula without branches."""

    formula: Formula
    inputs: Mapping[str, Arb]

    def gradient(self, box: Sequence[Arb]) -> tuple[Arb, list[Arb]]:
        """Value and slopes over a box."""
        formula = self.formula
        values = formula.first.run(self._inputs(box))
        return values[formula.first.columns["value"]], [values[slot] for slot in formula.slopes]

    def at(self, box: Sequence[Arb]) -> Values:
        """Value and derivatives over a box."""
        formula = self.formula
        values = formula.second.run(self._inputs(box))
        bent = [[values[slot] for slot in row] for row in formula.bent]
        slopes = [values[slot] for slot in formula.own_slopes]
        return values[formula.second.columns["value"]], slopes, bent

    def _inputs(self, box: Sequence[Arb]) -> dict[str, Arb]:
        return {**self.inputs, **dict(zip(self.formula.names, box, strict=True))}


@dataclass(frozen=True, slots=True)
class BranchedRow:
    """A row of a formula with branches: the one that it takes must be the same all over a box."""

    function: BoxFunction  # with the row's own cells

    def gradient(self, box: Sequence[Arb]) -> tuple[Arb, list[Arb]]:
        """Value and slopes over a box."""
        return self.function.gradient(box)

    def at(self, box: Sequence[Arb]) -> Values:
        """Value and derivatives over a box."""
        value, slopes = self.function.gradient(box)
        return value, slopes, self.function.hessian(box)


@dataclass(frozen=True, slots=True)
class Term:
    """A row with its target and standard deviation, and the places of its parameters."""

    row: Row
    places: tuple[int, ...]
    target: Arb
    sigma: Arb | None


@dataclass(slots=True)
class Squares:
    """The gradient of the sum of squares, halved, or of losses of residuals in units of `unit`, as
    a system of equations over boxes of all parameters."""

    size: int
    terms: list[Term]
    loss: Loss = "squares"
    unit: float = 1.0

    def values(self, box: Sequence[Arb]) -> list[Arb]:
        """The gradient."""
        from flint import arb

        gradient = [arb(0)] * self.size
        for term in self.terms:
            value, slopes = term.row.gradient([box[place] for place in term.places])
            force, _ = self._pull(value, term)
            for slope, place in zip(slopes, term.places, strict=True):
                gradient[place] += force * slope
        return gradient

    def jacobian(self, box: Sequence[Arb]) -> Matrix:
        """The Hessian."""
        from flint import arb

        hessian = [[arb(0)] * self.size for _ in range(self.size)]
        for term in self.terms:
            value, slopes, bent = term.row.at([box[place] for place in term.places])
            force, stiffness = self._pull(value, term)
            for j, a in enumerate(term.places):
                tensed = stiffness * slopes[j]
                for k in range(j, len(slopes)):
                    hessian[a][term.places[k]] += tensed * slopes[k] + force * bent[j][k]
        return _mirrored(hessian)

    def _pull(self, value: Arb, term: Term) -> tuple[Arb, Arb]:
        """The derivative of a row's loss by its value, and the second one."""
        scale = 1 if term.sigma is None else 1 / term.sigma
        residual = (value - term.target) * scale
        if self.loss == "squares":
            return residual * scale, scale * scale
        found: Ball | None = SHAPES[self.loss].ball(residual / self.unit)
        if found is None:
            raise NotEnclosedError("a residual lies where the loss has a kink")
        weight, slope = found
        return weight * residual * scale, slope * scale * scale


def _mirrored(sums: Matrix) -> Matrix:
    """A symmetric matrix, from one whose elements stand on one side of the diagonal, or on both
    in parts, where tables order their parameters differently."""
    size = range(len(sums))
    return [[sums[j][k] + sums[k][j] if j != k else sums[j][j] for k in size] for j in size]


def terms_of(problem: Problem, theta: Sequence[float]) -> list[Term]:
    """All rows; the branches are those that they take at `theta`.

    NotEnclosedError where derivatives are not those of the formula: `detach`.
    """
    numbers, model = range_numbers(), problem.model
    held = model.exact_held.numbers(numbers)
    first, second = model.first.paths.straight, model.second.paths.straight
    terms, formula, known = list[Term](), None, list[BoxFunction]()
    if first is not None and second is not None:
        formula = Formula(first.derivatives, second.derivatives, model.parameters)
    for one in problem.series:
        names = zip(model.parameters, one.places, strict=True)
        here = {**model.held, **{name: float(theta[place]) for name, place in names}}
        for row in range(one.rows):
            own: Row
            if formula is None or not terms:  # of others, the first tells of `detach`
                inputs = {**held, **{n: _cell(one, n, row) for n in model.columns}}
                cells = {n: float(one.data.columns[n][row]) for n in model.columns}
                own = BranchedRow(_branched(problem, {**here, **cells}, inputs, known))
            if formula is not None:
                balls = {name: number.arb for name, number in held.items()}
                own = StraightRow(formula, balls | {n: _ball(one, n, row) for n in model.columns})
            target = _value(one.target_of, one, row)
            sigma = None if one.sigma_of is None else _value(one.sigma_of, one, row)
            terms.append(Term(own, one.places, target, sigma))
    return terms


def _branched(
    problem: Problem,
    numbers: Mapping[str, float],
    inputs: Mapping[str, Range],
    known: list[BoxFunction],
) -> BoxFunction:
    """The formula in a row: one of those `known` for other rows, of which the last come first, if
    this row's run goes the same way; else a new one, which is added."""
    kernel, parameters = problem.model.first, problem.model.parameters
    point_here = [range_numbers().number(Fraction(numbers[name])).arb for name in parameters]
    for place, other in enumerate(known[:MAX_TRIED]):
        own = other.with_held(inputs)
        if own.goes(point_here):
            known.insert(0, known.pop(place))
            return own
    where = point({name: numbers[name] for name in kernel.inputs})
    trace, _ = local_trace(kernel.program.body, where, parameters)
    own = BoxFunction(trace, parameters, inputs)
    known.insert(0, own)
    return own


def _cell(one: Series, name: str, row: int) -> Range:
    """A cell of the table."""
    return range_numbers().number(Fraction(one.data.exact(name, row)))  # type: ignore[no-any-return]


def _ball(one: Series, name: str, row: int) -> Arb:
    """A cell of the table as a ball: of a float64, one without a radius."""
    from flint import arb

    exact = one.data.exact(name, row)
    return arb(exact) if isinstance(exact, float) else _cell(one, name, row).arb


def _value(expression: Expression, one: Series, row: int) -> Arb:
    """An expression's value in a row, as a ball."""
    if expression.kernel is None:
        return _ball(one, expression.source, row)
    cells = {name: float(one.data.exact(name, row)) for name in expression.columns}
    trace = path_of(expression.kernel, cells).derivatives.trace
    inputs = {name: _cell(one, name, row) for name in trace.inputs}
    return replay(trace, range_numbers(), inputs)[trace.result].arb
