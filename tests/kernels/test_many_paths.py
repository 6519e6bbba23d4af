"""Tables whose rows take many ways: the tree of guards is walked a few times, not for each way."""

from typing import Any

import numpy as np
import pytest

from gradcalc import Kernel
from gradcalc.kernels.tree import Tree

PROGRAMS = {
    "as many turns as the row needs": "t = x\nn = 0\nwhile t > 1 { t = t*0.8\nn = n + 1 }\nt*x + n",
    "a turn by the number itself": "s = 0\nfor i in 0..floor(x) { s = s + sin(i*x) }\ns",
    "branches in a row": "s = x\n"
    + "\n".join(f"if x > {4 * k} {{ s = s + {k}*x }} else {{ s = s*1.5 }}" for k in range(1, 12))
    + "\ns",
    "some rows have no run": "s = 0\nfor i in 0..(floor(x) if x < 45 else x) { s = s + i*x }\ns",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_walks_are_few(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    walks = []
    walk = Tree.walk

    def counted(*arguments: Any, **options: Any) -> Any:
        walks.append(arguments)
        return walk(*arguments, **options)

    monkeypatch.setattr(Tree, "walk", counted)
    random = np.random.default_rng(3)
    table = {"x": random.uniform(1, 50, 300)}
    kernel = Kernel(PROGRAMS[name], threads=1)
    rows = kernel.rows(table)
    assert len(kernel.paths) >= 8
    assert len(walks) <= 6 + len(rows.failed)
    for row in range(0, 300, 7):
        one = Kernel(PROGRAMS[name], threads=1).rows({"x": table["x"][row : row + 1]})
        for column in kernel.columns:
            np.testing.assert_allclose(rows.columns[column][row], one.columns[column][0], 1e-13)
        assert (row in rows.failed) == (0 in one.failed)


def test_paths_past_the_most_run_alone() -> None:
    """However many ways are found at once, no more are compiled than may be."""
    table = {"x": np.linspace(1, 50, 200)}
    whole = Kernel(PROGRAMS["as many turns as the row needs"]).rows(table)
    kernel = Kernel(PROGRAMS["as many turns as the row needs"], max_paths=5, threads=1)
    rows = kernel.rows(table)
    assert len(kernel.paths) == 5
    assert rows.alone > 0
    for column in kernel.columns:
        np.testing.assert_allclose(rows.columns[column], whole.columns[column], rtol=1e-13)
