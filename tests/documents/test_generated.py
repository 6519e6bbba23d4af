"""Files that are made of the declarations are as they would be made today."""

from __future__ import annotations

import pytest

from tests.documents.generated import GENERATED, ROOT


@pytest.mark.parametrize("path", GENERATED)
def test_generated_files_are_up_to_date(path: str) -> None:
    current = (ROOT / path).read_text(encoding="utf-8") == GENERATED[path]()
    assert current, f"{path} is out of date: run python -m tests.documents.generated"


def test_the_top_level_holds_nothing_but_what_it_may() -> None:
    allowed = {"pyproject.toml", "README.md", "LICENSE", "gradcalc", "tests", "samples"}
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    assert {name for name in names if not name.endswith(".egg-info")} == allowed
