"""A run as nodes and edges: each step a node, what repeats folded into one node."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from gradcalc.errors import GradcalcError
from gradcalc.graphs.folding import Item, Repeat, folded
from gradcalc.graphs.local import local_derivatives
from gradcalc.numbers.shapes import shape_of
from gradcalc.trace.trace import CONSTANT, INPUT, Trace
from gradcalc.trace.walk import needed


@dataclass(frozen=True, slots=True)
class Edge:
    """From the node of an argument into the node that uses it.

    `which` is the argument's position; `partial` the local derivative at the point, None where
    there is none: of a constant, of arrays, into a fold, and where it is structurally zero.
    """

    source: int
    which: int
    partial: float | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A step, or the steps of a repeat; `edges` come from nodes that stand before it."""

    item: Item
    edges: tuple[Edge, ...]

    @property
    def slot(self) -> int:
        """The step; of a repeat, its last."""
        return self.item if isinstance(self.item, int) else self.slots()[-1]

    def slots(self) -> tuple[int, ...]:
        """All steps of the node."""
        return (self.item,) if isinstance(self.item, int) else tuple(self.item.slots())


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes that the value is computed from, in the order of the run; the last is the value.

    `left_out` counts the steps that the value does not use.
    """

    nodes: tuple[Node, ...]
    left_out: int = 0

    def sources(self) -> list[tuple[int, ...]]:
        """By node, the nodes of its arguments, each once."""
        return [tuple(dict.fromkeys(edge.source for edge in node.edges)) for node in self.nodes]


def graph(trace: Trace, *, fold: bool = True, most: int) -> Graph:
    """The graph of a run, of at most so many nodes; GradcalcError where there are more.

    The steps of a repeat are one node, whose edges come from the steps outside that they use.
    """
    slots = needed(trace, [trace.result])
    items: list[Item] = folded(slots, [_kind(trace, s) for s in slots]) if fold else list(slots)
    if len(items) > most:
        how = "folding what repeats leaves" if fold else "the graph has"
        raise GradcalcError(
            "too-large",
            f"{how} {len(items):,} nodes, more than --max {most:,}",
            hint="raise --max, or shorten the program",
        )
    owners = {slot: k for k, item in enumerate(items) for slot in _slots(item)}
    drawn = [item for item in items if isinstance(item, int)]
    partials = _partials(trace, drawn)
    nodes = []
    for item in items:
        if isinstance(item, int):
            edges = tuple(
                Edge(owners[argument], which, partials.get((item, which)))
                for which, argument in enumerate(trace.arguments[item])
            )
        else:
            edges = _edges_into(trace, item, owners)
        nodes.append(Node(item, edges))
    return Graph(tuple(nodes), len(trace) - len(slots))


def _kind(trace: Trace, slot: int) -> Hashable:
    """What a step is alike to; what has no place in the text, or is an input, only to itself."""
    span, row = trace.spans[slot], trace.rules[slot]
    if span is None or row is INPUT:
        return slot
    return row.name, span.start, span.end


def _slots(item: Item) -> Iterator[int]:
    return iter((item,)) if isinstance(item, int) else item.slots()


def _edges_into(trace: Trace, repeat: Repeat, owners: dict[int, int]) -> tuple[Edge, ...]:
    """The edges from outside into a repeat, each once."""
    slots = list(repeat.slots())
    own = owners[slots[0]]
    used = (owners[argument] for slot in slots for argument in trace.arguments[slot])
    return tuple(
        Edge(source, which)
        for which, source in enumerate(dict.fromkeys(one for one in used if one != own))
    )


def _partials(trace: Trace, slots: list[int]) -> dict[tuple[int, int], float]:
    """The local derivatives of steps whose numbers are single, by step and argument."""
    single = [
        slot
        for slot in slots
        if trace.active[slot]
        and trace.rules[slot] not in (INPUT, CONSTANT)
        and trace.rules[slot].array is None
        and not any(shape_of(trace.values[each]) for each in (slot, *trace.arguments[slot]))
    ]
    edges = local_derivatives(trace, single)
    return {(slot, one.which): one.partial for slot, into in edges.items() for one in into}
