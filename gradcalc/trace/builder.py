"""The builder of derived traces: equal instructions are shared, constants folded.

A recorded trace is the computation as written. A derivative, taken by running a sweep over traced
numbers, would repeat itself with every order; here it does not: an instruction that stands in the
trace already is not appended again, and what needs no computing is not computed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

from gradcalc.errors import Span
from gradcalc.numbers.system import Numbers
from gradcalc.numbers.traced import Given, Traced
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import TABLE
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import CONSTANT, INPUT, Exact, Guard, Trace
from gradcalc.trace.walk import guarded


class Builder:
    """Builds a trace without values.

    `span` is the place in the text of what is recorded from now on, if it has one.
    """

    def __init__(self) -> None:
        self.trace = Trace()
        self.span: Span | None = None
        self.known: dict[tuple[Any, ...], int] = {}
        self.negations: set[int] = set()

    @cached_property
    def numbers(self) -> Numbers:
        """The number system that writes into the trace."""
        kernels = {name: partial(self.record, name) for name in TABLE}
        return Numbers("traced", self.constant, self.constant, kernels)

    def input(self, name: str, active: bool = True) -> Traced:
        """A new input."""
        slot = self.trace.append(INPUT, (), None, None, active)
        self.trace.inputs[name] = slot
        return Traced(slot, self.record)

    def constant(self, exact: Exact) -> Traced:
        """A constant, the same slot for the same number."""
        key: tuple[Any, ...] = (CONSTANT, exact)
        if isinstance(exact, Fraction):  # whose own hash takes longer than all the rest
            key = (exact.numerator, exact.denominator)
        slot = self.known.get(key)
        if slot is None:
            slot = self.known[key] = self.trace.constant(exact, None)
        return Traced(slot, self.record)

    def record(self, name: str, *given: Given) -> Any:
        """Append a row of the table, unless it folds or stands there already."""
        slots = [a.slot if isinstance(a, Traced) else self._integer(a) for a in given]
        folded = None
        if not self.trace.constants.keys().isdisjoint(slots):
            folded = self._folded(name, slots)
        if folded is None and not self.negations.isdisjoint(slots):
            folded = self._signs(name, slots)
        if folded is not None:
            return folded
        row = TABLE[name]
        key = (name, *(sorted(slots) if row.commutes else slots))
        slot = self.known.get(key)
        if slot is None:
            active = True in map(self.trace.active.__getitem__, slots)
            slot = self.known[key] = self.trace.append(row, tuple(slots), self.span, None, active)
            if name == "neg":
                self.negations.add(slot)
        return Traced(slot, self.record)

    def _integer(self, number: int | Fraction) -> int:
        return self.constant(Fraction(number)).slot

    def _folded(self, name: str, slots: list[int]) -> Any:
        """The number that an operation with a constant comes to without being computed, if it
        does."""
        exact = [self.exact_at(slot) for slot in slots]
        rationals = [x for x in exact if x is not None]
        if not rationals:
            return None
        row = TABLE[name]
        if len(rationals) == len(exact) and row.kind == "arithmetic" and row.formula is not None:
            number = row.formula(None, *rationals)  # of rationals, a rational
            return self.constant(number) if rounds_alike(row, rationals, number) else None
        integers = [None if x is None or x.denominator != 1 else x.numerator for x in exact]
        if integers.count(None) == len(integers):
            return None
        # 0*x is not folded: x may be infinite. What is structurally zero is absent anyway.
        match name, integers:
            case ("add", [0, _]) | ("mul", [1, _]):
                return self._at(slots[1])
            case ("add" | "sub", [_, 0]) | ("mul" | "div" | "ipow" | "cpow", [_, 1]):
                return self._at(slots[0])
            case ("mul", [-1, _]) | ("sub", [0, _]):
                return -self._at(slots[1])
            case ("mul" | "div", [_, -1]):
                return -self._at(slots[0])
            case ("ipow" | "cpow", [_, 0]):
                return self.constant(Fraction(1))
        return None

    def _signs(self, name: str, slots: list[int]) -> Any:
        """Minus signs moved outwards, which changes no bit of any result."""
        numbers, inner = [self._at(slot) for slot in slots], [self._negated(s) for s in slots]
        match name, inner:
            case ("neg", [Traced() as x]):
                return x
            case ("add", [_, Traced() as y]):
                return numbers[0] - y
            case ("add", [Traced() as x, None]):
                return numbers[1] - x
            case ("sub", [_, Traced() as y]):
                return numbers[0] + y
            case ("mul" | "div", [Traced() as x, _]):
                return -self.record(name, x, numbers[1])
            case ("mul" | "div", [None, Traced() as y]):
                return -self.record(name, numbers[0], y)
        return None

    def _at(self, slot: int) -> Traced:
        return Traced(slot, self.record)

    def _negated(self, slot: int) -> Traced | None:
        """x, where the slot holds -x."""
        return self._at(self.trace.arguments[slot][0]) if slot in self.negations else None

    def exact(self, number: Traced) -> Fraction | None:
        """The exact number that a traced one is, if it is a constant that was written down."""
        return self.exact_at(number.slot)

    def exact_at(self, slot: int) -> Fraction | None:
        """The exact number that a slot is, likewise."""
        constant = self.trace.constants.get(slot)
        # isinstance would ask the abstract class that Fraction belongs to, each time anew
        return constant if type(constant) is Fraction else None

    def copied(self, source: Trace) -> list[Traced]:
        """Replay a trace into this one, sharing inputs by name; its slots as traced numbers."""
        inputs = {}
        for name, slot in source.inputs.items():
            shared = self.trace.inputs.get(name)
            inputs[name] = (
                self.input(name, source.active[slot])
                if shared is None
                else Traced(shared, self.record)
            )
        first = len(self.trace)
        numbers: list[Traced] = replay(source, self.numbers, inputs)
        self._place(numbers, source, first)
        for slot, number in enumerate(numbers):
            if not source.active[slot]:  # what was detached stays so
                self.trace.active[number.slot] = False
        self.trace.guards += [
            Guard(g.op, numbers[g.left].slot, numbers[g.right].slot, g.outcome, g.span)
            for g in source.guards
        ]
        return numbers

    def _place(self, numbers: list[Traced], source: Trace, new: int) -> None:
        """Give the new slots, from `new` on, the spans of those that they were recorded for."""
        spans = self.trace.spans
        for number, span in zip(numbers, source.spans, strict=True):
            count = max(0, number.slot + 1 - new)
            spans[new : new + count] = [span] * count
            new += count

    def placing(self, source: Trace, slots: Iterable[int]) -> Iterator[int]:
        """The same slots of a trace; what is recorded for each of them has its span."""
        for slot in slots:
            self.span = source.spans[slot]
            yield slot
        self.span = None

    def finished(self, results: Iterable[Traced]) -> tuple[Trace, list[int]]:
        """The trace with what the results and the guards need and nothing else, and the results'
        slots; the first is the trace's result."""
        return pruned(self.trace, [number.slot for number in results])


def rounds_alike(row: Rule, operands: Iterable[Fraction], number: Fraction) -> bool:
    """Is an operation on constants in float64 the exact number, rounded once?

    Others are left to be computed. What a run at a point rounds, its derived traces round likewise:
    0.1 + 0.2 - 0.3 is 5.6e-17 in both, and x - 1e30^2 is 0 for the same x.
    """
    if not all(map(fits_float64, (number, *operands))):
        return False
    assert row.machine is not None
    return bool(row.machine(*map(float, operands)) == float(number))


def fits_float64(number: Fraction) -> bool:
    """Is it 0, or does it stay what it is in float64, up to rounding: neither infinite nor tiny?

    Constants are put together only where this holds: 1e-300*(1e-30*x) is not 1e-330*x, which would
    be 0 whatever x is.
    """
    try:
        return not number or abs(float(number)) >= sys.float_info.min
    except OverflowError:
        return False


def pruned(trace: Trace, results: list[int]) -> tuple[Trace, list[int]]:
    """The trace without the instructions that neither results nor guards need, all inputs kept;
    and the slots of the results in it, the first of which is its result."""
    short, place = _extract(trace, guarded(trace, (*results, *trace.inputs.values())))
    short.result = place[results[0]]
    return short, [place[slot] for slot in results]


def alone(trace: Trace, slot: int) -> Trace:
    """The trace of what one slot and the guards are computed from; the slot is its result."""
    short, place = _extract(trace, guarded(trace, [slot]))
    short.result = place[slot]
    return short


def _extract(trace: Trace, slots: list[int]) -> tuple[Trace, dict[int, int]]:
    """Some slots of a trace, with all its guards, as a trace; and the new place of each slot."""
    place = {slot: k for k, slot in enumerate(slots)}
    arguments = [trace.arguments[slot] for slot in slots]
    short = Trace(
        [trace.rules[slot] for slot in slots],
        [tuple([place[a] for a in used]) for used in arguments],
        [trace.spans[slot] for slot in slots],
        [trace.values[slot] for slot in slots],
        [trace.active[slot] for slot in slots],
        {place[slot]: trace.constants[slot] for slot in slots if slot in trace.constants},
        {place[slot]: trace.statics[slot] for slot in slots if slot in trace.statics},
    )
    short.inputs = {name: place[slot] for name, slot in trace.inputs.items() if slot in place}
    short.guards = [g._replace(left=place[g.left], right=place[g.right]) for g in trace.guards]
    return short, place
