"""Seconds that calls take, without the seconds that measuring takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

MIN_SECONDS = 0.002  # that a block is repeated for
ROUNDS = 5  # of each block: the fastest is what it takes, the others were interrupted
MAX_REPEATS = 10_000

Work = Callable[[], Any]


def best_seconds(work: Work, rounds: int = ROUNDS) -> float:
    """The seconds of the fastest of several runs; short work is repeated within each."""
    repeats = 1
    while (taken := _seconds(work, repeats)) < MIN_SECONDS and repeats < MAX_REPEATS:
        repeats *= 2
    return min(taken, *(_seconds(work, repeats) for _ in range(rounds - 1))) / repeats


def _seconds(work: Work, repeats: int) -> float:
    start = perf_counter()
    for _ in range(repeats):
        work()
    return perf_counter() - start


def block_seconds(
    kernel: Callable[..., Any], calls: Sequence[tuple[Any, ...]], *, wrapped: bool = False
) -> float:
    """The seconds of calling a kernel with each of the arguments, the loop around it taken off.

    Of a `wrapped` kernel, a function of Python that is not there otherwise, its own call too.
    """

    def nothing(*arguments: Any) -> None:
        pass

    def block() -> None:
        for arguments in calls:
            kernel(*arguments)

    def empty() -> None:
        for _ in calls:
            pass

    def calling() -> None:
        for arguments in calls:
            nothing(*arguments)

    return max(0.0, best_seconds(block) - best_seconds(calling if wrapped else empty))
