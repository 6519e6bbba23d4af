"""The commonest jobs: each is done by a short line, shorter than of old and than in sympy."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

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


# The same in sympy, as short as it gets: behind its import and the names, one expression, which
# says what the last line of ours does.
SYMPY_BEFORE = 'from sympy import *\nx,y=symbols("x y")\n'
SYMPY = {
    "value and gradient": (
        "[g.evalf(subs={x:1,y:2})for f in[sin(x)*y]for g in[f,f.diff(x),f.diff(y)]]",
        "[1.68294196961579, 1.08060461173628, 0.841470984807897]",
    ),
    "bare numbers": ("[g.subs(x,3)for g in[x**2,diff(x**2)]]", "[9, 6]"),
    "one derivative": ("[g.subs({x:1,y:2})for g in[x*y,diff(x*y,x)]]", "[2, 2]"),
    "JSON": ('__import__("json").dumps([int(g.subs(x,3))for g in[x**2,diff(x**2)]])', "[9, 6]"),
    "many digits": (
        "[g.evalf(30,subs={x:S(1)/3})for g in[x**2,diff(x**2)]]",
        "[0.111111111111111111111111111111, 0.666666666666666666666666666667]",
    ),
    "no trace": ("[g.subs(x,3)for g in[x**2,diff(x**2)]]", "[9, 6]"),
    "Jacobian": ("Matrix([x*y,x]).jacobian([x,y]).subs({x:1,y:2})", "Matrix([[2, 1], [1, 0]])"),
    "Hessian": ("hessian(x**3*y,[x,y]).subs({x:2,y:3})", "Matrix([[36, 12], [12, 0]])"),
    "claim": ("simplify(diff(x**2)-2*x)==0", "True"),
    "search": ("singularities(1/x,x,Interval(-1,1))", "{0}"),
}


def test_a_job_takes_no_more_keys_than_in_sympy() -> None:
    assert SYMPY.keys() == JOBS.keys()
    for job, (expression, _) in SYMPY.items():
        line = shlex.join(["gradcalc", *JOBS[job][1]])
        assert len(line) <= len(SYMPY_BEFORE) + len(expression), job
    printing = "".join(f"print({expression})\n" for expression, _ in SYMPY.values())
    done = subprocess.run(
        [sys.executable, "-c", SYMPY_BEFORE + printing], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [printed for _, printed in SYMPY.values()]
