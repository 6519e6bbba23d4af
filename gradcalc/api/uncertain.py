"""`propagate`: the uncertainty of a value whose inputs are uncertain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gradcalc.answers.request import Options
from gradcalc.errors import blaming
from gradcalc.run.point import Given

if TYPE_CHECKING:
    from gradcalc.uncertainty.propagation import Propagation


def propagate(
    source: str,
    at: Mapping[str, Given | tuple[Given, Given]],
    *,
    corr: Mapping[tuple[str, str], Given] | None = None,
    dof: Mapping[str, float] | None = None,
    readings: Mapping[str, Sequence[float]] | None = None,
    coverage: float = 0.95,
    draws: int = 1_000_000,
    seed: int = 0,
    significant: int = 2,
    options: Options | None = None,
) -> Propagation:
    """The uncertainty of a value whose inputs are uncertain: to both orders, and by Monte Carlo.

    `at` has texts as after --at (`"5.00±0.02"`, `"uniform(4.9, 5.1)"`), pairs of an estimate and
    its standard uncertainty, and constants. `corr` are correlations by pairs of names, `dof`
    degrees of freedom, `readings` columns of inputs that were read together. `coverage` is the
    probability of the intervals; `significant` digits of the uncertainty matter to the verdicts.
    The sources of the formulas are in `gradcalc.uncertainty`. GradcalcError where a text can't be
    read, or there is no finite derivative.

    >>> found = propagate("V/I", {"V": "5.00±0.02", "I": (2, 0.05)}, draws=0)
    >>> found
    Propagation(V/I: value 2.5 ± 0.063)
    >>> found.u, [f"{part.name} {part.share:.0%}" for part in found.outputs[0].budget]
    (0.06329494450586082, ['V 2%', 'I 98%'])
    """
    from gradcalc.uncertainty.inputs import inputs_of
    from gradcalc.uncertainty.propagate import Coverage
    from gradcalc.uncertainty.propagate import propagate as propagated

    with blaming(source):
        return propagated(
            source,
            inputs_of(at, corr, dof, readings),
            coverage=Coverage(coverage, draws, seed, significant),
            options=options,
        )
