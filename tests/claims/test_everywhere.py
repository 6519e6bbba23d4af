"""Claims all over a box: what is proven holds everywhere, and a slip in a corner is found."""

from __future__ import annotations

import json

import pytest

from gradcalc import Exit, GradcalcError, check
from gradcalc.cli import run

pytest.importorskip("flint")
Captured = pytest.CaptureFixture[str]
Over = dict[str, tuple[float, float]]
LOOP = "s = 0; for i in 1..{n} {{ s = s + {term} }}; s"

RIGHT = [
    ("x^2*y", {"x": "2*x*y", "y": "x^2"}, {"x": (-2, 2), "y": (-2, 2)}),
    ("sin(x*y)*exp(x)", {"y": "x*cos(x*y)*exp(x)"}, {"x": (-2, 2), "y": (-2, 2)}),
    ("log(1 + exp(x))", {"x": "1/(1 + exp(-x))"}, {"x": (-20, 20)}),
    ("x^2 if x > 0 else 0*x", {"x": "2*x"}, {"x": (1, 3)}),  # one side of the branch
    (LOOP.format(n=4, term="sin(x*i)/i"), {"x": LOOP.format(n=4, term="cos(x*i)")}, {"x": (-3, 3)}),
    ("v = [x, 2*x]; v @ v", {"x": "10*x"}, {"x": (-3, 3)}),  # sympy is not asked about arrays
    ("x^3/(1 + x)", {"x": "(3*x^2 + 2*x^3)/(1 + x)^2"}, {"x": (0, 4)}),
]


@pytest.mark.parametrize(("source", "claims", "over"), RIGHT)
def test_what_is_right_is_proven(source: str, claims: dict[str, str], over: Over) -> None:
    verdict = check(source, claims, over=over, prove=True, points=20)
    for claim in verdict.claims:
        assert claim.everywhere is not None
        assert claim.everywhere.cover.proven
    assert verdict.exit is Exit.OK


SLIPS = [
    ("x^2", "2*x + (1/1000 if x > 1.8 and x < 1.801 else 0)", {"x": (-2, 2)}),
    ("x^2*y", "2*x*y + exp(-1e6*((x - 1)^2 + (y - 1/3)^2))", {"x": (-2, 2), "y": (-2, 2)}),
    ("x^2/2 if x < 1.99 else 2*x - 2", "x", {"x": (-2, 2)}),
]


@pytest.mark.parametrize(("source", "claim", "over"), SLIPS)
def test_a_slip_that_no_point_shows_is_found(source: str, claim: str, over: Over) -> None:
    assert check(source, {"x": claim}, over=over, points=50).holds
    verdict = check(source, {"x": claim}, over=over, points=50, prove=True, timeout=60)
    assert verdict.exit is Exit.VERDICT
    worst = verdict.claims[0].worst
    assert worst is not None
    again = check(source, {"x": claim}, worst.at)  # the point shows it
    assert not again.holds
    assert again.claims[0].worst is not None
    assert float(again.claims[0].worst.claimed) == pytest.approx(float(worst.claimed), rel=1e-12)
    assert float(again.claims[0].worst.true) == pytest.approx(float(worst.true), rel=1e-12)


def test_where_there_is_no_value_it_is_undecided() -> None:
    verdict = check("log(x)", {"x": "1/x"}, over={"x": (0, 2)}, prove=True)
    assert verdict.exit is Exit.NOT_CONVERGED
    around = verdict.claims[0].everywhere
    assert around is not None
    assert around.identical
    assert [part.box["x"][0] for part in around.cover.undecided] == [0]
    assert 0 < around.cover.share < 1e-5


def test_json_and_exit(capsys: Captured) -> None:
    assert run(["check", "x^2", "--claim", "2*x", "--over", "x=-5:5", "--prove", "--json"]) == 0
    (claim,) = json.loads(capsys.readouterr().out)["claims"]
    assert claim["everywhere"]["proven"]
    assert claim["everywhere"]["identical"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--claim", "2*x"], "--prove needs a box"),
        (["--claim", "x=2*x*y,y=x^2", "--over", "x=0:1", "--at", "y=2"], "but no interval"),
        (["--claim", "2*x*y", "--over", "x=0:inf,y=0:1"], "the interval of x is infinite"),
        (["--claim", "2*x*y", "--over", "x=0:1,y=0:1", "--ulp", "3"], "--ulp can't be combined"),
    ],
)
def test_what_can_not_be_asked_is_said(words: list[str], message: str, capsys: Captured) -> None:
    assert run(["check", "x^2*y", *words, "--prove"]) == 2
    assert message in capsys.readouterr().err


def test_an_array_has_no_proof() -> None:
    with pytest.raises(GradcalcError, match="the value is an array"):
        check("[x, x^2]", {"x": "[1, 2*x]"}, over={"x": (0, 1)}, prove=True)
