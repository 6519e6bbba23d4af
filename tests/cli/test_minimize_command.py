"""`gradcalc minimize` as it is typed: what it prints, writes and exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcalc.cli import run

pytest.importorskip("flint")
VALLEY = ["minimize", "(1-x)^2 + 100*(y-x^2)^2", "--at", "x=-1.2,y=1"]


def test_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*VALLEY, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == "gradcalc.minimum/1"
    assert answer["value"] == 0
    assert answer["point"] == {"x": 1, "y": 1}
    assert answer["certificate"] == "minimum"
    assert answer["evaluations"] > 5
    assert all(low < 1 < high for low, high in answer["alone"].values())
    assert len(answer["path"]) == answer["iterations"] + 1


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(VALLEY) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "formula      (1-x)^2 + 100*(y-x^2)^2"
    assert "x            1  16 of 16" in lines
    assert "minimum      0" in lines
    assert lines[-1].startswith(
        "certificate  ✓ minimum, proven: the only stationary point in a box"
    )


def test_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*VALLEY, "--steps", "3"]) == 5
    out = capsys.readouterr().out
    assert "did not converge" in out
    assert out.endswith("certificate  not proven: it did not converge\n")
    assert run(["minimize", "x^2"]) == 2
    assert "no value for x" in capsys.readouterr().err
    assert run(["minimize", "1/x", "--at", "x=0"]) == 3
    assert "has no finite value at the start" in capsys.readouterr().err
    assert run(["minimize", "x^2", "--at", "x=1", "--bounds", "x=1"]) == 2
    assert "--bounds x=0:1,y=0:" in capsys.readouterr().err
    assert run(["minimize", "x^2", "--at", "x=1", "--batch", "/nowhere.csv"]) == 6
    assert run(["minimize", "x^2", "--at", "x=1", "--lr", "0"]) == 2
    assert run(["minimize", "x^2 + y^2 + z^2", "--at", "x=1,y=1,z=1", "--plot"]) == 2
    assert "one or two unknown numbers" in capsys.readouterr().err


def test_the_point_alone_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["minimize", "sum((v - [1, 2])^2) + x^2", "--at", "v=[0,0],x=3", "-q"]) == 0
    assert capsys.readouterr().out == "v=[1.0,2.0],x=0\n"


def test_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "path.svg"
    assert run([*VALLEY, "-o", str(picture)]) == 0
    assert "the path from the open dot" in picture.read_text(encoding="utf-8")
    capsys.readouterr()
    assert run(["minimize", "(x - 1)^2", "--at", "x=3", "--plot"]) == 0
    assert run([*VALLEY, "--plot"]) == 0
    assert "the path: o, and x at its end" in capsys.readouterr().out
    assert run([*VALLEY, "-o", str(tmp_path / "path.txt")]) == 2


def test_a_table_of_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text("t,y\n0,1\n1,3\n2,5\n", encoding="utf-8")
    line = ["minimize", "(a*t + b - y)^2", "--at", "a=0,b=0", "--batch", str(table)]
    assert run([*line, "-q"]) == 0
    assert capsys.readouterr().out == "a=2,b=1\n"
    table.write_text("t,y\n0,1\n1,\n", encoding="utf-8")
    assert run(line) == 6
    table.write_text("t,y\n", encoding="utf-8")
    assert run(line) == 6
