"""Branch and bound: a box is searched part by part, the most promising one first.

What is asked of a part is a `Question`: it answers with what it found there, and with the smaller
parts that are left to look at. The parts wait in a queue by their `rank`, the least first. They are
looked at in rounds, with what was known when the round began; so the answer depends neither on how
many processes there are nor on how fast they are (`workers`). A search that takes longer than
about a second is spread over all cores.

Where time or room runs out, the parts that still wait are handed back, none is dropped.
(Kearfott, Rigorous Global Search, 1996; Hansen and Walster, Global Optimization Using Interval
Analysis, 2004.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Protocol

from gradcalc.boxes.parts import Look, Part, Question
from gradcalc.boxes.workers import Crew

PARTS_OF_A_ROUND = 32
MAX_KEPT = 200_000  # parts that wait at a time: some 100 MB
MAX_PARTS = 10_000_000


class Ledger(Protocol):
    """Where what is found is brought together."""

    def known(self) -> Any:
        """What the next round is told; pickled."""

    def enter(self, part: Part, look: Look) -> Iterable[Part]:
        """Keep what was found in a part. The parts that are to be looked at again."""

    def done(self, first: Part) -> bool:
        """Is nothing left to do, `first` being the part of the least rank?"""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search may go. `deadline` is of time.monotonic; `jobs` are processes.

    `progress` is called with the number of parts that were looked at.
    """

    deadline: float | None = None
    jobs: int = 1
    max_parts: int = MAX_PARTS
    max_kept: int = MAX_KEPT
    progress: Callable[[int], Any] | None = None

    @classmethod
    def of(
        cls, timeout: float | None, jobs: int = 1, progress: Callable[[int], Any] | None = None
    ) -> Limits:
        """So many seconds from now."""
        deadline = None if timeout is None else time.monotonic() + timeout
        return cls(deadline, jobs, progress=progress)

    def passed(self) -> bool:
        """Is it past the deadline?"""
        return self.deadline is not None and time.monotonic() > self.deadline


@dataclass(slots=True)
class Queue:
    """Parts by rank; of equal ones the earlier first."""

    heap: list[tuple[float, int, Part]] = field(default_factory=list)
    count: int = 0

    def push(self, part: Part) -> None:
        """Put a part in."""
        heappush(self.heap, (part.rank, self.count, part))
        self.count += 1

    def pop(self) -> Part:
        """The part of the least rank."""
        return heappop(self.heap)[2]

    @property
    def first(self) -> Part:
        """The part of the least rank, which stays."""
        return self.heap[0][2]

    def __len__(self) -> int:
        return len(self.heap)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a search ended: the parts that still waited, how many were looked at, and why it ended
    before the ledger was done (time, room) or None."""

    left: tuple[Part, ...]
    parts: int
    cause: str | None


def search(question: Question, start: Sequence[Part], ledger: Ledger, limits: Limits) -> Ending:
    """Look at the parts of `start` and at what is left of them, until the ledger is done."""
    queue, parts, cause = Queue(), 0, None
    for part in start:
        queue.push(part)
    with Crew(question, limits.jobs) as crew:
        while queue and not ledger.done(queue.first):
            cause = _exhausted(limits, parts, len(queue))
            if cause is not None:
                break
            batch = [queue.pop() for _ in range(min(PARTS_OF_A_ROUND, len(queue)))]
            looks = crew.looks(batch, ledger.known(), limits.passed)
            for part, look in zip(batch, looks, strict=True):
                if look is None:  # there was no time for it
                    queue.push(part)
                    continue
                parts += 1
                for one in ledger.enter(part, look):
                    queue.push(one)
            if limits.progress is not None:
                limits.progress(len(batch))
    return Ending(tuple(part for *_, part in sorted(queue.heap, key=_order)), parts, cause)


def _order(entry: tuple[float, int, Part]) -> tuple[float, int]:
    return entry[:2]


def _exhausted(limits: Limits, parts: int, waiting: int) -> str | None:
    if limits.passed():
        return "time"
    return "room" if parts >= limits.max_parts or waiting > limits.max_kept else None
