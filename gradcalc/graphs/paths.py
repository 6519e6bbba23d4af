"""The ways from an input to the value: how many there are, which weigh most, what they add up to.

The derivative is the sum over all paths of the product of the local derivatives along each (Bauer,
*Computational graphs and rounding error*, 1974). There may be exponentially many: what is wanted of
all of them is found by one pass over the edges, with what is known of the paths that end at each
step. Reverse mode is such a pass itself, which is why it exists.

Weights are kept as the logarithm of their size, and a sign: products along a thousand steps leave
float64. Between equal weights the path that was found first comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gradcalc.graphs.local import Edges


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from an input to the value, with the local derivative between each and the next."""

    slots: tuple[int, ...]
    factors: tuple[float, ...]
    logarithm: float  # of the size of the product; -inf where it is 0
    sign: int

    @property
    def product(self) -> float:
        """The product of the factors; infinite or 0 where it leaves float64."""
        if abs(self.logarithm) < 700:  # else a part of the product may leave float64 too early
            direct = math.prod(self.factors)
            if math.isfinite(direct) and abs(direct) > 1e-300:
                return direct
        return self.sign * exponential(self.logarithm)


def exponential(logarithm: float) -> float:
    """exp, infinite where float64 ends."""
    return math.exp(logarithm) if logarithm < 709.7 else math.inf


def count(edges: Edges, source: int, result: int) -> int:
    """How many paths lead from one step to another, exactly."""
    counts = {source: 1}
    last = {edge.argument: slot for slot, into in edges.items() for edge in into}
    for slot, into in edges.items():
        if slot <= source:
            continue
        total = 0
        for edge in into:
            ways = counts.get(edge.argument)
            if ways is not None:
                total += ways
        if total:
            counts[slot] = total
        for edge in into:  # numbers of a hundred thousand digits are not kept in each step
            if last[edge.argument] == slot:
                counts.pop(edge.argument, None)
    return counts.get(result, 0)


# What is known of one of the best paths to a step: its weight, and the edge that it came by with
# the place among the best paths to that edge's argument.
_Best = tuple[float, int, int, float, int]  # logarithm, sign, argument, partial, place


def heaviest(edges: Edges, source: int, result: int, most: int = 5) -> list[Path]:
    """The paths with the products of the largest size, the largest first.

    The best paths to a step go on from the best paths to its arguments, so that these are all that
    need be known of each. The local derivatives must be finite.
    """
    best: dict[int, list[_Best]] = {source: [(0.0, 1, -1, 1.0, 0)]}
    for slot, into in edges.items():
        if slot <= source:
            continue
        ending: list[_Best] = []
        for argument, _, partial in into:
            if argument in best:
                logarithm = math.log(abs(partial)) if partial else -math.inf
                sign = (partial > 0) - (partial < 0)
                ending += [
                    (weight + logarithm, before * sign, argument, partial, place)
                    for place, (weight, before, _, _, _) in enumerate(best[argument])
                ]
        if ending:
            ending.sort(key=_weight, reverse=True)
            best[slot] = ending[:most]
    return [_traced(best, result, place) for place in range(len(best.get(result, ())))]


def _weight(one: _Best) -> float:
    return one[0]


def _traced(best: dict[int, list[_Best]], result: int, place: int) -> Path:
    """One of the best paths to the result, followed back to where it began."""
    logarithm, sign, *_ = best[result][place]
    slots, factors, slot = [result], list[float](), result
    while True:
        _, _, argument, partial, place = best[slot][place]
        if argument < 0:
            return Path(tuple(reversed(slots)), tuple(reversed(factors)), logarithm, sign)
        slot = argument
        slots.append(slot)
        factors.append(partial)


def total_weight(edges: Edges, source: int, result: int) -> float:
    """The logarithm of the sum of the products' sizes over all paths; -inf where all are 0."""
    totals = {source: 0.0}
    for slot, into in edges.items():
        if slot <= source:
            continue
        terms = [
            totals[argument] + math.log(abs(partial))
            for argument, _, partial in into
            if partial and argument in totals
        ]
        if terms:
            largest = max(terms)
            totals[slot] = largest + math.log(math.fsum(math.exp(t - largest) for t in terms))
    return totals.get(result, -math.inf)


def products(edges: Edges, source: int, result: int) -> Iterator[float]:
    """The product along each path, one by one: as many as `count` says."""
    onwards: dict[int, list[tuple[int, float]]] = {slot: [] for slot in edges}
    for slot, into in edges.items():
        for argument, _, partial in into:
            onwards[argument].append((slot, partial))
    stack = [(source, 1.0)]
    pop, push = stack.pop, stack.append
    while stack:
        slot, product = pop()
        if slot == result:
            yield product
        else:
            for following, partial in onwards[slot]:
                push((following, product * partial))
