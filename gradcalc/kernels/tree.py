"""The guards of all paths as a tree, down which rows find their path in groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.kernels.lowering import is_power_by_products, power_by_products
from gradcalc.kernels.ufuncs import array_kernel
from gradcalc.numbers.distinct import distinct
from gradcalc.numbers.system import COMPARISONS
from gradcalc.rules.systems import nan_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Guard, Trace, decides
from gradcalc.trace.walk import interpret, needed

UNKNOWN = -1  # the number of a path that is yet to be recorded
NOWHERE = -2  # that of rows whose conditions compare NaN: they have no run

Columns = Mapping[str, Any]  # arrays of a block of rows, and numbers that are the same in all
Nowhere = Callable[[Trace, Guard, Any], None]


@dataclass(slots=True)
class Node:
    """A comparison, or the end of a path."""

    trace: Trace
    guard: Guard | None
    live: frozenset[int]  # slots that later guards need as well, in any path through here
    path: int = UNKNOWN
    children: dict[float, Node] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    """Rows at one node, by their indices; `known` are their values by slot, arrays in the order of
    the rows or numbers that are the same in all."""

    node: Node | None
    rows: Any
    known: dict[int, Any]

    def at(self, chosen: Any) -> _Group:
        """Some of its rows, by their indices in the group."""
        known = {slot: v[chosen] if np.ndim(v) else v for slot, v in self.known.items()}
        return _Group(self.node, self.rows[chosen], known)


class Tree:
    """The guards of all paths.

    Traces whose numbering of slots depends on the path (those of arrays, unfolded) share no prefix:
    each of them is a tree of its own, and rows that have no path in one go on to the next.
    """

    def __init__(self, shares: bool) -> None:
        self.shares = shares
        self.roots: list[Node] = []

    def insert(self, trace: Trace, path: int) -> None:
        """Add a path that was just recorded."""
        live, guards = live_slots(trace), trace.guards
        above, node, depth = None, None, 0
        if self.roots and self.shares:
            node = self.roots[0]
            while node is not None and depth < len(guards):
                node.live |= live[depth]
                above, node = node, node.children.get(_way(trace, guards[depth]))
                depth += 1
        if node is not None:
            return  # another thread was here before
        branch = Node(trace, None, frozenset(), path)
        for k in range(len(guards) - 1, depth - 1, -1):
            branch = Node(trace, guards[k], live[k], UNKNOWN, {_way(trace, guards[k]): branch})
        if above is None:
            self.roots.append(branch)
        else:  # only a whole branch is hung up: other threads walk here at the same time
            above.children[_way(trace, guards[depth - 1])] = branch

    def walk(
        self,
        columns: Columns,
        rows: int,
        nowhere: Nowhere | None = None,
        strays: list[Any] | None = None,
    ) -> tuple[Any, Any]:
        """For each row the number of its path, and whether it compares equal numbers.

        The path is UNKNOWN where none is known yet, NOWHERE where NaN is compared: then `nowhere`,
        if any, is told by which guard of which trace, and in which rows. Where equal numbers are
        compared there may be a kink. To `strays`, if any, are added the rows of each group that
        goes a way that no path goes, if there is one tree: no two groups have a path in common.
        """
        paths = np.full(rows, UNKNOWN)
        equal = np.zeros(rows, dtype=bool)
        left = np.arange(rows)
        for root in self.roots:
            if not left.size:
                break
            groups = [_Group(root, left, {})]
            while groups:
                group = groups.pop()
                if group.node is None:
                    if strays is not None and self.shares:
                        strays.append(group.rows)
                elif group.node.guard is None:
                    paths[group.rows] = group.node.path
                else:
                    groups += self._compare(group, group.node, columns, paths, equal, nowhere)
            left = left[paths[left] == UNKNOWN]
        return paths, equal

    def _compare(
        self,
        group: _Group,
        node: Node,
        columns: Columns,
        paths: Any,
        equal: Any,
        nowhere: Nowhere | None,
    ) -> Iterator[_Group]:
        """Let a group decide a comparison: the groups it falls into.

        Rows that compare NaN end here, with NOWHERE in `paths`; those that compare equal numbers
        are marked in `equal`.
        """
        guard = node.guard
        assert guard is not None
        _fill(node.trace, (guard.left, guard.right), group, columns)
        nan = np.isnan(group.known[guard.left]) | np.isnan(group.known[guard.right])
        if nan.any():
            nan = np.broadcast_to(nan, len(group.rows))
            paths[group.rows[nan]] = NOWHERE
            if nowhere is not None:
                nowhere(node.trace, guard, group.rows[nan])
            group = group.at(np.flatnonzero(~nan))
        if not group.rows.size:
            return
        left, right = group.known[guard.left], group.known[guard.right]
        if decides(node.trace, guard):
            equal[group.rows[np.broadcast_to(left == right, len(group.rows))]] = True
        ways = left if guard.op == "is" else COMPARISONS[guard.op](left, right)
        yield from _split(group, node, np.broadcast_to(ways, len(group.rows)))


def _split(group: _Group, node: Node, ways: Any) -> Iterator[_Group]:
    """The rows of a group by the way each goes on; values that no later comparison needs are let
    go."""
    needed_later = {slot: v for slot, v in group.known.items() if slot in node.live}
    if (ways == ways[0]).all():
        yield _Group(node.children.get(float(ways[0])), group.rows, needed_later)
        return
    for way in (False, True) if ways.dtype == bool else distinct(ways):
        child = node.children.get(float(way))
        compares = child is not None and child.guard is not None
        whole = _Group(child, group.rows, needed_later if compares else {})
        yield whole.at(np.flatnonzero(ways == way))


def product_exponent(trace: Trace, slot: int) -> Fraction | None:
    """The exponent of an instruction that is a power by products."""
    if trace.rules[slot].name not in ("ipow", "cpow"):
        return None
    exponent = trace.constants.get(trace.arguments[slot][1])
    return exponent if is_power_by_products(exponent) else None


def _way(trace: Trace, guard: Guard) -> float:
    """Which way a run took at a guard: the outcome of a comparison, or the value of an "is"."""
    return float(trace.values[guard.right] if guard.op == "is" else guard.outcome)


def live_slots(trace: Trace) -> list[frozenset[int]]:
    """For each guard the slots that are computed by then and that a later guard needs.

    A guard needs the slots it compares; a slot needs its arguments once, when it is computed: at
    the first guard that needs it.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for depth, guard in enumerate(trace.guards):
        ends = guard.left, guard.right
        last |= dict.fromkeys(ends, depth)
        for slot in needed(trace, ends, known=first):
            first[slot] = depth
            last |= dict.fromkeys(trace.arguments[slot], depth)
    come: dict[int, list[int]] = defaultdict(list)
    gone: dict[int, list[int]] = defaultdict(list)
    for slot, depth in last.items():
        if depth > first[slot]:
            come[first[slot]].append(slot)
            gone[depth].append(slot)
    live: frozenset[int] = frozenset()
    after = []
    for depth in range(len(trace.guards)):
        live = live.union(come[depth]).difference(gone[depth])
        after.append(live)
    return after


def _fill(trace: Trace, slots: tuple[int, ...], group: _Group, columns: Columns) -> None:
    """Compute some slots, and those they need, for the rows of a group."""
    rows = group.rows

    def column(_: int, name: str) -> Any:
        values = columns[name]
        return values if not np.ndim(values) or len(values) == len(rows) else values[rows]

    def compute(slot: int, arguments: list[Any]) -> Any:
        name = trace.rules[slot].name
        if not any(map(np.ndim, arguments)):
            return getattr(nan_numbers(), name)(*arguments)
        if (exponent := product_exponent(trace, slot)) is not None:
            return power_by_products(arguments[0], exponent, np.sqrt)
        out = np.empty(len(rows))
        array_kernel(name)(*arguments, out)
        return out

    interpret(
        trace,
        needed(trace, slots, known=group.known),
        group.known,
        read=column,
        constant=lambda _, exact: exact_number(exact, nan_numbers()),
        compute=compute,
    )
