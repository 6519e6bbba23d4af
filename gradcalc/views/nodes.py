"""What is written at a node of a graph: the step, its value, and the derivative by it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.graphs.folding import Line, Repeat, lines
from gradcalc.graphs.graph import Node
from gradcalc.numbers.shapes import shape_of
from gradcalc.trace.trace import CONSTANT, INPUT
from gradcalc.views.numbers import shortest
from gradcalc.views.operations import constant, operation

SHOWN_DIGITS = 6  # of a number in a picture, and of those that stand for many
ALL_DIGITS = 17  # of a float64


@dataclass(frozen=True, slots=True)
class Label:
    """A node in words: `kind` is input, constant, step, repeat or value; numbers may be empty."""

    identity: str
    kind: str
    title: str
    value: str
    cotangent: str


def label(result: Result, node: Node, *, last: bool, digits: int = SHOWN_DIGITS) -> Label:
    """The label of a node; the last one is the value."""
    trace, cotangents = result.steps.trace, result.steps.cotangents
    item, slot = node.item, node.slot
    if isinstance(item, Repeat):
        inner = lines(item)
        steps = sum(bool(one.slots) for one in inner)
        title = f"{len(item.rounds):,} × {steps} step{'s' if steps != 1 else ''}"
        outer = [one.slots for one in inner if one.slots and not one.depth][-1:]
        slots = outer[0] if outer else node.slots()[-1:]
        value, cotangent = _from_to(trace.values, slots), _from_to(cotangents, slots)
        return Label(identity(node), "repeat", title, value, cotangent)
    row = trace.rules[slot]
    kind = "value" if last else {INPUT: "input", CONSTANT: "constant"}.get(row, "step")
    name = trace.names.get(slot, "")
    text = operation(trace, slot)
    title = f"{name} = {text}" if name not in ("", text) else text
    value = (
        "" if text == number(trace.values[slot], ALL_DIGITS) else number(trace.values[slot], digits)
    )
    return Label(identity(node), kind, title, value, number(cotangents[slot], digits))


def identity(node: Node) -> str:
    """The name of a node: `v3`, or of a repeat its first and last step, `v3_v802`."""
    if isinstance(node.item, int):
        return f"v{node.item}"
    slots = node.slots()
    return f"v{slots[0]}_v{slots[-1]}"


def number(value: Any, digits: int = SHOWN_DIGITS) -> str:
    """A number rounded, a small array as it is, a large one as its shape; empty for none."""
    if value is None:
        return ""
    if shape_of(value):
        return constant(value)
    if digits >= ALL_DIGITS or not math.isfinite(value):
        return shortest(value)
    return f"{value:.{digits}g}"


def _from_to(values: Sequence[Any], slots: Sequence[int]) -> str:
    first, last = number(values[slots[0]]), number(values[slots[-1]])
    return first if first == last else f"{first} … {last}".strip(" …")


@dataclass(frozen=True, slots=True)
class Span:
    """First, last, least and most of the numbers that a step had in all rounds; None of arrays."""

    first: float | None
    last: float | None
    least: float | None
    most: float | None

    def text(self) -> str:
        """In words: 0.1 … 0.8 in [0.1, 0.9], as short as it can be said."""
        if self.first is None or self.last is None or self.least is None or self.most is None:
            return ""
        numbers = (self.first, self.last, self.least, self.most)
        first, last, least, most = map(number, numbers)
        if least == most:
            return first
        ends = f"{first} … {last}"
        return ends if {least, most} == {first, last} else f"{ends} in [{least}, {most}]"


def span(values: Sequence[Any], line: Line) -> Span:
    """The span of the numbers at a line of a repeat."""
    found = [value for value in (values[slot] for slot in line.slots) if value is not None]
    if not found or any(shape_of(value) for value in found):
        return Span(None, None, None, None)
    known = [value for value in found if not math.isnan(value)] or [math.nan]
    return Span(float(found[0]), float(found[-1]), float(min(known)), float(max(known)))


def round_text(result: Result, line: Line) -> str:
    """A line of a repeat in words: its operation in the first round, or how often one is run."""
    if not line.slots:
        least, most = line.rounds
        return f"{least} ×:" if least == most else f"{least} to {most} ×:"
    trace, slot = result.steps.trace, line.slots[0]
    name, text = trace.names.get(slot, ""), operation(trace, slot)
    return f"{name} = {text}" if name not in ("", text) else text


def point(result: Result) -> str:
    """Where the run was: x = 1, y = 2."""
    return ", ".join(f"{name} = {number(value, ALL_DIGITS)}" for name, value in result.at.items())
