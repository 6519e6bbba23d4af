"""Walks over a trace: which slots others need, which vary with an input, and their values.

Nothing else searches a trace by hand. Arguments come before the instruction that uses them, so
slots in ascending order can be computed one after the other; nothing recurses.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, MutableMapping, Sequence
from typing import TypeVar

from gradcalc.trace.trace import CONSTANT, INPUT, Exact, Trace

Value = TypeVar("Value")


def needed(
    trace: Trace,
    slots: Iterable[int],
    *,
    through: Sequence[bool] | None = None,
    known: Container[int] = (),
) -> list[int]:
    """The slots that some slots are computed from, these included, in ascending order.

    `through` marks by slot where the search goes on to the arguments: everywhere, unless given.
    Slots that are `known` are left out, and so is what only they need. Takes time by the number of
    slots in the answer, not by the length of the trace.
    """
    found = {slot for slot in slots if slot not in known}
    stack = list(found)
    while stack:
        slot = stack.pop()
        if through is None or through[slot]:
            for argument in trace.arguments[slot]:
                if argument not in found and argument not in known:
                    found.add(argument)
                    stack.append(argument)
    return sorted(found)


def guarded(trace: Trace, slots: Iterable[int]) -> list[int]:
    """`needed`, with what the guards compare: a trace of these slots alone can be replayed."""
    ends = (end for guard in trace.guards for end in (guard.left, guard.right))
    return needed(trace, (*slots, *ends))


def contributing(trace: Trace) -> list[int]:
    """The active slots that the result depends on, in ascending order."""
    slots = needed(trace, [trace.result], through=trace.active)
    return [slot for slot in slots if trace.active[slot]]


def compared(trace: Trace) -> list[int]:
    """The active slots that what the guards compare depends on, in ascending order."""
    ends = [end for guard in trace.guards for end in (guard.left, guard.right)]
    ends = [end for end in ends if trace.active[end]]
    return [s for s in needed(trace, ends, through=trace.active) if trace.active[s]]


def kinked(trace: Trace) -> list[int]:
    """The slots among the `contributing` ones whose rule has kinks, and those among the `compared`
    ones whose rule has jumps: beside one, unequal numbers may compare otherwise."""
    rules = trace.rules
    if not any(row.kink is not None for row in set(rules)):
        return []
    found = [slot for slot in contributing(trace) if rules[slot].kink is not None]
    if not any(row.jumps for row in set(rules)):
        return found
    return sorted({*found, *(slot for slot in compared(trace) if rules[slot].jumps)})


def edged(trace: Trace) -> list[int]:
    """The active slots whose rule's domain ends where it still has a value, needed or not: beyond
    it the program has no value."""
    if not any(row.edge is not None for row in set(trace.rules)):
        return []
    return [s for s, row in enumerate(trace.rules) if row.edge is not None and trace.active[s]]


def varying(trace: Trace, names: Iterable[str], before: list[bool] | None = None) -> list[bool]:
    """By slot: does its value depend on one of the inputs called `names`?

    For a trace that grows, the answer of an earlier call can be handed in as `before`: it is
    extended by the slots that are new.
    """
    marks = [] if before is None else before
    inputs = {trace.inputs[name] for name in names if name in trace.inputs}
    for slot in range(len(marks), len(trace)):
        marks.append(slot in inputs or any(marks[a] for a in trace.arguments[slot]))
    return marks


def interpret(
    trace: Trace,
    slots: Iterable[int],
    values: MutableMapping[int, Value],
    *,
    read: Callable[[int, str], Value],
    constant: Callable[[int, Exact], Value],
    compute: Callable[[int, list[Value]], Value],
) -> MutableMapping[int, Value]:
    """Put into `values` what some slots, in ascending order, are worth to an interpreter.

    `read(slot, name)` is the value of an input, `constant(slot, exact)` that of a constant,
    `compute(slot, arguments)` that of any other instruction. `values` already holds the arguments
    that are not among `slots`. Replaying a trace in a number system has a faster loop of its own,
    `trace.replay`.
    """
    names = {slot: name for name, slot in trace.inputs.items()}
    rules, arguments, constants = trace.rules, trace.arguments, trace.constants
    for slot in slots:
        row = rules[slot]
        if row is INPUT:
            values[slot] = read(slot, names[slot])
        elif row is CONSTANT:
            values[slot] = constant(slot, constants[slot])
        else:
            values[slot] = compute(slot, [values[a] for a in arguments[slot]])
    return values
