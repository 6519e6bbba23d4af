"""The commonest jobs: each is done by a short line, and the line of old still does the same."""

from __future__ import annotations

import json

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

# How a job was written when there were only commands, and how it can be written now.
JOBS = {
    "value and gradient": (
        ["eval", "sin(x)*y", "--at", "x=1,y=2"],
        ["sin(x)*y", "--at", "x=1,y=2"],
    ),
    "bare numbers": (["eval", "x^2", "--at", "x=3", "-q"], ["x^2", "x=3", "-q"]),
    "one derivative": (
        ["eval", "x*y", "--at", "x=1,y=2", "--wrt", "x", "-q"],
        ["x*y", "x=1,y=2", "-x", "x", "-q"],
    ),
    "JSON": (["eval", "x^2", "--at", "x=3", "--json"], ["x^2", "x=3", "-j"]),
    "many digits": (
        ["eval", "x^2", "--at", "x=1/3", "--digits", "30", "-q"],
        ["x^2", "x=1/3", "--digits", "30", "-q"],
    ),
    "no trace": (["eval", "x^2", "--at", "x=3", "--trace", "off"], ["x^2", "x=3", "--no-trace"]),
    "Jacobian": (
        ["jacobian", "[x*y, x]", "--at", "x=1,y=2", "-q"],
        ["jacobian", "[x*y, x]", "x=1,y=2", "-q"],
    ),
    "Hessian": (
        ["hessian", "x^3*y", "--at", "x=2,y=3", "-q"],
        ["hessian", "x^3*y", "x=2,y=3", "-q"],
    ),
    "claim": (
        ["check", "x^2", "--claim", "2*x", "--at", "x=3"],
        ["check", "x^2", "--claim", "2*x", "x=3"],
    ),
    "search": (["hunt", "1/x", "--over", "x=-1:1", "--json"], ["hunt", "1/x", "x=-1:1", "-j"]),
}


@pytest.mark.parametrize("job", JOBS)
def test_a_job_takes_no_more_keys_than_it_did(job: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    before, now = JOBS[job]
    for line in (before, now):
        assert run(line) in (Exit.OK, Exit.VERDICT)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert sum(map(len, now)) + len(now) < sum(map(len, before)) + len(before)
    if "JSON" in job:
        assert json.loads(printed[0])["value"] == 9
