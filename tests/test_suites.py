"""Suites for CI: outcomes, reports, exit statuses."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradcalc import Exit
from gradcalc.claims.suites import load, run_case
from gradcalc.cli import run

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "ci" / "suite.toml"
Captured = pytest.CaptureFixture[str]
SUITE = """\
[[case]]
name = "right"
expr = "sin(x)*y"
at = {x = "1", y = 2}
claim = {x = "y*cos(x)"}
value = "1.68294196961579"
gradient = {x = "1.0806046117", y = "0.84147"}
digits = 14

[[case]]
name = "wrong claim"
expr = "x^2"
at = {x = "3"}
claim = {x = "x"}

[[case]]
name = "wrong <value> & more"
expr = "x^2"
at = {x = "3"}
value = "9.5"
gradient = {x = "7"}

[[case]]
name = "domain"
expr = "log(x)"
at = {x = -1}
error = "domain"

[[case]]
name = "unexpected error"
expr = "log(x)"
at = {x = -1}

[[case]]
name = "typo"
expr = "sinn(x)"
at = {x = 1}

[[case]]
name = "kink"
expr = "abs(v)"
at = {v = [0, 2]}
status = "kink"
value = ["0", "2"]
"""
OUTCOMES = ["passed", "failed", "failed", "passed", "error", "error", "passed"]


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("s.toml").write_text(SUITE, encoding="utf-8")
    return "s.toml"


def test_outcomes(suite: str) -> None:
    found = [run_case(case) for case in load(suite)]
    assert [case.outcome for case in found] == OUTCOMES
    assert "a constant factor: it is 1/2 times the true derivative" in found[1].why[0]
    assert found[2].why == ("the value is 9, not 9.5", "d/dx is 6, not 7")
    assert [case.line for case in found][:3] == [1, 10, 16]


def test_the_command_like_a_test_runner(suite: str, capsys: Captured) -> None:
    assert run(["check", suite]) == Exit.VERDICT
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok     right (")
    assert any(line.startswith("FAILED wrong claim (") for line in lines)
    assert lines[-1].startswith("s.toml: 3 passed, 2 failed, 2 in error in ")
    assert run(["check", suite, "-k", "right"]) == 0
    assert run(["check", suite, "--fail-fast"]) == Exit.VERDICT
    assert "5 not run" in capsys.readouterr().out.splitlines()[-1]
    assert run(["check", suite, "-k", "nothing like it"]) == Exit.REQUEST


def test_reports(suite: str, capsys: Captured) -> None:
    reports = ["--junit", "j.xml", "--sarif", "s.sarif", "--github"]
    assert run(["check", suite, *reports]) == Exit.VERDICT
    out = capsys.readouterr().out
    assert "::error file=s.toml,line=10,title=wrong claim::d/dx is claimed to be x: 3 at" in out
    root = ElementTree.parse("j.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("7", "2", "2")
    assert [case.get("name") for case in root][2] == "wrong <value> & more"
    sarif = json.loads(Path("s.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"
    assert len(sarif["runs"][0]["results"]) == 4
    assert run(["check", suite, "--json"]) == Exit.VERDICT
    data = json.loads(capsys.readouterr().out)
    assert [case["outcome"] for case in data["cases"]] == OUTCOMES


def test_in_processes_the_same(suite: str, capsys: Captured) -> None:
    assert run(["check", suite, "--jobs", "2", "--json"]) == Exit.VERDICT
    data = json.loads(capsys.readouterr().out)
    assert [case["outcome"] for case in data["cases"]] == OUTCOMES


def test_github_is_noticed(suite: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run(["check", suite])
    assert "::error file=" in capsys.readouterr().out


def test_a_suite_is_written_from_todays_answers(suite: str, capsys: Captured) -> None:
    assert run(["check", suite, "-k", "right", "--record", "today.toml"]) == 0
    case = tomllib.loads(Path("today.toml").read_text(encoding="utf-8"))["case"][0]
    assert case["value"] == "1.6829419696157930133"
    assert run(["check", "today.toml"]) == 0
    assert run(["check", "x^2*v[0]", "--at", "x=1/3,v=[1,2]", "--record", "one.toml"]) == 0
    assert run(["check", "one.toml"]) == 0


@pytest.mark.parametrize(
    ("text", "exit", "words"),
    [
        ("[[case]\n", Exit.FILE, "is not TOML"),
        ("", Exit.REQUEST, "has no cases"),
        ("[[case]]\nname = 'a'\n", Exit.REQUEST, "line 1: a has no expr"),
        ("[[case]]\nexpr = 'x'\nvalu = 1\n", Exit.REQUEST, "unknown key 'valu'"),
    ],
)
def test_what_is_no_suite(suite: str, text: str, exit: Exit, words: str, capsys: Captured) -> None:
    Path("bad.toml").write_text(text, encoding="utf-8")
    assert run(["check", "bad.toml"]) == exit
    assert words in capsys.readouterr().err


def test_the_sample_passes(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(ROOT)
    assert run(["check", "samples/ci/suite.toml"]) == 0
    assert "5 passed" in capsys.readouterr().out
