"""Hunting for trouble: each kind is found, its reproducer shows it, a clean formula has none."""

from __future__ import annotations

import json

import pytest

from gradcalc import Exit, GradcalcError, Options, evaluate
from gradcalc.claims.boxes import read_over
from gradcalc.claims.hunting import hunt
from gradcalc.cli import run

Captured = pytest.CaptureFixture[str]
KNOWN = [
    ("1/(x - 2)", "pole", "1/(x - 2)", "2"),
    ("abs(x - 0.3)*x", "kink", "abs(x - 0.3)", "3/10"),
    ("1 if x > 1/3 else x", "jump", "x > 1/3", "1/3"),
    ("log(x)", "domain", "log(x)", "-1"),
    ("sqrt(x)", "no-derivative", "sqrt(x)", "0"),
    ("tan(x)", "pole", "tan(x)", "pi/2"),
    ("exp(x^3)", "overflow", "exp(x^3)", "10"),
    ("x/x", "undefined", "x/x", "0"),
    ("gamma(x)", "pole", "gamma(x)", "0"),
    ("max(x, 2 - x)", "kink", "max(x, 2 - x)", "1"),
    ("cbrt(x - 3/7)", "no-derivative", "cbrt(x - 3/7)", "3/7"),
]


@pytest.mark.parametrize(("source", "kind", "place", "x"), KNOWN, ids=[k[0] for k in KNOWN])
def test_trouble_is_found(source: str, kind: str, place: str, x: str) -> None:
    found = hunt(source, read_over(["x=-10:10"]), points=40)
    shown = {(f.kind, f.place): f.at["x"] for f in found.findings}
    assert shown.get((kind, place)) == x, shown
    assert found.exit is Exit.VERDICT
    for finding in found.findings:  # each reproducer shows what it is said to show
        try:
            result = evaluate(source, finding.at, options=Options(check="fast"))
        except GradcalcError as error:
            assert error.code == finding.kind
            continue
        seen = {result.status, result.error.code if result.error else ""}
        few = result.worst_digits is not None and result.worst_digits < 8
        assert finding.kind in seen or (finding.kind == "digits" and few)


def test_lost_digits_are_trouble() -> None:
    found = hunt("(1 - cos(x))/x^2 + x", read_over(["x=1e-9:1e-3"]), points=20)
    assert any(f.kind == "digits" and "cancels" in f.what for f in found.findings)
    assert not hunt("sinc(x/2)^2/2 + x", read_over(["x=1e-9:1e-3"]), points=20).findings


def test_a_clean_formula_and_two_inputs() -> None:
    assert hunt("x^2 + y*x", read_over(["x=-5:5,y=0:1"]), points=50).exit is Exit.OK
    found = hunt("log(x - y)", read_over(["x=0:1,y=0:1"]), points=20)
    assert {f.kind for f in found.findings} == {"pole", "domain"}


def test_the_same_seed_finds_the_same() -> None:
    box = read_over(["x=-3:3,y=-1:1"])
    first, second = (hunt("sqrt(x*y)/(x - y)", box, points=30, seed=4) for _ in range(2))
    assert first == second
    assert box.draw(3, 1) == box.draw(3, 1) != box.draw(3, 2)


def test_time_runs_out() -> None:
    source = "for i in 0..3000 { x = sin(x) }; x"
    found = hunt(source, read_over(["x=0:1"]), points=10_000, timeout=0.5)
    assert not found.ended


def test_the_command(capsys: Captured) -> None:
    assert run(["hunt", "1/(x - y)", "--over", "x=1:3", "--at", "y=2"]) == Exit.VERDICT
    out = capsys.readouterr().out
    assert out.startswith("pole at 1/(x - y)\n")
    assert "  --at y=2,x=2\n" in out
    assert run(["hunt", "x^2", "--over", "x=-1:1", "--points", "5"]) == 0
    assert capsys.readouterr().out.startswith("no trouble in ")
    assert run(["hunt", "log(x)", "--over", "x=-1:1", "--points", "5", "--json"]) == Exit.VERDICT
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "gradcalc.hunt/1"
    assert data["findings"][0]["span"] == [0, 6]


@pytest.mark.parametrize(
    "arguments",
    [
        ["hunt", "x"],
        ["hunt", "x*y", "--over", "x=0:1"],
        ["hunt", "x", "--over", "x=1:0"],
        ["hunt", "x", "--over", "x=1"],
        ["hunt", "x", "--over", "x=0:1,x=0:2"],
        ["hunt", "x", "--over", "x=0:[1,2]"],
    ],
)
def test_bad_requests(arguments: list[str], capsys: Captured) -> None:
    assert run(arguments) == Exit.REQUEST
    assert "error[" in capsys.readouterr().err
