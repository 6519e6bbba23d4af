"""A kernel that has run before, ready to run again: nothing is done but what its rows need.

After a million rows the code of a call has left the processor's caches. What comes back from memory
to look at each case anew takes a fifth of the time that a short formula needs for all its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.kernels.call import MAX_NATIVE_PIECE_ROWS, MIN_NATIVE_ROWS
from gradcalc.kernels.paths import Paths
from gradcalc.kernels.rows import own_memory

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Native

FLOAT64 = np.dtype(np.float64)


@dataclass(frozen=True, slots=True)
class Ready:
    """The machine code of a program without branches, for calls whose `inputs` are all columns.

    `uniform` are the values that are the same in all rows, of constants alone; `columns` are the
    names of the answers.
    """

    native: Native
    uniform: Any
    inputs: tuple[str, ...]
    columns: tuple[str, ...]
    threads: int

    def answer(
        self, table: Mapping[str, Any], out: Mapping[str, Any] | None
    ) -> dict[str, Any] | None:
        """The answers to a table, in the arrays of `out` if they are given.

        None where the call takes more than starting the machine code once, or is an error.
        """
        given: dict[str, Any] = {name: table.get(name) for name in self.inputs}
        arrays = list(given.values())
        if not _are_plain(arrays):
            return None
        rows, native = len(arrays[0]), self.native
        shares = native.machine.shares(rows, self.threads)
        no_team = shares == 1 < self.threads
        if no_team or not MIN_NATIVE_ROWS <= rows <= shares * MAX_NATIVE_PIECE_ROWS:
            return None
        answer: dict[str, Any]
        if out is None:
            answer = {name: np.empty(rows) for name in self.columns}
        else:
            answer = {name: out.get(name) for name in self.columns}
            if len(out) != len(answer) or not _are_plain(answer.values(), writable=True):
                return None
            arrays += answer.values()
            if not own_memory(arrays):
                return None
        if any(len(array) != rows for array in arrays):
            return None
        used = [given[name] for name in native.source.inputs]
        native.run_whole([*used, *answer.values()], self.uniform, rows, shares)
        return answer


def make_ready(
    paths: Paths, inputs: tuple[str, ...], columns: tuple[str, ...], threads: int
) -> Ready | None:
    """What the next call may run at once; None where there is no such machine code (yet)."""
    straight = paths.straight
    native = straight and straight.natives.get((frozenset(inputs), False, False))
    return Ready(native, native.uniform({}), inputs, columns, threads) if native else None


def _are_plain(arrays: Iterable[Any], *, writable: bool = False) -> bool:
    """Are these vectors of float64, each in one piece of memory, `writable` if they must be?"""
    return all(
        type(array) is np.ndarray
        and array.dtype == FLOAT64
        and array.ndim == 1
        and array.flags.c_contiguous
        and (array.flags.writeable or not writable)
        for array in arrays
    )
