"""Expected numbers that float64 can hardly hold, or not at all, are compared with the true ones."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcalc.suites.expectations import differences
from gradcalc.suites.suite import Case

# A formula and a point; the true value.
HUGE = (
    ("exp(x)", "800", "2.7263745721e347"),
    ("-1e300*x^3", "1e4", "-1e312"),
    ("gamma(x)", "200", "3.9432893368e372"),
)
# The nearest float64.
SUBNORMAL = (
    ("x/3", "1e-320", 1e-320 / 3),
    ("x/7", "-1e-315", -1e-315 / 7),
    ("1e-323*x/3", "2", 5e-324),
    ("exp(x)", "-744.1", math.exp(-744.1)),
)


def said(expr: str, at: str, value: Any) -> list[str]:
    fields = {"at": {"x": at}, "status": "smooth", "value": value}
    if isinstance(value, str):
        fields["rtol"] = 1e-9
    return list(differences(Case("one", expr, 1, fields), "fast"))


@pytest.mark.parametrize(("expr", "at", "text"), HUGE)
def test_what_float64_cannot_hold(expr: str, at: str, text: str) -> None:
    """Any number past float64 was right, for it was taken for infinity."""
    assert not said(expr, at, text)
    assert not said(expr, at, math.inf if text[0] != "-" else -math.inf)
    for wrong in ("5e400", "-5e400", "9.9e350", "0"):
        assert said(expr, at, wrong)


@pytest.mark.parametrize(("expr", "at", "nearest"), SUBNORMAL)
def test_the_nearest_subnormal_number_is_right(expr: str, at: str, nearest: float) -> None:
    """It was wrong, for it has fewer than 16 digits."""
    assert not said(expr, at, nearest)
    for wrong in (3 * nearest, -nearest, 0.0):
        assert said(expr, at, wrong)
