"""What `propagate` answers: one frozen object, which views render and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcalc.answers.result import Result
from gradcalc.errors import Exit
from gradcalc.notebook import cut, table
from gradcalc.uncertainty.coverage import Verdict
from gradcalc.uncertainty.notation import Quantity
from gradcalc.uncertainty.sampling import MonteCarlo

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Approximation:
    """A value with its standard uncertainty, the digits that are right in each, and the interval
    value ± k·u; `verdict` compares that with Monte Carlo's."""

    value: float
    u: float
    interval: Interval
    value_digits: int | None
    u_digits: int | None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What an input adds to the uncertainty of an output, to first order.

    `sensitivity` is the derivative c, `contribution` is |c|·u, `share` its part of the variance,
    with half of what it shares with each input that it is correlated with: shares add up to 1.
    """

    name: str
    u: float
    sensitivity: float
    contribution: float
    share: float


@dataclass(frozen=True, slots=True)
class Output:
    """One output: three answers, and what the first is made of.

    `k` is the coverage factor, `dof` the effective degrees of freedom, None where there is no
    formula for them. `second` is None where the series has no such term: its variance is not
    positive, or a third derivative is not known. `status` is the worst of its derivatives.
    """

    name: str
    first: Approximation
    second: Approximation | None
    monte_carlo: MonteCarlo | None
    budget: tuple[Contribution, ...]
    dof: float | None
    k: float
    status: str

    @property
    def expanded(self) -> float:
        """The expanded uncertainty k·u."""
        return self.k * self.first.u


@dataclass(frozen=True, slots=True)
class Propagation:
    """The uncertainty of a program's outputs; of several, their covariances to first order.

    `result` is the proven value and gradient at the estimates. `correlations` are those of pairs of
    inputs, in float64.
    """

    expr: str
    quantities: Mapping[str, Quantity]
    correlations: Mapping[tuple[str, str], float]
    probability: float
    seed: int
    result: Result
    outputs: tuple[Output, ...]
    covariance: tuple[tuple[float, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The value of the first output."""
        return self.outputs[0].first.value

    @property
    def u(self) -> float:
        """The standard uncertainty of the first output, to first order."""
        return self.outputs[0].first.u

    @property
    def exit(self) -> Exit:
        """The exit status where first order must hold."""
        if any(one.status != "smooth" for one in self.outputs):
            return Exit.NOT_SMOOTH
        judged = [one.first.verdict for one in self.outputs]
        failing = any(one is not None and one.holds is not True for one in judged)
        return Exit.VERDICT if failing else Exit.OK

    def __repr__(self) -> str:
        told = ", ".join(f"{o.name} {o.first.value:g} ± {o.first.u:.2g}" for o in self.outputs)
        return f"Propagation({cut(self.expr)}: {told})"

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = []
        for one in self.outputs:
            lines = [("first order", one.first), ("second order", one.second)]
            rows += [
                (one.name, name, repr(answer.value), repr(answer.u))
                for name, answer in lines
                if answer is not None
            ]
            if drawn := one.monte_carlo:
                rows.append((one.name, "Monte Carlo", f"{drawn.mean:.6g}", f"{drawn.u:.4g}"))
        return table(self.expr, ("output", "method", "value", "u"), rows, *self.notes)
