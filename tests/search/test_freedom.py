"""A box proven to be free of trouble: what is proven holds, and trouble is never proven away."""

from __future__ import annotations

import json
import math
import time
from random import Random

import pytest

from gradcalc import Exit, GradcalcError, Options, evaluate
from gradcalc.boxes.cover import Cover
from gradcalc.boxes.freedom import freedom
from gradcalc.boxes.search import Limits
from gradcalc.claims.boxes import read_over
from gradcalc.cli import run
from gradcalc.search.hunt import hunt
from tests.search.test_hunt import KNOWN

pytest.importorskip("flint")
Captured = pytest.CaptureFixture[str]

FREE = [
    ("sqrt(x^2 + y^2 + 1)*log(2 + sin(x*y))", "x=-10:10,y=-10:10"),
    ("1/(x^2 - 2*x + 1.01)", "x=-10:10"),
    ("exp(x)", "x=-700:700"),
    ("log(1 - tanh(x))", "x=-10:10"),
    ("x*log(x)/(1 - x)", "x=0.1:0.9"),
    ("x^y", "x=0.1:8,y=-3:3"),
    ("s = 0; for i in 1..20 { s = s + sin(x*i)/i }; s", "x=-3:3"),
    ("v = [x, y]; norm(v) + det([[x, 1], [y, 3*x]])", "x=1:2,y=1:2"),
    ("median([x, y, 1])", "x=2:3,y=4:5"),
    ("abs(x) if x > 0 else 2*x", "x=1:3"),
    ("besselj(0, x)", "x=-30:30"),
    ("x^2", "x=3:3"),
    ("x*abs(x)", "x=-1:1"),  # these kinks are smoothed out
    ("x + (x - 0.3)^2*relu(x - 0.3)*y", "x=-1:1,y=-2:2"),
    ("sin(x)*abs(x) + x*y*abs(x*y)", "x=-1:1,y=-1:2"),
    ("abs(x)^3", "x=-1:1"),
    ("(x - y)*max(x, y)", "x=-1:1,y=-1:1"),
    ("(y - x)^2*min(x, y) + (x - 0.5)*max(0.5, x)", "x=-1:1,y=-1:1"),
]
# Each of them is in trouble somewhere in the box, some only in float64, most where no search looks.
IN_TROUBLE = [
    ("x/x", "x=-1:1"),
    ("1/(x - 0.123456789)", "x=-1:1"),
    ("1/(x^2 + 1e-300)", "x=-1:1"),  # its slope exceeds float64 near 0
    ("log(1 - tanh(x))", "x=0:30"),  # float64 has log(0) from 19 on
    ("sqrt(exp(-x^2))", "x=0:40"),  # exp underflows
    ("log((x - 3.3)^2 + (y - 2.7)^2 - 0.001)", "x=-10:10,y=-10:10"),
    ("1/(1 - x*x) if x < 0.5 else 1", "x=0:0.9"),
    ("floor(x + 0.1)*x", "x=0:1"),
    ("exp(x)", "x=0:710"),
    ("exp(x)*exp(-x)", "x=0:720"),
    ("1e200*x*x", "x=0:1e60"),
    ("acos(x)", "x=0:1"),
    ("abs(x - pi/7)", "x=0:1"),
    ("hypot(x, y)", "x=-1:1,y=-1:1"),
    ("atan2(y, x)", "x=-3:-1,y=-1:1"),
    ("max(x, y^2)", "x=0:1,y=0:1"),
    ("cos(x)*abs(x)", "x=-1:1"),
    ("(x - y + 0.001)*max(x, y)", "x=0.3:1,y=0.3:1"),
    ("(x + y)*max(x, y)", "x=0.3:1,y=0.3:1"),
    ("(x - 0.5)*leaky_relu(x, 0.5)", "x=-1:1"),
    ("(x - 2)*elu(x, 2)", "x=-1:1"),
    ("x*abs(x) + abs(x - y)*x", "x=-1:1,y=-1:1"),
    ("abs(x)*(x + 1e-9)", "x=-1:1"),
    ("x*sign(x)", "x=-1:1"),
    ("x/abs(x)*x", "x=-1:1"),
]


def _freedom(source: str, over: str, seconds: float = 60) -> Cover:
    limits = Limits(deadline=time.monotonic() + seconds)
    return freedom(source, read_over([over]).bounds, {}, limits)


@pytest.mark.parametrize(("source", "over"), FREE)
def test_what_is_free_of_trouble_is_proven(source: str, over: str) -> None:
    proof = _freedom(source, over)
    assert proof.proven
    assert proof.share == 0
    random = Random(source)
    for _ in range(20):
        at = {n: random.uniform(*ends) for n, ends in read_over([over]).bounds.items()}
        answer = evaluate(source, at, options=Options(check="fast", typed=False))
        assert answer.status == "smooth"
        assert math.isfinite(answer.value)
        assert all(math.isfinite(slope) for slope in answer.gradient.values())


@pytest.mark.parametrize(
    ("source", "over"), [*IN_TROUBLE, *((known[0], "x=-10:10") for known in KNOWN)]
)
def test_trouble_is_not_proven_away(source: str, over: str) -> None:
    proof = _freedom(source, over, seconds=0.3)
    assert not proof.proven
    assert 0 < proof.share <= 1
    bounds = read_over([over]).bounds
    for part in proof.undecided:
        assert all(
            bounds[n][0] <= low <= high <= bounds[n][1] for n, (low, high) in part.box.items()
        )


def test_the_undecided_part_is_small_and_around_the_trouble() -> None:
    proof = _freedom("1/(x - 0.123456789)", "x=-1:1")
    ((low, high),) = [part.box["x"] for part in proof.undecided]
    assert low < 0.123456789 < high
    assert high - low < 1e-5
    assert proof.share == pytest.approx((high - low) / 2)
    assert proof.ended


def test_a_part_that_is_undefined_is_looked_at() -> None:
    """No axis through a simple point meets this hole."""
    box = read_over(["x=-10:10,y=-10:10"])
    source = "log((x - 3.31)^2 + (y - 2.73)^2 - 0.001)"
    assert not [f for f in hunt(source, box, points=20).findings if f.kind != "digits"]
    found = hunt(source, box, points=20, prove=True, timeout=30)
    assert "domain" in {finding.kind for finding in found.findings}
    assert found.exit is Exit.VERDICT


def test_exit_and_json(capsys: Captured) -> None:
    assert run(["hunt", "sqrt(x^2 + 1)", "--over", "x=-9:9", "--prove"]) == 0
    assert "anywhere in the box" in capsys.readouterr().out
    assert run(["hunt", "sqrt(x^4)", "--over", "x=-1:1", "--prove", "--json"]) == 5
    proof = json.loads(capsys.readouterr().out)["proof"]
    assert not proof["proven"]
    assert proof["undecided"][0]["place"] == "x^4"
    assert run(["hunt", "abs(x)", "--over", "x=-1:1", "--prove", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["proof"] is None


@pytest.mark.parametrize(
    ("source", "over", "message"),
    [
        ("x", "x=-inf:1", "the interval of x is infinite"),
        ("[x, 2]", "x=0:1", "no proof can be made: the value is an array"),
        ("max(svd([[x, 1], [2, 3]]))", "x=0:1", "no proof can be made: svd can't be enclosed"),
        ("x*detach(x)", "x=0:1", "no proof can be made: detach hides a dependence"),
    ],
)
def test_what_can_not_be_proven_is_said(source: str, over: str, message: str) -> None:
    with pytest.raises(GradcalcError, match=message):
        hunt(source, read_over([over]), points=1, prove=True)
