"""The seconds that calls of a kernel take, and those of its NumPy steps where they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from gradcalc.errors import Span
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.rows import Rows
from gradcalc.kernels.schedule import Schedule
from gradcalc.profiling.clock import best_seconds
from gradcalc.profiling.costs import FLOAT_BYTES, Cost, Entry
from gradcalc.trace.walk import needed

MARKING = "(kinks marked)"  # the steps that look for rows at a kink


@dataclass(slots=True)
class _Record:
    """What one step took: blocks, rows, and seconds between two readings of the clock."""

    name: str
    span: Span | None
    ahead: bool  # is it part of the value?
    blocks: int = 0
    rows: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """What a call of a kernel took: its answer, the seconds, and those without compiling.

    `aside` is what it took to find that out.
    """

    answer: Rows
    seconds: float
    computing: float
    aside: float


class TimedKernel:
    """A kernel whose calls are timed, and the steps within them that are NumPy's.

    A call that compiles something is made again: that one counts. The clock is read twice a step
    and block, thousands of rows, and what that takes is taken off.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.seconds = 0.0  # of all calls, without compiling
        self.rows = 0
        self._records: list[_Record] = []
        self._clocked: set[int] = set()  # the schedules that are timed, by their identity
        self._reading = best_seconds(perf_counter)

    def call(self, table: Mapping[str, Any], native: bool | None) -> Timing:
        """The kernel's answer for a piece, and what it took."""
        compiled = self._compiled()
        counts = [(one.blocks, one.rows, one.seconds) for one in self._records]
        answer, seconds = self._run(table, native)
        computing = seconds
        aside = perf_counter()
        if self._compiled() != compiled:
            for one, count in zip(self._records, counts, strict=True):
                one.blocks, one.rows, one.seconds = count
            self._watch()
            computing = self._run(table, native)[1]
        self.seconds += computing
        self.rows += len(answer.doubtful)
        return Timing(answer, seconds, computing, perf_counter() - aside)

    @property
    def is_native(self) -> bool:
        """Did any of it run as machine code?"""
        return any(native for path in self.kernel.paths for native in path.natives.values())

    def entries(self) -> Iterator[Entry]:
        """What each step took: forward what the value needs, reverse what only derivatives do."""
        for one in self._records:
            if not one.rows:
                continue
            seconds = max(0.0, one.seconds - one.blocks * self._reading)
            flops = 0 if one.name == MARKING else one.rows
            cost = Cost(seconds, one.rows, FLOAT_BYTES * flops, flops)
            both = (cost, Cost()) if one.ahead else (Cost(), cost)
            yield Entry(one.name, one.span, *both)

    def _run(self, table: Mapping[str, Any], native: bool | None) -> tuple[Rows, float]:
        start = perf_counter()
        answer = self.kernel.rows(table, native=native)
        return answer, perf_counter() - start

    def _compiled(self) -> tuple[Any, ...]:
        """What there is of paths, and of what is compiled of them."""
        paths = self.kernel.paths
        return (
            sum(len(path.schedules) for path in paths),
            sum(len(path.natives) for path in paths),
            *paths.walkers,
        )

    def _watch(self) -> None:
        """Time the steps of the schedules that are new."""
        for path in self.kernel.paths:
            for key, schedule in path.schedules.items():
                if id(schedule) not in self._clocked:
                    path.schedules[key] = clocked = self._with_clock(schedule)
                    self._clocked.add(id(clocked))

    def _with_clock(self, schedule: Schedule) -> Schedule:
        trace = schedule.trace
        value = set(needed(trace, [trace.result]))
        steps = []
        for slot, (kernel, places) in zip(schedule.slots, schedule.steps, strict=True):
            record = (
                _Record(MARKING, None, True)
                if slot is None
                else _Record(trace.rules[slot].name, trace.spans[slot], slot in value)
            )
            self._records.append(record)
            steps.append((_clocked(kernel, record), places))
        return replace(schedule, steps=tuple(steps))


def _clocked(kernel: Callable[..., Any], record: _Record) -> Callable[..., None]:
    def run(*arrays: Any) -> None:
        start = perf_counter()
        kernel(*arrays)
        record.seconds += perf_counter() - start
        record.blocks += 1
        record.rows += len(arrays[-1])

    return run
