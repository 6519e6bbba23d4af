"""Ranges over boxes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from gradcalc.boxes.bound import bound
from tests.bench.figure import Figure

TEN_OPERATIONS = "sin(x*y)/(2 + x^2) + exp(-y^2)*x"


def ranges() -> Iterator[Figure]:
    """A box of two sides to three digits: what it takes of the processor beyond start-up."""
    taken = []
    for _ in range(9):
        start = time.process_time()
        bound(TEN_OPERATIONS, {"x": (0.0, 1.0), "y": (-1.0, 2.0)}, tolerance=1e-3)
        taken.append(time.process_time() - start)
    yield Figure("bound of ten operations, beyond start-up", statistics.median(taken), 0.2, "s")


GROUPS = (ranges,)
