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
from gradcalc.fitting.problem import Problem, Series
from gradcalc.fitting.robust import SHAPES, Ball, Loss
from gradcalc.kernels.lowering import Derivatives
from gradcalc.numbers.ranges import Range
from gradcalc.rules.enclosures import range_numbers
from gradcalc.run.point import point
from gradcalc.trace.replay import replay

Arb = Any  # flint.arb
Matrix = list[list[Arb]]
Values = tuple[Arb, list[Arb], Matrix]  # a row's value, slopes and second derivatives


class Row(Protocol):
    """The formula in a row, as a function of its parameters over boxes."""

    def at(self, box: Sequence[Arb]) -> Values:
        """Value and derivatives; NotEnclosedError where they are not smooth in the box."""


class Formula:
    """A formula without branches, over balls: the steps and slots that all rows share."""

    def __init__(self, derivatives: Derivatives, names: tuple[str, ...]) -> None:
        slots, size = derivatives.columns, range(len(names))
        self.names = names
        self.kinks = derivatives.kinks
        self.tape = Tape(derivatives.trace)
        self.value = slots["value"]
        self.slopes = [slots[f"d_{name}"] for name in names]
        upper = {(j, k): slots[f"d2_{names[j]}_{names[k]}"] for k in size for j in range(k + 1)}
        self.bent = [[upper[min(j, k), max(j, k)] for k in size] for j in size]

    def at(self, inputs: Mapping[str, Arb]) -> Values:
        """Value and derivatives; NotEnclosedError where they are not smooth there."""
        try:
            values = self.tape.run(inputs)
        except (ValueError, ArithmeticError):
            raise NotEnclosedError("a step is undefined near the minimum") from None
        for kink, slots in self.kinks:
            if kink(*(Range(values[slot]) for slot in slots)):
                raise NotEnclosedError("there may be a kink near the minimum")
        if self.tape.endless(values) is not None:
            raise NotEnclosedError("a step has no finite enclosure near the minimum")
        bent = [[values[slot] for slot in row] for row in self.bent]
        return values[self.value], [values[slot] for slot in self.slopes], bent


@dataclass(frozen=True, slots=True)
class StraightRow:
    """A row of a formula without branches."""

    formula: Formula
    inputs: Mapping[str, Arb]

    def at(self, box: Sequence[Arb]) -> Values:
        """Value and derivatives over a box."""
        return self.formula.at({**self.inputs, **dict(zip(self.formula.names, box, strict=True))})


@dataclass(frozen=True, slots=True)
class BranchedRow:
    """A row of a formula with branches: the one that it takes must be the same all over a box."""

    function: BoxFunction

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
    _last: tuple[tuple[Arb, ...], Matrix] | None = None

    def values(self, box: Sequence[Arb]) -> list[Arb]:
        """The gradient."""
        return self._summed(box)[0]

    def jacobian(self, box: Sequence[Arb]) -> Matrix:
        """The Hessian; that of the last box is kept."""
        key = tuple(box)
        if self._last is None or not all(a is b for a, b in zip(self._last[0], key, strict=True)):
            self._last = key, self._summed(box)[1]
        return self._last[1]

    def _summed(self, box: Sequence[Arb]) -> tuple[list[Arb], Matrix]:
        from flint import arb

        gradient = [arb(0)] * self.size
        hessian = [[arb(0)] * self.size for _ in range(self.size)]
        for term in self.terms:
            value, slopes, bent = term.row.at([box[place] for place in term.places])
            scale = arb(1) if term.sigma is None else 1 / term.sigma
            force, stiffness = self._pull((value - term.target) * scale)
            for j, a in enumerate(term.places):
                gradient[a] += force * scale * slopes[j]
                for k, b in enumerate(term.places):
                    tensed = stiffness * scale * scale * slopes[j] * slopes[k]
                    hessian[a][b] += tensed + force * scale * bent[j][k]
        return gradient, hessian

    def _pull(self, residual: Arb) -> tuple[Arb, Arb]:
        """The derivative of a residual's loss by the residual, and the second one."""
        if self.loss == "squares":
            return residual, 1
        found: Ball | None = SHAPES[self.loss].ball(residual / self.unit)
        if found is None:
            raise NotEnclosedError("a residual lies where the loss has a kink")
        weight, slope = found
        return weight * residual, slope


def terms_of(problem: Problem, theta: Sequence[float]) -> list[Term]:
    """All rows; the branches are those that they take at `theta`.

    NotEnclosedError where derivatives are not those of the formula: `detach`.
    """
    numbers, model = range_numbers(), problem.model
    held = model.exact_held.numbers(numbers)
    path, terms = model.second.paths.straight, list[Term]()
    formula = None if path is None else Formula(path.derivatives, model.parameters)
    for one in problem.series:
        names = zip(model.parameters, one.places, strict=True)
        here = {**model.held, **{name: float(theta[place]) for name, place in names}}
        for row in range(one.rows):
            inputs = {**held, **{n: _cell(one, n, row) for n in model.columns}}
            own: Row
            if formula is None or not terms:  # of others, the first tells of `detach`
                cells = {n: float(one.data.columns[n][row]) for n in model.columns}
                own = _branched(problem, {**here, **cells}, inputs)
            if formula is not None:
                own = StraightRow(formula, {name: cell.arb for name, cell in inputs.items()})
            target = _value(one.target_of, one, row).arb
            sigma = None if one.sigma_of is None else _value(one.sigma_of, one, row).arb
            terms.append(Term(own, one.places, target, sigma))
    return terms


def _branched(
    problem: Problem, numbers: Mapping[str, float], inputs: Mapping[str, Range]
) -> BranchedRow:
    kernel, parameters = problem.model.first, problem.model.parameters
    where = point({name: numbers[name] for name in kernel.inputs})
    trace, _ = local_trace(kernel.program.body, where, parameters)
    return BranchedRow(BoxFunction(trace, parameters, inputs))


def _cell(one: Series, name: str, row: int) -> Range:
    """A cell of the table."""
    return range_numbers().number(Fraction(one.data.exact(name, row)))  # type: ignore[no-any-return]


def _value(expression: Expression, one: Series, row: int) -> Range:
    """An expression's value in a row."""
    if expression.kernel is None:
        return _cell(one, expression.source, row)
    cells = {name: float(one.data.exact(name, row)) for name in expression.columns}
    trace = path_of(expression.kernel, cells).derivatives.trace
    inputs = {name: _cell(one, name, row) for name in trace.inputs}
    return replay(trace, range_numbers(), inputs)[trace.result]  # type: ignore[no-any-return]
