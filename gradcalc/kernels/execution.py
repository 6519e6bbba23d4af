"""Compiled paths run on rows: as machine code, or as NumPy steps block by block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.kernels.paths import Path, Paths
from gradcalc.kernels.rows import Inputs, Rows
from gradcalc.kernels.schedule import Schedule
from gradcalc.kernels.uniform import uniform_values

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Machine, Native

# Rows that have taken a path, from which on it is worth compiling: machine code saves a nanosecond
# for each row and step, and a step takes a tenth of a millisecond to compile. The bits are those of
# the steps (see `functions`).
MIN_NATIVE_PATH_ROWS = 1 << 16
MIN_WALKER_ROWS = 512  # of a piece whose paths are found by machine code


class Buffers:
    """A thread's own arrays for intermediate values, used for one block after the other."""

    def __init__(self) -> None:
        self.arrays: list[Any] = []
        self.rows = 0  # of each of them

    def take(self, count: int, rows: int) -> list[Any]:
        """As many arrays as wanted, of as many rows; what is in them is left over."""
        if rows > self.rows:
            self.rows, self.arrays = rows, []
        while len(self.arrays) < count:
            self.arrays.append(np.empty(self.rows))
        return [array[:rows] for array in self.arrays[:count]]


class Execution:
    """Runs paths on the rows of one call; any number of threads may use it at once."""

    def __init__(
        self, inputs: Inputs, answer: Rows, watched: bool, machine: Machine | None
    ) -> None:
        self.inputs = inputs
        self.varying = inputs.varying
        self.answer = answer
        self.watched = watched
        self.machine = machine
        self.uniform: dict[Path | Native, Any] = {}

    def native(self, path: Path, rows: int, scattered: bool) -> Native | None:
        """A path as machine code; None where that can't be, or isn't worth it for the rows."""
        if self.machine is None:
            return None
        path.rows += rows
        if path.rows < MIN_NATIVE_PATH_ROWS:
            return None
        return path.native(self.machine, self.varying, self.watched, scattered)

    def walker(self, paths: Paths, rows: int) -> Native | None:
        """What finds the path of each row as machine code; None as above."""
        if self.machine is None or rows < MIN_WALKER_ROWS:
            return None
        return paths.walker(self.machine, self.varying)

    def schedule(self, path: Path) -> Schedule:
        """A path as steps over arrays."""
        return path.schedule(self.varying, self.watched, self.machine)

    def uniform_of(self, native: Native) -> Any:
        """The values that are the same in all rows, for machine code; computed once a call."""
        if native not in self.uniform:
            self.uniform[native] = native.uniform(self.inputs.numbers)
        return self.uniform[native]

    def run_native(self, native: Native, low: int, high: int, threads: int = 1) -> None:
        """The rows from `low` to `high` by machine code, shared out among its `threads`."""
        answer = self.answer
        native.run(
            self.inputs.columns,
            self.uniform_of(native),
            list(answer.columns.values()),
            answer.doubtful,
            part=(low, high),
            threads=threads,
        )

    def run_slice(self, path: Path, low: int, high: int, buffers: Buffers) -> None:
        """The rows from `low` to `high`, all on one path: read and written in place."""
        if native := self.native(path, high - low, False):
            self.run_native(native, low, high)
            return
        part = slice(low, high)
        outputs = {name: column[part] for name, column in self.answer.columns.items()}
        self._run_steps(path, part, outputs, self.answer.doubtful[part], buffers)

    def run_scattered(self, path: Path, rows: Any, buffers: Buffers) -> None:
        """Rows by their indices, all on one path; NumPy steps run on copies of them."""
        answer = self.answer
        if native := self.native(path, len(rows), True):
            native.run(
                self.inputs.columns,
                self.uniform_of(native),
                list(answer.columns.values()),
                answer.doubtful,
                rows=rows,
            )
            return
        copies = Rows.empty(tuple(answer.columns), len(rows), watched=self.watched)
        self._run_steps(path, rows, copies.columns, copies.doubtful, buffers)
        for name, column in copies.columns.items():
            answer.columns[name][rows] = column
        if self.watched:
            answer.doubtful[rows] |= copies.doubtful

    def _run_steps(
        self, path: Path, rows: Any, outputs: Mapping[str, Any], mask: Any, buffers: Buffers
    ) -> None:
        """The schedule of a path on some rows, block by block."""
        schedule = self.schedule(path)
        if path not in self.uniform:
            self.uniform[path] = uniform_values(
                schedule.trace, self.inputs.numbers, schedule.uniform
            )
        uniform = self.uniform[path]
        inputs = [self.inputs.columns[name][rows] for name in schedule.inputs]
        written = [outputs[name] for name in schedule.outputs]
        for low in range(0, len(mask), schedule.block):
            part = slice(low, min(low + schedule.block, len(mask)))
            # in the order that the schedule counts them by
            arrays = [x[part] for x in inputs]
            arrays += [x[part] for x in written]
            arrays += buffers.take(schedule.buffers, part.stop - low)
            arrays += uniform
            arrays.append(mask[part])
            for kernel, places in schedule.steps:
                kernel(*[arrays[k] for k in places])
            for name, place in (*schedule.whole.items(), *schedule.copies.items()):
                outputs[name][part] = arrays[place]
            _spread_nan({name: column[part] for name, column in outputs.items()})


def _spread_nan(outputs: Mapping[str, Any]) -> None:
    """Where the value is NaN, its derivatives are."""
    value = outputs["value"]
    if np.isnan(np.add.reduce(value)):  # a sum is NaN where a term is: faster than looking at each
        nowhere = np.isnan(value)
        for column in outputs.values():
            column[nowhere] = np.nan
