"""A trace as a schedule: kernels in order over a few buffers, each used again when it is free.

What depends on no column is computed once for a call; what does, block by block, so that all
buffers stay in a core's cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcalc.kernels.functions import compiled_steps
from gradcalc.kernels.lowering import Derivatives
from gradcalc.kernels.peephole import simplify
from gradcalc.kernels.ufuncs import array_kernel
from gradcalc.trace.trace import INPUT, Trace
from gradcalc.trace.walk import varying

if TYPE_CHECKING:
    from gradcalc.kernels.llvm import Machine

MIN_BLOCK_ROWS, MAX_BLOCK_ROWS = 2048, 32768
BLOCK_CACHES = 4  # all arrays of a block together may be as large as so many second caches
DEFAULT_CACHE_BYTES = 1 << 20  # of a core's second cache, where the system does not say

Step = tuple[Callable[..., Any], tuple[int, ...]]  # a kernel, and where its arrays stand
Kinks = tuple[tuple[Callable[..., Any], tuple[int, ...]], ...]


def cache_size() -> int:
    """Bytes of a core's second cache."""
    try:
        return os.sysconf("SC_LEVEL2_CACHE_SIZE") or DEFAULT_CACHE_BYTES
    except (AttributeError, ValueError, OSError):
        return DEFAULT_CACHE_BYTES


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a block of rows of a `trace` is computed.

    The arrays of a block stand in one list: first `inputs` (columns by name), then `outputs`
    (columns by name), then `buffers` of the block's own, then what the `uniform` slots hold, then
    the mask of rows that touch a kink. `steps` run over them in order; `slots` are those of the
    trace that they compute, None where a step adds to the mask. `whole` are columns that
    are the same in all rows, `copies` those that are an input or another output.
    """

    trace: Trace
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    buffers: int
    uniform: tuple[int, ...]
    steps: tuple[Step, ...]
    slots: tuple[int | None, ...]
    whole: Mapping[str, int]
    copies: Mapping[str, int]
    block: int


def build_schedule(
    derivatives: Derivatives, columns: frozenset[str], watched: bool, machine: Machine | None = None
) -> Schedule:
    """The schedule of a trace; `columns` names the inputs that are columns, the others are numbers.

    Rows at kinks are marked where they are `watched` for. With a `machine` it gives what machine
    code of the whole trace gives, to the last bit.
    """
    short = simplify(derivatives, columns)
    if not watched:
        short = replace(short, kinks=())
    return _Scheduler(short, columns, machine).schedule()


class _Scheduler:
    def __init__(
        self, derivatives: Derivatives, columns: frozenset[str], machine: Machine | None
    ) -> None:
        self.trace = trace = derivatives.trace
        self.varies = varying(trace, columns)
        self.compiled = compiled_steps(derivatives, self.varies, machine) if machine else {}
        self.columns = {name: self._source(slot) for name, slot in derivatives.columns.items()}
        self.arguments = [tuple(map(self._source, used)) for used in trace.arguments]
        self.order = [
            slot
            for slot, row in enumerate(trace.rules)
            if self.varies[slot] and row is not INPUT and row.name != "identity"
        ]
        touching = [(kink, tuple(map(self._source, at))) for kink, at in derivatives.kinks]
        self.kinks = [one for one in touching if any(self.varies[a] for a in one[1])]
        self.place: dict[int, int] = {}  # where the array of each slot is in the list of them all

    def schedule(self) -> Schedule:
        used = self._used()
        inputs = self._place_inputs(used)
        outputs = self._place_outputs()
        first = len(self.place)
        buffers = self._place_buffers(first)
        uniform = sorted(slot for slot in used if not self.varies[slot])
        self.place |= {slot: first + buffers + k for k, slot in enumerate(uniform)}
        placed = list(self._steps(first + buffers + len(uniform)))
        repeats = {column: s for column, s in self.columns.items() if column not in outputs}
        return Schedule(
            self.trace,
            inputs,
            outputs,
            buffers,
            tuple(uniform),
            tuple(step for _, step in placed),
            tuple(slot for slot, _ in placed),
            {column: self.place[s] for column, s in repeats.items() if not self.varies[s]},
            {column: self.place[s] for column, s in repeats.items() if self.varies[s]},
            _block_of(first + buffers),
        )

    def _used(self) -> set[int]:
        """The slots whose values are read: by an instruction, a column or a kink."""
        used = {a for arguments in self.arguments for a in arguments}
        return used | {*self.columns.values(), *(a for _, slots in self.kinks for a in slots)}

    def _place_inputs(self, used: set[int]) -> tuple[str, ...]:
        """Place the inputs that are columns; their names in that order."""
        slots = self.trace.inputs
        names = [name for name, slot in slots.items() if slot in used and self.varies[slot]]
        self.place = {slots[name]: k for k, name in enumerate(names)}
        return tuple(names)

    def _place_outputs(self) -> tuple[str, ...]:
        """Place the columns that steps write; their names in that order."""
        names = []
        for column, slot in self.columns.items():
            if self.varies[slot] and slot not in self.place:
                self.place[slot] = len(self.place)
                names.append(column)
        return tuple(names)

    def _source(self, slot: int) -> int:
        """What a slot that merely repeats another one repeats."""
        while self.trace.rules[slot].name == "identity":
            slot = self.trace.arguments[slot][0]
        return slot

    def _place_buffers(self, first: int) -> int:
        """Give every slot without a place a buffer, from `first` on; how many there are.

        A buffer is free again at the step that uses it last, which may write into it at once.
        """
        freed: dict[int, list[int]] = {}
        for slot, last in self._last_uses().items():
            if slot not in self.place:
                freed.setdefault(last, []).append(slot)
        free: list[int] = []
        count = 0
        for slot in self.order:
            free += [self.place[dead] for dead in freed.get(slot, ())]
            if slot in self.place:
                continue
            if not free:
                free.append(first + count)
                count += 1
            self.place[slot] = free.pop()
        return count

    def _last_uses(self) -> dict[int, int]:
        """The step before whose output the buffer of each slot is free."""
        last: dict[int, int] = {}
        for slot in self.order:
            last |= {a: slot for a in self.arguments[slot] if self.varies[a]}
        following = dict(zip(self.order, self.order[1:], strict=False))
        for _, slots in self.kinks:  # each is checked after the step of its last argument
            after = following.get(self._latest(slots), len(self.trace))
            last |= {a: max(after, last.get(a, 0)) for a in slots if self.varies[a]}
        return last

    def _steps(self, mask: int) -> Iterator[tuple[int | None, Step]]:
        """The steps in order, each with the slot that it computes."""
        touching: dict[int, list[tuple[None, Step]]] = {}
        for kink, slots in self.kinks:
            step = _touching(kink), (*(self.place[a] for a in slots), mask)
            touching.setdefault(self._latest(slots), []).append((None, step))
        yield from touching.get(-1, ())
        for slot in self.order:
            where = (*(self.place[a] for a in self.arguments[slot]), self.place[slot])
            kernel = self.compiled.get(slot) or array_kernel(self.trace.rules[slot].name)
            yield slot, (kernel, where)
            yield from touching.get(slot, ())

    def _latest(self, slots: tuple[int, ...]) -> int:
        """The last of some slots that a step makes; -1 where none does."""
        return max((slot for slot in slots if slot in self.computed), default=-1)

    @cached_property
    def computed(self) -> frozenset[int]:
        """The slots that steps make."""
        return frozenset(self.order)


def _touching(kink: Callable[..., Any]) -> Callable[..., None]:
    """A step that adds the rows at a kink to the mask."""

    def step(*arrays: Any) -> None:
        *arguments, mask = arrays
        np.logical_or(mask, kink(*arguments), out=mask)

    return step


def _block_of(arrays: int) -> int:
    """How many rows a block has that needs so many arrays.

    They may exceed a core's own cache somewhat: a kernel reads and writes only three of them at a
    time, and every call of one has its price.
    """
    rows = BLOCK_CACHES * cache_size() // (8 * max(1, arrays))
    return max(MIN_BLOCK_ROWS, min(MAX_BLOCK_ROWS, rows // 1024 * 1024))
