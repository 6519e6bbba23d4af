"""Where a point is not the number that it is shown as, a note says what it is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gradcalc import evaluate


def said(given: object) -> str:
    notes = [note for note in evaluate("x^2", {"x": given}).notes if "is exactly" in note]
    return notes[0] if notes else ""


@pytest.mark.parametrize("whole", [0, 1, 7, -3, 250])
@pytest.mark.parametrize("power", [20, 30, 37])
def test_what_rounds_to_a_short_number(whole: int, power: int) -> None:
    if whole:
        exact = Fraction(whole) + Fraction(1, 10**power)
        note = said(f"{whole}+1e-{power}")
        assert note.endswith(f", of which float64 has {whole}")
        assert Fraction(note.split(",")[0].removeprefix("x is exactly ")) == exact
    assert not said(str(whole))


@pytest.mark.parametrize("offset", [1, 3, 5])
def test_integers_past_float64(offset: int) -> None:
    for odd in (2**53 + offset, -(2**53) - offset):
        note = f"x is exactly {odd}, of which float64 has "
        assert said(str(odd)).startswith(note)
        assert said(odd).startswith(note)
    assert not said(2**53)
    assert not said(2**60 + offset)  # 1.152921504606847e+18 is seen to be rounded


@pytest.mark.parametrize("zero", ["sin(pi)", "cos(pi/2)", "0.3 - 0.1 - 0.2"])
def test_what_is_zero(zero: str) -> None:
    assert said(zero).startswith("x is exactly 0, of which float64 has ")


@pytest.mark.parametrize(("text", "exact"), [("1e-400", "1e-400"), ("3e-324", "3e-324")])
def test_what_underflows(text: str, exact: str) -> None:
    assert said(text).startswith(f"x is exactly {exact}, of which float64 has ")


@pytest.mark.parametrize(
    "text", ["0.1", "1/3", "pi", "1e23", "sqrt(4)", "0.1 + 0.2", "-0.5", "inf"]
)
def test_what_is_seen_to_be_rounded_or_is_not(text: str) -> None:
    assert not said(text)
    assert not said(0.1)
