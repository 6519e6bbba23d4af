"""Numbers that write into a running trace: formulas of the table, run with them, are recorded."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from gradcalc.errors import Span
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.numbers.traced import Traced, folded
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import TABLE
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Trace

NOWHERE = Span(0, 0)


class Writer(Numbers):
    """A system of traced numbers over a trace that is being recorded.

    `record(row, slots, span, statics)` computes and appends; `span` is the place in the text that
    what is written now belongs to. `settled(slot, span)` is told of values that shape the run,
    `compared(op, left, right, span)` decides a comparison and guards it.
    """

    def __init__(
        self,
        trace: Trace,
        machine: Numbers,
        record: Callable[..., int],
        detached: Callable[[int, Span], int],
        settled: Callable[[int, Span], None],
        compared: Callable[[str, int, int, Span], bool],
    ) -> None:
        super().__init__("traced", self._constant, self._constant, {})
        self.trace = trace
        self.machine = machine
        self._record = record
        self._detached = detached
        self._settled = settled
        self._compared = compared
        self.span = NOWHERE

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """A row of the table, as what records it; made when it is first asked for."""
        if name not in TABLE:
            raise AttributeError(f"no row of the table is called {name!r}")
        found = self.__dict__[name] = partial(self.write, name)
        return found

    def handle(self, slot: int) -> Traced:
        """What stands in a slot, as a traced number."""
        return Traced(slot, self.write, shape_of(self.trace.values[slot]))

    def shape(self, number: Any) -> tuple[int, ...]:
        """The shape of a traced number; of a plain one, ()."""
        return number.shape if isinstance(number, Traced) else ()

    def slot(self, number: Any) -> int:
        """Where a number stands; a plain one becomes a constant."""
        return (number if isinstance(number, Traced) else self._constant(Fraction(number))).slot

    def value(self, number: Any) -> Any:
        """The value of a number, which then decides something and is not differentiated."""
        if not isinstance(number, Traced):
            return number
        self._settled(number.slot, self.span)
        return self.trace.values[number.slot]

    def holds(self, op: str, left: Any, right: Any) -> bool:
        """Does a comparison of two numbers hold? It is guarded like one of the program."""
        return self._compared(op, self.slot(left), self.slot(right), self.span)

    def has_negative_infinity(self, number: Any) -> bool:
        """Is a number, or an element of an array, -inf? Not guarded: what is recorded for it must
        be right for other values too."""
        if not isinstance(number, Traced):
            return bool(number == -math.inf)
        value = self.trace.values[number.slot]
        lowest = value.min() if shape_of(value) else value
        return bool(lowest == -math.inf)

    def detach(self, number: Traced) -> Traced:
        """The number as something that does not vary."""
        return self.handle(self._detached(number.slot, self.span))

    def integer(self, number: Any) -> int:
        """A number that counts something."""
        value = self.value(number)
        if shape_of(value) or value % 1 != 0:
            raise NotAnIntegerError(value)
        return int(value)

    def _constant(self, exact: Any) -> Traced:
        value = exact_number(exact, self.machine)
        return self.handle(self.trace.constant(exact, value, self.span))

    def write(self, name: str, *given: Any) -> Any:
        """Record a row with traced numbers, plain ones and statics for arguments."""
        row = TABLE[name]
        if row.array is None:
            short = folded(name, given)
            if short is not None:
                return short
            return self._written(row, given, ())
        if row.many:
            return self._written(row, tuple(given[0]), given[1:])
        return self._written(row, given[: row.arity], given[row.arity :])

    def _written(self, row: Rule, given: tuple[Any, ...], statics: tuple[Any, ...]) -> Traced:
        slots = tuple(self.slot(number) for number in given)
        return self.handle(self._record(row, slots, self.span, statics))


class NotAnIntegerError(ValueError):
    """A number that should count something and does not."""


class Handles:
    """The values of a trace as traced numbers, for a sweep that writes its derivative down."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def __getitem__(self, slot: int) -> Traced:
        return self.writer.handle(slot)

    def __len__(self) -> int:
        return len(self.writer.trace)
