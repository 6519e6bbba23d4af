"""The arrows of the design: imports run one way, and the contracts of pyproject.toml say which."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]


def test_imports_run_one_way() -> None:
    done = subprocess.run(LINT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def layers() -> str:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = config["tool"]["importlinter"]["contracts"][0]
    assert contract["type"] == "layers"
    return " ".join(contract["layers"])


def test_every_room_has_its_place_among_the_layers() -> None:
    rooms = {path.parent.name for path in (ROOT / "gradcalc").glob("*/__init__.py")}
    modules = {path.stem for path in (ROOT / "gradcalc").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"gradcalc\.(\w+)", layers())) == rooms | modules


def test_an_import_that_runs_up_is_found(tmp_path: Path) -> None:
    """The contracts can fail: a late import of a view from the language breaks the first."""
    shutil.copytree(ROOT / "gradcalc", tmp_path / "gradcalc")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module = tmp_path / "gradcalc" / "language" / "suggest.py"
    module.write_text(module.read_text("utf-8") + "\n\ndef up():\n    import gradcalc.views.json\n")
    done = subprocess.run(LINT, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Imports run one way BROKEN" in done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "gradcalc").glob("*/__init__.py")), ids=str)
def test_every_room_says_what_it_is_for(path: Path) -> None:
    """In 5 to 15 lines: what comes in, what goes out, which file to read first."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    assert 5 <= len(text.splitlines()) <= 15, path
