"""`gradcalc plot`: files, families, data, and one message for each slip."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]


def answer(capsys: Captured, *arguments: str) -> dict[str, object]:
    assert run(["plot", *arguments, "--json"]) == Exit.OK
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_the_terminal_shows_curve_and_breaks(capsys: Captured) -> None:
    assert run(["plot", "1/x + floor(x)", "--over", "x=-1.5:1.5"]) == Exit.OK
    out = capsys.readouterr().out
    assert "f'(x)" in out
    assert [line.split()[0] for line in out.splitlines()[-3:]] == ["jump", "pole", "jump"]


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
@pytest.mark.parametrize("over", ["x=-1:1", "x=-1:1,y=-1:1"])
def test_files(tmp_path: Path, capsys: Captured, suffix: str, start: bytes, over: str) -> None:
    source = "1/x" if "y" not in over else "x^2*y"
    path = tmp_path / f"plot.{suffix}"
    assert run(["plot", source, "--over", over, "-o", str(path)]) == Exit.OK
    assert path.read_bytes().startswith(start)
    assert capsys.readouterr().out == ""
    first = path.read_bytes()
    assert run(["plot", source, "--over", over, "-o", str(path)]) == Exit.OK
    assert path.read_bytes() == first
    if suffix == "svg":
        ElementTree.fromstring(first)


def test_a_family(capsys: Captured) -> None:
    found = answer(capsys, "a*x + b", "--over", "x=0:1", "--with", "a=1,pi", "--with", "b=0,1")
    members = found["members"]
    assert isinstance(members, list)
    assert [one["parameters"] for one in members] == [
        {"a": a, "b": b} for a in ("1", "pi") for b in ("0", "1")
    ]


def test_data_beside_the_curve(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "data.csv").write_text("t,y\n0.5,7\n1,nan\n0.75,8\n")
    path = tmp_path / "plot.svg"
    data = str(tmp_path / "data.csv")
    arguments = ["plot", "x^2", "--over", "x=0:1", "--order", "0", "--data", data, "-o", str(path)]
    assert run(arguments) == Exit.OK
    assert path.read_text().count('class="data"') == 2


def test_the_tangent(capsys: Captured) -> None:
    found = answer(capsys, "a*x^2", "--over", "x=0:3", "--at", "x=3/2,a=2")
    (member,) = found["members"]  # type: ignore[misc]
    assert member["tangent"] == {"x": 1.5, "value": 4.5, "slope": 6.0}


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["x", "--over", "x=1:1"], Exit.REQUEST, "the bounds of x are the same number, 1"),
        (["x", "--over", "x=2:1"], Exit.REQUEST, "the lower bound of x is above"),
        (["x", "--over", "x=-1e308:1e308"], Exit.REQUEST, "too wide to be drawn"),
        (["x*y", "--over", "x=0:1,y=2:2"], Exit.REQUEST, "the bounds of y are the same number"),
        (["x"], Exit.REQUEST, "write --over x=-3:3"),
        (["x*y", "--over", "x=0:1"], Exit.REQUEST, "y has neither a value nor bounds"),
        (["log(-1 - x^2)", "--over", "x=-1:1"], Exit.NO_ANSWER, "nothing to draw"),
        (["log(-1 - x^2) + y", "--over", "x=-1:1,y=0:1"], Exit.NO_ANSWER, "nothing to draw"),
        (["x", "--over", "x=0:1", "-o", "plot.gif"], Exit.REQUEST, ".svg, .png or .pdf"),
        (["x", "--over", "x=0:1", "-o", "no/such/plot.svg"], Exit.FILE, "No such directory"),
        (["x", "--over", "x=0:1", "--with", "a"], Exit.REQUEST, "write --with a=1,2,3"),
        (["x*a", "--over", "x=0:1", "--with", "a=1,?"], Exit.REQUEST, "in the value of a"),
        (["x", "--over", "x=0:1", "--data", "none.csv"], Exit.FILE, "none.csv"),
        (["abs(x)", "--over", "x=-1:1", "--at", "x=0"], Exit.NO_ANSWER, "no tangent at x = 0"),
        (["log(x)", "--over", "x=-1:1", "--at", "x=-1"], Exit.NO_ANSWER, "no tangent at x = -1"),
        (["x*a", "--over", "x=0:1", "--at", "a=[1,2]"], Exit.REQUEST, "a is an array"),
        (["x*y*z", "--over", "x=0:1,y=0:1,z=0:1"], Exit.REQUEST, "one input with bounds"),
        (["x*y", "--over", "x=0:1,y=0:1", "--with", "a=1"], Exit.REQUEST, "--with is for plots"),
    ],
)
def test_slips(
    arguments: Sequence[str],
    status: Exit,
    words: str,
    capsys: Captured,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["plot", *arguments]) == status
    written = capsys.readouterr()
    assert words in written.err
    assert written.err.count("error[") == 1
    assert written.out == ""


@pytest.mark.parametrize(
    ("missing", "output", "words"),
    [("plotille", [], "needs plotille"), ("matplotlib.figure", ["-o", "p.png"], "need matplotlib")],
)
def test_a_missing_extra_is_named(
    missing: str,
    output: list[str],
    words: str,
    capsys: Captured,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, missing, None)
    assert run(["plot", "x", "--over", "x=0:1", *output]) == Exit.REQUEST
    out, err = capsys.readouterr()
    assert not out
    assert words in err
    assert "gradcalc[plot]" in err
    assert not list(tmp_path.iterdir())


def test_pictures_need_no_extra_as_svg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("plotille", "matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    path = tmp_path / "plot.svg"
    assert run(["plot", "1/x", "--over", "x=-1:1", "-o", str(path)]) == Exit.OK
    assert path.exists()
