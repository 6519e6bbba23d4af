"""sympy's derivative of a sample: elements of the instructions of a trace of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcalc.checks.reference import same
from gradcalc.checks.symbolic import NotEvaluatedError, Partials
from gradcalc.rules.systems import big_numbers
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

ROWS, ELEMENTS = 30, 3  # instructions that are looked at, and elements of each
DIGITS = 50


def sampled(trace: Trace) -> tuple[bool | None, int]:
    """Do our partial derivatives equal sympy's, and at how many elements were they compared?

    Rows that only move elements have no partial derivatives to compare; the random directions
    compare them.
    """
    numbers = big_numbers(DIGITS)
    random = np.random.default_rng(0)
    partials, count, agree = Partials(numbers), 0, True
    slots = [
        s
        for s, row in enumerate(trace.rules)
        if trace.active[s] and row not in (INPUT, CONSTANT) and row.array is None
    ]
    chosen = random.permutation(len(slots))[:ROWS]
    for slot in (slots[k] for k in sorted(chosen)):
        given = np.broadcast_arrays(*[trace.values[a] for a in trace.arguments[slot]])
        for flat in random.integers(0, given[0].size, min(ELEMENTS, given[0].size)):
            element = [numbers.number(_exact(array.flat[flat])) for array in given]
            for which, argument in enumerate(trace.arguments[slot]):
                if not trace.active[argument]:
                    continue
                outcome = _compared(trace, slot, which, element, numbers, partials)
                if outcome is not None:
                    count += 1
                    agree = agree and outcome
    return (agree if count else None), count


def _exact(number: Any) -> Any:
    from fractions import Fraction

    return Fraction(float(number))


def _compared(
    trace: Trace, slot: int, which: int, element: list[Any], numbers: Any, partials: Partials
) -> bool | None:
    """One partial derivative at one element; None where there is none to compare."""
    row = trace.rules[slot]
    rule = row.partials[which]
    if rule is None or (row.kink is not None and row.kink(*element)):
        return None
    try:
        out = getattr(numbers, row.name)(*element)
        ours = rule(numbers, out, *element)
        sympy = partials.at(row, which, element)
    except (NotEvaluatedError, ValueError, ArithmeticError):
        return None
    zero = numbers.context.mpf(0)
    return same(zero + (0 if ours is None else ours), zero + sympy, numbers)
