"""Slips that multiply: a wrong sign, a constant factor that is known by its cause, any other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from gradcalc.claims.sample import NUMBER_TOLERANCE, Sample, pairs_of, same
from gradcalc.rules.rule import Family

RATIO_TOLERANCE = 1e-15  # relative, of ratios in big numbers
SMALL_FACTORS = (2, 3, 4, 10)  # that a single number may be wrong by, or by their inverses


class FamousFactor(NamedTuple):
    """A factor that is known by its cause, where a function of this family is in the program."""

    factor: float
    family: Family
    cause: str
    name: str


FAMOUS_FACTORS = (
    FamousFactor(math.pi / 180, "angle", "radians were taken for degrees", "pi/180"),
    FamousFactor(180 / math.pi, "angle", "degrees were taken for radians", "180/pi"),
    FamousFactor(math.log(10), "logarithm", "log10 was taken for ln", "ln(10)"),
    FamousFactor(1 / math.log(10), "logarithm", "ln was taken for log10", "1/ln(10)"),
)


def _times(factor: object) -> str:
    return f"it is {factor} times the true derivative"


def wrong_sign(by: str, samples: Sequence[Sample], slack: float = 0.0) -> str | None:
    """Minus the truth at all points; numbers are known to `slack`."""
    if all(same(claimed, -true, slack) for claimed, true in pairs_of(samples)):
        return "the sign is wrong"
    return None


def small_factor(by: str, samples: Sequence[Sample], slack: float) -> str | None:
    """The sign, or a small factor, of numbers that are claimed for a single point."""
    pairs = pairs_of(samples)
    if not all(true and abs(claimed) > slack for claimed, true in pairs):
        return None
    if sign := wrong_sign(by, samples, slack):
        return sign
    for factor in (Fraction(f) for k in SMALL_FACTORS for f in (k, Fraction(1, k))):
        if all(same(claimed, float(factor) * true, slack) for claimed, true in pairs):
            return f"a constant factor: {_times(factor)}"
    return None


def famous_factor(by: str, samples: Sequence[Sample]) -> str | None:
    """A constant factor that is known by its cause."""
    ratio = _common_ratio(samples)
    if ratio is None:
        return None
    families = {row.family for row in samples[0].result.steps.trace.rules}
    for famous in FAMOUS_FACTORS:
        if famous.family in families and same(float(ratio), famous.factor):
            return f"{famous.cause}: {_times(famous.name)}"
    return None


def constant_factor(by: str, samples: Sequence[Sample]) -> str | None:
    """Any other constant factor."""
    ratio = _common_ratio(samples)
    return None if ratio is None else f"a constant factor: {_times(_ratio_text(ratio))}"


def _common_ratio(samples: Sequence[Sample]) -> Any | None:
    """The claim by the truth, as a big number, where that is the same at all points, and not 0."""
    pairs = pairs_of(samples)
    ratios = [claimed / true for claimed, true in pairs if true]
    if not ratios or any(claimed and not true for claimed, true in pairs):
        return None
    first = ratios[0]
    if not float(first) or not all(math.isfinite(float(ratio)) for ratio in ratios):
        return None
    near = min(RATIO_TOLERANCE, NUMBER_TOLERANCE * abs(first - 1))
    constant = all(abs(ratio / first - 1) <= near for ratio in ratios)
    return first if constant else None


def _ratio_text(ratio: Any) -> str:
    """1/2, where it is such a fraction; 1.00000000001 in full, for it would be shortened to 1."""
    if same(float(ratio), 1):
        return str(ratio)
    fraction = Fraction(float(ratio)).limit_denominator(1000)
    return str(fraction) if same(float(fraction), float(ratio)) else f"{float(ratio):.12g}"
