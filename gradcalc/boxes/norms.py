"""Roots of sums of squares as what they are: sqrt(x^2 + y^2) is hypot(x, y), sqrt(x^2) is abs(x).

The derivative of sqrt has no bound at 0, theirs have.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

from gradcalc.numbers.traced import Traced
from gradcalc.trace.builder import Builder
from gradcalc.trace.trace import Trace
from gradcalc.trace.walk import guarded


def with_norms(trace: Trace) -> Trace:
    """The trace with such roots written so, and equal steps as one, which logarithms make use of;
    the trace itself, if it has neither."""
    roots = (slot for slot, row in enumerate(trace.rules) if row.name == "sqrt")
    has_norms = any(_roots_of_terms(trace, trace.arguments[slot][0]) for slot in roots)
    if not has_norms and all(row.name != "log" for row in trace.rules):
        return trace
    builder = Builder()

    def root(x: Any) -> Any:
        terms = _roots_of_terms(builder.trace, x.slot) if isinstance(x, Traced) else []
        sides = [Traced(slot, builder.record) for slot in terms]
        if not sides:
            return builder.record("sqrt", x)
        return reduce(builder.numbers.hypot, sides) if sides[1:] else builder.numbers.abs(sides[0])

    builder.numbers.__dict__["sqrt"] = root
    values = builder.copied(trace)
    unused = set(range(len(trace))).difference(guarded(trace, [trace.result]))
    return builder.finished([values[slot] for slot in (trace.result, *unused)])[0]


def _roots_of_terms(trace: Trace, total: int) -> list[int]:
    """The slots whose squares add up to a slot; none where it is not a sum of squares."""
    found: list[int] = []
    left = [total]
    while left:
        slot = left.pop()
        name, arguments = trace.rules[slot].name, trace.arguments[slot]
        if name == "add":
            left += reversed(arguments)
        elif _is_square(trace, slot):
            found.append(arguments[0])
        else:
            return []
    return found


def _is_square(trace: Trace, slot: int) -> bool:
    name, arguments = trace.rules[slot].name, trace.arguments[slot]
    if name == "mul":
        return arguments[0] == arguments[1]
    return name == "ipow" and trace.constants.get(arguments[1]) == Fraction(2)
