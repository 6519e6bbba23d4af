"""`map` and `eval` answer alike on every row, awkward ones first of all."""

from __future__ import annotations

import csv
import json
import math
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.answers.products import hessian
from gradcalc.batch.kinks import awkward
from gradcalc.cli import run
from gradcalc.errors import Exit
from tests.answers.frameworks import STEPS

Captured = pytest.CaptureFixture[str]

POINTS = (
    *("0", "-0.0", "1", "-1", "0.5", "-3", "1e-309", "-5e-324", "1e-160", "1e160", "-1e160", "1e9"),
    *("800", "-800", "nan", "inf"),
)
MODERATE = ("0", "-0.0", "1", "-1", "0.5", "1e-309", "-5e-324", "170.7", "172", "-3.5")
FIXED = [
    "1/x",
    "1/x^2",
    "x/x",
    "0/x",
    "-x",
    "log(1)*exp(x)",
    "z = log(x); 5*y",
    "z = sqrt(x); w = asin(x); x^2",
    "z = log(x); if x > 1 { z } else { x }",
    "z = 1/x; 5*y",
    "f(t) = log(t); w = f(x); x*y",
    "if x > 0 { log(x) } else { z = acos(x); x }",
    "1 if x == 0 else sin(x)/x",
    "exp(x)/exp(x)",
    "exp(x) - exp(x)",
    "sinh(x)/cosh(x)",
    "x*exp(-x)",
    "sqrt(x)",
    "abs(x)^0.5",
    "x^y",
    "x^-10",
    "x^1.5*y",
    "atan2(x, y)",
    "hypot(x, y)",
    "max(log(x), y)",
    "where(x > 0, log(x), y)",
    "log(x)^2 + 1/y",
    "x*1e-300*y",
    "tan(x) + floor(x)",
    "sum([x, y, 1/x])",
    "1/gamma(x)",
    "y/digamma(x)",
    "atan(gamma(x))",
    "exp(-gamma(x)^2)",
    "1/tan(x*y)",
    "x/lgamma(x)",
    "1/zeta(x)",
    "min(gamma(x), y)",
]
# Constants that float64 rounds otherwise than once, beside the same roundings of a column.
ROUNDED = [
    "x + (0.1 + 0.2 - 0.3)",
    "(x + 0.3) - (0.1 + 0.2)",
    "((1e30*x + 1e30)^2 - 1e30^2)/1e30",
    "relu(((1e30*x + 1e30)^2 - 1e30^2)/1e30)",
    "abs((x + 0.3)*0.7 - 0.3*0.7)",
    "x + (0.1/0.3 - 1/3)",
    "sign((x + 0.1)/0.3 - 0.1/0.3)*y",
    "1/((x + 1.1)^3 - 1.1^3)",
    "((x + 0.7)^7 - 0.7^7)*y",
]


def _formula(random: Random, depth: int = 3) -> str:
    """A random formula in x and y, some with a step that nothing needs."""
    if depth == 0 or random.random() < 0.15:
        return random.choice(["x", "y", "x", "0", "1", "2", "1e-200", "1e200"])
    one = _formula(random, depth - 1)
    if random.random() < 0.5:
        names = ("exp", "log", "sqrt", "abs", "sin", "atan", "tanh", "relu", "expm1", "sigmoid")
        return f"{random.choice(names)}({one})"
    other = _formula(random, depth - 1)
    if random.random() < 0.15:
        return f"{random.choice(('max', 'min', 'hypot', 'atan2'))}({one}, {other})"
    return f"({one} {random.choice('+-*/')} {other})"


def _program(random: Random) -> str:
    formula = _formula(random)
    if random.random() < 0.3:
        formula = f"z = {_formula(random, 2)}; {formula}"
    return formula


RANDOM = [_program(Random(seed)) for seed in range(20)]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def mapped(formula: str, rows: list[dict[str, str]], *options: str) -> list[dict[str, float]]:
    """The answers of `map`, row by row."""
    text = "\n".join(["x,y", *(f"{row['x']},{row['y']}" for row in rows)])
    Path("t.csv").write_text(text + "\n")
    arguments = ["--keep", "", "-o", "out.csv", "--check-rows", "0", "--json", *options]
    assert run(["map", formula, "t.csv", *arguments]) == Exit.OK
    with Path("out.csv").open() as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def evaluated(formula: str, row: dict[str, str], *, second: bool = False) -> dict[str, float]:
    """What `eval` (or `hessian`) answers, in the columns of `map`; empty where it has no value."""
    at = {name: float(cell) for name, cell in row.items()}
    try:
        command: Any = hessian if second else evaluate
        result = command(formula, at, options=Options(check="fast"))
    except GradcalcError:
        return {}
    if math.isnan(result.value):
        return {}
    rows = (*result.first, *result.derivatives)
    columns = {f"d{len(one.by) if len(one.by) > 1 else ''}_{'_'.join(one.by)}": one for one in rows}
    return {"value": result.value, **{name: one.gradient for name, one in columns.items()}}


def alike(one: float, other: float) -> bool:
    """The same to a few ulp, or the same infinity, or both nothing."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    near = 1e-12 * max(abs(one), abs(other)) + 1e-307
    return one == other or (
        math.isfinite(one) and math.isfinite(other) and abs(one - other) <= near
    )


def differences(formula: str, *options: str, points: tuple[str, ...] = POINTS) -> list[str]:
    random = Random(formula)
    rows = [{"x": x, "y": random.choice(("1", "0", "-2", "1e-309", "3e300"))} for x in points]
    second = "--hessian" in options
    texts = []
    for row, answer in zip(rows, mapped(formula, rows, *options), strict=True):
        true = evaluated(formula, row, second=second) or dict.fromkeys(answer, math.nan)
        if not all(alike(number, true[name]) for name, number in answer.items()):
            texts.append(f"{formula} at {row}: map {answer}, eval {true}")
    return texts


@pytest.mark.parametrize("formula", [*FIXED, *ROUNDED, *RANDOM])
def test_rows_are_as_evaluated(formula: str) -> None:
    assert differences(formula) == []


@pytest.mark.parametrize("formula", ["lgamma(x)", "gamma(x)", "lgamma(x)*y"])
def test_rows_of_gamma_are_as_evaluated(formula: str) -> None:
    assert differences(formula, points=MODERATE) == []


@pytest.mark.parametrize("formula", ["1/x", "x*y", "sqrt(x)*y", "z = log(x); x^2*y", "abs(x)*y"])
def test_rows_of_hessians_are_as_evaluated(formula: str) -> None:
    assert differences(formula, "--hessian") == []


@pytest.mark.parametrize("formula", ["1/x", "sqrt(x)", "log(x)", "exp(x)", "1/(x - 1)"])
def test_infinite_answers_are_undefined_rows(capsys: Captured, formula: str) -> None:
    Path("t.csv").write_text("x\n0\n1\n2\n800\n-1\n")
    finite = 0
    for x in (0, 1, 2, 800, -1):
        with suppress(GradcalcError):
            finite += evaluate(formula, {"x": x}, options=Options(check="fast")).error is None
    for on_error, written in (("keep", 5), ("drop", finite)):
        arguments = ["map", formula, "t.csv", "-o", "o.csv", "--json", "--on-error", on_error]
        assert run(arguments) == Exit.OK
        told = json.loads(capsys.readouterr().out)
        assert (told["undefined"], told["written"]) == (5 - finite, written)
        assert told["first_undefined"]
    status = run(["map", formula, "t.csv", "-o", "o.csv", "--on-error", "fail"])
    assert status == (Exit.OK if finite == 5 else Exit.NO_ANSWER)


def test_rows_outside_a_domain_are_not_in_doubt(capsys: Captured) -> None:
    """However many: nobody has to look at them one by one."""
    Path("t.csv").write_text("x\n" + "-1\n-2.5\n0.5\n" * 3000)
    for formula in ("log(x)", "sqrt(x)*sin(x)", "if x < -2 { log(x) } else { acos(x - 1) }"):
        assert run(["map", formula, "t.csv", "-o", "o.csv", "--json"]) == Exit.OK
        told = json.loads(capsys.readouterr().out)
        assert (told["undefined"], told["unsettled"]) == (6000, 0)


def test_awkward_numbers_are_found() -> None:
    least = 2.2250738585072014e-308
    odd = [5e-324, 1e-310, math.nextafter(least, 0), math.inf, math.nan]
    plain = [0.0, least, 1.0, 1e308, math.nextafter(math.inf, 0)]
    both = np.array([*odd, *plain, *(-x for x in odd), *(-x for x in plain)])
    assert awkward([both]).tolist() == ([True] * 5 + [False] * 5) * 2
    assert awkward([np.ones(20), both]).tolist() == awkward([both]).tolist()
    assert awkward([both[::2]]).tolist() == awkward([both]).tolist()[::2]


@pytest.mark.parametrize("formula", STEPS)
def test_rows_at_kinks_are_as_evaluated(formula: str) -> None:
    assert not differences(formula, points=("0", "-0.0", "1"))


STEEP = ("(1e300*x)^-2", "abs(x)^-1.5/1e300", "1/(1e300*x)^2", "1/x^2*1e-300")


@pytest.mark.parametrize("inner", STEEP)
def test_rows_of_subnormal_inputs_are_as_evaluated(inner: str) -> None:
    """Where the slope overflowed on the way, a kernel had 0."""
    for formula in (f"1e-300*log({inner})", f"1e-290*({inner})^0.1"):
        assert not differences(formula, points=("-5e-324", "1e-309", "1"))
