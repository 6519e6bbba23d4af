"""Suites for CI: outcomes, reports, exit statuses."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradcalc import Exit, GradcalcError
from gradcalc.cli import run
from gradcalc.suites import running
from gradcalc.suites.running import CaseReport, run_case
from gradcalc.suites.suite import Case, load
from gradcalc.views import reports

ROOT = Path(__file__).parents[2]
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
    arguments = ["--junit", "j.xml", "--sarif", "s.sarif", "--github"]
    assert run(["check", suite, *arguments]) == Exit.VERDICT
    out = capsys.readouterr().out
    assert "::error file=s.toml,line=10,title=wrong claim::d/dx is claimed to be x: 3 at" in out
    root = ElementTree.parse("j.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("7", "2", "2")
    assert [case.get("name") for case in root.iter("testcase")][2] == "wrong <value> & more"
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
        ("case = [3]\n", Exit.REQUEST, "has no cases"),
        ("title = 'a'\n[[case]]\nexpr = 'x'\n", Exit.REQUEST, "has an unknown key 'title'"),
        ("[[case]]\nexpr = 3\n", Exit.REQUEST, "line 2: case 1: expr can't be 3"),
        ("[[case]]\nexpr = 'x'\nat = 3\n", Exit.REQUEST, "at can't be 3"),
        ("[[case]]\nexpr = 'x'\nat = {x = true}\n", Exit.REQUEST, "at can't be"),
        ("[[case]]\nexpr = 'x'\nat = {x = 1979-05-27}\n", Exit.REQUEST, "at can't be"),
        ("[[case]]\nexpr = 'x'\nat = 'x'\n", Exit.REQUEST, "is not of the form name=value"),
        ("[[case]]\nexpr = 'x'\nvalue = 'abc'\n", Exit.REQUEST, "value can't be abc"),
        ("[[case]]\nexpr = 'x'\ngradient = 3\n", Exit.REQUEST, "it must be a table of numbers"),
        ("[[case]]\nexpr = 'x'\ndigits = 'a'\n", Exit.REQUEST, "digits can't be a"),
        ("[[case]]\nexpr = 'x'\nstatus = 'kinky'\n", Exit.REQUEST, "it must be one of smooth"),
        ("[[case]]\nname = 'a'\n", Exit.REQUEST, "line 1: a has no expr"),
        ("[[case]]\nexpr = 'x'\nvalu = 1\n", Exit.REQUEST, "unknown key 'valu'"),
    ],
)
def test_bad_suites(suite: str, text: str, exit: Exit, words: str, capsys: Captured) -> None:
    Path("bad.toml").write_text(text, encoding="utf-8")
    assert run(["check", "bad.toml"]) == exit
    assert words in capsys.readouterr().err


def test_what_is_not_utf8_is_no_suite(suite: str, capsys: Captured) -> None:
    Path("bad.toml").write_bytes(b"[[case]]\nexpr = '\xff'\n")
    assert run(["check", "bad.toml"]) == Exit.FILE
    assert "error[encoding]: bad.toml is not UTF-8 text" in capsys.readouterr().err


def outcome(text: str) -> CaseReport:
    """What becomes of a suite of one case."""
    Path("one.toml").write_text("[[ case ]]  # the only one\n" + text, encoding="utf-8")
    return run_case(load("one.toml")[0], "fast")


def test_points_and_claims_as_on_the_command_line(suite: str) -> None:
    assert outcome('expr = "x^2*y"\nat = "x=3,y=[1,2]"\nvalue = [9, 18]').outcome == "passed"
    claims = 'expr = "x^2*y"\nat = {x = 3, y = 2}\nclaim = '
    assert outcome(claims + '"2*x*y, x^2"').outcome == "passed"
    assert outcome(claims + '["2*x*y", 9]').outcome == "passed"
    assert outcome(claims + '"2*x*y, x"').outcome == "failed"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("1", "the value is an array of shape 2, not a number"),
        ("[1]", "the value is an array of shape 2, not an array of shape 1"),
        ("[[1, 4]]", "the value is an array of shape 2, not an array of shape 1x2"),
        ("[1, 5]", "the value is 4, not 5"),
    ],
)
def test_values_of_another_shape_are_wrong(suite: str, value: str, why: str) -> None:
    assert outcome(f'expr = "x^2"\nat = {{x = [1, 2]}}\nvalue = {value}').why == (why,)


def test_wrong_points_that_were_drawn_are_named(suite: str) -> None:
    ran = outcome('expr = "(1 - cos(x))/x^2"\nover = "x=1e-9:1e-5"\ndigits = 14')
    assert ran.outcome == "failed"
    assert len(ran.why) == 4
    assert ran.why[0].startswith("at x=")
    assert ran.why[-1].startswith("and 1")
    aside = 'expr = "log(x)"\nover = "x=-1:1"\ndigits = 12'
    assert outcome(aside).outcome == "passed"
    assert "at x=-" in outcome(aside + '\nstatus = "smooth"').why[0]
    assert outcome(aside.replace(":1", ":-0.5")).why[0].startswith("all 20 points are singular")


def test_reports_of_what_was_not_run_and_of_odd_names(suite: str) -> None:
    odd = "a b\x01.toml"
    Path(odd).write_text(SUITE, encoding="utf-8")
    arguments = ["--fail-fast", "--junit", "j.xml", "--sarif", "s.sarif"]
    assert run(["check", odd, *arguments]) == Exit.VERDICT
    root = ElementTree.parse("j.xml").getroot()
    assert (root.tag, root.get("tests"), root.get("skipped")) == ("testsuites", "7", "5")
    assert len(list(root.iter("testcase"))) == 7
    assert len(list(root.iter("skipped"))) == 5
    sarif = json.loads(Path("s.sarif").read_text(encoding="utf-8"))["runs"][0]
    place = sarif["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b%01.toml"
    rules = sarif["tool"]["driver"]["rules"]
    assert all(r["ruleId"] == rules[r["ruleIndex"]]["id"] for r in sarif["results"])


def test_reports_are_refused_before_the_work(suite: str, capsys: Captured) -> None:
    assert run(["check", suite, "--junit", "nowhere/j.xml"]) == Exit.FILE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("nowhere\n")
    assert ".part" not in said.err
    assert run(["check", suite, "--sarif", "-"]) == Exit.VERDICT
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"


def test_a_device_is_written_to_and_not_replaced(suite: str) -> None:
    """/dev/full was once replaced by a report, where root ran the suite."""
    os.mkfifo("pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text(encoding="utf-8")))
    reader.start()
    assert run(["check", suite, "--junit", "pipe"]) == Exit.VERDICT
    reader.join(10)
    assert read[0].startswith("<?xml")
    assert Path("pipe").is_fifo()


def test_a_link_stays_a_link(suite: str) -> None:
    Path("link.xml").symlink_to("real.xml")
    run(["check", suite, "--junit", "link.xml"])
    assert Path("link.xml").is_symlink()
    assert Path("real.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert not list(Path().glob("*.part"))


def test_json_in_ascii_where_stdout_has_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert '"\\u00e9"' in reports.text({"name": "é"})


def test_options_that_would_do_nothing_are_refused(suite: str, capsys: Captured) -> None:
    for arguments in (
        ["check", suite, "--at", "x=1"],
        ["check", suite, "--rtol", "0"],
        ["check", "x^2", "--claim", "2*x", "--junit", "j.xml"],
        ["check", "x^2", "--claim", "2*x", "-k", "a"],
    ):
        assert run(arguments) == Exit.REQUEST
        assert "error[usage]" in capsys.readouterr().err


def test_what_is_recorded(suite: str, capsys: Captured) -> None:
    one = ["--record", "one.toml"]
    assert run(["check", "α*sin(x)", "--at", "x=1,α=2", *one]) == 0
    assert run(["check", "one.toml"]) == 0
    claims = ["--claim", "cos(x)", "--over", "x=0:1", "--points", "5"]
    assert run(["check", "sin(x)", *claims, *one]) == 0
    case = tomllib.loads(Path("one.toml").read_text(encoding="utf-8"))["case"][0]
    assert (case["over"], case["points"], case["claim"]) == ("x=0:1", 5, {"x": "cos(x)"})
    assert run(["check", "one.toml"]) == 0
    Path("one.toml").unlink()
    for bad in (["sin(x)"], ["sinn(x)", "--at", "x=1"]):  # these are no answers to be kept
        assert run(["check", *bad, *one]) == Exit.REQUEST
    assert not Path("one.toml").exists()
    capsys.readouterr()
    assert run(["check", "log(x)", "--at", "x=-1", "--record", "-"]) == 0
    assert 'error = "domain"' in capsys.readouterr().out


def test_the_sample_passes(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.chdir(ROOT)
    assert run(["check", "samples/ci/suite.toml"]) == 0
    assert "6 passed" in capsys.readouterr().out


def test_a_place_that_is_given_twice_is_an_error(suite: str) -> None:
    Path(suite).write_text('[[case]]\nexpr = "x"\nat = {x = 50}\nover = "x=0:1"\nclaim = "1"\n')
    (ran,) = running.run(suite, load(suite)).cases
    assert ran.outcome == "error"
    assert "by both at and over" in ran.why[0]


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_no_worker_outlives_its_parent(suite: str, sent: str) -> None:
    cases = [
        f'[[case]]\nexpr = "z = x; for i in 0..3000 {{ z = sin(z)*{k} }}; z"\nat = "x=1"\n'
        for k in range(1, 60)
    ]
    Path(suite).write_text("".join(cases))
    command = [sys.executable, "-m", "gradcalc", "check", suite, "--jobs", "2"]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    started.send_signal(getattr(signal, sent))
    started.wait(timeout=120)
    deadline = time.monotonic() + 120
    while any(suite in line for line in _running()):
        assert time.monotonic() < deadline, "a worker goes on"
        time.sleep(0.1)


def _running() -> list[str]:
    lines = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(status.read_text().replace("\0", " "))
    return lines


@pytest.mark.parametrize(
    "line",
    ["atol = inf", "rtol = inf", "rtol = nan", "atol = -1", "points = 0", "points = 10000000"],
)
def test_a_case_that_could_not_fail_is_refused(suite: str, line: str) -> None:
    text = f'[[case]]\nexpr = "x^2"\nover = "x=0:1"\nclaim = "7"\n{line}\n'
    Path(suite).write_text(text)
    with pytest.raises(GradcalcError) as raised:
        load(suite)
    assert line.split(maxsplit=1)[0] in raised.value.message


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no signal that kills")
def test_a_worker_that_is_killed_costs_its_case(
    suite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(
        f'[[case]]\nname = "{k}"\nexpr = "x^2"\nat = "x=3"\nclaim = "2*x"\n' for k in range(60)
    )
    Path(suite).write_text(text)
    monkeypatch.setattr(running, "run_case", _killed_at_37)
    report = running.run(suite, load(suite), jobs=2)
    outcomes = {case.name: case.outcome for case in report.cases}
    assert list(outcomes) == [str(k) for k in range(60)]
    assert {name for name, outcome in outcomes.items() if outcome != "passed"} == {"37"}
    assert "killed" in report.cases[37].why[0]


def _killed_at_37(case: Case, check: str) -> running.CaseReport:
    if case.name == "37":
        os.kill(os.getpid(), signal.SIGKILL)
    return running.CaseReport(case.name, case.expr, case.line, "passed", (), 0.0)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no alarm on this system")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_case_that_takes_long_costs_itself_alone(suite: str, jobs: int) -> None:
    long = '[[case]]\nexpr = "for i in 0..900000 { x = sin(x) }; x"\nat = "x=1"\ntimeout = 0.2\n'
    short = '[[case]]\nexpr = "x^2"\nat = "x=3"\nclaim = "2*x"\n'
    Path(suite).write_text(short + long + short)
    report = running.run(suite, load(suite), jobs=jobs)
    assert [case.outcome for case in report.cases] == ["passed", "error", "passed"]
    assert "no answer within 0.2 s" in report.cases[1].why[0]
    assert "timeout = …" in "".join(report.cases[1].why)


@pytest.mark.parametrize("begins", ["{}", "[[case]]\nat.{}", "[{}]\nx"])
@pytest.mark.parametrize("part", ["a", '"a"', " a "])
def test_a_key_of_many_parts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], begins: str, part: str
) -> None:
    """It is refused before Python's reader, which takes time and memory as its square, sees it."""
    path = tmp_path / "deep.toml"
    path.write_text(begins.format(".".join([part] * 20_000)) + " = 1\n")
    assert run(["check", str(path)]) == Exit.REQUEST
    told = capsys.readouterr().err
    assert "has a key of 20,00" in told
    assert len(told) < 1000
