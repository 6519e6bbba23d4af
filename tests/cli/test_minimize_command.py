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
    assert lines[0] == "formula      (1 - x)^2 + 100*(y - x^2)^2"
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


CAMEL = [
    "minimize",
    "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2",
    "--over",
    "x=-3:3,y=-2:2",
]


def test_the_global_minimum(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*CAMEL, "--global"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "formula    (4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2",
        "over       x in [-3, 3], y in [-2, 2]",
        "",
        "minimiser  x                     y",
        "────────────────────────────────────────────────────",
        "1          -0.08984201310031806  0.7126564030207397",
        "2          0.08984201310031806   -0.7126564030207397",
        "",
        "minimum    -1.031628453489877",
        "proof      ✓ global minimum, proven: attained at one or more of these 2 points,"
        " nowhere else",
    ]
    assert run([*CAMEL, "--global", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["complete"]
    assert answer["unique"] == [True, True]
    low, high = answer["minimisers"][1]["x"]
    assert low <= 0.08984201310031806 <= high
    assert run([*CAMEL, "--global", "-q"]) == 0
    assert capsys.readouterr().out.startswith("x=")


def test_all_stationary_points(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*CAMEL, "--stationary", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    kinds = [point["kind"] for point in answer["points"]]
    assert sorted(kinds) == ["maximum"] * 2 + ["minimum"] * 6 + ["saddle"] * 7
    assert run([*CAMEL, "--stationary"]) == 0
    assert "✓ 15 stationary points, each proven; there are no others" in capsys.readouterr().out
    assert run(["minimize", "x^4", "--over", "x=-1:2", "--stationary"]) == 5
    assert "no others outside the undecided boxes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--global", "--global needs a box"),
        ("--stationary --at x=1", "--stationary needs a box"),
        ("--over x=0:1", "--over needs --global or --stationary"),
        ("--over x=0:1 --global --stationary", "--global and --stationary are two questions"),
        ("--over x=0:1 --global --at x=1", "x is set by both --at and --over"),
        ("--over x=0:1 --global --method adam", "--method can't be used with --global"),
        ("--over x=0:1 --global --bounds x=0:1", "--bounds can't be used with --global"),
        ("--over x=0:1 --stationary --maximize", "--maximize can't be used with --stationary"),
        ("--over x=0:1 --global --tol 0", "--tol must be positive"),
        ("--over x=1:0 --global", "the lower bound of x is above the upper one"),
        ("--over x=0:inf --global", "the interval of x is infinite"),
    ],
)
def test_bad_questions_about_a_box(
    line: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["minimize", "x^2", *line.split()]) == 2
    assert message in capsys.readouterr().err
