"""sympy's derivative of a sample: elements of the instructions of a trace of arrays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from gradcalc.checks.instructions import partial_of_row
from gradcalc.checks.reference import same
from gradcalc.checks.sympy_values import NotEvaluatedError
from gradcalc.numbers.system import Numbers
from gradcalc.rules.systems import big_numbers
from gradcalc.trace.trace import CONSTANT, INPUT, Trace

SAMPLED_INSTRUCTIONS = 30
SAMPLED_ELEMENTS = 3  # of each instruction
COMPARED_DIGITS = 50  # of the big numbers in which the two are compared


def sampled(trace: Trace) -> tuple[bool | None, int]:
    """Do our partial derivatives equal sympy's, and at how many elements were they compared?

    Instructions that only move elements have no partial derivatives to compare; the random
    directions compare them.
    """
    numbers = big_numbers(COMPARED_DIGITS)
    outcomes = [
        _compared(trace, slot, which, element, numbers)
        for slot, element in _elements(trace, numbers)
        for which, argument in enumerate(trace.arguments[slot])
        if trace.active[argument]
    ]
    compared = [outcome for outcome in outcomes if outcome is not None]
    return (all(compared) if compared else None), len(compared)


def _elements(trace: Trace, numbers: Numbers) -> Iterator[tuple[int, list[Any]]]:
    """Random elements of random instructions: the slot, and its arguments as big numbers."""
    random = np.random.default_rng(0)
    slots = [
        slot
        for slot, row in enumerate(trace.rules)
        if trace.active[slot] and row not in (INPUT, CONSTANT) and row.array is None
    ]
    chosen = random.permutation(len(slots))[:SAMPLED_INSTRUCTIONS]
    for slot in (slots[k] for k in sorted(chosen)):
        arguments = np.broadcast_arrays(*[trace.values[a] for a in trace.arguments[slot]])
        size = arguments[0].size
        for flat in random.integers(0, size, min(SAMPLED_ELEMENTS, size)):
            yield slot, [numbers.number(_exact(array.flat[flat])) for array in arguments]


def _exact(number: Any) -> Fraction:
    return Fraction(float(number))


def _compared(trace: Trace, slot: int, which: int, element: list[Any], numbers: Any) -> bool | None:
    """One partial derivative at one element; None where there is none to compare."""
    row = trace.rules[slot]
    rule = row.partials[which]
    if rule is None or (row.kink is not None and row.kink(*element)):
        return None
    try:
        out = getattr(numbers, row.name)(*element)
        ours = rule(numbers, out, *element)
        sympy = partial_of_row(row, which, (None,) * row.arity)(numbers, element)
    except (NotEvaluatedError, ValueError, ArithmeticError):
        return None
    zero = numbers.context.mpf(0)
    return same(zero + (0 if ours is None else ours), zero + sympy, numbers)
