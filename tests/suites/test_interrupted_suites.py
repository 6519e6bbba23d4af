"""A run of suites that is ended from outside: each report is whole and says what was not run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

LIMIT_SECONDS = 300  # after which waiting has failed
SLOW = "z = x; for i in 0..90000 { z = sin(z) + x }; z"
QUICK = '[[case]]\nname = "quick"\nexpr = "x^2"\nat = "x=3"\nclaim = "3*x"\n'
SLOW_CASES = [
    f'[[case]]\nname = "slow {k}"\nexpr = "{SLOW}"\nat = "x={k}"\ntimeout = 300\n'
    for k in range(1, 20)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.toml").write_text(QUICK + "".join(SLOW_CASES))
    (tmp_path / "b.toml").write_text(QUICK)
    return tmp_path


@pytest.mark.parametrize(("sent", "jobs"), [("INT", 1), ("TERM", 1), ("HUP", 2)])
def test_every_report_is_whole(folder: Path, sent: str, jobs: int) -> None:
    command = [sys.executable, "-m", "gradcalc", "check", "a.toml", "b.toml", "--json", "--github"]
    command += ["--junit", "r.xml", "--sarif", "r.sarif", "--jobs", str(jobs)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe) as ran:
        until = time.monotonic() + LIMIT_SECONDS
        while not (folder / "r.sarif").exists():  # with the first case, and none of the slow ones
            assert ran.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        assert ElementTree.parse(folder / "r.xml").getroot().get("tests") == "21"
        ran.send_signal(getattr(signal, f"SIG{sent}"))
        out, err = ran.communicate(timeout=LIMIT_SECONDS)
    assert ran.returncode == 130
    assert b"Traceback" not in err
    assert b"::error file=a.toml,line=1,title=quick" in err

    record = json.loads(out)
    ended = [len(suite["cases"]) for suite in record["suites"]]
    assert 1 <= ended[0] < 20
    assert ended[1] == 0
    assert [suite["skipped"] for suite in record["suites"]] == [20 - ended[0], 1]
    report = ElementTree.parse(folder / "r.xml").getroot()
    assert (report.get("tests"), report.get("failures")) == ("21", "1")
    assert len(report.findall(".//testcase/skipped")) == 21 - ended[0]
    (sarif,) = json.loads((folder / "r.sarif").read_text())["runs"]
    assert [result["ruleId"] for result in sarif["results"]] == ["gradcalc/failed"]
    assert sorted(path.name for path in folder.iterdir()) == [
        *("a.toml", "b.toml", "r.sarif", "r.xml")
    ]
