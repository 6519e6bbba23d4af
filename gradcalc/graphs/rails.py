"""A graph in lanes, a row a node, as version control logs show their history.

A value runs down its lane from the node that computes it to the last that uses it. That one takes
the lane over where it is the leftmost of those that end in it; else it opens the first that is
free. So a row says exactly which nodes its own takes its arguments from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """The lanes at a node: its own, those it takes an argument from, and those that pass by.

    `ending` are the lanes taken from that end here. An argument whose lane the node takes over is
    in none of them: its lane goes on as the node's own.
    """

    lane: int
    taken: frozenset[int]
    ending: frozenset[int]
    passing: frozenset[int]

    @property
    def width(self) -> int:
        """The lanes from the left that have something in them."""
        return 1 + max((self.lane, *self.taken, *self.passing))

    @property
    def below(self) -> frozenset[int]:
        """The lanes in use between this row and the next."""
        return self.passing | (self.taken - self.ending) | {self.lane}


def rails(arguments: Sequence[Sequence[int]]) -> list[Row]:
    """The rows of a graph; `arguments[k]` are the nodes before node k that it uses.

    A value that nothing uses keeps its lane to the end.
    """
    last_use = {argument: node for node, used in enumerate(arguments) for argument in used}
    lanes: list[int | None] = []  # by lane, the node whose value is in it
    places: dict[int, int] = {}  # by node, its lane
    rows = []
    for node, used in enumerate(arguments):
        taken = {places[argument] for argument in used}
        ending = {places[argument] for argument in used if last_use[argument] == node}
        occupied = {lane for lane, value in enumerate(lanes) if value is not None}
        own = min(ending) if ending else _first_free(lanes)
        for lane in ending:
            lanes[lane] = None
        if own == len(lanes):
            lanes.append(None)
        lanes[own], places[node] = node, own
        others = frozenset(taken - {own})
        passing = frozenset(occupied - taken)
        rows.append(Row(own, others, frozenset(ending - {own}), passing))
    return rows


def _first_free(lanes: list[int | None]) -> int:
    return lanes.index(None) if None in lanes else len(lanes)
