"""All inputs of a propagation: as they are written, read together, and correlated."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gradcalc.errors import GradcalcError
from gradcalc.run.point import Given
from gradcalc.uncertainty.covariance import Covariances, Pair, correlated, from_readings
from gradcalc.uncertainty.notation import Quantity, quantity


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs as read, and which of them vary together."""

    quantities: Mapping[str, Quantity]
    covariances: Covariances = field(default_factory=lambda: Covariances({}))

    @property
    def uncertain(self) -> dict[str, Quantity]:
        """Those with an uncertainty."""
        return {name: one for name, one in self.quantities.items() if one.is_uncertain}


def inputs_of(
    at: Mapping[str, Given],
    correlations: Mapping[Pair, Given] | None = None,
    dof: Mapping[str, float] | None = None,
    readings: Mapping[str, Sequence[float]] | None = None,
) -> Inputs:
    """The inputs by name: as they are written, and those that were read together several times.

    `correlations` are by pairs of names, `dof` the degrees of freedom of single inputs' uncertainty
    (infinite, unless told). GradcalcError where one of them can't be read.
    """
    dof = dict(dof or {})
    quantities, known = from_readings(readings) if readings else ({}, Covariances({}))
    for name, given in at.items():
        if name in quantities:
            raise GradcalcError(
                "repeated-value",
                f"{name} has readings and a value",
                hint="give each input one of them",
            )
        quantities[name] = quantity(name, given, _freedom(name, dof.pop(name, math.inf)))
        if quantities[name].dof < math.inf and not quantities[name].is_uncertain:
            dof[name] = quantities[name].dof
    for name in dof:
        raise GradcalcError(
            "usage",
            f"--dof {name}: {name} has no uncertainty that is told by --at",
            hint=f"write {name}=5.00±0.02",
        )
    return Inputs(quantities, correlated(quantities, correlations or {}, known))


def _freedom(name: str, dof: float) -> float:
    if not dof > 0:
        raise GradcalcError(
            "usage",
            f"the degrees of freedom of {name} must be positive, not {dof:g}",
            hint="n readings have n - 1",
        )
    return dof
