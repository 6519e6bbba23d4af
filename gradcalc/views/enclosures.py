"""Numbers that are known to lie between two ends, in as many digits as are certain."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal

from gradcalc.views.numbers import shortest

Ends = tuple[float, float]

WIDE = 1e-5  # of a number: a wider one is shown by its ends
NARROW = 1e-11  # of a number: a narrower one is shown by its digits alone
END_DIGITS = 7  # of the ends of a wide one
MAX_DIGITS = 17
LEAST_EXPONENT = -5  # of ten, of a number that is written without one
MAX_COLUMNS = 22
RADIUS_DIGITS = 2

EXACT = Context(prec=800)  # holds every float64, and differences of two


def enclosure(ends: Ends) -> str:
    """Digits that are certain but for one unit in the last; `1.41421 ± 3e-6` where they are few, or
    `[1, 2.5]` where it is wide: then what is shown encloses the ends."""
    low, high = map(Decimal, ends)
    if low == high:
        return shortest(ends[0])
    if not (low.is_finite() and high.is_finite()):
        return f"[{ends[0]}, {ends[1]}]"
    middle = EXACT.divide(EXACT.add(low, high), Decimal(2))
    radius = EXACT.divide(EXACT.subtract(high, low), Decimal(2))
    size = max(Decimal(1), abs(middle))
    if radius > Decimal(WIDE) * size:
        return f"[{_short(low, ROUND_FLOOR)}, {_short(high, ROUND_CEILING)}]"
    if radius < Decimal(NARROW) * size:
        return _digits(middle, radius)
    shown = middle.quantize(
        Decimal(1).scaleb(radius.adjusted() - RADIUS_DIGITS + 1), ROUND_HALF_EVEN, EXACT
    )
    error = EXACT.add(radius, abs(EXACT.subtract(middle, shown)))
    error = Context(prec=RADIUS_DIGITS - 1, rounding=ROUND_UP).plus(error)
    return f"{_plain(shown) if shown else '0'} ± {error:.0e}"


def _digits(middle: Decimal, radius: Decimal) -> str:
    """A number as far as its digits are certain."""
    if abs(middle) <= radius:
        return "0"
    place = max(radius.adjusted() + 1, middle.adjusted() - MAX_DIGITS + 1)
    shown = middle.quantize(Decimal(1).scaleb(place), ROUND_HALF_EVEN, EXACT)
    return _plain(shown.normalize(EXACT))


def box_text(box: Mapping[str, Ends]) -> str:
    """`x in [-1, 1], y in [0, 2]`: what is shown encloses the box."""
    return ", ".join(
        f"{name} in [{_short(Decimal(low), ROUND_FLOOR)}, {_short(Decimal(high), ROUND_CEILING)}]"
        for name, (low, high) in box.items()
    )


def _short(number: Decimal, rounding: str) -> str:
    short = Context(prec=END_DIGITS, rounding=rounding).plus(number)
    return _plain(short.normalize(EXACT))


def _plain(number: Decimal) -> str:
    """Without an exponent where that is short."""
    text = f"{number:f}"
    if (number and number.adjusted() < LEAST_EXPONENT) or len(text) > MAX_COLUMNS:
        return f"{number:e}"
    return text
