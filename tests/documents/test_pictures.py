"""The pictures of the samples are what their commands draw."""

from __future__ import annotations

import re
import shlex
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


@pytest.mark.parametrize("command", COMMANDS)
def test_a_picture_is_up_to_date(command: str, tmp_path: Path) -> None:
    *arguments, picture = shlex.split(command)
    drawn = tmp_path / "drawn.svg"
    assert run([*arguments, str(drawn)]) == 0
    assert drawn.read_text(encoding="utf-8") == (ROOT / picture).read_text(encoding="utf-8")
