"""A trace as a schedule: kernels in order over a few buffers, each used again when it is free.

What depends on no column is computed once for a call; what does, block by block, so that all
buffers stay in a core's cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradcalc.kernels.lowering import Lowered
from gradcalc.kernels.peephole import simplified
from gradcalc.kernels.ufuncs import writing
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import INPUT, Trace
from gradcalc.trace.walk import interpret, needed, varying

Step = tuple[Callable[..., Any], tuple[int, ...]]  # a kernel, and where its arrays stand
LEAST, MOST = 2048, 32768  # rows of a block
SPILL = 4  # times that cache, which all arrays of a block may fill
CACHE = 1 << 20  # bytes of a core's second cache, where the system does not say
Kinks = tuple[tuple[Callable[..., Any], tuple[int, ...]], ...]


def cache_size() -> int:
    """Bytes of a core's second cache."""
    try:
        return os.sysconf("SC_LEVEL2_CACHE_SIZE") or CACHE
    except (AttributeError, ValueError, OSError):
        return CACHE


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a block of rows of a `trace` is computed.

    The arrays of a block stand in one list: first `inputs` (columns by name), then `outputs`
    (columns by name), then `buffers` of the block's own, then what the `uniform` slots hold, then
    the mask of rows that touch a kink. `steps` run over them in order. `whole` are columns that
    are the same in all rows, `copies` those that are an input or another output.
    """

    trace: Trace
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    buffers: int
    uniform: tuple[int, ...]
    steps: tuple[Step, ...]
    whole: Mapping[str, int]
    copies: Mapping[str, int]
    block: int


def scheduled(lowered: Lowered, varying: frozenset[str], watched: bool) -> Schedule:
    """The schedule of a trace whose `varying` inputs are columns, the others numbers; kinks are
    looked for where they are `watched`."""
    made = simplified(lowered, varying)
    return _Scheduling(made, varying, made.kinks if watched else ()).scheduled()


class _Scheduling:
    def __init__(self, lowered: Lowered, columns: frozenset[str], kinks: Kinks) -> None:
        self.trace = trace = lowered.trace
        self.varies = varying(trace, columns)
        self.columns = {name: self._source(slot) for name, slot in lowered.columns.items()}
        self.arguments = [tuple(map(self._source, given)) for given in trace.arguments]
        self.order = [
            slot
            for slot, row in enumerate(trace.rules)
            if self.varies[slot] and row is not INPUT and row.name != "identity"
        ]
        touching = [(kink, tuple(map(self._source, slots))) for kink, slots in kinks]
        self.kinks = [one for one in touching if any(self.varies[a] for a in one[1])]

    def scheduled(self) -> Schedule:
        used = {a for given in self.arguments for a in given}
        used |= {*self.columns.values(), *(a for _, given in self.kinks for a in given)}
        slots = self.trace.inputs
        inputs = [n for n, slot in slots.items() if slot in used and self.varies[slot]]
        self.place = place = {slots[name]: k for k, name in enumerate(inputs)}
        outputs, whole, copies = [], {}, {}
        for column, slot in self.columns.items():
            if not self.varies[slot]:
                whole[column] = slot
            elif slot in place:
                copies[column] = slot
            else:
                place[slot] = len(place)
                outputs.append(column)
        first = len(place)
        buffers = self._buffers(first)
        uniform = sorted(slot for slot in used if not self.varies[slot])
        place |= {slot: first + buffers + k for k, slot in enumerate(uniform)}
        return Schedule(
            self.trace,
            tuple(inputs),
            tuple(outputs),
            buffers,
            tuple(uniform),
            tuple(self._steps(first + buffers + len(uniform))),
            {column: place[slot] for column, slot in whole.items()},
            {column: place[slot] for column, slot in copies.items()},
            _block_of(first + buffers),
        )

    def _source(self, slot: int) -> int:
        """What a slot that merely repeats another one repeats."""
        while self.trace.rules[slot].name == "identity":
            slot = self.trace.arguments[slot][0]
        return slot

    def _buffers(self, first: int) -> int:
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
        for _, given in self.kinks:  # is looked at after the step of its last argument
            after = following.get(self._latest(given), len(self.trace))
            last |= {a: max(after, last.get(a, 0)) for a in given if self.varies[a]}
        return last

    def _steps(self, mask: int) -> Iterator[Step]:
        touching: dict[int, list[Step]] = {}
        for kink, given in self.kinks:
            step = _touching(kink), (*(self.place[a] for a in given), mask)
            touching.setdefault(self._latest(given), []).append(step)
        yield from touching.get(-1, ())
        for slot in self.order:
            where = (*(self.place[a] for a in self.arguments[slot]), self.place[slot])
            yield writing(self.trace.rules[slot].name), where
            yield from touching.get(slot, ())

    def _latest(self, slots: tuple[int, ...]) -> int:
        """The last of some slots that a step makes; -1 where none does."""
        return max((slot for slot in slots if slot in self.made), default=-1)

    @cached_property
    def made(self) -> frozenset[int]:
        """The slots that steps make."""
        return frozenset(self.order)


def _touching(kink: Callable[..., Any]) -> Callable[..., None]:
    """A step that adds the rows at a kink to the mask."""

    def step(*given: Any) -> None:
        mask = given[-1]
        np.logical_or(mask, kink(*given[:-1]), out=mask)

    return step


def _block_of(arrays: int) -> int:
    """Rows of a block: its arrays may be somewhat larger than a core's own cache, for a kernel
    reads and writes but three of them, and every call of one has its price."""
    rows = SPILL * cache_size() // (8 * max(1, arrays))
    return max(LEAST, min(MOST, rows // 1024 * 1024))


def uniform_values(trace: Trace, numbers: Mapping[str, float], slots: Sequence[int]) -> list[Any]:
    """The values of slots that depend on no column, as arrays without axes."""
    from gradcalc.kernels.ufuncs import lenient

    machine: Any = lenient()
    values: dict[int, float] = {}
    interpret(
        trace,
        needed(trace, slots),
        values,
        read=lambda _, name: float(numbers[name]),
        constant=lambda _, exact: exact_number(exact, machine),
        compute=lambda slot, arguments: getattr(machine, trace.rules[slot].name)(*arguments),
    )
    return [np.array(values[slot]) for slot in slots]
