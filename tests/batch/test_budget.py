"""What a table needs beside its kernel has an end, and the summary says what was left out."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gradcalc.batch import budget
from gradcalc.batch.kinks import DoubtfulRows
from gradcalc.cli import run
from gradcalc.errors import Exit
from gradcalc.numbers import big

Captured = pytest.CaptureFixture[str]
SECONDS = 30


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock by which each thing that is timed takes a second."""
    clock = count()
    monkeypatch.setattr(budget, "monotonic", lambda: float(next(clock)))
    assert budget.SETTLED_SECONDS == budget.PROVEN_SECONDS == SECONDS


def table(*xs: float | str) -> None:
    Path("t.csv").write_text("x\n" + "".join(f"{x}\n" for x in xs))


def summary(capsys: Captured, formula: str, *options: str) -> Any:
    assert run(["map", formula, "t.csv", "--json", "-o", "out.csv", *options]) == Exit.OK
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("rows", [1, 29, 30, 31, 80])
@pytest.mark.parametrize("formula", ["abs(x - floor(x))", "sqrt(x)^2*0 + sin(x)"])
def test_the_sample_is_proven_while_there_is_time(
    capsys: Captured, formula: str, rows: int
) -> None:
    table(*(k + 0.5 for k in range(rows)))
    checked = summary(capsys, formula, "--check-rows", "100")["checked"]
    assert checked["rows"] == checked["compared"] == min(rows, SECONDS)
    assert checked["left_out"] == max(0, rows - SECONDS)
    assert run(["map", formula, "t.csv", "-o", "out.csv"]) == Exit.OK
    assert ("not checked: checking took too long" in capsys.readouterr().err) == (rows > SECONDS)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("rows", [1, 30, 31, 80])
@pytest.mark.parametrize("formula", ["abs(x - floor(x))", "max(x, 2*x - floor(x))"])
def test_doubtful_rows_are_settled_while_there_is_time(
    capsys: Captured, formula: str, rows: int
) -> None:
    table(*range(1, rows + 1))
    told = summary(capsys, formula, "--check-rows", "0")
    assert (told["kinks"], told["unsettled"]) == (min(rows, SECONDS), max(0, rows - SECONDS))


def test_one_undefined_row_is_explained(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of the table, however many pieces have some."""
    calls = []
    own = DoubtfulRows.reason

    def counting(self: Any, *arguments: Any) -> Any:
        calls.append(arguments)
        return own(self, *arguments)

    monkeypatch.setattr(DoubtfulRows, "reason", counting)
    for name in ("a", "b", "c", "d"):
        Path(f"{name}.csv").write_text("x\n1\n-1\n")
    files = ["a.csv", "b.csv", "c.csv", "d.csv"]
    assert run(["map", "log(x)", *files, "--threads", "1", "--json", "-o", "o.csv"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert (told["undefined"], len(calls)) == (4, 1)
    assert told["first_undefined"].startswith("a.csv, line 3")


TINY = [  # their values at large |x| have millions of digits after the point
    "exp(-x^2)",
    "exp(-x^2/2)/sqrt(tau)",
    "exp(-abs(x))",
    "x*exp(-x^2)",
    "1/(1 + exp(x^2))",
    "erfc(abs(x))",
    "normal_pdf(x)",
    "sech(x)",
]


@pytest.mark.parametrize("formula", TINY)
def test_numbers_of_any_size_are_compared(capsys: Captured, formula: str) -> None:
    table(*("1e3", "-1e3", "1e5", "-3e5", "2e7", "1e9", "0.5"))
    checked = summary(capsys, formula, "--check-rows", "7")["checked"]
    assert (checked["rows"], checked["disagree"], checked["digits"]) == (7, 0, 0)


def test_decimals_of_any_exponent() -> None:
    random, context = Random(12), big.context(50)
    for _ in range(300):
        mantissa, exponent = random.randint(-(10**40), 10**40), random.randint(-20_000, 20_000)
        exact = Fraction(mantissa) * Fraction(10) ** exponent
        number = big.decimal(context, f"{mantissa}e{exponent}")
        true = context.mpf(exact.numerator) / exact.denominator
        assert abs(number - true) <= abs(true) * context.mpf(10) ** -48
    for exponent in (10**6, -(10**6), 434_294_482, -434_294_482, 10**15, -(10**15)):
        log = context.log10(abs(big.decimal(context, f"-2.5e{exponent}")))
        assert abs(log - exponent - math.log10(2.5)) < 1e-12
    for word in ("nan", "inf", "-inf", "0", "1.5", "-3e-2"):
        assert str(float(big.decimal(context, word))) == str(float(word))


@pytest.mark.parametrize("x", ["1e3", "1e5", "1e9"])
def test_claims_about_numbers_of_any_size(capsys: Captured, x: str) -> None:
    assert run(["check", "exp(-x^2)", "--claim", "x=0", "--at", f"x={x}"]) == Exit.VERDICT
    assert run(["check", "exp(-x)", "--claim", "x=-exp(-x)", "--at", f"x={x}"]) == Exit.OK
    capsys.readouterr()


@pytest.mark.parametrize(
    ("formula", "xs", "words"),
    [
        ("log(x)", ["-1", "-2"], "2 rows drawn, but nothing could be compared there"),
        ("sqrt(x)", ["-1"], "1 row drawn, but nothing could be compared there"),
        ("acos(x)", ["2", "3", "-7"], "3 rows drawn, but nothing could be compared there"),
        ("log(x)", ["-1", "2"], "2 rows checked: forward, reverse and sympy agree in the 1 that"),
        ("x^2", ["-1", "2"], "2 rows checked: forward, reverse and sympy agree; all 16"),
    ],
)
def test_what_was_not_compared_does_not_agree(
    capsys: Captured, formula: str, xs: list[str], words: str
) -> None:
    table(*xs)
    assert run(["map", formula, "t.csv", "-o", "out.csv"]) == Exit.OK
    assert words in capsys.readouterr().err
