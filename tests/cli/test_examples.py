"""The examples in help: each runs as it is printed, in a folder with the files that they name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gradcalc.cli.commands import COMMANDS, FIRST_EXAMPLES
from gradcalc.cli.help import TOPICS, rows, text

FILES = {
    "points.csv": "id,x,y\na,1,2\nb,3,4\n",
    "measured.csv": "temp (C),p\n20,101\n-5,99\n",
    "decay.csv": "t,y\n0,3.52\n1,1.31\n2,0.73\n3,0.55\n4,0.53\n5,0.49\n",
    "suite.toml": '[[case]]\nexpr = "x^2"\nat = "x=3"\nclaim = "2*x"\n',
}
FOLDERS = ("bin", "home/.config/fish/completions", "home/.zfunc")
EXAMPLES = [
    *FIRST_EXAMPLES,
    *(example for entry in COMMANDS.values() for example in entry.examples),
    *(
        line.strip()
        for topic in TOPICS
        for line in text(topic).splitlines()
        if line.startswith("  ") and "gradcalc " in line and not rows([line])
    ),
]


@pytest.mark.parametrize("example", dict.fromkeys(EXAMPLES))
def test_examples_run(example: str, tmp_path: Path) -> None:
    for folder in FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    bin = tmp_path / "bin"
    (bin / "gradcalc").write_text(f'#!/bin/sh\nexec {sys.executable} -m gradcalc "$@"\n')
    (bin / "gradcalc").chmod(0o755)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    package = str(Path(__file__).parents[2])
    environment = os.environ | {
        "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")]),
        "HOME": str(tmp_path / "home"),
    }
    shell = shutil.which("bash")
    assert shell is not None
    done = subprocess.run(
        [shell, "-c", example],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
        timeout=120,
    )
    assert done.stderr.count("error[") == 0, done.stderr
    trouble_is_found = example.startswith("gradcalc hunt") and "--prove" not in example
    assert done.returncode == (1 if trouble_is_found else 0), done.stdout + done.stderr


def test_examples_are_of_their_command() -> None:
    for name, entry in COMMANDS.items():
        assert all(f"gradcalc {name}" in example for example in entry.examples)
