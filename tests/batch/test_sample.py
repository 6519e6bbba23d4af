"""The rows of a sample: each row of a table has the same chance, however it falls into pieces."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcalc.batch.sample import Sample, draw

DRAWS = 4000


@pytest.mark.parametrize("sizes", [(7,), (1, 6), (30, 2, 8), (5, 5, 5, 5)])
def test_every_row_has_the_same_chance(sizes: tuple[int, ...]) -> None:
    """How often each is drawn is binomial: within five standard deviations; none is drawn twice."""
    rows, count = sum(sizes), 4
    table = np.split(np.arange(rows, dtype=float), np.cumsum(sizes)[:-1])
    drawn = np.zeros(rows, dtype=int)
    for seed in range(DRAWS):
        sample = Sample()
        for number, piece in enumerate(table):
            part = draw({"x": piece}, {"value": piece}, count, (seed, number))
            sample = sample.merge(part, count)
        chosen = [int(row.at["x"]) for row in sample.rows]
        assert len(set(chosen)) == count
        drawn[chosen] += 1
    chance = count / rows
    assert abs(drawn - DRAWS * chance).max() < 5 * math.sqrt(DRAWS * chance * (1 - chance))


@pytest.mark.parametrize("rows", [0, 1, 3, 10, 1000])
def test_the_lots_of_a_piece_are_its_lowest(rows: int) -> None:
    """The k-th lowest of n uniform numbers is k/(n + 1) on the average."""
    column, count = np.arange(rows, dtype=float), 3
    lots = []
    for seed in range(DRAWS):
        sample = draw({"x": column}, {"value": column}, count, (seed,))
        assert len(sample.rows) == min(rows, count)
        lots.append([row.lot for row in sample.rows])
    for k, each in enumerate(zip(*lots, strict=True), 1):
        assert all(0 < lot < 1 for lot in each)
        spread = math.sqrt(k * (rows + 1 - k) / (rows + 1) ** 2 / (rows + 2) / DRAWS)
        assert abs(np.mean(each) - k / (rows + 1)) < 5 * spread
