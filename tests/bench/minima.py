"""Global minima of the functions that optimizers are tried on: how many, how fast, all true?"""

from __future__ import annotations

import time
from collections.abc import Iterator

from gradcalc.boxes.minimize import global_minimum
from gradcalc.boxes.search import Limits
from gradcalc.kernels.kernel import cores
from tests.bench.figure import Figure
from tests.landscapes import LANDSCAPES

SECONDS = 10.0
LEAST_SHARE = 0.9  # of the functions, to be enclosed within this time
SLACK = 1e-9  # of the published minima


def minima() -> Iterator[Figure]:
    """Each enclosed to 1e-6 within ten seconds, all minimisers boxed; wrong enclosures: none."""
    enclosed, wrong, boxed, slowest = 0, 0, 0, 0.0
    for one in LANDSCAPES:
        start = time.perf_counter()
        found = global_minimum(one.formula, one.over, search=Limits.of(SECONDS, cores()))
        taken = time.perf_counter() - start
        low, high = found.value
        slack = SLACK * max(1.0, abs(one.least))
        wrong += not low - slack <= one.least <= high + slack
        if found.exit == 0:
            enclosed, slowest = enclosed + 1, max(slowest, taken)
            boxed += len(found.minimisers) == one.points
    count = len(LANDSCAPES)
    yield Figure(f"of {count} minima enclosed to 1e-6", enclosed, LEAST_SHARE * count, "", True)
    yield Figure("wrong enclosures", wrong, 0, "")
    yield Figure("of these, all minimisers boxed", boxed, enclosed, "", True)
    yield Figure("the slowest", slowest, SECONDS, "s")


GROUPS = (minima,)
