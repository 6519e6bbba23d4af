"""The trace (a Wengert list): what a run computed, in order.

Slot k holds instruction k and its value: a rule of the table, the slots of its arguments and the
place in the text it came from. Arguments stand before the instruction that uses them, so loops
over slots, forwards or backwards, are all that is ever needed; nothing recurses over a trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Protocol

from gradcalc.errors import Span
from gradcalc.rules.rule import Rule, rule


class Values(Protocol):
    """The value of each slot: a list of numbers, or what finds them when asked."""

    def __getitem__(self, slot: int, /) -> Any: ...


INPUT = rule("input", "", "arithmetic", "a number given from outside", samples=(), hidden=True)
CONSTANT = rule("constant", "", "arithmetic", "a number of the text", samples=(), hidden=True)

Exact = Any  # a Fraction, the name of a constant (str), or an array of float64


Solutions = dict[tuple[Span, int], Exact]  # by place, and the time the run came by


class Guard(NamedTuple):
    """A comparison that decided something: the trace is valid while it comes out the same."""

    op: str
    left: int
    right: int
    outcome: bool
    span: Span | None


@dataclass(slots=True)
class Trace:
    """Instructions as parallel lists; `active` marks those that depend on an input."""

    rules: list[Rule] = field(default_factory=list)
    arguments: list[tuple[int, ...]] = field(default_factory=list)
    spans: list[Span | None] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    active: list[bool] = field(default_factory=list)
    constants: dict[int, Exact] = field(default_factory=dict)
    statics: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # parameters of array rows
    inputs: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)  # what the program calls a slot
    guards: list[Guard] = field(default_factory=list)
    result: int = -1
    remarks: list[tuple[Span, str]] = field(default_factory=list)  # a place, what is to say of it
    solutions: Solutions = field(default_factory=dict)  # what `root` and `argmin` have found

    def __len__(self) -> int:
        return len(self.rules)

    def __getstate__(self) -> dict[str, Any]:
        """How it is pickled: rules hold functions, so they go by their names."""
        state = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**state, "rules": [row.name for row in self.rules]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        from gradcalc.rules.table import TABLE

        rows = {**TABLE, INPUT.name: INPUT, CONSTANT.name: CONSTANT}
        for name, value in {**state, "rules": [rows[name] for name in state["rules"]]}.items():
            setattr(self, name, value)

    def append(
        self, row: Rule, arguments: tuple[int, ...], span: Span | None, value: Any, active: bool
    ) -> int:
        """Append an instruction plainly; its slot."""
        self.rules.append(row)
        self.arguments.append(arguments)
        self.spans.append(span)
        self.values.append(value)
        self.active.append(active)
        return len(self.rules) - 1

    def constant(self, exact: Exact, value: Any, span: Span | None = None) -> int:
        """Append a constant; its slot."""
        slot = self.append(CONSTANT, (), span, value, False)
        self.constants[slot] = exact
        return slot


def decides(trace: Trace, guard: Guard) -> bool:
    """May other points decide otherwise, with a kink where the numbers are equal?"""
    active = trace.active[guard.left] or trace.active[guard.right]
    return guard.op != "is" and active


def check(trace: Trace) -> None:
    """State the invariants of a trace; AssertionError where one does not hold."""
    size = len(trace)
    columns = (trace.arguments, trace.spans, trace.active)
    assert all(len(column) == size for column in columns), "columns of unequal length"
    assert 0 <= trace.result < size, "the result is no slot"
    for slot, (row, arguments) in enumerate(zip(trace.rules, trace.arguments, strict=True)):
        wanted = len(arguments) if row.many or row.variadic else row.arity
        assert len(arguments) == wanted, f"slot {slot}: wrong number of arguments"
        assert (slot in trace.statics) == (row.array is not None), f"slot {slot}: statics amiss"
        assert all(0 <= a < slot for a in arguments), f"slot {slot}: an argument stands after it"
        if trace.active[slot] and row is not INPUT:
            assert any(trace.active[a] for a in arguments), f"slot {slot}: active without cause"
    assert all(trace.rules[s] is CONSTANT for s in trace.constants), "a constant that is none"
    assert all(trace.rules[s] is INPUT for s in trace.inputs.values()), "an input that is none"
