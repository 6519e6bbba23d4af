"""Uncertainty row by row: a column u_x beside a column x is its standard uncertainty.

To first order, as if the inputs varied independently: u² is the sum of (∂f/∂x · u_x)² (GUM 5.1.2).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from gradcalc.errors import GradcalcError, listed
from gradcalc.run.limits import Limits
from gradcalc.run.reading import read_program

UNCERTAINTY = "u"  # the column of the result's


def uncertain_inputs(
    source: str, columns: Collection[str], limits: Limits | None = None
) -> tuple[str, ...]:
    """The inputs of a text whose uncertainty is among the columns (or values for all rows).

    GradcalcError where there is none.
    """
    _, places = read_program(source, columns, limits)
    names = tuple(name for name in places if f"u_{name}" in columns)
    if not names:
        first = next(iter(places), "x")
        raise GradcalcError(
            "no-uncertainty",
            f"no column has an uncertainty, such as u_{first} beside {first}",
            hint=f"the columns are {listed(columns)}; for all rows write --at u_{first}=0.1",
        )
    return names


def combined(answers: Mapping[str, Any], uncertainties: Mapping[str, Any]) -> Any:
    """The standard uncertainty of each row, from its derivatives d_x and those of its inputs."""
    with np.errstate(all="ignore"):
        terms = [answers[f"d_{name}"] * u for name, u in uncertainties.items()]
        return np.abs(terms[0]) if len(terms) == 1 else np.hypot.reduce(np.array(terms))
