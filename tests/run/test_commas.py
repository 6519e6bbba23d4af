"""Decimal commas and thousands: in formulas, after --at, in suites' points and in cells."""

from __future__ import annotations

from random import Random

import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.claims.notation import point_of
from gradcalc.cli.point import read_at
from gradcalc.commas import readings
from gradcalc.tables.cells import NotANumberError, numbers

RANDOM = Random(7)
WHOLE = [RANDOM.randrange(1, 10**k) for k in (1, 2, 3, 4, 5, 6, 7, 8) for _ in range(4)]


def _spellings(whole: int, part: int) -> list[tuple[str, str]]:
    """A number as people write it, and as it is written here."""
    grouped, plain = f"{whole:,}", f"{whole}.{part}"
    texts = [(f"{whole},{part}", plain)]
    if whole >= 1000:
        texts += [
            (f"{grouped}.{part}", plain),
            (f"{grouped.replace(',', '.')},{part}", plain),
            (f"{grouped.replace(',', ' ')},{part}", plain),
            (grouped.replace(",", " "), str(whole)),
            (grouped.replace(",", "'"), str(whole)),
        ]
    if whole >= 1_000_000:
        texts.append((grouped, str(whole)))
    return texts


SPELLINGS = [pair for whole in WHOLE for pair in _spellings(whole, RANDOM.randrange(1, 99))]


def _fails(text: str) -> GradcalcError:
    with pytest.raises(GradcalcError) as caught:
        evaluate(text, {"x": 1}, options=Options(check="off"))
    return caught.value


@pytest.mark.parametrize(("text", "wanted"), SPELLINGS)
def test_the_number_that_was_meant_is_shown_everywhere(text: str, wanted: str) -> None:
    assert readings(text) == (wanted,)
    assert _fails(f"{text}*x").proposals == (f"{wanted}*x",)
    with pytest.raises(GradcalcError) as caught:
        read_at([f"y=2,x={text}"])
    assert caught.value.hint == f"write x={wanted}"
    with pytest.raises(NotANumberError) as cell:
        numbers(["1", text])
    assert cell.value.remedy == f"a number can't contain a comma: write {wanted}"


@pytest.mark.parametrize("text", ["1,5", "12,25", "0,125"])
def test_an_argument_that_is_divided(text: str) -> None:
    wanted = text.replace(",", ".")
    assert _fails(f"sin({text})*x").proposals == (f"sin({wanted})*x",)
    with pytest.raises(GradcalcError) as caught:
        point_of(f"x={text},y=1")
    assert caught.value.hint == f"write x={wanted}"


def test_three_decimals_may_be_thousands() -> None:
    assert readings("1,000") == ("1.000", "1000")
    assert readings("-1,250") == ("-1.250", "-1250")
    assert readings("0,125") == ("0.125",)
    assert _fails("1,250*x").proposals == ("1.250*x", "1250*x")


@pytest.mark.parametrize("text", ["", "1", "1.5", "abc", "1,2,3", "x1,5", "1,", ",5", "12,34,567"])
def test_what_is_not_a_number_with_commas(text: str) -> None:
    assert readings(text) == ()


def test_lists_stay_lists() -> None:
    assert evaluate("max(1,5)*x", {"x": 2}, options=Options(check="off")).value == 10
    assert read_at(["x=1,y=2"]) == {"x": "1", "y": "2"}
    assert read_at(["v=[1,5]"]) == {"v": "[1,5]"}
