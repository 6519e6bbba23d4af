"""`gradcalc solve` as it is typed."""

from __future__ import annotations

import json

import pytest

from gradcalc.cli import run

pytest.importorskip("flint")


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "x^2 = 2", "--over", "x=0:2"]) == 0
    out = capsys.readouterr().out
    assert "1     1.414213562373095048801689" in out
    assert out.endswith("proof    ✓ 1 root, proven; there is no other\n")


def test_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "x^2*(x - 1)", "--over", "x=-1:2", "--json"]) == 5
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == "gradcalc.roots/1"
    assert answer["complete"] is True
    (root,) = answer["roots"]
    assert root["unique"] is True
    assert root["at"]["x"][0] <= 1 <= root["at"]["x"][1]
    (box,) = answer["undecided"]
    assert box["x"][0] <= 0 <= box["x"][1]


def test_a_start_and_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "x = cos(x)", "--at", "x=1", "--digits", "40"]) == 0
    assert "0.7390851332151606416553120876738734040134" in capsys.readouterr().out
    assert run(["solve", "exp(x) = 0", "--at", "x=1"]) == 5
    assert "no root was found from this start" in capsys.readouterr().out
    assert run(["solve", "x = 1"]) == 2
    assert run(["solve", "log(x) = 1", "--at", "x=-1"]) == 3
    assert run(["solve", "x = a", "--over", "x=0:1"]) == 2
    assert "a has neither a value nor bounds" in capsys.readouterr().err
