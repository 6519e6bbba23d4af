"""What a reader must know before believing the numbers of an output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.kernels.deciders import Decider, columns, deciders
from gradcalc.trace.trace import Trace
from gradcalc.uncertainty.propagation import Output
from gradcalc.uncertainty.sampling import BLOCK_DRAWS, Urn

MIN_SHARE = 1e-3  # of draws beyond a kink, that are worth a remark; beyond a pole each one is


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the draws go through: the source, whether it `searches` (`root`, `argmin`), the inputs
    that are held, and how many draws there are."""

    source: str
    searches: bool
    constants: Mapping[str, float]
    draws: int


def remarks(one: Output, trace: Trace, around: Surroundings, urn: Urn | None) -> list[str]:
    """Remarks on an output that `trace` computes; there is no `urn` where nothing is drawn."""
    notes = _of_orders(one)
    if urn is not None:
        notes += _of_draws(one, around)
        notes += _beyond(trace, around, urn)
    about = "" if one.name == "value" else f"{one.name}: "
    return [about + note for note in notes]


def _of_orders(one: Output) -> list[str]:
    notes = []
    if one.status != "smooth":
        notes.append(f"not smooth at the estimates ({one.status}): first order does not hold there")
    elif one.second is None:
        notes.append("there are no finite terms of second order: take Monte Carlo's")
    if one.dof is None:
        notes.append(
            "correlated inputs have different degrees of freedom, for which there is no formula:"
            " the coverage factor is that of a normal distribution"
        )
    return notes


def _of_draws(one: Output, around: Surroundings) -> list[str]:
    drawn = one.monte_carlo
    if drawn is None:
        return ["too few draws have a finite value: no Monte Carlo"]
    notes = []
    if drawn.failed:
        share = drawn.failed / drawn.draws
        notes.append(
            f"{drawn.failed:,} of {drawn.draws:,} draws ({share:.2g} of all) have no finite value"
            " and are left out"
        )
    if drawn.ways > 1 and not around.searches:
        notes.append(
            f"the draws take {drawn.ways} ways through the branches of the text; first order knows"
            " only that of the estimates"
        )
    return notes


def _beyond(trace: Trace, around: Surroundings, urn: Urn) -> list[str]:
    """Kinks, jumps and poles with the estimates on one side of them and draws on the other."""
    import numpy as np

    which = [
        one
        for one in deciders(trace)
        if one.row is not None and (one.row.kink is not None or one.divides)
    ]
    if not which or around.searches:
        return []
    rows = min(around.draws, BLOCK_DRAWS) + 1
    table: dict[str, Any] = dict(around.constants)
    for name, draws in urn.draw(rows - 1).items():
        table[name] = np.append(around.constants[name], draws)
    found: dict[str, None] = {}
    for one, column in zip(which, columns(trace, which, table, rows), strict=True):
        share = _share_beyond(one, column)
        if share > (MIN_SHARE if not one.divides else 0) and one.span is not None:
            text = " ".join(around.source[one.span.start : one.span.end].split())
            found[f"{share:.2g} of the draws lie beyond {_place(one)} of {text}, of which first"
                  " order knows nothing"] = None  # fmt: skip
    return list(found)


def _share_beyond(one: Decider, column: Sequence[float]) -> float:
    """The share of numbers that are not on the side of the first; 0 where that is on no side."""
    import numpy as np

    first, others = column[0], np.asarray(column[1:])
    if not np.isfinite(first) or (first == 0 and not one.steps):
        return 0.0
    if one.steps:
        return float(np.mean(np.isfinite(others) & (others != first)))
    return float(np.mean(np.sign(others) == -np.sign(first)))


def _place(one: Decider) -> str:
    if one.divides:
        return "a pole"
    return "a jump" if one.steps else "a kink"
