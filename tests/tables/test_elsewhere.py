"""A column that the header does not name: the message names the option that finds it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]
ROWS = [("x", "y"), ("1.5", "2"), ("-3.25", "4"), ("1000.5", "6")]
ABOVE = {
    "two words": "Population,Scotland\n",
    "keys and values": "Operator,Smith\nDate,2020-01-01\n",
    "another width": "Operator,Smith\nDate,2020-01-01\nfile,a.dat\n",
    "a comment and words": "Station,Berlin\n",
}


def table(sign: str) -> str:
    return "".join(sign.join(row) + "\n" for row in ROWS)


def advised(path: Path, capsys: Captured, command: str) -> str:
    """The option that the message names."""
    capsys.readouterr()
    assert run([*shlex.split(command), str(path)]) == Exit.REQUEST
    message = capsys.readouterr().err
    match = re.search(r"--(?:skip \d+|delimiter (?:'.'|\w+|.))", message)
    assert match, message
    return match[0]


@pytest.mark.parametrize("above", ABOVE.values(), ids=ABOVE)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_header_further_down(tmp_path: Path, capsys: Captured, above: str, sign: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(above.replace(",", sign) + table(sign))
    option = advised(path, capsys, "map x+2*y")
    assert option == f"--skip {above.count(chr(10))}"
    command = ["map", "x+2*y", str(path), "--keep", "x", "--to", "csv", "-q"]
    assert run([*command, *shlex.split(option)]) == Exit.OK
    values = [line.split(",")[1] for line in capsys.readouterr().out.splitlines()]
    assert values == ["value", "5.5", "4.75", "1012.5"]


@pytest.mark.parametrize("sign", [":", "/", "^", "~", "&", "*", "!"])
def test_a_sign_that_nobody_thought_of(tmp_path: Path, capsys: Captured, sign: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(table(sign))
    option = advised(path, capsys, "map x+2*y")
    command = ["map", "x+2*y", str(path), "--keep", "x", "--to", "csv", "-q"]
    assert run([*command, *shlex.split(option)]) == Exit.OK
    assert "1000.5,1012.5,1,2" in capsys.readouterr().out


def test_columns_of_spaces_with_a_gap(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "t.txt"
    path.write_text("x     y  name\n1.5   2  a b\n2.5   3  c\n")
    assert advised(path, capsys, "map x+2*y") == "--delimiter space"


def test_a_fit_says_it_too(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "t.csv"
    path.write_text(ABOVE["two words"] + table(","))
    assert run(["fit", "a*x", str(path), "--target", "y", "--start", "a=1"]) != Exit.OK
    assert "--skip 1" in capsys.readouterr().err


@pytest.mark.parametrize("header", ["x [m],y [s]", "x (m)", "X,Y", "x_1,y_1"])
def test_a_header_that_is_one_gets_no_such_advice(
    tmp_path: Path, capsys: Captured, header: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(header + "\n" + ",".join("1" for _ in header.split(",")) + "\n")
    assert run(["map", "x*y", str(path)]) == Exit.REQUEST
    message = capsys.readouterr().err
    assert "--skip" not in message
    assert "--delimiter" not in message
