"""Monte Carlo: draws of the inputs, through a kernel, and what the sorted draws say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.errors import GradcalcError
from gradcalc.kernels.kernel import Kernel
from gradcalc.uncertainty.covariance import Covariances, matrix
from gradcalc.uncertainty.distributions import DISTRIBUTIONS
from gradcalc.uncertainty.notation import Quantity

BLOCK_DRAWS = 100_000  # that are held at once
MIN_DRAWS = 1000
MAX_DRAWS = 100_000_000

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """What draws of the inputs make of an output (JCGM 101, clause 7).

    `interval` is symmetric in probability, `shortest` the shortest. Each number has its standard
    error. `failed` draws gave no finite value and are left out of all else. `ways` counts the paths
    that draws took through the program's branches.
    """

    draws: int
    failed: int
    mean: float
    u: float
    interval: Interval
    shortest: Interval
    mean_error: float
    u_error: float
    interval_errors: Interval
    ways: int


def simulate(
    sources: Sequence[str],
    quantities: Mapping[str, Quantity],
    constants: Mapping[str, float],
    covariances: Covariances,
    *,
    draws: int,
    seed: int,
    probability: float,
) -> tuple[MonteCarlo | None, ...]:
    """One answer for each output's text; None where too few draws have a finite value.

    All outputs see the same draws. GradcalcError where there are too few draws, or too many.
    """
    import numpy as np

    if not MIN_DRAWS <= draws <= MAX_DRAWS:
        raise GradcalcError(
            "usage",
            f"the number of draws must be 0, or {MIN_DRAWS:,} to {MAX_DRAWS:,}, not {draws:,}",
            hint="write --draws 1000000",
        )
    names = {*quantities, *constants}
    kernels = [Kernel(source, (), names=names) for source in sources]
    columns = [np.empty(draws) for _ in kernels]
    urn = Urn(quantities, covariances, seed)
    for low in range(0, draws, BLOCK_DRAWS):
        part = slice(low, min(low + BLOCK_DRAWS, draws))
        table = {**constants, **urn.draw(part.stop - low)}
        for kernel, column in zip(kernels, columns, strict=True):
            column[part] = kernel.rows(table, watched=False).columns["value"]
    return tuple(
        _read_off(column, probability, len(kernel.paths))
        for kernel, column in zip(kernels, columns, strict=True)
    )


class Urn:
    """Draws of all uncertain inputs: groups that vary together are drawn together."""

    def __init__(self, quantities: Mapping[str, Quantity], known: Covariances, seed: int) -> None:
        import numpy as np

        self.quantities = quantities
        self.generator = np.random.default_rng(seed)
        self.groups = [
            (group, self._root(group, known)) for group in known.groups(tuple(quantities))
        ]

    def _root(self, group: Sequence[str], known: Covariances) -> Any:
        """A square root of the group's covariances, singular or not; None for a single input."""
        import numpy as np

        if len(group) == 1:
            return None
        covariance = np.array(matrix(group, self.quantities, known))
        scale = np.sqrt(np.diag(covariance))
        safe = np.where(scale > 0, scale, 1)
        values, vectors = np.linalg.eigh(covariance / np.outer(safe, safe))
        return scale[:, None] * vectors * np.sqrt(np.clip(values, 0, None))

    def draw(self, count: int) -> dict[str, Any]:
        """Each input as a column of `count` draws."""
        columns: dict[str, Any] = {}
        for group, root in self.groups:
            if root is None:
                one = self.quantities[group[0]]
                draw = DISTRIBUTIONS[one.distribution].draw
                columns[one.name] = draw(self.generator, count, *one.parameters)
            else:
                columns.update(self._together(group, root, count))
        return columns

    def _together(self, group: Sequence[str], root: Any, count: int) -> dict[str, Any]:
        """Jointly normal; where all have the same finite degrees of freedom, jointly t."""
        import numpy as np

        around = root @ self.generator.standard_normal((len(group), count))
        dof = self.quantities[group[0]].dof
        if math.isfinite(dof) and all(self.quantities[name].dof == dof for name in group):
            around /= np.sqrt(self.generator.chisquare(dof, count) / dof)
        return {
            name: self.quantities[name].parameters[0] + row
            for name, row in zip(group, around, strict=True)
        }


def _read_off(values: Any, probability: float, ways: int) -> MonteCarlo | None:
    import numpy as np

    finite = np.isfinite(values)
    failed = int(len(values) - finite.sum())
    y = values if not failed else values[finite]
    count = len(y)
    if count < MIN_DRAWS:
        return None
    mean = float(y.mean())
    off = y - mean
    square = off * off
    variance = float(square.sum() / (count - 1))
    fourth = float((square * square).mean())
    u = math.sqrt(variance)
    u_error = math.sqrt(max(fourth - variance**2, 0) / count) / (2 * u) if u else 0.0
    inside = min(count - 1, round(probability * count))
    ordered = _ends_sorted(y, count - inside)
    rank = (count - inside) // 2
    widths = ordered[inside:] - ordered[: count - inside]
    start = int(widths.argmin())
    return MonteCarlo(
        draws=len(values),
        failed=failed,
        mean=mean,
        u=u,
        interval=(float(ordered[rank]), float(ordered[rank + inside])),
        shortest=(float(ordered[start]), float(ordered[start + inside])),
        mean_error=u / math.sqrt(count),
        u_error=u_error,
        interval_errors=(_error(ordered, rank), _error(ordered, rank + inside)),
        ways=ways,
    )


def _ends_sorted(values: Any, tail: int) -> Any:
    """The values with the `tail` least and greatest in order: all that intervals are read off."""
    import numpy as np

    count = len(values)
    if 2 * tail >= count:
        return np.sort(values)
    ordered = np.partition(values, [tail, count - tail - 1])
    ordered[:tail].sort()
    ordered[count - tail :].sort()
    return ordered


def _error(ordered: Any, rank: int) -> float:
    """The standard error of an order statistic: √(p(1 - p)/n) over the density there."""
    count = len(ordered)
    share = (rank + 0.5) / count
    spread = math.sqrt(share * (1 - share) * count)
    reach = max(1, round(spread))
    low, high = max(0, rank - reach), min(count - 1, rank + reach)
    return float(ordered[high] - ordered[low]) / (high - low) * spread
