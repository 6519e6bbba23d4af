"""Numbers between two ends, as they are shown: true, and short."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from gradcalc.views.enclosures import box_text, enclosure


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.1, 0.1, "0.1"),
        (0.0, 0.0, "0"),
        (-5e-324, 0.0, "0"),
        (1 / 3, 0.33333333333333337, "0.3333333333333333"),
        (-1e-9, 2e-9, "5e-10 ± 2e-9"),
        (1.0, 2.5, "[1, 2.5]"),
        (-0.25, 0.1, "[-0.25, 0.1000001]"),  # 0.1 in float64 is a little more
    ],
)
def test_what_is_shown(low: float, high: float, shown: str) -> None:
    assert enclosure((low, high)) == shown


def test_what_is_shown_encloses_the_ends() -> None:
    """Or, where there are digits alone, is within one unit of the last."""
    random = Random(1)
    for _ in range(2000):
        middle = random.uniform(-1, 1) * 10.0 ** random.randint(-8, 8)
        radius = abs(middle) * 10.0 ** random.uniform(-17, 1)
        low, high = middle - radius, middle + radius
        text = enclosure((low, high))
        if text.startswith("["):
            least, most = map(Decimal, text[1:-1].split(", "))
        elif " ± " in text:
            centre, error = map(Decimal, text.split(" ± "))
            least, most = centre - error, centre + error
        elif text == "0":
            least, most = Decimal(-1), Decimal(1)
        else:
            shown = Decimal(text)
            unit = Decimal(1).scaleb(min(shown.as_tuple().exponent, shown.adjusted() - 15))
            unit = max(unit, 2 * (Decimal(high) - Decimal(low)) * 10)
            least, most = shown - unit, shown + unit
        assert least <= Decimal(low), text
        assert Decimal(high) <= most, text


def test_boxes_are_rounded_outwards() -> None:
    assert box_text({"x": (1 / 3, 2 / 3), "y": (-1e-12, 2.0)}) == (
        "x in [0.3333333, 0.6666667], y in [-1e-12, 2]"
    )
