"""Paths, rails and pictures of a run: how long each takes."""

from __future__ import annotations

import importlib.util
import math
import random
from collections.abc import Iterator

from gradcalc import Options, evaluate
from gradcalc.answers.result import Result
from gradcalc.graphs.graph import graph
from gradcalc.graphs.local import local_derivatives
from gradcalc.graphs.paths import count, heaviest, products
from gradcalc.graphs.rails import rails
from gradcalc.views.diagrams import dot
from gradcalc.views.pictures import svg
from gradcalc.views.rails import UNICODE, rail
from tests.bench.crossings import crossings
from tests.bench.figure import Figure, in_turns, seconds

DOUBLING = "y = x; for i in 0..20 { y = y + sin(y)/9 }; y"  # each round doubles the paths
LONG = "y = x; for i in 0..1250 { y = 3.7*y*(1 - y) }; y"


def run(program: str) -> Result:
    """The run at a point, not checked."""
    return evaluate(program, {"x": "0.3"}, options=Options(check="off"))


def paths() -> Iterator[Figure]:
    """2^20 paths counted and added one by one; the heaviest through 5,000 steps."""
    trace = run(DOUBLING).steps.trace
    edges, source, end = local_derivatives(trace), trace.inputs["x"], trace.result
    assert count(edges, source, end) == 2**20
    taken = seconds(lambda: count(edges, source, end))
    yield Figure("2^20 paths counted", 1000 * taken, 5, "ms")
    taken = seconds(lambda: math.fsum(products(edges, source, end)))
    yield Figure("2^20 products, one by one", taken, 2, "s")
    trace = run(LONG).steps.trace
    long, first, last = local_derivatives(trace), trace.inputs["x"], trace.result
    assert len(long) + len(trace.constants) > 5000
    taken = seconds(lambda: heaviest(long, first, last))
    yield Figure(f"the 5 heaviest paths, {len(trace):,} steps", taken, 0.1, "s")


def random_program(size: int) -> str:
    """A straight-line program whose steps each use two of the last twelve."""
    draw = random.Random(1)
    lines = ["v0 = sin(x)", "v1 = cos(x)"]
    for k in range(2, size - 1):
        one, other = draw.sample(range(max(0, k - 12), k), 2)
        lines.append(f"v{k} = v{one} {draw.choice('+-')} v{other}")
    kept = " + ".join(f"v{k}" for k in range(max(0, size - 13), size - 1))
    return "; ".join([*lines, kept])


def pictures() -> Iterator[Figure]:
    """Rails and a picture of 500 steps; beside Graphviz where pygraphviz is there."""
    result = run(random_program(570))
    found = graph(result.steps.trace, fold=False, most=1000)
    sources = found.sources()
    taken = seconds(lambda: [rail(row, UNICODE) for row in rails(sources)])
    yield Figure(f"rails of {len(sources)} nodes", taken, 0.1, "s")
    taken = seconds(lambda: svg(found, result))
    yield Figure(f"SVG of {len(sources)} nodes", taken, 0.3, "s")
    if importlib.util.find_spec("pygraphviz"):
        import pygraphviz

        text = dot(found, result)
        ours, theirs = in_turns(
            lambda: svg(found, result),
            lambda: pygraphviz.AGraph(text).draw(format="svg", prog="dot"),
            rounds=3,
        )
        yield Figure("SVG / Graphviz's, time", ours / theirs, 0.5)
        for size in (80, 250):
            result = run(random_program(size))
            found = graph(result.steps.trace, fold=False, most=1000)
            theirs = pygraphviz.AGraph(dot(found, result)).draw(format="svg", prog="dot")
            ratio = crossings(svg(found, result)) / crossings(theirs.decode())
            yield Figure(f"crossings / Graphviz's, {len(found.nodes)} nodes", ratio, 1.2)


def folding() -> Iterator[Figure]:
    """A loop of a million steps, folded, beside the run that recorded it."""
    program = "y = x; for i in 0..250000 { y = y + sin(y)/100000 }; y"
    trace = run(program).steps.trace
    recorded, folded = in_turns(lambda: run(program), lambda: graph(trace, most=10), rounds=1)
    yield Figure(f"{len(trace):,} steps folded / run", folded / recorded, 1.0)


GROUPS = (paths, pictures, folding)
