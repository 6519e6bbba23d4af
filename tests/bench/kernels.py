"""Kernels, value and gradient of 10^6 rows on two threads, beside their peers; compiling them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import numpy as np

from tests.bench.figure import Figure, in_turns
from tests.bench.formulas import (
    EIGHT,
    branch,
    branchless,
    camel,
    euler,
    newton,
    rosenbrock,
    sine,
    wave,
)
from tests.bench.race import ratio, seconds

ROWS, THREADS = 1_000_000, 2
BESIDE_JAX = {"transcendental": 0.6, "polynomial": 1.0}


def kernels() -> Iterator[Figure]:
    """The formulas without branch or loop."""
    for formula in EIGHT:
        if formula.kind not in BESIDE_JAX:
            continue
        limits = {"JAX": BESIDE_JAX[formula.kind], "PyTorch": 1.0, "NumPy by hand": 1.15}
        entrants = [(peer, formula) for peer in ("gradcalc", *limits)]
        ours, *theirs = seconds(entrants, ROWS, THREADS)
        for (peer, limit), their in zip(limits.items(), theirs, strict=True):
            if ours and their:
                yield Figure(f"kernel, {formula.name} / {peer}", ours / their, limit)


def beside_c() -> Iterator[Figure]:
    """The same by hand in C, compiled for this processor; into new arrays and into old ones."""
    for formula in (wave, camel, rosenbrock, sine):
        new = ratio(("gradcalc", formula), ("C", formula), ROWS, THREADS)
        old = ratio(("gradcalc, out", formula), ("C, out", formula), ROWS, THREADS)
        if new and old:
            yield Figure(f"kernel, {formula.name} / C", new, 1.15)
            yield Figure(f"kernel into given arrays, {formula.name} / C", old, 1.25)


def control() -> Iterator[Figure]:
    """A branch that halves the rows, a loop that each row leaves when it is done."""
    split, plain = seconds([("gradcalc", branch), ("gradcalc", branchless)], ROWS, THREADS)
    if split and plain:
        yield Figure("kernel, a branch / without it", split / plain, 2.5)
    ours, theirs = seconds([("gradcalc", newton), ("JAX", newton)], ROWS, THREADS, rounds=11)
    if ours and theirs:
        yield Figure("kernel, Newton loop / JAX, vmap of while_loop", ours / theirs, 3)


def compiled(operations: int) -> float:
    """The seconds from a text that was not seen before to its first values, of a few rows."""
    from gradcalc import compile

    COMPILED.append(operations)
    formula = euler(operations + 4 * COMPILED.count(operations))
    data = formula.data(10)
    start = time.perf_counter()
    value = compile(formula.source, formula.wrt)(data)["value"]
    taken = time.perf_counter() - start
    assert np.isfinite(value).all()
    return taken


COMPILED: list[int] = []


MANY_PATHS = {
    "of up to 83 steps": "t = x; n = 0; while t > 1 { t = t*0.95; n = n + 1 }; t*x + n",
    "of up to 340 steps, 49 sines": "s = 0; for i in 0..floor(x) { s = s + sin(i*x) }; s",
    "of 8 branches with functions": "s = x; for k in 1..9 { u = y*(7*k % 11 + 1); "
    "if u - floor(u) > 0.5 { s = s + sin(k*x) } else { s = s*exp(-x/k) } }; s",
}


def compiling() -> Iterator[Figure]:
    """From text to the first values."""
    short, long = in_turns(lambda: compiled(1000), lambda: compiled(10_000), rounds=3)
    yield Figure("kernel, 1,000 operations compiled", short, 1, "s")
    yield Figure("time to compile an operation, of 10^4 / of 10^3", long / short / 10, 1.3)
    for name, program in MANY_PATHS.items():
        yield Figure(f"each path of a table, {name}", 1000 * _each_path(program), 5, "ms")


def _each_path(program: str) -> float:
    """Seconds that a table takes for each of the ways that its 10,000 rows take."""
    from gradcalc import Kernel

    random = np.random.default_rng(3)
    table = {"x": random.uniform(1, 50, 10_000), "y": random.uniform(0, 1, 10_000)}
    best = math.inf
    for _ in range(3):
        kernel = Kernel(program, threads=1)
        start = time.perf_counter()
        kernel.rows({name: table[name] for name in kernel.inputs})
        best = min(best, (time.perf_counter() - start) / len(kernel.paths))
    return best


GROUPS = (kernels, beside_c, control, compiling)
