"""Where the time goes while a table is mapped: in phases, and within the kernel by primitive.

The table is run through as `map` does it, on one thread, with a clock between the phases. Steps of
NumPy are timed where they run. Machine code can't be looked into without changing it: its time
as a whole is measured, and shared out as the same operations take as NumPy steps for some of the
pieces, aside from the run. What is told apart in this way is `attributed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Literal

from gradcalc.batch.mapping import Work, numbered, refuse_unlike
from gradcalc.batch.options import MapOptions
from gradcalc.batch.sample import Sample
from gradcalc.batch.summary import Summary
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.rows import Rows
from gradcalc.profiling.costs import BOOKKEEPING, Cost, Entry
from gradcalc.profiling.steps import TimedKernel
from gradcalc.tables import Reader, Writer

Phase = Literal["start", "read", "parse", "compile", "kernel", "kinks", "write", "proof", "other"]
PHASES: dict[Phase, str] = {
    "start": "load modules, parse the formula, open files",
    "read": "read raw pieces of the tables",
    "parse": "turn cells into numbers",
    "compile": "record paths, differentiate and compile them",
    "kernel": "compute value and derivatives",
    "kinks": "run rows in doubt again, one by one",
    "write": "turn numbers into cells, and write them",
    "proof": "check a sample of the rows in full",
    "other": "all the rest",
}


@dataclass(frozen=True, slots=True)
class Event:
    """A phase, from its start in seconds after that of the run, for so many seconds."""

    phase: Phase
    start: float
    seconds: float


@dataclass(frozen=True, slots=True)
class TableProfile:
    """Where the time of a table went: by phase, and the kernel's by primitive and place.

    The phases add up to `seconds`, the whole; the entries, whose calls are rows, to the kernel's
    phase. `attributed` says that it ran as machine code, whose parts are not measured themselves.
    """

    source: str
    rows: int
    seconds: float
    phases: Mapping[Phase, float]
    entries: tuple[Entry, ...]
    attributed: bool
    events: tuple[Event, ...]


@dataclass(slots=True)
class Stopwatch:
    """Seconds by phase, since the `start`; `aside` are those that measuring took."""

    start: float
    seconds: dict[Phase, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))
    events: list[Event] = field(default_factory=list)
    aside: float = 0.0

    @contextmanager
    def phase(self, name: Phase) -> Iterator[None]:
        """Count what happens within as this phase."""
        start = perf_counter()
        try:
            yield
        finally:
            self.count(name, start, perf_counter() - start)

    def count(self, name: Phase, start: float, seconds: float) -> None:
        """A phase went on from a reading of the clock for so many seconds."""
        self.seconds[name] += seconds
        self.events.append(Event(name, start - self.start - self.aside, seconds))


class TableProfiler:
    """Maps tables as `map_tables` does, on one thread, and keeps the time since `start`."""

    def __init__(self, kernel: Kernel, start: float) -> None:
        self.kernel = kernel
        self.watch = Stopwatch(start)
        self.watch.count("start", start, perf_counter() - start)
        self.timed = TimedKernel(kernel)
        aside = copy(kernel)  # which has no paths yet
        aside.native = False
        self.steps = TimedKernel(aside)
        self.pieces = 0

    def map_tables(
        self,
        readers: Sequence[Reader],
        writer: Writer,
        options: MapOptions,
        progress: Callable[[int, Sample], None] = lambda size, sample: None,
    ) -> Summary:
        """What `batch.mapping.map_tables` does, one piece after the other."""
        refuse_unlike(readers, options)
        watch, total = self.watch, Summary()
        written: Any = _Watched(writer, watch, encode="write", write="write")
        work: Any = Work(self.kernel, written, options)
        work.kernel = _Replaced(self.kernel, rows=self._rows)
        work.doubtful = _Watched(work.doubtful, watch, settle="kinks")
        blocks = numbered(self.kernel, readers, options)
        while True:
            with watch.phase("read"):
                number, block = next(blocks, (0, None))
            if block is None:
                break
            piece = work.piece(number, _Block(block, watch))
            written.write(piece.encoded)
            total.add(piece.counts, options.check_rows)
            progress(piece.size, total.sample)
        total.paths = len(self.kernel.paths)
        return total

    def profile(self, rows: int) -> TableProfile:
        """Where the time went until now, of a table of so many rows."""
        watch = self.watch
        whole = perf_counter() - watch.start - watch.aside
        phases = dict(watch.seconds)
        phases["other"] = max(0.0, whole - sum(phases.values()))
        seconds = sum(phases.values())
        native = self.timed.is_native
        entries = tuple(self._entries(self.steps if native else self.timed))
        return TableProfile(
            self.kernel.source, rows, seconds, phases, entries, native, tuple(watch.events)
        )

    def _rows(self, table: Mapping[str, Any], *, native: bool | None = None) -> Rows:
        """The kernel's answer for a piece; of machine code its steps are timed aside, for the
        first piece, the second, the fourth, and so on."""
        watch, start = self.watch, perf_counter()
        timing = self.timed.call(table, native)
        kernel = min(timing.seconds, timing.computing)
        watch.count("compile", start, timing.seconds - kernel)
        watch.count("kernel", start + timing.seconds - kernel, kernel)
        watch.aside += timing.aside
        self.pieces += 1
        if self.timed.is_native and not self.pieces & (self.pieces - 1):
            aside = perf_counter()
            self.steps.call(table, False)
            watch.aside += perf_counter() - aside
        return timing.answer

    def _entries(self, timed: TimedKernel) -> Iterator[Entry]:
        """The steps of a kernel that is timed, scaled to the time and the rows of the whole."""
        kernel = self.watch.seconds["kernel"]
        by_time = kernel / timed.seconds if timed.seconds else 0.0
        by_rows = self.timed.rows / timed.rows if timed.rows else 0.0
        rest = kernel
        for entry in timed.entries():
            scaled = replace(
                entry,
                forward=_scaled(entry.forward, by_time, by_rows),
                reverse=_scaled(entry.reverse, by_time, by_rows),
            )
            rest -= scaled.seconds
            yield scaled
        yield Entry(BOOKKEEPING, None, Cost(max(0.0, rest)), Cost())


def _scaled(cost: Cost, by_time: float, by_rows: float) -> Cost:
    calls, size, flops = (round(by_rows * n) for n in (cost.calls, cost.bytes, cost.flops))
    return Cost(by_time * cost.seconds, calls, size, flops)


class _Replaced:
    """An object with some of its methods replaced."""

    def __init__(self, original: Any, **methods: Callable[..., Any]) -> None:
        self._original = original
        self.__dict__.update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


class _Watched(_Replaced):
    """An object some of whose methods are phases."""

    def __init__(self, original: Any, watch: Stopwatch, **phases: Phase) -> None:
        def during(phase: Phase, method: Callable[..., Any]) -> Callable[..., Any]:
            def timed(*arguments: Any) -> Any:
                with watch.phase(phase):
                    return method(*arguments)

            return timed

        methods = {name: during(phase, getattr(original, name)) for name, phase in phases.items()}
        super().__init__(original, **methods)


class _Block(_Watched):
    """A block that is parsed in a phase, and so are the columns of its batch."""

    def __init__(self, original: Any, watch: Stopwatch) -> None:
        super().__init__(original, watch)

        def decode() -> Any:
            with watch.phase("parse"):
                batch = original.decode()
            return _Watched(batch, watch, numbers="parse")

        self.decode = decode
