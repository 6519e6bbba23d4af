"""Every command shown in the README prints what the README says."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README.read_text(encoding="utf-8"), re.S)


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command line with this interpreter's gradcalc first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = re.sub(r"\bgradcalc (?=eval|functions|map)", "python -m gradcalc ", command)
    return subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
        check=False,
        timeout=60,
        cwd=README.parent,
    )


def test_the_readme_shows_commands() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[b[0] for b in BLOCKS])
def test_the_readme_tells_the_truth(command: str, shown: str) -> None:
    assert shell(command).stdout == shown


def test_the_python_example_is_true() -> None:
    text = "".join(re.findall(r"```pycon\n(.*?)```", README.read_text(encoding="utf-8"), re.S))
    example = doctest.DocTestParser().get_doctest(text, {}, "README", None, 0)
    found = doctest.DocTestRunner().run(example)
    assert found.attempted >= 4
    assert found.failed == 0


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("gradcalc eval 'log(x)' --at x=-1", 3),
        ("gradcalc eval '1/2x' --at x=1", 2),
        ("gradcalc eval 'x' --chek full", 2),
        ("gradcalc eval 'abs(x)' --at x=0 --strict", 4),
        ("gradcalc eval '(1-cos(x))/x^2' --at x=1e-9 --min-digits 8", 1),
        ("gradcalc eval -f /nonexistent/file", 6),
        ("gradcalc eval 'sin(x)' --at x=1 | head -1", 0),
        ("gradcalc functions sinn", 2),
    ],
)
def test_exit_statuses(command: str, status: int) -> None:
    done = shell(command)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
