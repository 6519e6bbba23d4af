"""One call of a kernel: its rows divided into pieces, shared out among threads."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.kernels.execution import Buffers, Execution
from gradcalc.kernels.paths import Paths
from gradcalc.kernels.program import RowProgram
from gradcalc.kernels.routing import Router
from gradcalc.kernels.rows import Inputs, Rows
from gradcalc.kernels.team import MIN_SHARE_ROWS
from gradcalc.kernels.threads import share
from gradcalc.kernels.tree import NOWHERE

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Machine

PIECE_ROWS = 1 << 17  # rows that are routed to their paths together
MAX_NATIVE_PIECE_ROWS = 1 << 20  # rows that machine code runs at once: an interrupt waits for them
MIN_NATIVE_ROWS = 1 << 15  # rows of a call from which on machine code is worth its compiling


@dataclass(frozen=True, slots=True)
class Settings:
    """How a call is run.

    On how many `threads`, with how many paths at most (rows past them run one by one), whether
    kinks are `watched` for, and whether as machine code (None: where it is worth its compiling).
    Once as many rows as its `patience` have failed, or as its `effort` have been run by themselves,
    no others are: they are NaN.
    """

    threads: int
    max_paths: int
    watched: bool
    native: bool | None
    patience: float = math.inf
    effort: float = math.inf


class Call:
    """One call of a kernel; its answers go into `answer`."""

    def __init__(
        self, program: RowProgram, paths: Paths, inputs: Inputs, settings: Settings, answer: Rows
    ) -> None:
        self.paths = paths
        self.settings = settings
        self.answer = answer
        machine = _machine(settings.native, inputs.count)
        self.inputs = inputs.contiguous() if machine else inputs
        self.execution = Execution(self.inputs, answer, settings.watched, machine)
        self.program = program

    @cached_property
    def router(self) -> Router:
        """What finds the paths of rows; a program without branches has but one."""
        return Router(
            self.program,
            self.paths,
            self.inputs,
            self.answer,
            self.execution,
            self.settings.max_paths,
            self.settings.patience,
            self.settings.effort,
        )

    def run(self) -> None:
        """All rows, in pieces, on as many threads as there are."""
        if not self.paths:
            self.router.discover(0)
        straight, rows, threads = self.paths.straight, self.inputs.count, self.settings.threads
        native = straight and self.execution.native(straight, PIECE_ROWS, False)
        if native and (shares := native.machine.shares(rows, threads)) > 1:
            for low, high in _even(rows, shares * MAX_NATIVE_PIECE_ROWS):
                self.execution.run_native(native, low, high, shares)
        elif native:
            threads = min(threads, max(1, rows // MIN_SHARE_ROWS))
            rounds = -(-rows // (threads * MAX_NATIVE_PIECE_ROWS))
            share(_even(rows, -(-rows // (threads * rounds))), self._run_pieces, threads)
        else:
            size = self.execution.schedule(straight).block if straight else PIECE_ROWS
            pieces = [(low, min(low + size, rows)) for low in range(0, rows, size)]
            share(pieces, self._run_pieces, threads)

    def _run_pieces(self, pieces: Iterable[tuple[int, int]]) -> None:
        """Pieces, each from its first row to before its last, by one of Python's threads."""
        straight, buffers = self.paths.straight, Buffers()
        with np.errstate(all="ignore"):
            for low, high in pieces:
                if straight is not None:
                    self.execution.run_slice(straight, low, high, buffers)
                else:
                    self._run_by_path(low, high, buffers)

    def _run_by_path(self, low: int, high: int, buffers: Buffers) -> None:
        """A piece, each of its rows by its own path."""
        paths, equal = self.router.route(low, high)
        if self.settings.watched:
            self.answer.doubtful[low:high] |= equal
        if paths.min() < 0:
            self.answer.blank(low + np.flatnonzero(paths == NOWHERE))
        for number in _taken(paths, len(self.paths)):
            rows = np.flatnonzero(paths == number)
            if len(rows) == high - low:
                self.execution.run_slice(self.paths[number], low, high, buffers)
            elif len(rows):
                rows += low
                self.execution.run_scattered(
                    self.paths[number], rows.astype(np.int64, copy=False), buffers
                )


def _even(rows: int, size: int) -> list[tuple[int, int]]:
    """Pieces of so many rows at most, each from its first row to before its last, as many in one
    as in another."""
    pieces = -(-rows // size)
    return [(k * rows // pieces, (k + 1) * rows // pieces) for k in range(pieces)]


def _taken(paths: Any, count: int) -> Iterable[int]:
    """The numbers of the paths that rows take, of the `count` that there are."""
    if count <= 4:  # to look for each is faster
        return range(count)
    taken: list[int] = np.flatnonzero(np.bincount(paths[paths >= 0], minlength=1)).tolist()
    return taken


def _machine(native: bool | None, rows: int) -> Machine | None:
    """The compiler of machine code, where it is wanted, or worth it for the rows."""
    if native is False or (native is None and rows < MIN_NATIVE_ROWS):
        return None
    from gradcalc.kernels.llvm import machine

    return machine()
