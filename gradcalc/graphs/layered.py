"""A graph in layers from top to bottom, as a picture draws it (Sugiyama, Tagawa, Toda 1981).

Four steps, each by the plain method: a node's layer is the longest path to it, inputs standing
right above their first use; edges through several layers get a bend in each, which all edges from
one node share; the order within layers comes from sweeps that sort by the mean place of the
neighbours, of which the one with the fewest crossings is kept; and x is the least-squares fit to
the neighbours' that keeps order and distance (pool adjacent violators).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ORDER_SWEEPS = 20
PLACE_SWEEPS = 14
MAX_SWAP_PASSES = 4  # after a sweep
BEND_WEIGHT = 6  # of a bend's wish to stand below the one before it: long edges are straight


@dataclass(frozen=True, slots=True)
class Spacing:
    """Lengths of a picture, in its units."""

    height: float  # of a node
    between_layers: float
    between_nodes: float
    between_bends: float


@dataclass(frozen=True, slots=True)
class Route:
    """An edge: the points that it runs through, from the source's lower to the target's upper rim.

    Between points of the same x it is straight: through the layers that it passes.
    """

    source: int
    target: int
    which: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: nodes by their upper rim's middle; all within width and height."""

    nodes: tuple[tuple[float, float], ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    crossings: int  # of edges between neighbouring layers


def layered(
    arguments: Sequence[Sequence[int]], widths: Sequence[float], spacing: Spacing
) -> Layout:
    """The layout of a graph; `arguments[k]` are the nodes before node k that it uses, in order."""
    layers = _layers(arguments)
    skeleton = _with_bends(arguments, widths, layers)
    crossings = _order(skeleton)
    x = _places(skeleton, spacing)
    step = spacing.height + spacing.between_layers
    nodes = tuple((x[k], layers[k] * step) for k in range(len(arguments)))
    routes = tuple(_routes(arguments, widths, skeleton, nodes, x, spacing))
    left = min(x[v] - skeleton.widths[v] / 2 for v in range(len(x)))
    right = max(x[v] + skeleton.widths[v] / 2 for v in range(len(x)))
    moved = tuple(
        Route(r.source, r.target, r.which, tuple((a - left, b) for a, b in r.points))
        for r in routes
    )
    height = max(layers) * step + spacing.height
    return Layout(tuple((a - left, b) for a, b in nodes), moved, right - left, height, crossings)


def _layers(arguments: Sequence[Sequence[int]]) -> list[int]:
    """By node, the length of the longest path to it; sources go down to right above their use."""
    layers = [0] * len(arguments)
    first_use: dict[int, int] = {}
    for node, used in enumerate(arguments):
        layers[node] = 1 + max((layers[a] for a in used), default=-1)
        for argument in used:
            below = first_use.get(argument, layers[node])
            first_use[argument] = min(below, layers[node])
    for node, used in enumerate(arguments):
        if not used and node in first_use:
            layers[node] = first_use[node] - 1
    return layers


@dataclass(slots=True)
class _Skeleton:
    """Nodes and bends: their widths, layers, neighbours, and the order in each layer."""

    widths: list[float]
    layers: list[int]
    above: list[list[int]] = field(default_factory=list)
    below: list[list[int]] = field(default_factory=list)
    bends: dict[int, list[int]] = field(default_factory=dict)  # of a node, in the layers below it
    rows: list[list[int]] = field(default_factory=list)


def _with_bends(
    arguments: Sequence[Sequence[int]], widths: Sequence[float], layers: Sequence[int]
) -> _Skeleton:
    size = len(arguments)
    made = _Skeleton(list(widths), list(layers))
    made.above, made.below = [[] for _ in range(size)], [[] for _ in range(size)]

    def link(upper: int, lower: int) -> None:
        made.above[lower].append(upper)
        made.below[upper].append(lower)

    for node, used in enumerate(arguments):
        for argument in dict.fromkeys(used):
            bends = made.bends.setdefault(argument, [])
            wanted = layers[node] - layers[argument] - 1
            while len(bends) < wanted:
                bend = len(made.layers)
                made.layers.append(layers[argument] + len(bends) + 1)
                made.widths.append(0.0)
                made.above.append([])
                made.below.append([])
                link(bends[-1] if bends else argument, bend)
                bends.append(bend)
            link(bends[wanted - 1] if wanted else argument, node)
    made.rows = [[] for _ in range(max(layers) + 1)]
    for one, layer in enumerate(made.layers):
        made.rows[layer].append(one)
    return made


def _order(skeleton: _Skeleton) -> int:
    """Sort each layer so that few edges cross; how many do."""
    rows, place = skeleton.rows, [0] * len(skeleton.layers)
    for row in rows:
        for k, one in enumerate(row):
            place[one] = k
    fewest, best = _crossings(skeleton, place), [list(row) for row in rows]
    for sweep in range(ORDER_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        neighbours = skeleton.above if down else skeleton.below
        for row in rows[1:] if down else rows[-2::-1]:
            row.sort(key=lambda one: _mean(neighbours[one], place, place[one]))
            for k, one in enumerate(row):
                place[one] = k
        if sweep >= ORDER_SWEEPS // 2:
            _swap(skeleton, place)
        crossings = _crossings(skeleton, place)
        if crossings < fewest:
            fewest, best = crossings, [list(row) for row in rows]
    skeleton.rows = best
    return fewest


def _swap(skeleton: _Skeleton, place: list[int]) -> None:
    """Swap neighbours in a layer while fewer edges cross for it, a few times through all layers."""
    for _ in range(MAX_SWAP_PASSES):
        better = False
        for row in skeleton.rows:
            for k in range(len(row) - 1):
                one, other = row[k], row[k + 1]
                gain = 0
                for near in (skeleton.above, skeleton.below):
                    gain += _inversions(near[one], near[other], place)
                if gain > 0:
                    row[k], row[k + 1] = other, one
                    place[one], place[other] = k + 1, k
                    better = True
        if not better:
            return


def _inversions(left: list[int], right: list[int], place: Sequence[int]) -> int:
    """How many crossings fewer there are where what stands left and right change places."""
    total = 0
    for one in left:
        here = place[one]
        for other in right:
            there = place[other]
            total += (here > there) - (here < there)
    return total


def _mean(neighbours: list[int], place: Sequence[float], otherwise: float) -> float:
    if not neighbours:
        return otherwise
    if len(neighbours) == 1:  # as most bends have, of which there are many
        return place[neighbours[0]]
    return sum([place[each] for each in neighbours]) / len(neighbours)


def _crossings(skeleton: _Skeleton, place: Sequence[int]) -> int:
    """Pairs of edges between neighbouring layers whose ends are in opposite orders."""
    total = 0
    for row in skeleton.rows[1:]:
        ends = sorted((place[upper], place[one]) for one in row for upper in skeleton.above[one])
        seen: list[int] = []
        for _, lower in ends:
            total += len(seen) - bisect_right(seen, lower)
            insort(seen, lower)
    return total


def _places(skeleton: _Skeleton, spacing: Spacing) -> list[float]:
    """By node and bend, its x: near its neighbours', in order, and apart."""
    x = [0.0] * len(skeleton.layers)
    apart = {id(row): _offsets(row, skeleton, spacing) for row in skeleton.rows}
    for row in skeleton.rows:
        for one, offset in zip(row, apart[id(row)], strict=True):
            x[one] = offset
    around = [up + down for up, down in zip(skeleton.above, skeleton.below, strict=True)]
    weights = [1 if width else BEND_WEIGHT for width in skeleton.widths]
    for sweep in range(PLACE_SWEEPS):
        for row in skeleton.rows if sweep % 2 == 0 else reversed(skeleton.rows):
            offsets = apart[id(row)]
            wishes = [
                _mean(around[one], x, x[one]) - offset
                for one, offset in zip(row, offsets, strict=True)
            ]
            fitted = _monotone(wishes, [weights[one] for one in row])
            for one, fit, offset in zip(row, fitted, offsets, strict=True):
                x[one] = fit + offset
    return x


def _offsets(row: list[int], skeleton: _Skeleton, spacing: Spacing) -> list[float]:
    """How far right of the first each of a layer stands at least."""
    offsets, at, before = [], 0.0, None
    for one in row:
        if before is not None:
            bend = not (skeleton.widths[one] and skeleton.widths[before])
            gap = spacing.between_bends if bend else spacing.between_nodes
            at += (skeleton.widths[before] + skeleton.widths[one]) / 2 + gap
        offsets.append(at)
        before = one
    return offsets


def _monotone(wishes: list[float], weights: list[int]) -> list[float]:
    """The ascending numbers with the least weighted sum of squared distances from the wishes."""
    blocks: list[tuple[float, int, int]] = []  # weighted sum, weight, how many
    for wish, weight in zip(wishes, weights, strict=True):
        block = (wish * weight, weight, 1)
        while blocks and blocks[-1][0] * block[1] > block[0] * blocks[-1][1]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    return [total / weight for total, weight, many in blocks for _ in range(many)]


def _routes(
    arguments: Sequence[Sequence[int]],
    widths: Sequence[float],
    skeleton: _Skeleton,
    nodes: Sequence[tuple[float, float]],
    x: Sequence[float],
    spacing: Spacing,
) -> list[Route]:
    step = spacing.height + spacing.between_layers
    routes = []
    for target, used in enumerate(arguments):
        chains = [
            skeleton.bends[a][: skeleton.layers[target] - skeleton.layers[a] - 1] for a in used
        ]
        coming = [x[chain[-1] if chain else a] for a, chain in zip(used, chains, strict=True)]
        ports = _ports(coming, widths[target])
        for which, (source, chain) in enumerate(zip(used, chains, strict=True)):
            points = [(nodes[source][0], nodes[source][1] + spacing.height)]
            for bend in chain:
                top = skeleton.layers[bend] * step
                points += [(x[bend], top), (x[bend], top + spacing.height)]
            points.append((nodes[target][0] + ports[which], nodes[target][1]))
            routes.append(Route(source, target, which, tuple(points)))
    return routes


def _ports(coming: Sequence[float], width: float) -> Mapping[int, float]:
    """By argument, where its edge enters the node, from the middle: in the order they come from."""
    order = sorted(range(len(coming)), key=lambda which: (coming[which], which))
    return {which: width * ((k + 0.5) / len(coming) - 0.5) for k, which in enumerate(order)}
