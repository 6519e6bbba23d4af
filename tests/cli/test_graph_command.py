"""`gradcalc graph`, and `explain` at a point: what is printed, files, and one message each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]
POINT = ["sin(x)*y + exp(x*y)", "--at", "x=1,y=2"]


def printed(capsys: Captured, *line: str) -> str:
    assert run(list(line)) == Exit.OK
    return capsys.readouterr().out


def failed(capsys: Captured, *line: str) -> tuple[int, str]:
    status = run(list(line))
    error = capsys.readouterr().err
    assert error.count("error[") == 1
    return status, error


def test_rails_stand_beside_the_trace(capsys: Captured) -> None:
    out = printed(capsys, "graph", *POINT)
    assert "├─│─●  v2    sin(v0)    0.8414709848078965                   2" in out
    assert "●───╯  v6    v3 + v5     9.071998068546444                   1" in out


def test_loops_are_folded_and_can_be_unfolded(capsys: Captured) -> None:
    program = ["graph", "y = x; for i in 0..9 { y = y + sin(y) }; y", "--at", "x=1"]
    folded, unfolded = printed(capsys, *program), printed(capsys, *program, "--unfold")
    assert "9 × 2 steps" in folded
    assert len(folded.splitlines()) < len(unfolded.splitlines())


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("svg", "<svg "),
        ("dot", "digraph"),
        ("mermaid", "flowchart"),
        ("json", "{"),
        ("text", "graph: 7"),
    ],
)
def test_what_is_printed_is_what_a_file_gets(
    form: str, start: str, tmp_path: Path, capsys: Captured
) -> None:
    out = printed(capsys, "graph", *POINT, "--format", form)
    assert out.startswith(start)
    path = tmp_path / "graph"
    assert printed(capsys, "graph", *POINT, "--format", form, "-o", str(path)) == ""
    assert path.read_text("utf-8") == out


def test_bad_requests_get_one_message(tmp_path: Path, capsys: Captured) -> None:
    loop = "y = x; for i in 0..50 { y = sin(y) }; y"
    line = ("graph", loop, "--at", "x=1", "--unfold", "--max", "10")
    status, error = failed(capsys, *line)
    assert status == Exit.REQUEST
    assert "--max 10" in error
    missing = str(tmp_path / "no" / "a.svg")
    status, _ = failed(capsys, "graph", *POINT, "--format", "svg", "-o", missing)
    assert status == Exit.FILE
    status, error = failed(capsys, "graph", "1/x", "--at", "x=0")
    assert status == Exit.NO_ANSWER
    assert failed(capsys, "graph", "x*y")[0] == Exit.REQUEST


# explain at a point -----------------------------------------------------------------------------


def test_a_point_asks_for_sweeps_and_steps_can_be_forced(capsys: Captured) -> None:
    assert "v0 arrives twice, from v4, v2:" in printed(capsys, "explain", *POINT)
    assert "product rule: (u*v)'" in printed(capsys, "explain", "x*sin(x)")
    assert "product rule: (u*v)'" in printed(
        capsys, "explain", "x*sin(x)", "--at", "x=1", "--steps"
    )


def test_paths_in_json(capsys: Captured) -> None:
    loop = "y = x; for i in 0..1000 { y = 3.7*y*(1 - y) }; y"
    out = printed(capsys, "explain", loop, "--at", "x=0.3", "--paths", "--format", "json")
    paths = json.loads(out)["paths"]
    assert paths["count"] == 2**1000
    assert paths["steps"] == 4000
    assert len(paths["heaviest"]) == 5
    assert paths["heaviest"][0]["logarithm"] > 709  # of a product beyond float64


def test_a_count_beyond_what_readers_take_is_a_text(capsys: Captured) -> None:
    loop = "y = x; for i in 0..15000 { y = y/2 + sin(y)/2 }; y"
    out = printed(capsys, "explain", loop, "--at", "x=0.3", "--paths", "--json")
    text = json.loads(out)["paths"]["count"]
    assert len(text) == 4516  # the digits of 2^15000
    assert int(text[-9:]) == pow(2, 15000, 10**9)
    assert "a number of 4,516 digits" in printed(
        capsys, "explain", loop, "--at", "x=0.3", "--paths"
    )


@pytest.mark.parametrize("way", ["--sweeps", "--paths"])
@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html"])
def test_documents(way: str, form: str, capsys: Captured) -> None:
    out = printed(capsys, "explain", *POINT, way, "--format", form)
    signs = {"markdown": "| --- |", "latex": r"\begin{tabular}", "html": "<table>", "text": "v6"}
    assert signs[form] in out
    assert "15.858716809597581" in out


def test_requests_that_contradict_each_other_get_one_message(capsys: Captured) -> None:
    assert failed(capsys, "explain", *POINT, "--sweeps", "--paths")[0] == Exit.REQUEST
    assert failed(capsys, "explain", *POINT, "--paths", "--claim", "x=y")[0] == Exit.REQUEST
    status, error = failed(capsys, "explain", "max(x, y)", "--at", "x=1,y=2", "--paths", "-x", "x")
    assert status == Exit.REQUEST
    assert "does not depend on x" in error
    assert failed(capsys, "explain", "x*y", "--at", "x=1")[0] == Exit.REQUEST


@pytest.mark.parametrize(
    "line", [["explain", *POINT], ["explain", *POINT, "--paths"], ["graph", *POINT]]
)
def test_without_unicode_each_sign_has_a_spelling(line: list[str]) -> None:
    """What ASCII lacks is spelt, not lost as a question mark."""
    command = [sys.executable, "-m", "gradcalc", *line]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert "?" not in done.stdout


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("g.svg", b"<svg"),
        ("g.SVG", b"<svg"),
        ("g.dot", b"digraph"),
        ("g.gv", b"digraph"),
        ("g.mmd", b"flowchart"),
        ("g.json", b"{"),
        ("g.txt", b"graph:"),
    ],
)
def test_a_file_is_what_its_suffix_says(tmp_path: Path, name: str, start: bytes) -> None:
    assert run(["graph", "sin(x)*y", "--at", "x=1,y=2", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(start)
    named = tmp_path / f"named{name}"
    assert run(["graph", "x", "--at", "x=1", "--format", "text", "-o", str(named)]) == 0
    assert named.read_bytes().startswith(b"graph:")
