"""Points that are not the numbers they are shown as: x=1+1e-30 is shown as 1.

What is computed at such a point is computed at the exact one, in all but float64's own sweeps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from gradcalc.numbers.shapes import shape_of
from gradcalc.rules.systems import big_numbers
from gradcalc.run.point import Point
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

DIGITS = 50  # in which the exact numbers are computed
SHOWN_DIGITS = 40  # of an exact number that is no float64
ROUNDED_DIGITS = 16  # what is shown with so many, and a point, is seen to be rounded
FAR = 1e-14  # relative: further than this from the exact number float64 has lost digits


def nearest_floats(where: Point) -> Iterator[str]:
    """Notes on inputs whose exact value can't be told from what is shown of it."""
    for name, trace in where.traces.items():
        value = trace.values[trace.result]
        if shape_of(value) or not math.isfinite(value) or trace.statics:
            continue
        if (exact := _exact(trace, float(value))) is not None:
            yield f"{name} is exactly {exact}, of which float64 has {_plain(float(value))}"


def _exact(trace: Trace, value: float) -> str | None:
    """The exact number, where it is not what is shown and does not look rounded."""
    constant = trace.constants.get(trace.result)
    if isinstance(constant, Fraction) and constant in (Fraction(value), Fraction(_plain(value))):
        return None
    ctx = big_numbers(DIGITS).context
    exact = replay(trace, big_numbers(DIGITS), {})[trace.result]
    least = ctx.mpf(10) ** -(DIGITS - 5)
    if len(trace) > 1 and abs(exact) < least < abs(value):
        exact = ctx.mpf(0)  # what rounding leaves of it in the larger precision, as of sin(pi)
    error = abs(exact - ctx.mpf(_plain(value)))
    if error <= least * abs(exact):
        return None
    if _looks_rounded(value) and error <= FAR * abs(exact):
        return None
    return str(ctx.nstr(exact, SHOWN_DIGITS)).replace(".0e", "e").removesuffix(".0")


def _looks_rounded(value: float) -> bool:
    text = _plain(value)
    return len(Decimal(text).as_tuple().digits) >= ROUNDED_DIGITS and "." in text


def _plain(value: float) -> str:
    return repr(value).removesuffix(".0")
