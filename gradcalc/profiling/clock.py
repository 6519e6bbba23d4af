"""Seconds that calls take, without the seconds that measuring takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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


class Ticks(Sequence[int]):
    """The indices 0 to size - 1, either way, and the seconds that each took before the next.

    What is timed in this way runs as it runs otherwise, its memory included; reading the clock
    costs as much as an addition, so that this is for work on arrays.
    """

    def __init__(self, size: int) -> None:
        self.seconds = [0.0] * size

    def __len__(self) -> int:
        return len(self.seconds)

    def __getitem__(self, index: Any) -> Any:
        return range(len(self))[index]

    def __iter__(self) -> Iterator[int]:
        return self._timed(range(len(self)))

    def __reversed__(self) -> Iterator[int]:
        return self._timed(reversed(range(len(self))))

    def _timed(self, order: Iterable[int]) -> Iterator[int]:
        for index in order:
            start = perf_counter()
            yield index
            self.seconds[index] = perf_counter() - start


def best_ticks(size: int, work: Callable[[Ticks], Any], rounds: int = ROUNDS) -> list[float]:
    """The seconds of each index in the fastest of several runs over all of them."""
    runs = []
    for _ in range(rounds):
        ticks = Ticks(size)
        work(ticks)
        runs.append(ticks.seconds)
    return min(runs, key=sum)
