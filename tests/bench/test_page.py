"""The page of the benchmark is written from whatever was measured."""

from __future__ import annotations

from tests.bench.formulas import EIGHT
from tests.bench.page import LENGTHS, SIZES, THREADS, Results, text
from tests.bench.peers import PEERS
from tests.bench.race import Timing


def test_the_page() -> None:
    """Every formula with its operations, every size; a dash for who is left out, and why."""
    outcomes = [Timing(0.002, 0.1, 48_000_000), *["not installed"] * (len(PEERS) - 1)]
    results = Results(
        {threads: {each.name: outcomes for each in EIGHT} for threads in THREADS},
        dict.fromkeys(SIZES, outcomes),
        dict.fromkeys(LENGTHS, outcomes),
        [0.25, *[None] * (len(PEERS) - 1)],
    )
    page = text(results, plotted=True)
    assert "![plot](benchmark.svg)" in page
    assert "# Rosenbrock, 7 operations, by 2 inputs" in page
    assert page.count("| sine | 2 |") == len(THREADS)
    assert "| sine | 0.25 |" in page
    assert "| 10,000,000 | 4.8 |" in page
    assert f"- {list(PEERS)[-1]} is not installed." in page
