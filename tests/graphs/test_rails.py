"""Rails are exact: what they say is read back from the characters alone."""

from __future__ import annotations

import random

import pytest

from gradcalc import Options, evaluate
from gradcalc.graphs.graph import graph
from gradcalc.graphs.rails import rails
from gradcalc.views.rails import ASCII, UNICODE, Signs, rail


def read_back(rows: list[str], signs: Signs) -> list[set[int]]:
    """The arguments of each node: the owner of its lane, and of the lanes its wire ends in."""
    owners: dict[int, int] = {}
    found = []
    for node, row in enumerate(rows):
        lanes, wires = row[0::2], row[1::2]
        owners = {k: v for k, v in owners.items() if k < len(lanes) and lanes[k] != " "}
        own = lanes.index(signs.node)
        arguments = {owners[own]} if own in owners else set()
        taken, ended = set(), set()
        for step in (-1, 1):
            lane = own
            while True:
                wire = lane - 1 if step < 0 else lane
                if not 0 <= wire < len(wires) or wires[wire] != signs.wire:
                    break
                lane += step
                if lanes[lane] in signs.goes_on:
                    taken.add(lane)
                elif lanes[lane] in signs.ends:
                    taken.add(lane)
                    ended.add(lane)
        arguments |= {owners[lane] for lane in taken}
        for lane in ended:
            del owners[lane]
        owners[own] = node
        found.append(arguments)
    return found


def random_arguments(seed: int) -> list[tuple[int, ...]]:
    """A graph of up to 60 nodes, some with the same argument twice, near or far."""
    draw = random.Random(seed)
    size, reach = draw.randint(1, 60), draw.choice([2, 12, 60])
    return [
        tuple(draw.choices(range(max(0, k - reach), k), k=draw.choice([0, 1, 1, 2, 2, 3, 4])))
        if k
        else ()
        for k in range(size)
    ]


@pytest.mark.parametrize("signs", [UNICODE, ASCII])
def test_a_thousand_random_graphs_are_read_back(signs: Signs) -> None:
    for seed in range(1000):
        arguments = random_arguments(seed)
        rows = [rail(row, signs) for row in rails(arguments)]
        assert read_back(rows, signs) == [set(used) for used in arguments], seed


@pytest.mark.parametrize(
    "formula",
    [
        "sin(x)*y + exp(x*y)",
        "y = x; for i in 0..40 { y = y + sin(i*y)*x }; y",
        "a = x*y; b = sin(a); c = a + b*x; d = b/c; e = exp(-d)*y; f = c*d + e; f*a - log(f) + b",
    ],
)
def test_the_edges_of_a_trace_are_read_back(formula: str) -> None:
    trace = evaluate(formula, {"x": "0.9", "y": "1.7"}, options=Options(check="off")).steps.trace
    found = graph(trace, fold=False, most=1000)
    rows = [rail(row, UNICODE) for row in rails(found.sources())]
    slots = [node.slot for node in found.nodes]
    read = [{slots[k] for k in used} for used in read_back(rows, UNICODE)]
    assert read == [set(trace.arguments[slot]) for slot in slots]


def test_a_lane_that_ends_is_taken_again() -> None:
    """A chain needs one lane, however long."""
    assert {row.width for row in rails([(), *((k,) for k in range(50))])} == {1}
