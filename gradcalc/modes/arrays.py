"""Forward and reverse mode over a trace of arrays, in one direction or in several at once.

The chain rule is that of `sweeps`; shapes are what is new. A tangent or cotangent has the shape of
its value, with axes of directions in front: a Jacobian is one sweep with as many directions as it
has columns (forward) or rows (reverse). Broadcasting is undone here, once for all rules.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gradcalc.modes.sweeps import partial_at
from gradcalc.numbers.shapes import Shape, SingularError, shape_of
from gradcalc.numbers.traced import Traced
from gradcalc.trace.trace import Trace, Values

Seeds = Mapping[int, Any]


def pushforward(
    trace: Trace,
    values: Values,
    numbers: Any,
    seeds: Seeds,
    stop: int | None = None,
    wanted: Collection[int] | None = None,
    slots: Sequence[int] | None = None,
) -> list[Any]:
    """The tangent of each slot before `stop`, `seeds` being those of some; None where absent.

    A tangent has the shape (*directions, *shape of the slot's value): the axes in front are those
    of the seeds. `wanted` are the slots whose tangents are kept: all, unless given. Others are
    freed after their last use, so that a long trace needs the memory of a few of them. `slots` are
    those to go through, ascending: all from the first seed on, unless given.
    """
    end = len(trace) if stop is None else stop
    tangents: list[Any] = [None] * end
    last_used = {} if wanted is None else _last_uses(trace, end, wanted)
    step = Step(trace, values, numbers)
    with np.errstate(all="ignore"):
        for slot in range(min(seeds, default=end), end) if slots is None else slots:
            if slot in seeds:
                tangents[slot] = seeds[slot]
            elif trace.active[slot]:
                tangents[slot] = step.pushed(slot, tangents)
            for used in last_used.get(slot, ()):
                tangents[used] = None
    return tangents


def _last_uses(trace: Trace, end: int, wanted: Collection[int]) -> dict[int, list[int]]:
    """By slot, its arguments that nothing after it uses, except those that are wanted."""
    last: dict[int, int] = {}
    for slot in range(end):
        for argument in trace.arguments[slot]:
            last[argument] = slot
    arguments: dict[int, list[int]] = {}
    for argument, slot in last.items():
        if argument not in wanted:
            arguments.setdefault(slot, []).append(argument)
    return arguments


def pullback(
    trace: Trace,
    values: Values,
    numbers: Any,
    seeds: Seeds,
    start: int = 0,
    needed: Sequence[bool] | None = None,
    wanted: Collection[int] | None = None,
    slots: Sequence[int] | None = None,
    step: Step | None = None,
) -> list[Any]:
    """The cotangent of each slot from `start` on, `seeds` being those of some; None where absent.

    A cotangent has the shape (*directions, *shape of the slot's value), as the seeds do. `needed`
    marks the slots that get a cotangent at all: the active ones, unless given. `wanted` are the
    slots whose cotangents are kept: all, unless given. `slots` are those to go through, ascending:
    all from `start` on, unless given.
    """
    last = max(seeds)
    cotangents: list[Any] = [None] * (last + 1)
    for slot, seed in seeds.items():
        cotangents[slot] = seed
    needed = trace.active if needed is None else needed
    step = step or Step(trace, values, numbers)
    with np.errstate(all="ignore"):
        for slot in range(last, start - 1, -1) if slots is None else reversed(slots):
            if cotangents[slot] is None or not needed[slot]:
                continue
            for argument, term in step.pulled(slot, cotangents[slot], needed):
                before = cotangents[argument]
                cotangents[argument] = term if before is None else step.plus(before, term)
            if wanted is not None and slot not in wanted:
                cotangents[slot] = None
    return cotangents


class Step:
    """How tangents and cotangents move through one instruction."""

    def __init__(self, trace: Trace, values: Values, numbers: Any) -> None:
        self.trace = trace
        self.values = values
        self.numbers = numbers
        self.plus = getattr(numbers, "plus", operator.add)
        self.product = getattr(numbers, "product", operator.mul)
        # Among the elements of an array, what a branch does not take has a zero for a cotangent.
        self.choices = any(row.name == "select" for row in set(trace.rules))

    def pushed(self, slot: int, tangents: Sequence[Any]) -> Any:
        """The tangent of a slot from those of its arguments."""
        trace = self.trace
        row, used = trace.rules[slot], trace.arguments[slot]
        moving = [k for k, a in enumerate(used) if tangents[a] is not None and trace.active[a]]
        if not moving:
            return None
        if row.many:
            statics = trace.statics.get(slot, ())
            return row.push[0](self.numbers, self._filled(used, tangents), *statics)
        push = self._push_elementwise if row.array is None else self._push_linear
        total = None
        for which in moving:
            term = push(slot, which, tangents[used[which]])
            if term is not None:
                total = term if total is None else self.plus(total, term)
        return total

    def _push_linear(self, slot: int, which: int, tangent: Any) -> Any:
        """The tangent of a row that states its linear maps, from that of one argument."""
        trace = self.trace
        arguments = [self.values[a] for a in trace.arguments[slot]]
        statics = trace.statics.get(slot, ())
        push = trace.rules[slot].push[which]
        try:
            return push(self.numbers, tangent, self.values[slot], *arguments, *statics)
        except SingularError:
            own, out = self._shapes(slot, which)
            return _undefined(tangent, own, out)

    def _push_elementwise(self, slot: int, which: int, tangent: Any) -> Any:
        """The tangent of a row that works element by element, from that of one argument."""
        own, out = self._shapes(slot, which)
        if own != out:
            tangent = self.numbers.broadcast(tangent, own, out)
        return self._scaled(slot, which, tangent)

    def _shapes(self, slot: int, which: int) -> tuple[Shape, Shape]:
        """The shape of an argument, and of what it is broadcast to."""
        argument = self.trace.arguments[slot][which]
        return shape_of(self.values[argument]), shape_of(self.values[slot])

    def _filled(self, used: tuple[int, ...], tangents: Sequence[Any]) -> list[Any]:
        """All tangents of a row of many arguments, zeros for what is absent."""
        shapes = [shape_of(self.values[a]) for a in used]
        known = next(k for k, a in enumerate(used) if tangents[a] is not None)
        whole = shape_of(tangents[used[known]])
        lead = whole[: len(whole) - len(shapes[known])]
        filled = []
        for argument, shape in zip(used, shapes, strict=True):
            tangent = tangents[argument] if self.trace.active[argument] else None
            if tangent is None or (isinstance(tangent, int) and lead + shape):
                exact = self.numbers.number(0 if tangent is None else tangent)
                tangent = self.numbers.broadcast(exact, (), lead + shape)
            filled.append(tangent)
        return filled

    def pulled(
        self, slot: int, cotangent: Any, needed: Sequence[bool]
    ) -> Iterator[tuple[int, Any]]:
        """What a slot's cotangent gives to each of its arguments."""
        row = self.trace.rules[slot]
        if row.many:
            pull = self._pull_many
        else:
            pull = self._pull_elementwise if row.array is None else self._pull_linear
        for which, argument in enumerate(self.trace.arguments[slot]):
            if needed[argument]:
                term = pull(slot, which, cotangent)
                if term is not None:
                    yield argument, term

    def _pull_many(self, slot: int, which: int, cotangent: Any) -> Any:
        """What one argument gets of the cotangent of a row of any number of arguments."""
        trace = self.trace
        shapes = [shape_of(self.values[a]) for a in trace.arguments[slot]]
        statics = trace.statics.get(slot, ())
        return trace.rules[slot].pull[0](self.numbers, cotangent, which, shapes, *statics)

    def _pull_linear(self, slot: int, which: int, cotangent: Any) -> Any:
        """What one argument gets of the cotangent of a row that states its linear maps."""
        trace = self.trace
        arguments = [self.values[a] for a in trace.arguments[slot]]
        statics = trace.statics.get(slot, ())
        pull = trace.rules[slot].pull[which]
        try:
            return pull(self.numbers, cotangent, self.values[slot], *arguments, *statics)
        except SingularError:
            own, out = self._shapes(slot, which)
            return _undefined(cotangent, out, own)

    def _pull_elementwise(self, slot: int, which: int, cotangent: Any) -> Any:
        """What one argument gets of the cotangent of a row that works element by element: where
        an element was broadcast, the sum over its copies."""
        own, out = self._shapes(slot, which)
        term = self._scaled(slot, which, cotangent)
        if term is None or own == out:
            return term
        return self.numbers.collapse(term, own, out)

    def _scaled(self, slot: int, which: int, moving: Any) -> Any:
        """A tangent or cotangent times the partial derivative, element by element."""
        partial = partial_at(self.trace, slot, which, self.values, self.numbers, np.nan)
        if partial is None:
            return None
        if isinstance(partial, int) and abs(partial) == 1:
            return moving if partial == 1 else -moving
        if self.choices and isinstance(moving, Traced) and moving.shape:
            return self._absent_aware(partial, moving)
        term = self.product(partial, moving)
        selects = self.trace.rules[slot].selects
        if not (selects or self.choices) or not _may_be_infinite(term):
            return term
        # 0*inf, where the 0 says that the element was not taken, is absent and so 0, not NaN.
        return np.where(np.asarray(partial if selects else moving) == 0, 0, term)

    def _absent_aware(self, partial: Any, moving: Any) -> Any:
        """The product as it is written into a trace that some elements take no part in."""
        n = self.numbers
        known = partial if n.shape(partial) else n.handle(n.slot(partial))
        if known.shape != moving.shape:
            known = n.broadcast(known, known.shape, moving.shape)
        return n.times(known, moving)


def _undefined(moving: Any, before: Shape, after: Shape) -> Any:
    """NaN in the shape of a tangent or cotangent that has come through an instruction."""
    lead = shape_of(moving)[: len(shape_of(moving)) - len(before)]
    return np.full(lead + after, np.nan)


def _may_be_infinite(term: Any) -> bool:
    """Is this an array of floats of which not all are finite?"""
    if not isinstance(term, np.ndarray) or term.dtype == object:
        return False
    return not np.isfinite(term).all()


def unit(shape: tuple[int, ...], numbers: Any) -> Any:
    """A direction for each element of an array, of shape (size, *shape): its derivative by itself,
    with one axis of directions in front."""
    size = int(np.prod(shape))
    return np.eye(size, dtype=numbers.dtype).reshape(size, *shape)
