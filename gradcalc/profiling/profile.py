"""A run and its reverse sweep, by primitive and by place in the text.

Forward costs are those of computing values; reverse costs those of the partial derivatives and of
what a cotangent gives to the arguments. A primitive's calls are timed as one block (`clock`), those
of arrays one by one in a run and a sweep of their own; what the whole run takes beyond all of them
is the row BOOKKEEPING: reading the tree, writing the trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from gradcalc.answers.request import Options, read
from gradcalc.errors import GradcalcError, Span
from gradcalc.modes.arrays import pullback
from gradcalc.modes.sweeps import UNDEFINED, reverse
from gradcalc.numbers.shapes import shape_of
from gradcalc.profiling.clock import Ticks, best_seconds, best_ticks, block_seconds
from gradcalc.profiling.costs import BOOKKEEPING, FLOAT_BYTES, Cost, Entry
from gradcalc.rules.array_systems import with_arrays
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import machine_numbers
from gradcalc.run.point import Given
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

MAX_STEPS = 500_000  # of a run that is timed several times over


@dataclass(frozen=True, slots=True)
class Profile:
    """The costs of a run, one entry for each primitive at each place, and of the whole.

    `run` and `sweep` are the seconds of the run and of the reverse sweep as wholes, timed without
    a look inside; the entries add up to them.
    """

    source: str
    trace: Trace
    entries: tuple[Entry, ...]
    run: float
    sweep: float

    @property
    def seconds(self) -> float:
        """The run and the sweep together."""
        return self.run + self.sweep


def profile(
    source: str,
    at: Mapping[str, Given],
    *,
    wrt: tuple[str, ...] | None = None,
    options: Options | None = None,
) -> Profile:
    """Time a program and its gradient at a point. GradcalcError where it has no value there."""
    run = read(source, at, wrt, options or Options(check="off"))
    trace = run.trace
    if len(trace) > MAX_STEPS:
        raise GradcalcError(
            "too-long",
            f"the run has {len(trace):,} steps; up to {MAX_STEPS:,} can be profiled",
            hint="profile a shorter loop: each turn costs the same",
        )
    whole_run = best_seconds(lambda: run.rewritten(run.program))
    whole_sweep = best_seconds(lambda: _swept(trace))
    groups = _groups(trace)
    entries = [entry for group in groups for entry in group]
    forward = sum(entry.forward.seconds for entry in entries)
    back = sum(entry.reverse.seconds for entry in entries)
    rest = Entry(
        BOOKKEEPING, None, Cost(max(0.0, whole_run - forward)), Cost(max(0.0, whole_sweep - back))
    )
    return Profile(source, trace, (*entries, rest), max(whole_run, forward), max(whole_sweep, back))


def _system(trace: Trace) -> Any:
    numbers = machine_numbers()
    arrays = bool(trace.statics) or any(shape_of(value) for value in trace.values)
    return with_arrays(numbers) if arrays else numbers


def _swept(trace: Trace, slots: Sequence[int] | None = None) -> list[Any]:
    """The cotangents of a run, of the sum of its elements where the result is an array."""
    numbers = _system(trace)
    if not _holds_arrays(numbers):
        return reverse(trace, trace.values, numbers, float("nan"))
    return pullback(trace, trace.values, numbers, {trace.result: _seed(trace)}, slots=slots)


def _holds_arrays(numbers: Any) -> bool:
    return hasattr(numbers, "scalars")


def _seed(trace: Trace) -> Any:
    shape = shape_of(trace.values[trace.result])
    return np.ones(shape) if shape else 1


def _groups(trace: Trace) -> Iterator[list[Entry]]:
    """The entries of each primitive."""
    numbers = _system(trace)
    times = _times(trace, numbers) if _holds_arrays(numbers) else None
    cotangents = _swept(trace)
    cotangents += [None] * (len(trace) - len(cotangents))
    by_rule: dict[Rule, list[int]] = {}
    for slot, row in enumerate(trace.rules):
        if row is not INPUT and row is not CONSTANT:
            by_rule.setdefault(row, []).append(slot)
    for row, slots in by_rule.items():
        swept = [s for s in slots if trace.active[s] and cotangents[s] is not None]
        if times is None:  # equal work: timed as one block, and shared
            ahead = _forward_seconds(trace, numbers, row, slots) / len(slots)
            back = _reverse_seconds(trace, numbers, swept, cotangents) / max(1, len(swept))
            seconds = dict.fromkeys(slots, ahead), dict.fromkeys(swept, back)
        else:
            seconds = {s: times[0][s] for s in slots}, {s: times[1][s] for s in swept}
        yield _entries(trace, row, *seconds)


def _times(trace: Trace, numbers: Any) -> tuple[list[float], list[float]]:
    """The seconds of each slot in a run over arrays, and in the sweep back."""

    def run(slots: Ticks) -> None:
        values = list(trace.values)
        for slot in slots:
            row = trace.rules[slot]
            if row is not INPUT and row is not CONSTANT:
                given = [values[a] for a in trace.arguments[slot]]
                arguments = [given] if row.many else given
                kernel = getattr(numbers, row.name)
                values[slot] = kernel(*arguments, *trace.statics.get(slot, ()))

    with np.errstate(all="ignore"):
        ahead = best_ticks(len(trace), run)
        return ahead, best_ticks(trace.result + 1, lambda slots: _swept(trace, slots))


def _entries(
    trace: Trace, row: Rule, ahead: Mapping[int, float], back: Mapping[int, float]
) -> list[Entry]:
    """One primitive's entries, a place each, from the seconds of its slots in both passes."""
    places: dict[Span | None, list[int]] = {}
    for slot in ahead:
        places.setdefault(trace.spans[slot], []).append(slot)
    entries = []
    for span, here in places.items():
        swept = [slot for slot in here if slot in back]
        first, second = sum(ahead[slot] for slot in here), sum(back[slot] for slot in swept)
        forward = Cost(first, len(here), _bytes(trace, here), _flops(trace, here))
        partials = sum(trace.active[a] for slot in swept for a in trace.arguments[slot])
        handed_on = Cost(second, partials, _argument_bytes(trace, swept), _flops(trace, swept))
        entries.append(Entry(row.name, span, forward, handed_on))
    return entries


def _forward_seconds(trace: Trace, numbers: Any, row: Rule, slots: list[int]) -> float:
    """The seconds of computing some slots of one row again."""
    kernel = getattr(numbers, row.name)
    calls = []
    for slot in slots:
        arguments = [trace.values[a] for a in trace.arguments[slot]]
        calls.append((*([arguments] if row.many else arguments), *trace.statics.get(slot, ())))
    return _quietly(lambda: block_seconds(kernel, calls))


def _reverse_seconds(trace: Trace, numbers: Any, slots: list[int], cotangents: list[Any]) -> float:
    """The seconds of handing the cotangents of some slots on to their arguments."""
    if not slots:
        return 0.0

    def hand_on(slot: int) -> None:
        arguments = trace.arguments[slot]
        values = [trace.values[a] for a in arguments]
        for which, argument in enumerate(arguments):
            rule = trace.rules[slot].partials[which]
            if trace.active[argument] and rule is not None:
                try:
                    partial = rule(numbers, trace.values[slot], *values)
                except UNDEFINED:
                    continue
                if partial is not None:
                    cotangents[slot] * partial

    return _quietly(lambda: block_seconds(hand_on, [(slot,) for slot in slots], wrapped=True))


def _quietly(measure: Callable[[], float]) -> float:
    with np.errstate(all="ignore"):
        return measure()


def _bytes(trace: Trace, slots: list[int]) -> int:
    return sum(FLOAT_BYTES * _size(trace.values[slot]) for slot in slots)


def _argument_bytes(trace: Trace, slots: list[int]) -> int:
    return sum(
        FLOAT_BYTES * _size(trace.values[a])
        for slot in slots
        for a in trace.arguments[slot]
        if trace.active[a]
    )


def _flops(trace: Trace, slots: list[int]) -> int:
    return sum(_flops_of(trace, slot) for slot in slots)


def _flops_of(trace: Trace, slot: int) -> int:
    row = trace.rules[slot]
    shapes = [shape_of(trace.values[a]) for a in trace.arguments[slot]]
    if row.flops is not None:
        return int(row.flops(*shapes))
    if row.array is not None and not row.rounds:
        return 0  # it selects or moves elements
    return max(_size(trace.values[slot]), *map(prod, shapes))


def _size(value: Any) -> int:
    return int(value.size) if hasattr(value, "size") else 1
