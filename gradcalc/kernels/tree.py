"""The guards of all paths as a tree, down which rows find their path in groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.kernels.lowering import is_power_by_products, power_by_products
from gradcalc.kernels.ufuncs import array_kernel, nan_numbers
from gradcalc.numbers.system import COMPARISONS
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Guard, Trace
from gradcalc.trace.walk import interpret, needed

UNKNOWN = -1  # the number of a path that is yet to be recorded
NOWHERE = -2  # that of rows whose conditions compare NaN: they have no run

Columns = Mapping[str, Any]  # arrays of a block of rows, and numbers that are the same in all


@dataclass(slots=True)
class Node:
    """A comparison, or the end of a path."""

    trace: Trace
    guard: Guard | None
    last: dict[int, int]  # the guard that each slot is needed for last, in any path through here
    depth: int
    path: int = UNKNOWN
    children: dict[float, Node] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    """Rows that have taken the same way so far, and what is known of them by slot."""

    node: Node | None
    rows: Any
    known: dict[int, Any]

    def without(self, lost: Any) -> _Group:
        """The group less some of its rows."""
        stay = np.flatnonzero(~lost)
        known = {slot: v[stay] if np.ndim(v) else v for slot, v in self.known.items()}
        return _Group(self.node, self.rows[stay], known)


class Tree:
    """The guards of all paths.

    Traces whose numbering depends on the path (those of arrays, unfolded) share no prefix: each of
    them is a tree of its own, and rows that one does not know go on to the next.
    """

    def __init__(self, shares: bool) -> None:
        self.shares = shares
        self.roots: list[Node] = []

    def insert(self, trace: Trace, path: int) -> None:
        """Add a path that was just recorded."""
        last, guards = last_needed(trace), trace.guards
        above, node, depth = None, None, 0
        if self.roots and self.shares:
            node = self.roots[0]
            while node is not None and depth < len(guards):
                longer = {s: d for s, d in last.items() if d > node.last.get(s, -1)}
                node.last = {**node.last, **longer}
                above, node = node, node.children.get(_way(trace, guards[depth]))
                depth += 1
        if node is not None:
            return  # another thread was here before
        made = Node(trace, None, last, len(guards), path)
        for k in range(len(guards) - 1, depth - 1, -1):
            made = Node(trace, guards[k], last, k, UNKNOWN, {_way(trace, guards[k]): made})
        if above is None:
            self.roots.append(made)
        else:  # is hung up when it is whole: others walk here meanwhile
            above.children[_way(trace, guards[depth - 1])] = made

    def walk(self, columns: Columns, rows: int) -> tuple[Any, Any]:
        """The path of each row, UNKNOWN where none is known, NOWHERE where what decides is not a
        number; and whether a comparison is one of
        equal numbers, where there may be a kink."""
        paths = np.full(rows, UNKNOWN)
        equal = np.zeros(rows, dtype=bool)
        left = np.arange(rows)
        for root in self.roots:
            if not left.size:
                break
            groups = [_Group(root, left, {})]
            while groups:
                group = groups.pop()
                if group.node is None or group.node.guard is None:
                    paths[group.rows] = UNKNOWN if group.node is None else group.node.path
                else:
                    groups += self._divided(group, group.node, columns, paths, equal)
            left = left[paths[left] == UNKNOWN]
        return paths, equal

    def _divided(
        self, group: _Group, node: Node, columns: Columns, paths: Any, equal: Any
    ) -> Iterator[_Group]:
        guard = node.guard
        assert guard is not None
        _fill(node.trace, (guard.left, guard.right), group, columns)
        left, right = group.known[guard.left], group.known[guard.right]
        nowhere = np.broadcast_to(np.isnan(left) | np.isnan(right), len(group.rows))
        if nowhere.any():
            paths[group.rows[nowhere]] = NOWHERE
            group = group.without(nowhere)
            if not group.rows.size:
                return
            left, right = group.known[guard.left], group.known[guard.right]
        ways = left if guard.op == "is" else COMPARISONS[guard.op](left, right)
        ways = np.broadcast_to(ways, len(group.rows))
        if decides(node.trace, guard):
            equal[group.rows[np.broadcast_to(left == right, len(group.rows))]] = True
        kept = {s: v for s, v in group.known.items() if node.last.get(s, -1) > node.depth}
        if (ways == ways[0]).all():
            yield _Group(node.children.get(float(ways[0])), group.rows, kept)
            return
        for way in np.unique(ways):
            child = node.children.get(float(way))
            chosen = np.flatnonzero(ways == way)
            part = kept if child is not None and child.guard is not None else {}
            taken = {s: v[chosen] if np.ndim(v) else v for s, v in part.items()}
            yield _Group(child, group.rows[chosen], taken)


def decides(trace: Trace, guard: Guard) -> bool:
    """May there be a kink where a comparison is one of equal numbers?"""
    active = trace.active[guard.left] or trace.active[guard.right]
    return guard.op != "is" and active


def product_exponent(trace: Trace, slot: int) -> Fraction | None:
    """The exponent of an instruction that is a power by products."""
    if trace.rules[slot].name not in ("ipow", "cpow"):
        return None
    exponent = trace.constants.get(trace.arguments[slot][1])
    return exponent if is_power_by_products(exponent) else None


def _way(trace: Trace, guard: Guard) -> float:
    """Which way on a run took at a guard: the outcome, or the number that it is."""
    return float(trace.values[guard.right] if guard.op == "is" else guard.outcome)


def last_needed(trace: Trace) -> dict[int, int]:
    """For each slot that guards are computed from, the last guard that asks for it.

    A slot is asked for by the guards that compare it, and once by each slot computed from it: at
    the first guard that needs that one.
    """
    seen: set[int] = set()
    last: dict[int, int] = {}
    for depth, guard in enumerate(trace.guards):
        ends = guard.left, guard.right
        last |= dict.fromkeys(ends, depth)
        for slot in needed(trace, ends, known=seen):
            seen.add(slot)
            last |= dict.fromkeys(trace.arguments[slot], depth)
    return last


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
