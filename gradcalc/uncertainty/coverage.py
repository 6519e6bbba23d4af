"""From a standard uncertainty to an interval: degrees of freedom, factors, the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gradcalc.rules.systems import machine_numbers
from gradcalc.uncertainty.notation import Quantity

SURE = 3  # standard errors of the ends of a Monte Carlo interval, that a verdict is clear by


def effective_dof(
    parts: Mapping[tuple[str, ...], float], quantities: Mapping[str, Quantity]
) -> float | None:
    """The degrees of freedom of a combined uncertainty: u⁴ over the sum of u_g⁴/ν_g.

    `parts` has the variance that each group of inputs contributes; groups are independent. For
    single inputs this is the formula of Welch and Satterthwaite (GUM G.4.1), for inputs that were
    read together, and so have the same ν, Willink's (Metrologia 44, 2007, 340). None where
    correlated inputs have different degrees of freedom, for which there is no formula.
    """
    total = sum(parts.values())
    below = 0.0
    for group, variance in parts.items():
        freedoms = {quantities[name].dof for name in group}
        if len(freedoms) > 1:
            return None
        dof = freedoms.pop()
        if math.isfinite(dof) and variance:
            below += variance**2 / dof
    return total**2 / below if below else math.inf


def coverage_factor(probability: float, dof: float | None) -> float:
    """k, so that an interval of ± k·u has this probability: of the normal or the t distribution.

    Degrees of freedom are cut to an integer, as GUM G.4.1 has it; None counts as infinite.
    """
    numbers = machine_numbers()
    if dof is None or math.isinf(dof):
        return float(math.sqrt(2) * numbers.erfinv(probability))
    nu = float(max(1, math.floor(dof + 1e-9)))
    target = (1 + probability) / 2

    def above(x: float) -> bool:
        return bool(numbers.student_t_cdf(x, nu) >= target)

    return _first(above)


def _first(holds: Callable[[float], bool]) -> float:
    """The least positive number, to the last bit or so, from which on something holds."""
    low, high = 0.0, 1.0
    while not holds(high):
        low, high = high, 2 * high
        if math.isinf(high):
            return math.inf
    while low < (middle := low / 2 + high / 2) < high:
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Verdict:
    """Does the interval of an approximation agree with Monte Carlo's (JCGM 101, clause 8)?

    `low` and `high` are how far the ends lie apart, `tolerance` is half a unit of the last
    significant digit of u. `holds` is None where the draws are too few to tell.
    """

    low: float
    high: float
    tolerance: float
    holds: bool | None


def verdict(
    interval: tuple[float, float],
    truth: tuple[float, float],
    errors: tuple[float, float],
    u: float,
    digits: int,
) -> Verdict:
    """Judge an interval against Monte Carlo's, whose ends have standard errors.

    `u` is the standard uncertainty, and `digits` how many of its digits matter: 1 or 2.
    """
    tolerance = unit(u, digits) / 2
    low, high = (abs(a - b) for a, b in zip(interval, truth, strict=True))
    gaps = list(zip((low, high), errors, strict=True))
    holds: bool | None = None
    if all(gap + SURE * error <= tolerance for gap, error in gaps):
        holds = True
    elif any(gap - SURE * error > tolerance for gap, error in gaps):
        holds = False
    return Verdict(low, high, tolerance, holds)


def unit(u: float, digits: int) -> float:
    """One in the last of so many significant digits of u, once it is rounded to them."""
    if not (u > 0 and math.isfinite(u)):
        return 0.0
    power = int(f"{u:.{digits - 1}e}".partition("e")[2])
    return float(f"1e{power - digits + 1}")
