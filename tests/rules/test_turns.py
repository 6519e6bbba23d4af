"""Threads that compute in big numbers: each finds the precision that it left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from threading import Thread

import numpy as np
import pytest

from gradcalc import evaluate, hessian
from gradcalc.rules.systems import big_numbers, nan_numbers

THREADS = 4
POINTS = np.linspace(0.1, 6, 6)


@pytest.fixture
def restless() -> Iterator[None]:
    """Python goes from thread to thread as often as it can."""
    seconds = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(seconds)


def _precisions() -> list[int]:
    return [big_numbers(digits).context.prec for digits in (30, 50)]


def _beside(work: Callable[[int], object]) -> list[object]:
    """What some threads find at the same time; None of one that doesn't end."""
    found: list[object] = [None] * THREADS

    def run(k: int) -> None:
        found[k] = work(k)

    threads = [Thread(target=run, args=(k,), daemon=True) for k in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.usefixtures("restless")
@pytest.mark.parametrize("name", ["lambertw_gap", "lambertw_slope", "erfcx", "digamma"])
def test_float64_functions_that_go_through_big_numbers(name: str) -> None:
    """A fit of lambertw never ended: two threads raised the precision in turn, for ever."""
    function = getattr(nan_numbers(), name)
    before = _precisions()
    columns = [np.linspace(0.1 + k, 9 + k, 300).tolist() for k in range(THREADS)]
    found = _beside(lambda k: [function(x) for x in columns[k]])
    assert found == [[function(x) for x in column] for column in columns]
    assert _precisions() == before


@pytest.mark.usefixtures("restless")
@pytest.mark.parametrize("answer", [evaluate, hessian])
def test_answers_that_threads_ask_for_at_once(answer: Callable[..., object]) -> None:
    """Of each thread what it is alone, and no precision is left raised."""
    formula = "lambertw(x)*gamma(x + 1) + besselj(1, x)*erf(x)"
    alone = [repr(answer(formula, {"x": float(x)})) for x in POINTS]
    before = _precisions()
    found = _beside(lambda k: [repr(answer(formula, {"x": float(x)})) for x in POINTS])
    assert found == [alone] * THREADS
    assert _precisions() == before
