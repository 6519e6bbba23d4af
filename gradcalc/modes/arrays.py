"""Forward and reverse mode over a trace of arrays, in one direction or in several at once.

The chain rule is that of `sweeps`; what is new are shapes. A tangent or cotangent has the shape of
its primal, behind `lead` axes that count directions: a Jacobian is one sweep with as many
directions as it has columns (forward) or rows (reverse). Broadcasting is undone here, once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gradcalc.modes.sweeps import partial_at
from gradcalc.numbers.shapes import shape_of
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
) -> list[Any]:
    """The tangent of each slot before `stop`, `seeds` being those of some; None where absent.

    `wanted` are the slots whose tangents are kept: all, unless told. The others are let go once
    they have been used, so that the memory of a few serves for many.
    """
    end = len(trace) if stop is None else stop
    tangents: list[Any] = [None] * end
    done = {} if wanted is None else _last_uses(trace, end, wanted)
    step = _Step(trace, values, numbers)
    with np.errstate(all="ignore"):
        for slot in range(min(seeds), end):
            if slot in seeds:
                tangents[slot] = seeds[slot]
            elif trace.active[slot]:
                tangents[slot] = step.pushed(slot, tangents)
            for used in done.get(slot, ()):
                tangents[used] = None
    return tangents


def _last_uses(trace: Trace, end: int, wanted: Collection[int]) -> dict[int, list[int]]:
    """By slot, the slots that nothing after it uses."""
    last: dict[int, int] = {}
    for slot in range(end):
        for argument in trace.arguments[slot]:
            last[argument] = slot
    done: dict[int, list[int]] = {}
    for used, slot in last.items():
        if used not in wanted:
            done.setdefault(slot, []).append(used)
    return done


def pullback(
    trace: Trace,
    values: Values,
    numbers: Any,
    seeds: Seeds,
    start: int = 0,
    needed: Sequence[bool] | None = None,
    wanted: Collection[int] | None = None,
) -> list[Any]:
    """The cotangent of each slot from `start` on, `seeds` being those of some; None where absent.

    `needed` says by slot where cotangents are to be found at all: the active slots, unless told.
    `wanted` are the slots whose cotangents are kept: all, unless told.
    """
    last = max(seeds)
    cotangents: list[Any] = [None] * (last + 1)
    for slot, seed in seeds.items():
        cotangents[slot] = seed
    needed = trace.active if needed is None else needed
    step = _Step(trace, values, numbers)
    with np.errstate(all="ignore"):
        for slot in range(last, start - 1, -1):
            if cotangents[slot] is None or not needed[slot]:
                continue
            for argument, term in step.pulled(slot, cotangents[slot], needed):
                before = cotangents[argument]
                cotangents[argument] = term if before is None else before + term
            if wanted is not None and slot not in wanted:
                cotangents[slot] = None
    return cotangents


class _Step:
    """How tangents and cotangents move through one instruction."""

    def __init__(self, trace: Trace, values: Values, numbers: Any) -> None:
        self.trace = trace
        self.values = values
        self.numbers = numbers
        # Where elements of a branch are not taken, a zero stands for what is absent.
        self.choices = any(row.name == "select" for row in set(trace.rules))

    def pushed(self, slot: int, tangents: Sequence[Any]) -> Any:
        """The tangent of a slot from those of its arguments."""
        trace, n = self.trace, self.numbers
        row, used = trace.rules[slot], trace.arguments[slot]
        moving = [k for k, a in enumerate(used) if tangents[a] is not None and trace.active[a]]
        if not moving:
            return None
        statics = trace.statics.get(slot, ())
        if row.many:
            return row.push[0](n, self._filled(used, tangents), *statics)
        given = [self.values[a] for a in used]
        out, total = self.values[slot], None
        for k in moving:
            tangent = tangents[used[k]]
            if row.array is not None:
                term = row.push[k](n, tangent, out, *given, *statics)
            else:
                if shape_of(given[k]) != shape_of(out):
                    tangent = n.broadcast(tangent, shape_of(given[k]), shape_of(out))
                term = self._scaled(slot, k, tangent)
            if term is not None:
                total = term if total is None else total + term
        return total

    def _filled(self, used: tuple[int, ...], tangents: Sequence[Any]) -> list[Any]:
        """All tangents of a row of many arguments, zeros for what is absent."""
        shapes = [shape_of(self.values[a]) for a in used]
        known = next(k for k, a in enumerate(used) if tangents[a] is not None)
        whole = shape_of(tangents[used[known]])
        lead = whole[: len(whole) - len(shapes[known])]
        made = []
        for argument, shape in zip(used, shapes, strict=True):
            tangent = tangents[argument] if self.trace.active[argument] else None
            if tangent is None or (isinstance(tangent, int) and lead + shape):
                exact = self.numbers.number(0 if tangent is None else tangent)
                tangent = self.numbers.broadcast(exact, (), lead + shape)
            made.append(tangent)
        return made

    def pulled(
        self, slot: int, cotangent: Any, needed: Sequence[bool]
    ) -> Iterator[tuple[int, Any]]:
        """What a slot's cotangent gives to each of its arguments."""
        trace, n = self.trace, self.numbers
        row, used = trace.rules[slot], trace.arguments[slot]
        statics = trace.statics.get(slot, ())
        out, given = self.values[slot], [self.values[a] for a in used]
        shapes = [shape_of(x) for x in given] if row.many else []
        for k, argument in enumerate(used):
            if not needed[argument]:
                continue
            if row.many:
                term = row.pull[0](n, cotangent, k, shapes, *statics)
            elif row.array is not None:
                term = row.pull[k](n, cotangent, out, *given, *statics)
            else:
                term = self._scaled(slot, k, cotangent)
                if term is not None and shape_of(given[k]) != shape_of(out):
                    term = n.collapse(term, shape_of(given[k]), shape_of(out))
            if term is not None:
                yield argument, term

    def _scaled(self, slot: int, which: int, moving: Any) -> Any:
        """A tangent or cotangent times the partial derivative, element by element."""
        partial = partial_at(self.trace, slot, which, self.values, self.numbers, np.nan)
        if partial is None:
            return None
        if isinstance(partial, int) and abs(partial) == 1:
            return moving if partial == 1 else -moving
        if self.choices and isinstance(moving, Traced) and moving.shape:
            return self._absent_aware(partial, moving)
        term = partial * moving
        selects = self.trace.rules[slot].selects
        if (selects or self.choices) and isinstance(term, np.ndarray) and term.dtype != object:
            if np.isfinite(term).all():
                return term
            absent = (np.asarray(partial) == 0) if selects else (np.asarray(moving) == 0)
            term = np.where(absent, 0, term)
        return term

    def _absent_aware(self, partial: Any, moving: Any) -> Any:
        """The product as it is written into a trace that some elements take no part in."""
        n = self.numbers
        known = partial if n.shape(partial) else n.handle(n.slot(partial))
        if known.shape != moving.shape:
            known = n.broadcast(known, known.shape, moving.shape)
        return n.times(known, moving)


def unit(shape: tuple[int, ...], numbers: Any) -> Any:
    """A direction for each element of an array: ones on the diagonal, a lead axis in front."""
    size = int(np.prod(shape))
    return np.eye(size, dtype=numbers.dtype).reshape(size, *shape)
