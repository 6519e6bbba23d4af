"""Every row over ranges: the values at points inside lie in the enclosure, by big numbers."""

from __future__ import annotations

import zlib
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.ranges import Range, integer_power, working
from gradcalc.rules.enclosures import range_numbers
from gradcalc.rules.systems import big_numbers
from gradcalc.rules.table import SCALAR

flint = pytest.importorskip("flint")

WIDTHS = (0.5, 0.02, 1e-6)  # of a range, as shares of the interval that the row is tested on
BITS, DIGITS = 100, 40
SLOW = ("_dab", "_da")  # integrals, of which a single one takes a tenth of a second


def _ball(low: float, high: float) -> Range:
    return Range(flint.arb(low).union(flint.arb(high)))


@pytest.mark.parametrize("name", sorted(name for name in SCALAR if not name.endswith(SLOW)))
def test_values_of_a_row_lie_in_its_enclosure(name: str) -> None:
    row, random = SCALAR[name], Random(zlib.crc32(name.encode()))
    big, ranges = big_numbers(DIGITS), range_numbers()
    finite = 0
    for width in WIDTHS:
        ends = []
        for low, high in row.samples:
            size = width * (high - low)
            start = low + (high - low - size) * random.random() if size else low
            ends.append((start, start + size))
        with working(BITS):
            try:
                enclosure = getattr(ranges, name)(*(_ball(*pair) for pair in ends)).arb
            except (UndecidedError, ValueError):
                continue
            if not enclosure.is_finite():
                continue
            finite += 1
            for share in (0, 1, random.random()):
                point = [low + (high - low) * share for low, high in ends]
                value = getattr(big, name)(*(big.number(Fraction(x)) for x in point))
                around = flint.arb(value, abs(value) * 2**-110 + big.context.mpf(2) ** -200)
                assert enclosure.overlaps(around), (point, value)
    assert finite, "no enclosure of even the smallest range"


@pytest.mark.parametrize("name", sorted(name for name in SCALAR if SCALAR[name].monotone))
def test_a_monotone_row_is_enclosed_at_its_ends(name: str) -> None:
    """It runs one way over its samples, and its range there is no wider than it must be."""
    row, random, big = SCALAR[name], Random(zlib.crc32(name.encode())), big_numbers(DIGITS)
    ((low, high),) = row.samples
    points = sorted([low, high, *(random.uniform(low, high) for _ in range(30))])
    values = [getattr(big, name)(big.number(Fraction(x))) for x in points]
    rises = [(b - a) * row.monotone for a, b in pairwise(values)]
    assert all(rise > 0 for rise in rises)
    with working(BITS):
        found = getattr(range_numbers(), name)(_ball(low, high)).arb
        width = float(found.upper() - found.lower())
    assert width <= 1.00001 * float(abs(values[-1] - values[0]))


def test_a_comparison_that_is_open_has_no_outcome() -> None:
    with working(BITS):
        wide, above = _ball(0.0, 1.0), _ball(1.5, 2.0)
        assert wide <= above
        assert not above < wide
        assert wide < 1.25
        assert wide == wide  # noqa: PLR0124 - the same number, whichever it is
        for open_ in (lambda: wide < 0.5, lambda: wide == 0.5, lambda: above != 1.75):
            with pytest.raises(UndecidedError):
                bool(open_())
        assert ((wide == 0.5) & (above < 1)) is False
        assert ((above > 1) | (wide == 0.5)) is True
        with pytest.raises(UndecidedError):
            bool((wide == 0.5) & (above > 1))
        with pytest.raises(UndecidedError):
            wide + (wide == 0.5)


def test_powers_of_wide_ranges_are_taken_at_both_ends() -> None:
    with working(BITS):
        wide = _ball(-1.0, 2.0)
        assert float((wide * wide).arb.lower()) > -1e-6
        assert float(integer_power(wide.arb, 3).upper()) < 8.001
        assert float(integer_power(wide.arb, 3).lower()) > -1.001
        assert not integer_power(wide.arb, -2).is_finite()


@pytest.mark.parametrize(
    ("name", "low", "high", "inside"),
    [("round", 0.5, 0.6, 0), ("round", 1.4, 1.5, 2), ("trunc", -0.5, 1.5, 0), ("sign", 0, 1, 0)],
)
def test_a_step_at_the_end_of_a_range_is_inside(
    name: str, low: float, high: float, inside: int
) -> None:
    with working(BITS):
        assert getattr(range_numbers(), name)(_ball(low, high)).arb.contains(inside)
