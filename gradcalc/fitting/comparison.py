"""Two models of the same data: which one do the data prefer, and by how much?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradcalc.fitting.statistics import Quality


@dataclass(frozen=True, slots=True)
class Comparison:
    """The other formula with its quality; `f` is the F test of the model with more parameters.

    `p` is the chance of an F as large if the simpler model is true, which needs it to be a special
    case of the other. `difference` is its AICc less that of the fit, `probability` that the fit is
    the better one by Akaike's weights.
    """

    expr: str
    quality: Quality
    parameters: int
    f: float | None
    p: float | None
    difference: float | None
    probability: float | None


def compared(mine: Quality, own: int, other: Quality, expr: str, parameters: int) -> Comparison:
    """The comparison of a fit with `own` parameters to another one of the same rows."""
    f, p = _f_test(mine, other)
    difference = probability = None
    if mine.aicc is not None and other.aicc is not None:
        difference = other.aicc - mine.aicc
        probability = 1 / (1 + math.exp(min(700.0, -difference / 2)))
    return Comparison(expr, other, parameters, f, p, difference, probability)


def _f_test(one: Quality, other: Quality) -> tuple[float | None, float | None]:
    from scipy.special import fdtrc

    simple, rich = (one, other) if one.degrees > other.degrees else (other, one)
    extra = simple.degrees - rich.degrees
    if extra == 0 or rich.degrees <= 0 or rich.rss <= 0:
        return None, None
    f = (simple.rss - rich.rss) / extra / (rich.rss / rich.degrees)
    return f, float(fdtrc(extra, rich.degrees, f)) if f > 0 else 1.0
