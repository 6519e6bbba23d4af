"""Products of jets computed with as many bits as it takes to make up for what cancels.

What cancels, between factors, or where a small part is what its complement leaves of the whole,
is measured by sums of absolute values, and asks for more bits until it is made up for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcalc.numbers import jets
from gradcalc.numbers.jets import Jet

MAX_TERMS = 4_000_000  # of a series: some seconds
MAX_BITS = 40_000  # of the working precision
GUARD_BITS = 30  # that are left when all that cancels is made up for

# A jet, and the size of what was added up on the way to its last coefficient.
Part = tuple[Jet, Any]


def sufficient(m: Any, part: Callable[[], Part], order: int = 0) -> Any:
    """The derivative that a jet ends in, computed with as many bits as it takes.

    A derivative of a higher order may be 0, as that by both parameters of beta is where all is
    symmetric: what is smaller than its terms by four times the digits asked for is concluded to be.
    """
    prec, extra = m.prec, 2 * GUARD_BITS
    most = 4 * (prec + GUARD_BITS) if order > 1 else MAX_BITS
    while extra <= most:
        with m.workprec(prec + extra):
            jet, size = part()
            value = jets.derivative(jet)
            lost = m.mag(size) - m.mag(jet[-1][-1]) if value else extra
        if lost + GUARD_BITS <= extra:
            return +value
        extra = max(2 * extra, lost + 2 * GUARD_BITS)
    if order > 1:
        return m.mpf(0)
    raise OverflowError("too large to evaluate")


def quotient_towards_zero(above: int, below: int) -> int:
    """A quotient without its fraction: rounded down, what is below 0 would never get to 0."""
    return above // below if (above < 0) == (below < 0) else -(-above // below)


def bits_before_point(m: Any, *numbers: Any) -> int:
    """How many bits the largest of some numbers has before the point."""
    return int(max(0, *(m.mag(x) for x in numbers if x)))


def _sizes(jet: Jet) -> Jet:
    return [[abs(c) for c in row] for row in jet]


def scaled_exponential(m: Any, scale: Any, exponent: Jet, series: Jet) -> Part:
    """scale·exp(exponent)·series, and what its terms' sizes add up to.

    The error of each coefficient of the series is that of its first one.
    """
    jet = jets.product(jets.exponential(exponent), series)
    majorant = sum(map(sum, jets.exponential(_sizes(exponent))))
    largest = max(abs(c) for row in series for c in row)
    return [[scale * c for c in row] for row in jet], abs(scale) * majorant * largest


def remainder(whole: Part, part: Part) -> Part:
    """What a part leaves of the whole."""
    left = [
        [x - y for x, y in zip(*rows, strict=True)] for rows in zip(whole[0], part[0], strict=True)
    ]
    return left, whole[1] + part[1]
