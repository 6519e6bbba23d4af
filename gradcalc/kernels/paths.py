"""Which way through the program each row takes.

A path is what one row's run took: its trace, whose guards say which other rows take it too. The
guards of all paths form a tree, down which rows walk in groups: at each comparison a group is
computed as far as the comparison needs, and divides by its outcome. At the leaves stand paths.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gradcalc.kernels.codegen import is_exact, native_code
from gradcalc.kernels.lowering import Lowered, lowered
from gradcalc.kernels.peephole import simplified
from gradcalc.kernels.schedule import Schedule, scheduled
from gradcalc.kernels.tree import UNKNOWN, Tree
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Machine, Native


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One way through the program, compiled; its schedules by the inputs that are columns.

    `exact`: steps and machine code are the same to the last bit.
    """

    lowered: Lowered
    exact: bool
    schedules: dict[tuple[frozenset[str], bool], Schedule] = field(default_factory=dict)
    natives: dict[tuple[frozenset[str], bool, bool], Native | None] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def native(
        self, machine: Machine, varying: frozenset[str], watched: bool, scattered: bool
    ) -> Native | None:
        """The same as machine code, for neighbouring or for scattered rows; None where that can't
        be."""
        key = varying, watched, scattered
        with self.lock:
            if key not in self.natives:
                made = simplified(self.lowered, varying)
                text = native_code(
                    made, varying, watched, scattered, machine.width, machine.functions
                )
                self.natives[key] = machine.compiled(text) if text else None
            return self.natives[key]

    def schedule(self, varying: frozenset[str], watched: bool) -> Schedule:
        """The schedule where these inputs are columns, and kinks are looked for or not."""
        key = varying, watched
        found = self.schedules.get(key)
        if found is None:
            found = self.schedules[key] = scheduled(self.lowered, varying, watched)
        return found


class Paths:
    """The paths that are known of a program, for many threads.

    Traces whose numbering depends on the path, those of arrays, do not share (`shares`).
    """

    def __init__(self, shares: bool) -> None:
        self.compiled: list[Path] = []
        self.tree = Tree(shares)
        self.lock = threading.Lock()
        self.divided = False  # are there rows that no path can be followed by?
        self.settled = 0  # how many paths there were when rows found theirs last
        self.walkers: dict[tuple[frozenset[str], int], Native | None] = {}

    def __len__(self) -> int:
        return len(self.compiled)

    def add(self, trace: Trace, wrt: Sequence[str], hessian: bool) -> None:
        """Compile the path of a recorded run."""
        made = lowered(trace, wrt, hessian)
        rules = set(made.trace.rules) - {INPUT, CONSTANT}
        self.compiled.append(Path(made, all(is_exact(row.name) for row in rules)))
        self.tree.insert(trace, len(self.compiled) - 1)

    def known(self, numbers: Mapping[str, float]) -> bool:
        """Is there a path for such a row?"""
        columns = {name: np.array([x]) for name, x in numbers.items()}
        return bool(self.tree.walk(columns, 1)[0][0] != UNKNOWN)

    def walker(self, machine: Machine, varying: frozenset[str]) -> Native | None:
        """What finds the path of rows as machine code; None where that can't be, or while there
        are new paths all the time."""
        from gradcalc.kernels.branching import walking

        with self.lock:
            key = varying, len(self)
            if self.settled != len(self) or len(self.tree.roots) != 1:
                return None
            if key not in self.walkers:
                text = walking(self.tree.roots[0], varying, machine.width, machine.functions)
                self.walkers = {key: machine.compiled(text) if text else None}
            return self.walkers[key]

    @property
    def straight(self) -> Path | None:
        """The path, where there is but one and nothing decides."""
        roots = self.tree.roots
        return self.compiled[0] if roots and roots[0].guard is None else None
