"""The process of one peer: it makes ready, is compared with gradcalc, and then takes its turns.

Its first line is a JSON object: how long the import and the first call took, how much memory a
call takes beyond the inputs; or why the peer is left out. Then it answers every line it is sent
with the seconds of a call.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.formulas import named
from tests.bench.peers import INTO, PEERS, compare, confine, left_out, package

SPAN = 0.02


def memory(kind: str) -> int:
    """Bytes this process holds (VmRSS), or the most it has held (VmHWM); 0 where unknown."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(each for each in status.read_text().splitlines() if each.startswith(kind))
    return int(line.split()[1]) * 1024


def keep_memory() -> None:
    """Have the C library keep what is freed, and never map an array apart.

    What it returns to the system costs a page fault for every 4 KB of the next answer, more than a
    short formula does; by default it depends on chance, on what lies at the end of the heap.
    """
    import ctypes

    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_max = -1, -4
        libc.mallopt(trim_threshold, 2**31 - 1)
        libc.mallopt(mmap_max, 0)


def forget_the_most() -> None:
    """Let VmHWM begin anew, where the system can."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def turn(call: Callable[[], object]) -> float:
    """The median time of the calls of a turn, quick ones after one that warms the caches."""
    taken: list[float] = []
    start = time.perf_counter()
    call()
    first = time.perf_counter() - start
    if first > SPAN:
        return first
    while sum(taken) < SPAN:
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", allow_abbrev=False)
    parser.add_argument("name", choices=[*PEERS, *INTO])
    parser.add_argument("formula")
    parser.add_argument("rows", type=int)
    parser.add_argument("threads", type=int)
    parser.add_argument("--once", action="store_true", help="one call and nothing else")
    parser.add_argument("--race", action="store_true", help="a turn for every line of stdin")
    args = parser.parse_args()
    confine(args.threads)
    keep_memory()
    answers, sys.stdout = sys.stdout, sys.stderr
    formula = named(args.formula)

    def tell(answer: object) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    if reason := left_out(args.name, formula):
        tell({"left_out": reason})
        return
    data = formula.data(args.rows)
    start = time.perf_counter()
    importlib.import_module(package(args.name))
    imported = time.perf_counter()
    before = memory("VmRSS")
    call = {**PEERS, **INTO}[args.name](formula, data, args.threads)
    answer = call()
    first = time.perf_counter()
    if args.once:
        return
    del answer
    gc.collect()
    forget_the_most()
    answer = call()
    told = {
        "imported": imported - start,
        "first": first - imported,
        "memory": max(0, memory("VmHWM") - before),
    }
    if package(args.name) != "gradcalc" and (wrong := compare(answer, formula, data)):
        tell({"wrong": wrong})
        return
    del answer
    if args.race:
        tell(told)
        for _ in sys.stdin:
            tell(turn(call))
    else:
        print(statistics.median(turn(call) for _ in range(21)), file=answers)
