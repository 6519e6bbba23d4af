"""While a kernel is made nobody searches for circles of references: a long formula's steps would be
gone over again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import pytest

from gradcalc import GradcalcError, Kernel

ROWS = {"x": np.linspace(0.5, 3, 50), "y": np.linspace(-1, 1, 50)}
OLDEST = 2  # the generation whose search goes over everything


@pytest.fixture
def searches() -> Iterator[list[int]]:
    """The generations that are searched from now on."""
    generations: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            generations.append(info["generation"])

    gc.collect()  # what other tests have made is not to be counted
    gc.callbacks.append(note)
    yield generations
    gc.callbacks.remove(note)


@pytest.mark.parametrize(
    "text",
    [
        " + ".join(f"sin({k}.5*x)*y" for k in range(3000)),
        "y = x; for i in 0..3000 { y = y + sin(i*y)/9 }; y",
    ],
)
def test_a_long_formula_is_not_searched(text: str, searches: list[int]) -> None:
    Kernel(text)(ROWS)
    assert OLDEST not in searches
    assert gc.isenabled()


@pytest.mark.parametrize("text", ["x +", "sum(x, ", "unknown(x)"])
def test_the_search_goes_on_after_an_error(text: str) -> None:
    with pytest.raises(GradcalcError):
        Kernel(text)(ROWS)
    assert gc.isenabled()


def test_who_had_no_search_has_none() -> None:
    gc.disable()
    try:
        Kernel("x*y + 17")(ROWS)
        assert not gc.isenabled()
    finally:
        gc.enable()
