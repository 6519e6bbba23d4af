"""A figure of the benchmark, and how times are taken."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# A process that stays small: what a child holds at most is counted from what its parent held.
MOST = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True)
class Figure:
    """What was measured, the figure, and the most (or least) it may be."""

    name: str
    measured: float
    limit: float
    unit: str = "×"
    least: bool = False

    @property
    def holds(self) -> bool:
        return self.measured >= self.limit if self.least else self.measured <= self.limit


def processes(commands: Sequence[Sequence[str]], rounds: int = 11) -> list[float]:
    """The median time of each command as a process, in seconds; taken in turns."""
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for command, taken in zip(commands, times, strict=True):
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def most_memory(command: Sequence[str]) -> float:
    """The most memory that a command holds as a process, in MB."""
    report = subprocess.run(
        [sys.executable, "-c", MOST, *command], check=True, capture_output=True, text=True
    )
    unit = 1 if sys.platform == "darwin" else 1024
    return int(report.stdout) * unit / 1e6


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The median time of a call."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def in_turns(*works: Callable[[], object], rounds: int = 21) -> list[float]:
    """The median times of calls that take turns, so that what slows one slows all."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds + 2):
        for work, times in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return [statistics.median(times[2:]) for times in taken]
