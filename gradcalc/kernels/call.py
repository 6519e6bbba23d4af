"""One call of a kernel: its rows divided among threads, paths and blocks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.errors import Exit, GradcalcError
from gradcalc.kernels.lowering import lowered
from gradcalc.kernels.paths import Path, Paths
from gradcalc.kernels.program import RowProgram
from gradcalc.kernels.rows import Rows
from gradcalc.kernels.schedule import MOST, Schedule, uniform_values
from gradcalc.kernels.tree import NOWHERE, UNKNOWN
from gradcalc.kernels.ufuncs import lenient
from gradcalc.modes.sweeps import reverse
from gradcalc.run.expressions import NotFollowedError
from gradcalc.trace.trace import Trace

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Machine, Native

GROUP = 1 << 17  # rows that are divided by their paths at a time, or run as machine code
MANY = 1 << 15  # rows of a call that make machine code worth its compiling
FEW = 512  # rows of a path, in a group, that do; whatever their number, where bits would differ
# What the values of a row may cause, beside what has no answer: that row's error alone.
OF_A_ROW = {
    "not-an-integer",
    "index",
    "too-many-steps",
    "trace-too-long",
    "recursion",
    "shape",
    "too-many-elements",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a call is run: on how many `threads`, with how many paths at most (rows past them run
    one by one), whether kinks are `watched` for, and whether as machine code (None: if worth it).
    """

    threads: int
    max_paths: int
    watched: bool
    native: bool | None


class Call:
    """One call of a kernel: its columns, and where the answers go."""

    def __init__(
        self,
        program: RowProgram,
        paths: Paths,
        given: Mapping[str, Any],
        settings: Settings,
        made: Rows,
    ) -> None:
        self.program = program
        self.paths = paths
        self.settings = settings
        count = len(made.doubtful)
        self.count = count
        self.watched = settings.watched
        self.made = made
        self.machine = _machine(settings.native, count)
        contiguous = np.ascontiguousarray if self.machine else np.asarray
        self.columns = {n: contiguous(x) for n, x in given.items() if np.ndim(x)}
        self.numbers = {n: x for n, x in given.items() if not np.ndim(x)}
        self.varying = frozenset(self.columns)
        self.uniform: dict[Path | Native, Any] = {}

    def run(self) -> None:
        """All rows, in pieces, on as many threads as there are."""
        if not self.paths:
            self._discover(0)
        pieces = self._pieces()
        workers = min(self.settings.threads, len(pieces))
        shared = iter(pieces)  # an iterator over a list hands each piece to one thread only
        errors: list[BaseException] = []
        # Threads by themselves: a pool takes a millisecond to set up.
        others = [Thread(target=self._share, args=(shared, errors)) for _ in range(workers - 1)]
        for thread in others:
            thread.start()
        self._share(shared, errors)
        for thread in others:
            thread.join()
        if errors:
            raise errors[0]

    def _share(self, pieces: Iterator[tuple[int, int]], errors: list[BaseException]) -> None:
        """One thread's share; after an error there is nothing left to do for any of them."""
        try:
            self._work(pieces)
        except BaseException as error:
            errors.append(error)
            for _ in pieces:
                pass

    def _pieces(self) -> list[tuple[int, int]]:
        straight, size = self.paths.straight, GROUP
        if straight and not (self.machine and self._native(straight, GROUP, False)):
            size = straight.schedule(self.varying, self.watched).block
        return [(low, min(low + size, self.count)) for low in range(0, self.count, size)]

    def _work(self, pieces: Iterable[tuple[int, int]]) -> None:
        """One thread's share."""
        straight, buffers = self.paths.straight, _Buffers()
        with np.errstate(all="ignore"):
            for low, high in pieces:
                if straight is not None:
                    self._whole(straight, low, high, buffers)
                else:
                    self._divided(low, high, buffers)

    # paths --------------------------------------------------------------------------------

    def _divided(self, low: int, high: int, buffers: _Buffers) -> None:
        """A piece, each of its rows by its own path."""
        paths, equal = self._walked(low, high)
        if self.watched:
            self.made.doubtful[low:high] |= equal
        if (paths < 0).any():
            nowhere = low + np.flatnonzero(paths == NOWHERE)
            for column in self.made.columns.values():
                column[nowhere] = np.nan
        for number in _present(paths, len(self.paths)):
            rows = np.flatnonzero(paths == number)
            if len(rows) == high - low:
                self._whole(self.paths.compiled[number], low, high, buffers)
            elif len(rows):
                self._some(self.paths.compiled[number], (low + rows).astype(np.int64), buffers)

    def _walked(self, low: int, high: int) -> tuple[Any, Any]:
        """The path of each row of a piece; new ones are recorded until all rows have theirs."""
        known = len(self.paths)
        paths, equal = self._found(slice(low, high), high - low)
        lost = self._lost(paths, np.arange(low, high))
        if not lost.size:
            self.paths.settled = known
        while lost.size:
            if len(self.paths) >= self.settings.max_paths or self.paths.divided:
                for row in lost.tolist():
                    self._alone(row)
                break
            self._discover(int(lost[0]))
            found, same = self._found(lost, len(lost))
            paths[lost - low], equal[lost - low] = found, same
            lost = self._lost(found, lost)
        return paths, equal

    def _lost(self, paths: Any, rows: Any) -> Any:
        """Those of some rows that have no path yet, and may have one."""
        lost = rows[paths == UNKNOWN]
        if lost.size and self.made.failed:
            lost = lost[~np.isin(lost, list(self.made.failed))]
        return lost

    def _found(self, rows: Any, count: int) -> tuple[Any, Any]:
        """What the tree says of some rows."""
        table = {**self.numbers, **{name: x[rows] for name, x in self.columns.items()}}
        walker = self.machine and self.paths.walker(self.machine, self.varying)
        if not walker or count < FEW:
            return self.paths.tree.walk(table, count)
        paths, equal = np.empty(count, dtype=np.int16), np.zeros(count, dtype=bool)
        walker.run(table, self._same(walker), [paths], equal)
        return paths, equal

    def _row(self, row: int) -> dict[str, float]:
        return self.numbers | {name: float(x[row]) for name, x in self.columns.items()}

    def _discover(self, row: int) -> None:
        """Record a row's run, and compile the path it takes."""
        program, numbers = self.program, self._row(row)
        with self.paths.lock:
            if self.paths.known(numbers):
                return  # by another thread, meanwhile
            try:
                self.paths.add(program.record(numbers), program.wrt, program.hessian)
            except NotFollowedError:
                self.paths.divided = True
            except GradcalcError as error:
                self._refused(row, error)

    def _refused(self, row: int, error: GradcalcError) -> None:
        """A row that has no run; an error of the program, whatever the row, is raised."""
        if error.exit is not Exit.NO_ANSWER and error.code not in OF_A_ROW:
            raise error
        self.made.failed[row] = error
        for column in self.made.columns.values():
            column[row] = np.nan

    def _alone(self, row: int) -> None:
        """A row by itself, in single numbers."""
        program, numbers = self.program, self._row(row)
        try:
            trace = program.record(numbers, follow=False)
        except GradcalcError as error:
            self._refused(row, error)
            return
        if any(math.isnan(trace.values[s]) for g in trace.guards for s in (g.left, g.right)):
            what = "a condition compares what is not a number"
            self._refused(row, GradcalcError("undefined", what, exit=Exit.NO_ANSWER))
            return
        for column, number in self._answers(trace, numbers).items():
            self.made.columns[column][row] = number
        self.made.alone += 1

    def _answers(self, trace: Trace, numbers: Mapping[str, float]) -> dict[str, float]:
        """Value and derivatives of a run, by column."""
        program = self.program
        if program.hessian:
            one = lowered(trace, program.wrt, True)
            found = uniform_values(one.trace, numbers, list(one.columns.values()))
            return dict(zip(one.columns, found, strict=True))
        cotangents = reverse(trace, trace.values, lenient(), math.nan)
        value = trace.values[trace.result]
        slope = {name: cotangents[trace.inputs[name]] or 0.0 for name in program.wrt}
        if math.isnan(value):
            slope = dict.fromkeys(slope, math.nan)
        return {"value": value} | {f"d_{name}": x for name, x in slope.items()}

    # blocks -------------------------------------------------------------------------------

    def _native(self, path: Path, rows: int, scattered: bool) -> Native | None:
        """A path as machine code, where so many rows are worth it."""
        if self.machine is None or (rows < FEW and path.exact):
            return None
        return path.native(self.machine, self.varying, self.watched, scattered)

    def _same(self, native: Native) -> Any:
        """What is the same in all rows, for machine code."""
        found = self.uniform.get(native)
        if found is None:
            found = self.uniform[native] = native.uniform(self.numbers)
        return found

    def _whole(self, path: Path, low: int, high: int, buffers: _Buffers) -> None:
        """A path for neighbouring rows, in place."""
        if native := self._native(path, high - low, False):
            columns = {name: x[low:high] for name, x in self.columns.items()}
            answers = [x[low:high] for x in self.made.columns.values()]
            native.run(columns, self._same(native), answers, self.made.doubtful[low:high])
            return
        schedule = path.schedule(self.varying, self.watched)
        inputs = [self.columns[name][low:high] for name in schedule.inputs]
        made = {name: column[low:high] for name, column in self.made.columns.items()}
        self._execute(path, schedule, inputs, made, self.made.doubtful[low:high], buffers)

    def _some(self, path: Path, rows: Any, buffers: _Buffers) -> None:
        """A path for scattered rows: they are gathered, and the answers put back."""
        if native := self._native(path, len(rows), True):
            answers = list(self.made.columns.values())
            native.run(self.columns, self._same(native), answers, self.made.doubtful, rows)
            return
        schedule = path.schedule(self.varying, self.watched)
        inputs = [self.columns[name][rows] for name in schedule.inputs]
        made = {name: np.empty(len(rows)) for name in self.made.columns}
        mask = np.zeros(len(rows), dtype=bool)
        self._execute(path, schedule, inputs, made, mask, buffers)
        for name, column in made.items():
            self.made.columns[name][rows] = column
        if self.watched:
            self.made.doubtful[rows] |= mask

    def _execute(
        self,
        path: Path,
        schedule: Schedule,
        inputs: list[Any],
        made: Mapping[str, Any],
        mask: Any,
        buffers: _Buffers,
    ) -> None:
        """Run the schedule, block by block."""
        uniform = self.uniform.get(path)
        if uniform is None:
            uniform = uniform_values(schedule.trace, self.numbers, schedule.uniform)
            self.uniform[path] = uniform
        outputs = [made[name] for name in schedule.outputs]
        for low in range(0, len(mask), schedule.block):
            part = slice(low, min(low + schedule.block, len(mask)))
            arrays = [x[part] for x in inputs]
            arrays += [x[part] for x in outputs]
            arrays += buffers.take(schedule.buffers, part.stop - low)
            arrays += uniform
            arrays.append(mask[part])
            for kernel, where in schedule.steps:
                kernel(*[arrays[k] for k in where])
            for name, place in (*schedule.whole.items(), *schedule.copies.items()):
                made[name][part] = arrays[place]
            _pass_on(made, part)


def _pass_on(made: Mapping[str, Any], part: slice) -> None:
    """Where the value is not a number, no derivative is."""
    value = made["value"][part]
    if np.isnan(np.add.reduce(value)):
        nowhere = np.isnan(value)
        for column in made.values():
            column[part][nowhere] = np.nan


def _present(paths: Any, count: int) -> Iterable[int]:
    """The numbers of the paths that rows take, of so many."""
    if count <= 4:
        return range(count)
    present: list[int] = np.flatnonzero(np.bincount(paths[paths >= 0], minlength=1)).tolist()
    return present


def _machine(asked: bool | None, rows: int) -> Machine | None:
    """What compiles machine code, where it is `asked` for or the rows are worth it."""
    if asked is False or (asked is None and rows < MANY):
        return None
    from gradcalc.kernels.llvm import machine

    return machine()


class _Buffers:
    """Arrays of a thread's own, used for one block after the other."""

    def __init__(self) -> None:
        self.arrays: list[Any] = []

    def take(self, count: int, rows: int) -> list[Any]:
        """So many arrays of so many rows."""
        while len(self.arrays) < count:
            self.arrays.append(np.empty(MOST))
        return [array[:rows] for array in self.arrays[:count]]
