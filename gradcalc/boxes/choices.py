"""The sides of kinks: which steps of a derivative choose between them, and what they may choose.

The derivative of abs(u) is sign(u), that of max(a, b) heaviside(a - b). Over a box with the kink in
it the range of such a step is all that lies between its two sides; but nearly everywhere it is one
of them, and two steps that ask the same question give answers that go together.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from gradcalc.trace.trace import Trace

Arb = Any  # flint.arb

MAX_KINKS = 5  # whose sides are told apart; of more of them, all that lies between is taken


def selecting(trace: Trace) -> list[int]:
    """The steps of a derivative's trace that choose a side of a kink."""
    return [slot for slot, row in enumerate(trace.rules) if row.name in ("sign", "heaviside")]


def choices(trace: Trace, selecting: list[int], values: list[Arb]) -> list[dict[int, Arb]]:
    """For each way to choose sides, the numbers that the open steps of a derivative's trace have;
    [{}] where none of these, `selecting`, is open. `values` are the slots' ranges over a box."""
    questions: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for slot in selecting:
        if _is_open(values[trace.arguments[slot][0]]):
            asked, sense = _question(trace, trace.arguments[slot][0])
            questions.setdefault(asked, []).append((slot, sense))
    told = list(questions.values())[:MAX_KINKS]
    return [
        {
            slot: _answer(trace, slot, sense * side, values)
            for steps, side in zip(told, sides, strict=True)
            for slot, sense in steps
        }
        for sides in product((-1, 1), repeat=len(told))
    ]


def _is_open(x: Arb) -> bool:
    return bool(x.contains(0) and not x.is_zero())


def _question(trace: Trace, slot: int) -> tuple[tuple[int, ...], int]:
    """What decides the sign of a slot, and in which sense: of b - a and a - b it is the same."""
    sense = 1
    while trace.rules[slot].name == "neg":
        slot, sense = trace.arguments[slot][0], -sense
    if trace.rules[slot].name != "sub":
        return (slot,), sense
    a, b = trace.arguments[slot]
    return (min(a, b), max(a, b)), sense if a < b else -sense


def _answer(trace: Trace, slot: int, side: int, values: list[Arb]) -> Arb:
    arb = type(values[slot])
    return arb(side) if trace.rules[slot].name == "sign" else arb((1 + side) // 2)
