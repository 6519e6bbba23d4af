"""Which inputs vary together: correlations that are told, and readings taken together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gradcalc.errors import Exit, GradcalcError, listed
from gradcalc.run.point import Given, point
from gradcalc.uncertainty.notation import Quantity

Pair = tuple[str, str]
ROUNDING = 1e-9  # of the greatest eigenvalue, by which the least may be below 0
MAX_READINGS = 100_000
MEAN_DIGITS = 8  # of a mean, as it is shown


@dataclass(frozen=True, slots=True)
class Covariances:
    """Exact covariances of pairs of inputs, the later pair of names left out."""

    pairs: Mapping[Pair, Given]

    def groups(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """The inputs in groups that vary independently of each other."""
        groups: list[set[str]] = [{name} for name in names]
        for pair in self.pairs:
            joined = [group for group in groups if group & set(pair)]
            groups = [group for group in groups if group not in joined] + [set().union(*joined)]
        return sorted(
            (tuple(name for name in names if name in group) for group in groups),
            key=lambda group: names.index(group[0]),
        )


def correlated(
    quantities: Mapping[str, Quantity], correlations: Mapping[Pair, Given], known: Covariances
) -> Covariances:
    """The covariances r·u·u of the correlations that are told, beside those that are known.

    GradcalcError where a correlation is not between two uncertain inputs, or not in [-1, 1], where
    distributions have no joint one, or where the correlations contradict each other.
    """
    pairs = dict(known.pairs)
    for (one, other), given in correlations.items():
        for name in (one, other):
            if name not in quantities or not quantities[name].is_uncertain:
                raise GradcalcError(
                    "bad-correlation",
                    f"{name} has no uncertainty, so it can't be correlated",
                    hint=f"write {name}=5.00±0.02, or remove --corr {one},{other}",
                )
        if one == other:
            raise GradcalcError(
                "bad-correlation",
                f"{one} is correlated with itself",
                hint="name two inputs: --corr V,I=0.3",
            )
        if (one, other) in pairs or (other, one) in pairs:
            raise GradcalcError(
                "bad-correlation",
                f"{one} and {other} are correlated twice",
                hint="give each pair one correlation; readings have theirs",
            )
        strength = point({f"the correlation of {one} and {other}": given}).machine()
        if not -1 <= next(iter(strength.values())) <= 1:
            raise GradcalcError(
                "bad-correlation",
                f"the correlation of {one} and {other} must lie between -1 and 1",
                hint=f"write --corr {one},{other}=0.3",
            )
        if next(iter(strength.values())):
            pairs[one, other] = _product(
                given, quantities[one].uncertainty, quantities[other].uncertainty
            )
    found = Covariances(pairs)
    for group in found.groups(tuple(quantities)):
        if len(group) > 1:
            _refuse_shapes([quantities[name] for name in group])
            _refuse_contradiction(group, quantities, found)
    return found


def _product(*factors: Given) -> Given:
    """The product of numbers and texts, exactly."""
    if any(isinstance(factor, str) for factor in factors):
        return "*".join(f"({_text(factor)})" for factor in factors)
    return math.prod(Fraction(factor) for factor in factors)


def _text(number: Given) -> str:
    return number if isinstance(number, str) else str(Fraction(number))


def squared(number: Given) -> Given:
    """The exact square of an uncertainty."""
    return _product(number, number)


def _refuse_shapes(group: Iterable[Quantity]) -> None:
    for one in group:
        if one.distribution not in ("normal", "t"):
            raise GradcalcError(
                "bad-correlation",
                f"{one.name} is {one.distribution}, and only normal inputs can be correlated",
                hint=f"write {one.name}=5.00±0.02, or remove its --corr",
            )


def matrix(
    group: Sequence[str], quantities: Mapping[str, Quantity], known: Covariances
) -> list[list[float]]:
    """The covariance matrix of some inputs, in float64."""
    given: dict[str, Given] = {}
    for j, one in enumerate(group):
        for k, other in enumerate(group):
            if j == k:
                given[f"{j},{k}"] = squared(quantities[one].uncertainty)
            else:
                pair = known.pairs.get((one, other), known.pairs.get((other, one), 0))
                given[f"{j},{k}"] = pair
    numbers = point(given).machine()
    size = len(group)
    return [[float(numbers[f"{j},{k}"]) for k in range(size)] for j in range(size)]


def _refuse_contradiction(
    group: Sequence[str], quantities: Mapping[str, Quantity], known: Covariances
) -> None:
    import numpy as np

    found = np.array(matrix(group, quantities, known))
    scale = np.sqrt(np.diag(found))
    scale[scale == 0] = 1
    eigenvalues = np.linalg.eigvalsh(found / np.outer(scale, scale))
    if eigenvalues[0] < -ROUNDING * eigenvalues[-1]:
        raise GradcalcError(
            "bad-correlation",
            f"the correlations of {listed(group)} contradict each other: no numbers have them",
            hint="if x goes with y, and y with z, then x goes with z",
        )


def from_readings(
    columns: Mapping[str, Sequence[float]],
) -> tuple[dict[str, Quantity], Covariances]:
    """Inputs that were read together several times, a column each (GUM 4.2 and 5.2.3).

    The estimate is the mean, its uncertainty s/√n with n - 1 degrees of freedom; covariances are
    those of the means. GradcalcError where there are fewer than two readings.
    """
    count = len(next(iter(columns.values()))) if columns else 0
    if not 2 <= count <= MAX_READINGS:
        raise GradcalcError(
            "bad-readings",
            f"there must be 2 to {MAX_READINGS:,} readings, not {count:,}",
            hint="give a row for each time that the inputs were read",
            exit=Exit.FILE,
        )
    exact = {name: [Fraction(x) for x in column] for name, column in columns.items()}
    means = {name: sum(column) / count for name, column in exact.items()}
    off = {name: [x - means[name] for x in column] for name, column in exact.items()}

    def covariance(one: str, other: str) -> Fraction:
        products = (a * b for a, b in zip(off[one], off[other], strict=True))
        return Fraction(sum(products)) / (count * (count - 1))

    quantities = {}
    names = list(columns)
    for name in names:
        variance = covariance(name, name)
        deviation = math.sqrt(variance)
        mean = float(means[name])
        quantities[name] = Quantity(
            name,
            f"{mean:.{MEAN_DIGITS}g} ({count} readings)",
            Fraction(means[name]),
            f"sqrt({variance})",
            "t",
            (mean, deviation, float(count - 1)),
            dof=float(count - 1),
        )
    pairs = {
        (one, other): found
        for k, one in enumerate(names)
        for other in names[k + 1 :]
        if (found := covariance(one, other))
    }
    return quantities, Covariances(pairs)
