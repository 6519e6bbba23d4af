"""`propagate`: from uncertain inputs to the uncertainty of the outputs. The order of the work."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from gradcalc.answers.evaluate import evaluated
from gradcalc.answers.request import Options, Run, read
from gradcalc.answers.result import Result
from gradcalc.checks.reference import Reference, correct_digits, reference, to_float
from gradcalc.errors import GradcalcError, blaming
from gradcalc.language.syntax import Call, is_solver
from gradcalc.numbers.shapes import shape_of
from gradcalc.run.point import Point, point
from gradcalc.run.reading import read_program
from gradcalc.trace.builder import pruned
from gradcalc.trace.trace import Trace
from gradcalc.uncertainty.covariance import Covariances
from gradcalc.uncertainty.coverage import Verdict, coverage_factor, effective_dof, verdict
from gradcalc.uncertainty.inputs import Inputs
from gradcalc.uncertainty.moments import covariance, moments, spread_of
from gradcalc.uncertainty.outputs import output_texts, refuse_arrays, scalars
from gradcalc.uncertainty.propagation import Approximation, Contribution, Output, Propagation
from gradcalc.uncertainty.remarks import Surroundings, remarks
from gradcalc.uncertainty.sampling import MonteCarlo, Urn, simulate

Numbers = tuple[float, float, int | None, int | None]  # value, u, the digits right in each


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is to be said of an output, and from how many draws.

    `probability` is that of the coverage intervals; `digits` how many digits of an uncertainty
    matter to the verdict, 1 or 2; no `draws` leave Monte Carlo out.
    """

    probability: float = 0.95
    draws: int = 1_000_000
    seed: int = 0
    digits: int = 2

    def __post_init__(self) -> None:
        if not 0 < self.probability < 1:
            raise GradcalcError(
                "usage",
                f"a coverage probability of {self.probability:g} is not between 0 and 1",
                hint="write --coverage 0.95",
            )


def propagate(
    source: str, inputs: Inputs, *, coverage: Coverage | None = None, options: Options | None = None
) -> Propagation:
    """The uncertainty of a program's value, or of each element if it is a vector.

    Value, derivatives and uncertainties to first and second order are computed in big numbers, so
    that their digits are counted; coverage intervals and Monte Carlo are float64. GradcalcError
    where the text can't be read, no input is uncertain, or there is no finite derivative.
    """
    coverage, options = coverage or Coverage(), options or Options()
    with blaming(source):
        names = _uncertain_inputs(source, inputs, options)
        estimates = {name: one.estimate for name, one in inputs.quantities.items()}
        run = read(source, estimates, names, options)
        result = evaluated(run)
        if result.error is not None:
            raise result.error
        work = _Work(run, result, inputs, names, coverage)
        return work.answer()


def _uncertain_inputs(source: str, inputs: Inputs, options: Options) -> tuple[str, ...]:
    """The uncertain inputs that the text reads, in its order."""
    _, places = read_program(source, inputs.quantities.keys(), options.limits)
    names = tuple(name for name in places if name in inputs.uncertain)
    if not names:
        first = next(iter(places), None)
        raise GradcalcError(
            "no-uncertainty",
            "no input of the text has an uncertainty",
            hint=f"write {first}=5.00±0.02, or {first}=uniform(4.9, 5.1)"
            if first
            else "the text has no inputs",
        )
    return names


class _Work:
    """One propagation: a run, and what is known of its inputs."""

    def __init__(
        self, run: Run, result: Result, inputs: Inputs, names: tuple[str, ...], coverage: Coverage
    ) -> None:
        self.run = run
        self.result = result
        self.inputs = inputs
        self.names = names
        self.coverage = coverage
        self.quantities = {name: inputs.quantities[name] for name in names}
        refuse_arrays(run)
        self.sources = output_texts(run, result.value)
        used = {p: g for p, g in inputs.covariances.pairs.items() if set(p) <= set(names)}
        self.covariances = Covariances(used)
        self.spread, given = spread_of(self.quantities, used)
        self.point = Point({**run.point.traces, **point(given).traces})
        sigma = point(given).machine()
        self.sigma = {pair: float(sigma[key]) for pair, key in self.spread.covariances.items()}
        self.trace, self.slots = scalars(run)
        # How long root and argmin search is a branch of kernels, of which no reader need know.
        calls = (node for node in run.program.walk() if isinstance(node, Call))
        self.searches = any(map(is_solver, calls))

    def answer(self) -> Propagation:
        notes = list(self.result.notes)
        drawn: Sequence[MonteCarlo | None] = [None] * len(self.sources)
        if self.coverage.draws:
            drawn = self._simulated()
        outputs = tuple(
            self._output(k, name, one)
            for k, (name, one) in enumerate(zip(self.sources, drawn, strict=True))
        )
        for slot, one in zip(self.slots, outputs, strict=True):
            notes += [note for note in self._remarks(slot, one) if note not in notes]
        deviations = {name: math.sqrt(self.sigma[name, name]) for name in self.names}
        correlations = {
            (a, b): self.sigma[a, b] / (deviations[a] * deviations[b])
            for a, b in self.covariances.pairs
            if deviations[a] and deviations[b]
        }
        return Propagation(
            self.run.source,
            self.inputs.quantities,
            correlations,
            self.coverage.probability,
            self.coverage.seed,
            self.result,
            outputs,
            self._joint(outputs),
            tuple(notes),
        )

    def _simulated(self) -> tuple[MonteCarlo | None, ...]:
        machine = self.run.point.machine()
        constants = {name: x for name, x in machine.items() if name not in self.quantities}
        return simulate(
            tuple(self.sources.values()),
            self.quantities,
            constants,
            self.covariances,
            draws=self.coverage.draws,
            seed=self.coverage.seed,
            probability=self.coverage.probability,
        )

    def _remarks(self, slot: int, one: Output) -> list[str]:
        draws, seed = self.coverage.draws, self.coverage.seed
        around = Surroundings(self.run.source, self.searches, self.run.point.machine(), draws)
        urn = Urn(self.quantities, self.covariances, seed) if draws else None
        return remarks(one, pruned(self.trace, [slot])[0], around, urn)

    def _output(self, k: int, name: str, drawn: MonteCarlo | None) -> Output:
        gradient, status = self._gradient(k)
        parts = self._parts(gradient)
        dof = effective_dof(parts, self.quantities)
        factor = coverage_factor(self.coverage.probability, dof)
        value, digits = _element(self.result.value, k), _element(self.result.digits, k)
        slot, second = self.slots[k], None
        u, u_digits = math.nan, None
        if status == "smooth":
            u, u_digits = self._deviation(covariance(self.trace, (slot, slot), self.spread))
            second = self._second(slot)
        if math.isnan(u):  # the derivatives are not those of the trace alone
            u, u_digits = math.sqrt(max(0.0, sum(parts.values()))), None
        first = self._approximation((value, u, digits, u_digits), factor, drawn)
        return Output(
            name,
            first,
            None if second is None else self._approximation(second, factor, drawn),
            drawn,
            self._budget(gradient, u),
            dof,
            factor,
            status,
        )

    def _gradient(self, k: int) -> tuple[dict[str, float], str]:
        """The proven derivatives of one output, and the worst status among them."""
        rows = self.result.derivatives
        gradient = {row.by[0]: float(_element(row.gradient, k)) for row in rows}
        statuses = [row.parts[k].status if row.parts else row.status for row in rows]
        return gradient, next((s for s in statuses if s != "smooth"), "smooth")

    def _parts(self, gradient: Mapping[str, float]) -> dict[tuple[str, ...], float]:
        """The variance that each independent group of inputs contributes."""
        return {
            group: self._product(gradient, gradient, group)
            for group in self.covariances.groups(self.names)
        }

    def _budget(self, gradient: Mapping[str, float], u: float) -> tuple[Contribution, ...]:
        rows = []
        for name in self.names:
            deviation = math.sqrt(self.sigma[name, name])
            shared = sum(gradient[b] * self.sigma.get((name, b), 0.0) for b in self.names)
            share = gradient[name] * shared / u**2 if u else 0.0
            size = abs(gradient[name]) * deviation
            rows.append(Contribution(name, deviation, gradient[name], size, share))
        return tuple(rows)

    def _second(self, slot: int) -> Numbers | None:
        """None where a derivative is not known, or the series has no positive variance."""
        try:
            found = moments(pruned(self.trace, [slot])[0], self.spread)
        except GradcalcError:
            return None
        value, digits = self._number(found.mean)
        u, u_digits = self._deviation(found.variance)
        return None if math.isnan(u) or math.isnan(value) else (value, u, digits, u_digits)

    def _number(self, trace: Trace) -> tuple[float, int]:
        """A trace's result, and how many of its digits are right; NaN where there is none."""
        known = self._reference(trace)
        if known is None:
            return math.nan, 0
        value = to_float(known.value) + 0.0
        return value, correct_digits(value, known.value, known.numbers)

    def _deviation(self, trace: Trace) -> tuple[float, int]:
        """The root of a variance; NaN where that is negative."""
        known = self._reference(trace)
        if known is None or not known.value >= 0:
            return math.nan, 0
        root = known.numbers.context.sqrt(known.value)
        return to_float(root), correct_digits(to_float(root), root, known.numbers)

    def _reference(self, trace: Trace) -> Reference | None:
        try:
            return reference(trace, self.point, ())
        except (ValueError, ArithmeticError):
            return None

    def _approximation(
        self, numbers: Numbers, factor: float, drawn: MonteCarlo | None
    ) -> Approximation:
        value, u, digits, u_digits = numbers
        interval = (value - factor * u, value + factor * u)
        judged: Verdict | None = None
        if drawn is not None:
            errors = drawn.interval_errors
            judged = verdict(interval, drawn.interval, errors, u or drawn.u, self.coverage.digits)
        return Approximation(value, u, interval, digits, u_digits, judged)

    def _joint(self, outputs: Sequence[Output]) -> tuple[tuple[float, ...], ...]:
        """The covariances of the outputs (JCGM 102, 6.2)."""
        size = len(outputs)
        matrix = [[one.first.u**2] * size for one in outputs]
        for j, k in combinations(range(size), 2):
            found = math.nan
            if outputs[j].status == outputs[k].status == "smooth":
                slots = self.slots[j], self.slots[k]
                found = self._number(covariance(self.trace, slots, self.spread))[0]
            if math.isnan(found):  # the derivatives are not those of the trace alone
                found = self._product(self._gradient(j)[0], self._gradient(k)[0], self.names)
            matrix[j][k] = matrix[k][j] = found
        return tuple(map(tuple, matrix))

    def _product(
        self, left: Mapping[str, float], right: Mapping[str, float], names: Sequence[str]
    ) -> float:
        """leftᵀ Σ right over some inputs, in float64."""
        return sum(
            left[a] * right[b] * self.sigma.get((a, b), 0.0) for a, b in product(names, repeat=2)
        )


def _element(number: Any, k: int) -> Any:
    """Element k of a vector; a number is its own, and of digits not counted there are none."""
    if not shape_of(number):
        return number
    one = number[k].item()
    return None if isinstance(one, float) and math.isnan(one) else one
