"""A trace of arrays, element by element: the scalar trace that does the same.

It knows arrays only by their values: what a sum or a product of matrices is made of, which row an
elimination takes for its pivot, how a sort orders. No row's linear map takes part, so derivatives
taken of it are a second, independent way to those of the array trace; and everything that is
checked of a scalar trace can be checked of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from gradcalc.errors import Span
from gradcalc.numbers.midrad import UndecidedError
from gradcalc.numbers.shapes import shape_of
from gradcalc.numbers.system import Numbers
from gradcalc.numbers.traced import Traced, folded
from gradcalc.rules.array_systems import arrays_of
from gradcalc.rules.systems import machine_numbers
from gradcalc.rules.table import SCALAR, TABLE
from gradcalc.trace.builder import pruned
from gradcalc.trace.trace import CONSTANT, INPUT, Exact, Guard, Trace
from gradcalc.trace.walk import interpret


class TooManyElementsError(Exception):
    """The scalar trace would be longer than wanted."""


class Elements(NamedTuple):
    """A scalar trace, the names of each input's elements, and where each of the result's stands."""

    trace: Trace
    names: Mapping[str, tuple[str, ...]]
    results: tuple[int, ...]


def element_name(name: str, index: tuple[int, ...]) -> str:
    """What an element of an input is called."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def indices(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The indices of an array's elements, in order."""
    return list(product(*map(range, shape)))


def elements_of(
    trace: Trace,
    limit: int,
    *,
    followed: bool = False,
    numbers: Numbers | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Elements:
    """The trace element by element; TooManyElementsError past `limit` instructions.

    Where it is to be `followed` by other points, orders of what is not differentiated are guarded
    as well. Values are float64, computed from the trace's own inputs, or what `numbers` makes of
    `inputs`.
    """
    import numpy as np

    inputs = inputs or {name: trace.values[slot] for name, slot in trace.inputs.items()}
    with np.errstate(all="ignore"):
        return _Unfolding(trace, limit, followed, numbers or machine_numbers(), inputs).unfolded()


class _Unfolding:
    def __init__(
        self, source: Trace, limit: int, followed: bool, system: Numbers, inputs: Mapping[str, Any]
    ) -> None:
        self.source = source
        self.followed = followed
        self.limit = limit
        self.system = system  # of the values
        self.inputs = inputs
        self.made = Trace()
        self.span: Span | None = None
        kernels = {name: partial(self._record, name) for name in SCALAR}
        scalars = Numbers("elements", self._constant, self._constant, kernels)
        self.numbers: Any = arrays_of(scalars, key=self._key, decided=self._decided)

    def unfolded(self) -> Elements:
        if self._least() > self.limit:
            raise TooManyElementsError
        source, values = self.source, self._replayed()
        result = values[source.result]
        flat = list(result.flat) if source.result >= 0 and hasattr(result, "flat") else [result]
        slots = [self._slot(number) for number in flat]
        for guard in source.guards:
            left, right = self._slot(values[guard.left]), self._slot(values[guard.right])
            self.made.guards.append(Guard(guard.op, left, right, guard.outcome, guard.span))
        names = {name: self._names(name, slot) for name, slot in source.inputs.items()}
        made, results = pruned(self.made, slots)
        return Elements(made, names, tuple(results))

    def _least(self) -> int:
        """At least so many instructions: one for each element of inputs and of scalar rows."""
        rows = zip(self.source.rules, self.source.values, strict=True)
        return sum(
            math.prod(shape_of(value))
            for row, value in rows
            if row is INPUT or (row is not CONSTANT and row.array is None)
        )

    def _names(self, name: str, slot: int) -> tuple[str, ...]:
        shape = shape_of(self.source.values[slot])
        return tuple(element_name(name, index) for index in indices(shape))

    def _replayed(self) -> Mapping[int, Any]:
        """What each slot of the source is in traced numbers."""
        values: dict[int, Any] = {}
        return interpret(
            self.source,
            range(len(self.source)),
            values,
            read=self._input,
            constant=self._exact,
            compute=self._operation,
        )

    def _exact(self, slot: int, exact: Exact) -> Any:
        self.span = self.source.spans[slot]
        scalar = isinstance(exact, Fraction | str)
        return self._constant(exact) if scalar else self.numbers.from_floats(exact)

    def _operation(self, slot: int, arguments: list[Any]) -> Any:
        source, row = self.source, self.source.rules[slot]
        self.span = source.spans[slot]
        start = len(self.made)
        kernel = getattr(self.numbers, row.name)
        value = kernel(*([arguments] if row.many else arguments), *source.statics.get(slot, ()))
        if row.array is None and not source.active[slot]:  # detached, or x^0
            self.made.active[start:] = [False] * (len(self.made) - start)
        return value

    def _input(self, slot: int, name: str) -> Any:
        import numpy as np

        self.span = self.source.spans[slot]
        value, active = self.inputs[name], self.source.active[slot]
        if not isinstance(value, np.ndarray):
            return self._fresh_input(name, value, active)
        made = np.empty(value.shape, dtype=object)
        for index in indices(value.shape):
            part = element_name(name, index)
            made[index] = self._fresh_input(part, value.item(*index), active)
        return made

    def _fresh_input(self, name: str, value: Any, active: bool) -> Traced:
        slot = self._append(INPUT, (), value, active)
        self.made.inputs[name] = slot
        return Traced(slot, self._record)

    def _constant(self, exact: Exact) -> Traced:
        from gradcalc.trace.replay import exact_number

        slot = self._append(CONSTANT, (), exact_number(exact, self.system), False)
        self.made.constants[slot] = exact
        return Traced(slot, self._record)

    def _append(self, row: Any, arguments: tuple[int, ...], value: Any, active: bool) -> int:
        if len(self.made) >= self.limit:
            raise TooManyElementsError
        return self.made.append(row, arguments, self.span, value, active)

    def _slot(self, number: Any) -> int:
        if isinstance(number, Traced):
            return number.slot
        if number in (float("inf"), float("-inf")):
            slot = self._constant("inf")
            return slot.slot if number > 0 else (-slot).slot
        return self._constant(Fraction(number)).slot

    def _record(self, name: str, *given: Any) -> Any:
        short = folded(name, given)
        if short is not None:
            return short
        slots = tuple(self._slot(number) for number in given)
        made = self.made
        try:
            value = getattr(self.system, name)(*[made.values[slot] for slot in slots])
        except UndecidedError:
            raise
        except (ValueError, ArithmeticError):  # a branch that is not taken
            value = float("nan")
        active = any(made.active[slot] for slot in slots)
        return Traced(self._append(TABLE[name], slots, value, active), self._record)

    def _key(self, number: Any) -> float:
        return float(self.made.values[number.slot] if isinstance(number, Traced) else number)

    def _decided(self, op: str, left: Any, right: Any, outcome: bool) -> None:
        slots = self._slot(left), self._slot(right)
        if self.followed or any(self.made.active[slot] for slot in slots):
            self.made.guards.append(Guard(op, *slots, outcome, self.span))
