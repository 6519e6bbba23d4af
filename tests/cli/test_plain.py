"""What is read aloud: a label and a value a line, no box, no sign that is not plain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]

PLAIN = "--format", "plain"


@pytest.mark.parametrize(
    ("arguments", "status", "first"),
    [
        (("eval", "x^2", "--at", "x=3", "--trace", "off"), 0, "formula: x^2"),
        (("check", "x^2", "--at", "x=3", "--claim", "x=2*x"), 0, "right: d/dx = 2*x"),
        (("check", "x^2", "--at", "x=3", "--claim", "x=x"), 1, "WRONG: d/dx = x"),
        (("hunt", "log(x)", "--over", "x=-1:1", "--points", "4"), 0, "pole at log(x)"),
        (("functions", "sin"), 0, "sin(x): the sine of x (radians)"),
        (("diff", "x^2"), 0, "formula: x^2"),
        (("explain", "x^2"), 0, "formula: x^2"),
        (("explain", "x^2", "--at", "x=3"), 0, "formula: x^2"),
        (("explain", "x^2", "--at", "x=3", "--paths"), 0, "formula: x^2"),
    ],
)
def test_commands_speak(
    arguments: tuple[str, ...], status: int, first: str, capsys: Captured
) -> None:
    assert run([*arguments, *PLAIN]) in (status, Exit.VERDICT)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(first)
    assert not any(character in line for line in lines for character in "│─┌└█")


def test_a_report_is_an_object_or_plain(capsys: Captured) -> None:
    assert run(["check", "x", "--at", "x=1", "--claim", "x=1", "--json", *PLAIN]) == Exit.REQUEST
    assert "can't be combined" in capsys.readouterr().err
    assert run(["functions", "sin", "--format", "json"]) == Exit.OK
    assert capsys.readouterr().out.startswith("{")


# tables without names ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "columns"),
    [("x*y", "x,y"), ("beta*x", "beta,x"), ("sin(x)*min", "x,min"), ("x*sin x + gamma", "x,gamma")],
)
def test_columns_without_names_may_be_called_like_functions(
    formula: str, columns: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "rows.npy"
    np.save(path, np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert run(["map", formula, str(path), "--color", "always"]) == Exit.OK
    assert capsys.readouterr().out.startswith(f"{columns},value,")
