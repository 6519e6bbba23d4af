"""How simply a point can be written, and the short forms of a number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

SIMPLE = (
    "0",
    "1",
    "-1",
    "1/2",
    "2",
    "-2",
    "-1/2",
    "3",
    "-3",
    "pi",
    "pi/2",
    "-pi/2",
    "10",
    "100",
    "1e-9",
    "-1e-9",
)  # the numbers everybody tries, the simplest first
ROOT_DIGITS = 12  # significant ones that a root is written with
ROOT_TOLERANCE = 1e-9  # of a form that may be meant by a root, relative to it or to 1
MAX_DENOMINATOR = 12  # of fractions and multiples of pi that may be meant


def simplicity(at: Mapping[str, str]) -> tuple[int, int, float]:
    """A key to sort by: few characters first, then the numbers everybody tries, then small ones."""
    texts = list(at.values())
    known = sum(SIMPLE.index(t) if t in SIMPLE else len(SIMPLE) + len(t) for t in texts)
    return sum(map(len, texts)), known, sum(abs(value_of(t)) for t in texts)


def value_of(text: str) -> float:
    """The value of a coordinate in the forms used here: 0.25, 1/3, pi/2, 3*pi, -pi."""
    numerator, _, denominator = text.partition("/")
    factor = numerator.removesuffix("pi").removesuffix("*")
    if numerator.endswith("pi"):
        factor = {"": "1", "-": "-1"}.get(factor, factor)
    unit = math.pi if numerator.endswith("pi") else 1.0
    return float(factor) * unit / float(denominator or 1)


def spellings(root: float, tolerance: float | None = None) -> Iterator[str]:
    """Numbers that may be meant by a root found by bisection, the short forms first.

    They are within the tolerance of it: `ROOT_TOLERANCE`, relative to it or to 1, unless given.
    """
    if tolerance is None:
        tolerance = ROOT_TOLERANCE * max(1, abs(root))
    for unit, name in ((1.0, ""), (math.pi, "pi")):
        fraction = Fraction(root / unit).limit_denominator(MAX_DENOMINATOR)
        if abs(float(fraction) * unit - root) < tolerance and (fraction or not name):
            yield _fraction_text(fraction, name)
    for digits in range(1, ROOT_DIGITS + 1):
        text = f"{root:.{digits}g}"
        if abs(float(text) - root) < tolerance:
            yield text


def _fraction_text(fraction: Fraction, unit: str) -> str:
    """2/3, 2*pi/3, pi, -pi/2."""
    numerator = str(fraction.numerator)
    if unit:
        numerator = {"1": unit, "-1": f"-{unit}"}.get(numerator, f"{numerator}*{unit}")
    return numerator if fraction.denominator == 1 else f"{numerator}/{fraction.denominator}"
