"""What a run has computed from one of its slots: what a derivative by that slot passes through."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager

from gradcalc.trace.trace import Trace


class Dependents:
    """The slots that vary with `slot`, in a trace that grows.

    Each slot is marked once, however often it is asked about. `fixed` are slots that don't vary
    though their arguments may: what is detached, and x^0.
    """

    def __init__(self, trace: Trace, slot: int, fixed: Container[int]) -> None:
        self.trace = trace
        self.slot = slot
        self.fixed = fixed
        self.marks = [True]  # of `slot` and those after it

    def __contains__(self, slot: int) -> bool:
        """Does a slot vary with this one?"""
        self._extend()
        return slot >= self.slot and self.marks[slot - self.slot]

    def _extend(self) -> None:
        first, marks, arguments = self.slot, self.marks, self.trace.arguments
        for slot in range(first + len(marks), len(self.trace)):
            varies = any(a >= first and marks[a - first] for a in arguments[slot])
            marks.append(varies and slot not in self.fixed)

    def between(self, result: int) -> list[int]:
        """The slots through which a result varies with this one, both included, ascending.

        Empty where the result doesn't. Takes time by the number of these slots.
        """
        if result not in self:
            return []
        found, stack = {result}, [result]
        while stack:
            for argument in self.trace.arguments[stack.pop()]:
                if argument not in found and argument in self:
                    found.add(argument)
                    stack.append(argument)
        return sorted(found)


@contextmanager
def activated(trace: Trace, slots: Sequence[int]) -> Iterator[None]:
    """Some slots vary for a while, as when a derivative by a constant is written down.

    What is written meanwhile varies afterwards only if it does so by what varied before.
    """
    quiet = [slot for slot in slots if not trace.active[slot]]
    start = len(trace)
    for slot in quiet:
        trace.active[slot] = True
    try:
        yield
    finally:
        for slot in quiet:
            trace.active[slot] = False
        if quiet:
            for slot in range(start, len(trace)):
                if trace.active[slot]:
                    trace.active[slot] = any(trace.active[a] for a in trace.arguments[slot])
