"""Ranges and proofs over boxes, and equations with planted roots."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from random import Random

from gradcalc.boxes.bound import bound
from gradcalc.boxes.freedom import freedom
from gradcalc.boxes.search import Limits
from gradcalc.boxes.solve import solve
from gradcalc.kernels.kernel import cores
from tests.bench.figure import Figure
from tests.fuzz.planted import check, planted

EQUATIONS = 1000
TROUBLE_FREE = "sqrt(x^2+y^2+1)*log(2+sin(x*y))"
TEN_OPERATIONS = "sin(x*y)/(2 + x^2) + exp(-y^2)*x"


def ranges() -> Iterator[Figure]:
    """A box of two sides to three digits: what it takes of the processor beyond start-up."""
    taken = []
    for _ in range(9):
        start = time.process_time()
        bound(TEN_OPERATIONS, {"x": (0.0, 1.0), "y": (-1.0, 2.0)}, tolerance=1e-3)
        taken.append(time.process_time() - start)
    yield Figure("bound of ten operations, beyond start-up", statistics.median(taken), 0.2, "s")


def freedom_of_trouble() -> Iterator[Figure]:
    """A box of two sides that is proven free of trouble, by all cores."""
    sides = dict.fromkeys("xy", (-10.0, 10.0))
    start = time.perf_counter()
    found = freedom(TROUBLE_FREE, sides, {}, Limits.of(60.0, cores()))
    yield Figure(f"hunt --prove of {TROUBLE_FREE}", time.perf_counter() - start, 2.0, "s")
    yield Figure("of it undecided", found.share, 0.0, "")


def roots() -> Iterator[Figure]:
    """Planted roots: all found, all proven, none invented."""
    random, right = Random(1), 0
    for _ in range(EQUATIONS):
        one = planted(random)
        try:
            check(one, solve(one.text, one.over))
            right += 1
        except AssertionError:
            continue
    yield Figure(f"of {EQUATIONS:,} equations all planted roots", right, EQUATIONS, "", True)


GROUPS = (ranges, freedom_of_trouble, roots)
