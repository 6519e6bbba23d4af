"""`gradcalc diff` on the command line: notations, orders, statuses, and what can be piped on."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gradcalc", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_bare_formulas_are_texts_in_the_order_of_the_inputs() -> None:
    first = run("diff", "y*x^2 + z", "-q")
    assert first.stdout == "x^2\n2*y*x\n1\n"
    again = run("eval", first.stdout.splitlines()[1], "--at", "x=3,y=2", "-q")
    assert again.stdout.splitlines()[0] == "12"


def test_json_has_a_text_for_each_derivative() -> None:
    result = json.loads(run("diff", "x^3*y", "--wrt", "x,x,y", "--wrt", "x", "--json").stdout)
    assert result["schema"] == "gradcalc.diff/1"
    assert result["derivatives"] == {"x,x,y": "6*x", "x": "3*x^2*y"}
    assert result["proven"] == {"x,x,y": True, "x": True}


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("--format", "latex"), r"\frac{\partial f}{\partial x} &= \frac{1}{2 \sqrt{x}}"),
        (("--format", "mathml"), "<msqrt><mi>x</mi></msqrt>"),
        (("--format", "markdown"), "$$\n\\begin{aligned}"),
        (("--at", "x=4"), "1/(2*sqrt(x)) = 0.25"),
        (("--raw",), "1/(2*sqrt(x))"),
    ],
)
def test_notations(arguments: tuple[str, ...], shown: str) -> None:
    result = run("diff", "sqrt(x)", *arguments)
    assert result.returncode == 0
    assert shown in result.stdout


def test_statuses() -> None:
    assert run("diff", "x^2", "--wrt", "z").returncode == 2
    assert run("diff", "x^2", "--wrt", "").returncode == 2
    assert run("diff", "").returncode == 2
    assert run("diff", "if x > 0 { y = 1 } else { y = x }; y").returncode == 2
