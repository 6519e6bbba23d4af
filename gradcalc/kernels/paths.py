"""The ways through a program that are known, each compiled once and kept for all later rows.

A path is what one row's run took: its trace, whose guards say which other rows take it too. The
guards of all paths form a tree, down which rows walk in groups (`tree`); its leaves are paths.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gradcalc.kernels.codegen import write_kernel
from gradcalc.kernels.lowering import Derivatives, lower
from gradcalc.kernels.peephole import simplify
from gradcalc.kernels.schedule import Schedule, build_schedule
from gradcalc.kernels.tree import UNKNOWN, Tree
from gradcalc.memory import uncollected
from gradcalc.trace.trace import Trace

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Machine, Native


@dataclass(slots=True, eq=False)
class Path:
    """One way through the program: value and derivatives as a trace, and what is compiled of it.

    Which inputs are columns, and whether kinks are watched for, may differ from call to call:
    schedules and machine code are kept for each. `rows` counts those that have taken it: from
    threads without a lock, which may lose some.
    """

    derivatives: Derivatives
    rows: int = 0
    schedules: dict[tuple[frozenset[str], bool, bool], Schedule] = field(default_factory=dict)
    natives: dict[tuple[frozenset[str], bool, bool], Native | None] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @uncollected()
    def native(
        self, machine: Machine, columns: frozenset[str], watched: bool, scattered: bool
    ) -> Native | None:
        """Machine code for neighbouring or for `scattered` rows; None where that can't be.

        `columns` names the inputs that are columns.
        """
        key = columns, watched, scattered
        with self.lock:
            if key not in self.natives:
                derivatives = simplify(self.derivatives, columns)
                text = write_kernel(derivatives, columns, watched, scattered, machine.registers)
                self.natives[key] = machine.compile(text) if text else None
            return self.natives[key]

    @uncollected()
    def schedule(self, columns: frozenset[str], watched: bool, machine: Machine | None) -> Schedule:
        """The schedule of steps, with the bits of machine code if there is a `machine`.

        `columns` names the inputs that are columns.
        """
        # Without a lock: at worst two threads build the same one.
        key = columns, watched, machine is not None
        schedule = self.schedules.get(key)
        if schedule is None:
            schedule = build_schedule(self.derivatives, columns, watched, machine)
            self.schedules[key] = schedule
        return schedule


class Paths:
    """The paths that are known of a program, by number; many threads may use them at once.

    Traces whose numbering depends on the path, those of arrays, don't share a tree (`shares`).
    """

    def __init__(self, shares: bool) -> None:
        self.tree = Tree(shares)
        self.lock = threading.Lock()
        self.unfollowable = False  # was there a run that guards can't describe for other rows?
        self.count_when_all_found = 0  # paths there were when last all rows of a piece had theirs
        self.walkers: dict[tuple[frozenset[str], int], Native | None] = {}
        self._paths: list[Path] = []

    def __len__(self) -> int:
        return len(self._paths)

    def __iter__(self) -> Iterator[Path]:
        return iter(self._paths)

    def __getitem__(self, number: int) -> Path:
        return self._paths[number]

    def add(self, trace: Trace, wrt: Sequence[str], hessian: bool) -> None:
        """Compile the path of a recorded run."""
        self._paths.append(Path(lower(trace, wrt, hessian)))
        self.tree.insert(trace, len(self._paths) - 1)

    def known(self, numbers: Mapping[str, float]) -> bool:
        """Is there a path for a row of these numbers?"""
        columns = {name: np.array([x]) for name, x in numbers.items()}
        return bool(self.tree.walk(columns, 1)[0][0] != UNKNOWN)

    def walker(self, machine: Machine, columns: frozenset[str]) -> Native | None:
        """Machine code that finds the path of each row; None where that can't be.

        None too while new paths keep coming: each would need another walker.
        """
        from gradcalc.kernels.branching import write_walker

        with self.lock:
            key = columns, len(self)
            if self.count_when_all_found != len(self) or len(self.tree.roots) != 1:
                return None
            if key not in self.walkers:
                text = write_walker(self.tree.roots[0], columns, machine.registers)
                self.walkers = {key: machine.compile(text) if text else None}
            return self.walkers[key]

    @property
    def straight(self) -> Path | None:
        """The only path of a program in which nothing is decided; None where there may be more."""
        roots = self.tree.roots
        return self._paths[0] if roots and roots[0].guard is None else None
