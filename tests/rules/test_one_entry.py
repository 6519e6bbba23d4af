"""What is true of a row is written in its entry: no module keeps a list of rows by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradcalc
from gradcalc.rules.table import CALLABLE, TABLE

ROOT = Path(gradcalc.__file__).parent
MODULES = sorted(path for path in ROOT.rglob("*.py") if "rules" not in path.parts)
LISTED = 2  # names of rows that a module may put side by side

ALLOWED = {
    # The library's names for C's functions and its own, which are ours only by chance.
    "numbers/native.py",
    # The language doesn't know the table: these have an inverse called a…, for a hint.
    "language/calls.py",
    # Commands of LaTeX, whether we have the functions or not.
    "formulas/latex.py",
    "language/latex.py",
    "language/latex_signs.py",
    # Words of speech and of other languages, whether functions here have them too or not.
    "language/mending/words.py",
    # How steps are shown: notation of a view, with f(x, y) for every row that is not there.
    "views/operations.py",
}


def lists(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """The literal collections of a module that hold names of rows: line and names."""
    names = TABLE.keys() | CALLABLE.keys()
    for node in ast.walk(tree):
        if isinstance(node, ast.Set | ast.List | ast.Tuple):
            items: list[ast.expr | None] = [*node.elts]
        elif isinstance(node, ast.Dict):
            items = node.keys
        else:
            continue
        texts = [item.value for item in items if isinstance(item, ast.Constant)]
        yield node.lineno, [text for text in texts if isinstance(text, str) and text in names]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_keeps_a_list_of_rows(path: Path) -> None:
    longest = max((len(names) for _, names in lists(ast.parse(path.read_text()))), default=0)
    if path.relative_to(ROOT).as_posix() in ALLOWED:
        assert longest > LISTED, "no longer needs its exception"
    else:
        assert longest <= LISTED
