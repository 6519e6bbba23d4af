"""A call may end early: rows that need runs of their own are left out past a number of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcalc.kernels.kernel import Kernel

TEXT = "root(x^2 - a, x, 1)"
A = np.concatenate([np.linspace(1, 1.2, 50), np.linspace(-2, -1, 50)])


@pytest.mark.parametrize("limits", [{"patience": 1}, {"patience": 3}, {"effort": 5}])
def test_rows_that_need_a_run_of_their_own_are_left_out(limits: dict[str, Any]) -> None:
    kernel = Kernel(TEXT, ("a",))
    first = kernel.rows({"a": A[:50]}, watched=False)
    answer = kernel.rows({"a": A}, watched=False, **limits)
    assert len(answer.failed) <= limits.get("patience", 5)
    assert answer.own <= limits.get("effort", 50)
    for name, column in answer.columns.items():
        assert np.array_equal(column[:50], first.columns[name])
        assert np.isnan(column[50:]).all()


def test_rows_past_the_paths_are_counted() -> None:
    """With one path, the other rows run alone: those that have, keep their answers."""
    kernel = Kernel(TEXT, ("a",), max_paths=1)
    a = np.linspace(1, 60, 40)
    answer = kernel.rows({"a": a}, watched=False, effort=10)
    known = ~np.isnan(answer.columns["value"])
    assert answer.own == 10
    assert 10 <= known.sum() < 40
    assert np.allclose(answer.columns["value"][known], np.sqrt(a[known]), rtol=1e-15)
