"""Layouts: layers, order, distances and routes hold; crossings are those that one counts."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from gradcalc.graphs.layered import Layout, Spacing, layered
from tests.graphs.test_rails import random_arguments

SPACING = Spacing(height=60, between_layers=50, between_nodes=20, between_bends=12)


def drawn(seed: int) -> tuple[list[tuple[int, ...]], list[float], Layout]:
    arguments = random_arguments(seed)
    draw = random.Random(seed)
    widths = [draw.uniform(30, 200) for _ in arguments]
    return arguments, widths, layered(arguments, widths, SPACING)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_overlaps_or_leaves_the_picture(seed: int) -> None:
    arguments, widths, layout = drawn(seed)
    boxes = list(zip(layout.nodes, widths, strict=True))
    for (x, y), width in boxes:
        assert x - width / 2 >= -1e-6
        assert x + width / 2 <= layout.width + 1e-6
        assert 0 <= y <= layout.height - SPACING.height + 1e-6
    for ((x1, y1), w1), ((x2, y2), w2) in combinations(boxes, 2):
        if y1 == y2:
            assert abs(x1 - x2) >= (w1 + w2) / 2 + SPACING.between_nodes - 1e-6
    for route in layout.routes:
        assert all(-1e-6 <= x <= layout.width + 1e-6 for x, _ in route.points)
        heights = [y for _, y in route.points]
        assert heights == sorted(heights)
        for (x, y), (right, down) in zip(route.points, route.points[1:], strict=False):
            if x == right and down - y == SPACING.height:  # past a layer: no box is in the way
                for (middle, top), width in boxes:
                    assert top != y or abs(middle - x) > width / 2
    assert [(r.source, r.target) for r in layout.routes] == [
        (a, k) for k, used in enumerate(arguments) for a in used
    ]


@pytest.mark.parametrize("seed", range(60))
def test_ports_are_in_the_order_of_their_sources(seed: int) -> None:
    _, _, layout = drawn(seed)
    for target in range(len(layout.nodes)):
        into = [route.points for route in layout.routes if route.target == target]
        for one, other in combinations(into, 2):
            come, enter = one[-2][0] - other[-2][0], one[-1][0] - other[-1][0]
            assert abs(come) < 1e-9 or come * enter > 0


def test_a_chain_is_straight_and_a_tree_has_no_crossing() -> None:
    chain = layered([(), *((k,) for k in range(9))], [50] * 10, SPACING)
    assert len({round(x, 6) for x, _ in chain.nodes}) == 1
    tree: list[tuple[int, ...]] = [()] * 16
    level = list(range(16))
    draw = random.Random(3)
    while len(level) > 1:
        draw.shuffle(level)
        pairs = list(zip(level[0::2], level[1::2], strict=True))
        level = list(range(len(tree), len(tree) + len(pairs)))
        tree += pairs
    assert layered(tree, [60] * len(tree), SPACING).crossings == 0


def test_inputs_are_right_above_their_first_use() -> None:
    layout = layered([(), (0,), (1,), (), (2, 3)], [40] * 5, SPACING)
    assert layout.nodes[3][1] == layout.nodes[2][1]
