"""The distributions that an input may have: a row each, with its moments and how it is drawn.

Moments are formulas of the parameters, so that they are exact for exact parameters. `third` and
`fourth` are the cumulants κ3 and κ4 (0 for a normal distribution). Sources: JCGM 101, table 1 and
6.4, for all but the lognormal and the exponential distribution's cumulants, which are textbook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Generator = Any  # numpy.random.Generator
Draw = Callable[..., Any]  # of a generator, a count and the parameters: a vector


@dataclass(frozen=True, slots=True)
class Distribution:
    """A family of distributions; all formulas are texts in its parameters.

    `valid` says in Python numbers whether the parameters are allowed, `demand` the same in words.
    """

    name: str
    parameters: tuple[str, ...]
    mean: str
    deviation: str  # the standard deviation
    draw: Draw
    valid: Callable[..., bool]
    demand: str
    third: str = "0"
    fourth: str = "0"

    @property
    def signature(self) -> str:
        """How it is written: `uniform(a, b)`."""
        return f"{self.name}({', '.join(self.parameters)})"


def _between(draw: Draw) -> Draw:
    """A draw from -1 to 1, moved to lie between a and b."""

    def moved(g: Generator, count: int, a: float, b: float, *shape: float) -> Any:
        return (a + b) / 2 + (b - a) / 2 * draw(g, count, *shape)

    return moved


def _arcsine(g: Generator, count: int) -> Any:
    import numpy as np

    return np.sin(2 * np.pi * g.random(count))


def _trapezoid(g: Generator, count: int, beta: float) -> Any:
    """The sum of two uniform distributions (JCGM 101, 6.4.4.4)."""
    wide, narrow = (1 + beta) / 2, (1 - beta) / 2
    return wide * g.uniform(-1, 1, count) + narrow * g.uniform(-1, 1, count)


def _curvilinear(g: Generator, count: int, a: float, b: float, d: float) -> Any:
    """Uniform between limits that are known to d (JCGM 101, 6.4.3.4)."""
    return (a + b) / 2 + ((b - a) / 2 + d * g.uniform(-1, 1, count)) * g.uniform(-1, 1, count)


def _lognormal(g: Generator, count: int, mean: float, deviation: float) -> Any:
    import numpy as np

    variance = np.log1p((deviation / mean) ** 2)
    return mean * np.exp(np.sqrt(variance) * g.standard_normal(count) - variance / 2)


def _ascending(a: float, b: float) -> bool:
    return a < b


_SHAPES = (
    Distribution(
        "normal", ("mean", "sd"), "mean", "sd",
        lambda g, count, mean, sd: mean + sd * g.standard_normal(count),
        lambda mean, sd: sd >= 0, "the standard deviation must not be negative",
    ),
    Distribution(
        "t", ("mean", "scale", "dof"), "mean", "scale",
        lambda g, count, mean, scale, dof: mean + scale * g.standard_t(dof, count),
        lambda mean, scale, dof: scale >= 0 and dof > 0,
        "the scale must not be negative, and there must be degrees of freedom",
    ),
    Distribution(
        "uniform", ("a", "b"), "(a + b)/2", "(b - a)/sqrt(12)",
        _between(lambda g, count: g.uniform(-1, 1, count)), _ascending, "a must be less than b",
        fourth="-(b - a)^4/120",
    ),
    Distribution(
        "triangular", ("a", "b"), "(a + b)/2", "(b - a)/sqrt(24)",
        _between(lambda g, count: g.random(count) - g.random(count)),
        _ascending, "a must be less than b",
        fourth="-(b - a)^4/960",
    ),
    Distribution(
        "arcsine", ("a", "b"), "(a + b)/2", "(b - a)/sqrt(8)",
        _between(_arcsine), _ascending, "a must be less than b",
        fourth="-3*(b - a)^4/128",
    ),
    Distribution(
        "trapezoid", ("a", "b", "beta"), "(a + b)/2", "(b - a)*sqrt((1 + beta^2)/24)",
        _between(_trapezoid),
        lambda a, b, beta: a < b and 0 <= beta <= 1,
        "a must be less than b, and beta, the top's share of the base, between 0 and 1",
        fourth="-(b - a)^4*((1 + beta)^4 + (1 - beta)^4)/1920",
    ),
    Distribution(
        "ctrapezoid", ("a", "b", "d"), "(a + b)/2", "sqrt((b - a)^2/12 + d^2/9)",
        _curvilinear,
        lambda a, b, d: a < b and 0 <= d <= (b - a) / 2,
        "a must be less than b, and d, how well both are known, at most (b - a)/2",
        fourth="((b - a)^4/16 + (b - a)^2*d^2/2 + d^4/5)/5 - 3*((b - a)^2/12 + d^2/9)^2",
    ),
    Distribution(
        "lognormal", ("mean", "sd"), "mean", "sd",
        _lognormal,
        lambda mean, sd: mean > 0 and sd > 0, "mean and standard deviation must be positive",
        third="(sd/mean)^4*mean^3*(3 + (sd/mean)^2)",
        fourth="sd^4*((1 + (sd/mean)^2)^4 + 2*(1 + (sd/mean)^2)^3 + 3*(1 + (sd/mean)^2)^2 - 6)",
    ),
    Distribution(
        "exponential", ("mean",), "mean", "mean",
        lambda g, count, mean: mean * g.standard_exponential(count),
        lambda mean: mean > 0, "the mean must be positive",
        third="2*mean^3", fourth="6*mean^4",
    ),
)  # fmt: skip

DISTRIBUTIONS: Mapping[str, Distribution] = {shape.name: shape for shape in _SHAPES}
ALIASES = {
    "gaussian": "normal",
    "rectangular": "uniform",
    "student_t": "t",
    "trapezoidal": "trapezoid",
}
