"""Suites in CI: the samples run as they stand, and what is wrong is shown where it is."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.suites.suite import load

ROOT = Path(__file__).parents[2]
CI = ROOT / "samples/ci"
Captured = pytest.CaptureFixture[str]

# The samples ------------------------------------------------------------------------------


@pytest.fixture
def commands(tmp_path: Path) -> dict[str, str]:
    """An environment in which `gradcalc` is this one, and `pip` notes what it is to install."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, line in {
        "gradcalc": f'exec {shlex.quote(sys.executable)} -m gradcalc "$@"',
        "pip": f'printf "%s\\n" "$@" >> {shlex.quote(str(tmp_path / "pip"))}',
    }.items():
        script = folder / name
        script.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        script.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def test_the_workflow_runs_as_it_stands(tmp_path: Path, commands: dict[str, str]) -> None:
    workflow = yaml.safe_load((CI / "github-workflow.yml").read_text(encoding="utf-8"))
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "samples", checkout / "samples")
    environment = {**commands, "GITHUB_ACTIONS": "true", **workflow["env"]}
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    assert len(steps) == 3
    for step in steps:
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step]
        subprocess.run(shell, cwd=checkout, env=environment, check=True)
    # What is installed is the checkout, and it is gradcalc.
    assert (tmp_path / "pip").read_text(encoding="utf-8").split() == [
        "install",
        ".",
        "python-flint",
    ]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["name"] == "gradcalc"
    upload = workflow["jobs"]["check"]["steps"][-1]["with"]["path"]
    report = ElementTree.parse(checkout / upload).getroot()
    assert report.get("failures") == "0"
    assert int(report.get("tests", 0)) == len(load(str(CI / "suite.toml")))


EACH_HOOK = pytest.mark.parametrize("sample", ["pre-commit-config", "pre-commit-by-name"])


def hook(sample: str) -> dict[str, object]:
    """The sample's hook, on top of what the project says of it, as pre-commit does."""
    config = yaml.safe_load((CI / f"{sample}.yaml").read_text(encoding="utf-8"))
    (repository,) = config["repos"]
    (ours,) = repository["hooks"]
    if repository["repo"] == "local":
        assert ours["additional_dependencies"] == ["gradcalc"]
        return dict(ours)
    assert repository["repo"] == "."
    theirs = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (known,) = [each for each in theirs if each["id"] == ours["id"]]
    return {**known, **ours}


@EACH_HOOK
def test_the_hook_runs_as_it_stands(sample: str, commands: dict[str, str]) -> None:
    wanted = hook(sample)
    assert wanted["language"] == "python"
    assert wanted["pass_filenames"] is False
    command = [*shlex.split(str(wanted["entry"])), *wanted["args"]]  # type: ignore[misc]
    done = subprocess.run(
        command, cwd=ROOT, env=commands, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout


@EACH_HOOK
def test_the_hook_runs_when_a_file_changes_that_the_suite_reads(sample: str) -> None:
    files = re.compile(str(hook(sample)["files"]))
    tables = tomllib.loads((CI / "suite.toml").read_text(encoding="utf-8"))["case"]
    programs = [CI / table["file"] for table in tables if "file" in table]
    assert programs
    for path in (CI / "suite.toml", *programs):
        assert files.search(path.resolve().relative_to(ROOT).as_posix())
    assert not files.search("README.md")
    assert not files.search("gradcalc/errors.py")


# Several suites ---------------------------------------------------------------------------

RIGHT = '[[case]]\nname = "right"\nexpr = "x^2"\nat = "x=3"\nclaim = "2*x"\n'
WRONG = '[[case]]\nname = "wrong"\nexpr = "x^2"\nat = "x=3"\nclaim = "3*x"\n'
SLIP = '[[case]]\nname = "slip"\nexpr = "1 + sinn(x)"\nat = "x=3"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    for name, text in {"right": RIGHT, "wrong": WRONG, "slip": SLIP, "both": RIGHT + WRONG}.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("order", [["right", "wrong", "slip"], ["slip", "right", "wrong"]])
def test_several_suites(folder: Path, order: list[str], capsys: Captured) -> None:
    paths = [f"{name}.toml" for name in order]
    assert run(["check", *paths, "--junit", "report.xml", "--sarif", "report.sarif"]) == 1
    out = capsys.readouterr().out
    assert re.findall(r"^(\w+)\.toml: ", out, re.MULTILINE) == order
    report = ElementTree.parse(folder / "report.xml").getroot()
    assert [suite.get("name") for suite in report] == paths
    assert (report.get("tests"), report.get("failures"), report.get("errors")) == ("3", "1", "1")
    sarif = json.loads((folder / "report.sarif").read_text(encoding="utf-8"))
    assert len(sarif["runs"][0]["results"]) == 2
    assert run(["check", *paths, "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["schema"] == "gradcalc.suites/1"
    assert [suite["suite"] for suite in record["suites"]] == paths
    assert run(["check", "--jobs", "2", *paths[:1], "--check", "fast", *paths[1:]]) == 1


@pytest.mark.usefixtures("folder")
def test_a_first_failure_ends_all_suites(capsys: Captured) -> None:
    assert run(["check", "both.toml", "right.toml", "--fail-fast"]) == 1
    out = capsys.readouterr().out
    assert "both.toml: 1 passed, 1 failed" in out
    assert "right.toml: 0 passed, 1 not run" in out
    assert run(["check", "right.toml", "both.toml", "-k", "RIGHT"]) == 0
    assert run(["check", "right.toml", "both.toml", "-k", "neither"]) == 2
    assert run(["check", "right.toml", "both.toml", "--record", "new.toml"]) == 2


def test_a_formula_takes_no_suite_beside_it(folder: Path, capsys: Captured) -> None:
    assert run(["check", "x^2", "right.toml"]) == 2
    assert "error[usage]" in capsys.readouterr().err


# What is wrong, and where -----------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_an_error_shows_formula_caret_hint_file_and_line(capsys: Captured) -> None:
    assert run(["check", "slip.toml"]) == 1
    assert re.sub(
        r" \([\d.]+ s\)$| in [\d.]+ s$", "", capsys.readouterr().out, flags=re.M
    ).splitlines() == [
        "ERROR  slip",
        "       slip.toml:1",
        "       error[unknown-name]: unknown function 'sinn'",
        "         │ 1 + sinn(x)",
        "         │     ^^^^ did you mean sin?",
        "slip.toml: 0 passed, 1 in error",
    ]


def annotations(text: str) -> list[tuple[str, int, str]]:
    """File, line and message of each annotation."""
    found = re.findall(r"^::error file=(.*?),line=(\d+),title=.*?::(.*)$", text, re.MULTILINE)
    return [(file, int(line), message.replace("%0A", "\n")) for file, line, message in found]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", [[], ["--json"], ["--junit", "-"]])
def test_annotations_where_github_runs(
    form: list[str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["check", "both.toml", "slip.toml", *form])
    captured = capsys.readouterr()
    assert not annotations(captured.out + captured.err)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run(["check", "both.toml", "slip.toml", *form])
    captured = capsys.readouterr()
    wrong, slip = annotations(captured.err if form else captured.out)
    assert wrong[:2] == ("both.toml", 6)
    assert slip[:2] == ("slip.toml", 1)
    assert "    ^^^^ did you mean sin?" in slip[2]


UNREADABLE = {
    "unknown key": (RIGHT + "expcted = 3\n", 6, Exit.REQUEST),
    "key of a later case": (RIGHT + RIGHT + "expcted = 3\n", 11, Exit.REQUEST),
    "wrong kind": (RIGHT + "\ndigits = -1\n", 7, Exit.REQUEST),
    "no formula": (RIGHT + '\n[[case]]\nname = "b"\n', 7, Exit.REQUEST),
    "formula twice": (RIGHT + 'file = "f.grad"\n', 1, Exit.REQUEST),
    "outside of a case": ("deep = 1\n" + RIGHT, 1, Exit.REQUEST),
    "no value": (RIGHT + "digits =\n", 6, Exit.FILE),
    "same key": (RIGHT + 'expr = "x"\n', 6, Exit.FILE),
    "not closed": (RIGHT + 'over = "x=1:2\n', 6, Exit.FILE),
    "no file": (None, 1, Exit.FILE),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_annotations_from_a_suite_that_can_not_be_read(
    name: str, folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, line, status = UNREADABLE[name]
    if text is not None:
        (folder / "bad.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run(["check", "right.toml", "bad.toml"]) == status
    captured = capsys.readouterr()
    ((file, shown, _),) = annotations(captured.out)
    assert (file, shown) == ("bad.toml", line)
    assert captured.err.startswith("error[")
    if text is not None:
        with pytest.raises(GradcalcError) as caught:
            load("bad.toml")
        assert caught.value.line == line


# Programs in files ------------------------------------------------------------------------


def test_a_case_reads_its_program_from_a_file(folder: Path, capsys: Captured) -> None:
    (folder / "models").mkdir()
    (folder / "models/f.grad").write_text("y = x^2\n3*y\n", encoding="utf-8")
    (folder / "models/suite.toml").write_text(
        '[[case]]\nfile = "f.grad"\nat = "x=2"\nclaim = "6*x"\n', encoding="utf-8"
    )
    assert run(["check", "models/suite.toml"]) == 0
    assert run(["check", "models/suite.toml", "--record", "new.toml"]) == 0
    assert run(["check", "new.toml"]) == 0  # whose program no longer needs the file
    (folder / "models/f.grad").write_text("y = x^2\n4*yy\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["check", "models/suite.toml"]) == 1
    assert "2 │ 4*yy" in capsys.readouterr().out
    (folder / "models/f.grad").unlink()
    assert run(["check", "models/suite.toml"]) == Exit.FILE
