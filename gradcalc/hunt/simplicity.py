"""How simply a point can be written, and the short spellings of a number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

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
)


DIGITS = 12  # of a coordinate that was found by bisection


def simplicity(at: Mapping[str, str]) -> tuple[int, int, float]:
    """Few characters first, then the numbers everybody tries, then the small ones."""
    texts = list(at.values())
    known = sum(SIMPLE.index(t) if t in SIMPLE else len(SIMPLE) + len(t) for t in texts)
    return sum(map(len, texts)), known, sum(abs(value_of(t)) for t in texts)


def value_of(text: str) -> float:
    """The value of a coordinate as it is written here: a decimal, a fraction, a multiple of pi."""
    above, _, below = text.partition("/")
    number, _, _ = above.replace("pi", "*pi").partition("*pi")
    first = float({"": "1", "-": "-1"}.get(number.rstrip("*"), number.rstrip("*")))
    return first * (math.pi if "pi" in above else 1.0) / float(below or 1)


def spellings(root: float) -> Iterator[str]:
    """Numbers that may be meant by a root, short ones first."""
    for unit, suffix in ((1.0, ""), (math.pi, "*pi")):
        exact = Fraction(root / unit).limit_denominator(12)
        if abs(float(exact) * unit - root) < 1e-9 * max(1, abs(root)):
            above, below = exact.numerator, exact.denominator
            shown = {1: "pi", -1: "-pi"}.get(above, f"{above}*pi") if suffix else str(above)
            if above or not suffix:
                yield shown + (f"/{below}" if below > 1 else "")
    for digits in range(1, DIGITS + 1):
        text = f"{root:.{digits}g}"
        if abs(float(text) - root) < 1e-9 * max(1, abs(root)):
            yield text
