"""Scalar programs: start-up, recording and sweeping, the checks, many requests in one process."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
import tracemalloc
from collections.abc import Iterator

from gradcalc import Options, evaluate
from gradcalc.cli.lines import answers
from gradcalc.language import parse
from gradcalc.modes.sweeps import reverse
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.forms import reserved
from gradcalc.run.recorder import record
from gradcalc.trace.trace import Trace
from tests.bench.figure import Figure, processes, seconds

GRADCALC = [sys.executable, "-m", "gradcalc"]
EXAMPLE = [*GRADCALC, "eval", "sin(x)*y", "--at", "x=1,y=2"]


def start_up() -> Iterator[Figure]:
    """Whole processes beside `import sympy`."""
    sympy, full, unchecked, help = processes(
        [
            [sys.executable, "-c", "import sympy"],
            EXAMPLE,
            [*EXAMPLE, "--no-check"],
            [*GRADCALC, "--help"],
        ]
    )
    yield Figure("eval, full check / import sympy", full / sympy, 1.35)
    yield Figure("eval --no-check / import sympy", unchecked / sympy, 0.45)
    yield Figure("--help / import sympy", help / sympy, 0.35)


def loop(turns: int) -> Trace:
    """Record and sweep a loop of two instructions a turn."""
    program = parse(f"for i in 0..{turns} {{ y = sin(y) * x }}; y", functions=reserved())
    trace = record(program, machine_numbers(), {"x": 1.1, "y": 0.5})
    reverse(trace, trace.values, machine_numbers())
    return trace


def loop_in_torch(turns: int) -> None:
    """The same loop in PyTorch eager."""
    import torch

    x = torch.tensor(1.1, dtype=torch.float64, requires_grad=True)
    start = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    y = start
    for _ in range(turns):
        y = torch.sin(y) * x
    y.backward()


def traces() -> Iterator[Figure]:
    """Time and memory an instruction."""
    short, long = 200_000, 500_000
    ours = seconds(lambda: loop(short))
    yield Figure(
        "loop, time a turn at 10^6 / at 4*10^5", seconds(lambda: loop(long)) / ours / 2.5, 1.3
    )
    tracemalloc.start()
    size = len(kept := loop(short))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(kept) == size
    yield Figure("loop, memory an instruction", held / size, 500, "B")
    if importlib.util.find_spec("torch"):
        turns = 20_000
        peer = seconds(lambda: loop_in_torch(turns)) / turns * short
        yield Figure("loop, record and reverse / PyTorch eager", ours / peer, 0.25)


def checks() -> Iterator[Figure]:
    """The full check where sympy alone would take minutes."""
    import sympy  # noqa: F401 - its import is not what is measured

    nested = "x"
    for _ in range(20):
        nested = f"sin(r*{nested})"
    yield Figure(
        "twenty nested sines, full check",
        seconds(lambda: evaluate(nested, {"x": "0.3", "r": "0.9"}), 1),
        0.3,
        "s",
    )
    for name, source in (
        ("y = sin(y)*x", "for i in 0..2000 { y = sin(y)*x }; y"),
        ("logistic map", "for i in 0..2000 { y = x*y*(1 - y) }; y"),
    ):
        taken = seconds(lambda source=source: evaluate(source, {"x": "3.7", "y": "0.3"}), 1)
        yield Figure(f"2,000 turns of {name}, full check", taken, 5, "s")


def formulas(count: int, operations: int = 10) -> list[str]:
    """Different random formulas of x and y, the same in every run."""
    chance = random.Random(7)

    def grown(size: int) -> str:
        if size <= 0:
            return chance.choice(["x", "y", str(chance.randint(2, 9))])
        if chance.random() < 0.4:
            return f"{chance.choice(['sin', 'cos', 'exp', 'tanh', 'atan'])}({grown(size - 1)})"
        left = chance.randint(0, size - 1)
        return f"({grown(left)} {chance.choice('+-*')} {grown(size - 1 - left)})"

    return [f"x*y + {grown(operations - 2)}" for _ in range(count)]


def requests() -> Iterator[Figure]:
    """`eval --jsonl`: many formulas in one process."""
    import sympy
    from sympy.core.cache import clear_cache

    texts = formulas(200)
    at = {"x": 0.7, "y": 0.4}
    lines = [json.dumps({"id": k, "expr": e, "at": at}) for k, e in enumerate(texts)]

    def alone() -> None:
        clear_cache()
        for text in texts:
            expression = sympy.sympify(text)
            expression.evalf(30, subs=at)
            for symbol in sorted(expression.free_symbols, key=str):
                sympy.diff(expression, symbol).evalf(30, subs=at)

    def ours() -> None:
        clear_cache()
        assert all(status in (0, 3) for _, status in answers(lines, Options()))

    yield Figure("200 requests, full check / sympy alone", seconds(ours) / seconds(alone), 1.5)
    unchecked = seconds(lambda: list(answers(lines * 5, Options(check="off"))))
    yield Figure("requests a second, unchecked", 1000 / unchecked, 2000, "", least=True)


GROUPS = (start_up, traces, checks, requests)
