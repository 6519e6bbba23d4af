"""Files that are made of the declarations are as they would be made today."""

from __future__ import annotations

import pytest

from tests.documents.generated import GENERATED, ROOT


@pytest.mark.parametrize("path", GENERATED)
def test_generated_files_are_up_to_date(path: str) -> None:
    current = (ROOT / path).read_text(encoding="utf-8") == GENERATED[path]()
    assert current, f"{path} is out of date: run python -m tests.documents.generated"
