"""Ties of medians are shared equally, a valid subgradient, by every command and spelling.

Where three of three numbers are equal the median doesn't change along any axis; but it does along
(1, 1, 1), by 1, which zeros would deny. The oracle is the definition: the median's gradient beside
the point is 1 for one of the numbers that are tied with it, and all of these are alike.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from gradcalc import evaluate, jacobian
from gradcalc.cli import run

NAMES = "abcdefg"
RANDOM = Random(15)
TIED = [
    sorted([1] * tied + RANDOM.choices([-3, 0, 2, 7], k=size - tied), key=lambda _: RANDOM.random())
    for size in (3, 5, 7)
    for tied in range(2, size + 1)
]


def shares(numbers: list[int]) -> list[float]:
    """The median's gradient, ties shared equally."""
    median = sorted(numbers)[len(numbers) // 2]
    share = float(Fraction(1, numbers.count(median)))
    return [share if x == median else 0.0 for x in numbers]


@pytest.mark.parametrize("numbers", TIED, ids=str)
def test_of_numbers_and_of_an_array(numbers: list[int]) -> None:
    names = NAMES[: len(numbers)]
    source = f"median([{','.join(names)}])"
    found = evaluate(source, dict(zip(names, numbers, strict=True)))
    assert list(found.gradient.values()) == shares(numbers)
    at = {"v": json.dumps(numbers)}
    assert list(evaluate("median(v)", at).gradient["v"]) == shares(numbers)
    assert list(jacobian("median(v)", at).gradient["v"]) == shares(numbers)


def test_of_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [numbers for numbers in TIED if len(numbers) == 5]
    table = tmp_path / "rows.csv"
    table.write_text("\n".join([*[",".join(map(str, r)) for r in [list("abcde"), *rows]], ""]))
    run(["map", "median([a,b,c,d,e])", str(table), "--quiet"])
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [list(map(float, line.split(",")[6:])) for line in lines] == list(map(shares, rows))


@pytest.mark.parametrize(
    "source",
    [
        "max(min(a, b), min(b, c), min(a, c))",  # a median of three
        "max(a, b) + max(b, c) + max(a, c) - 2*max(a, b, c)",  # another
        "a + b + c - max(a, b, c) - min(a, b, c)",  # and one more
    ],
)
def test_of_medians_in_other_words(source: str) -> None:
    found = evaluate(source, {"a": 1, "b": 1, "c": 1})
    assert list(found.gradient.values()) == [1 / 3] * 3
    assert found.status == "partial"
