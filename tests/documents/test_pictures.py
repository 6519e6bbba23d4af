"""The pictures of the samples are what their commands draw."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gradcalc.cli import run
from tests.documents.pages import PAGES, ROOT, text

COMMANDS = [
    command
    for page in PAGES
    for command in re.findall(r"^gradcalc (plot .* -o samples/.*\.svg)$", text(page), re.MULTILINE)
]


def test_there_are_pictures() -> None:
    assert len(COMMANDS) >= 2


def test_the_pictures_of_runs_are_up_to_date(tmp_path: Path) -> None:
    folder = ROOT / "samples" / "pictures"
    script = [sys.executable, str(folder / "draw.py"), str(tmp_path)]
    subprocess.run(script, check=True, cwd=ROOT)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert drawn == {p.name: p.read_text(encoding="utf-8") for p in folder.glob("*.svg")}
    assert sorted(drawn) == ["graph.svg", "terminal.svg"]


def test_the_pictures_that_pages_show_are_there() -> None:
    shown = [
        page.parent / name
        for page in PAGES
        for pair in re.findall(r'<img src="([^"]+)"|!\[[^]]*\]\(([^)]+)\)', text(page))
        for name in filter(None, pair)
    ]
    assert len(shown) >= 6
    assert all(path.is_file() for path in shown)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_picture_is_up_to_date(command: str, tmp_path: Path) -> None:
    *arguments, picture = shlex.split(command)
    drawn = tmp_path / "drawn.svg"
    assert run([*arguments, str(drawn)]) == 0
    assert drawn.read_text(encoding="utf-8") == (ROOT / picture).read_text(encoding="utf-8")
