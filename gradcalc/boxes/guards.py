"""Guards over a box: do they certainly come out as they were recorded?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcalc.numbers.system import COMPARISONS
from gradcalc.trace.trace import Guard, Trace

Arb = Any  # flint.arb

REFLEXIVE = ("<=", ">=", "==")  # comparisons that hold of a number and itself
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def undecided(trace: Trace, values: Sequence[Arb]) -> Guard | None:
    """The first guard that does not certainly come out as it was recorded."""
    return next((guard for guard in trace.guards if not comes_out(guard, values)), None)


def comes_out(guard: Guard, values: Sequence[Arb]) -> bool | None:
    """Does a guard certainly come out as it was recorded, certainly not, or None?"""
    op = "==" if guard.op == "is" else guard.op
    if guard.left == guard.right:
        return (op in REFLEXIVE) == guard.outcome
    left, right = values[guard.left], values[guard.right]
    if not guard.outcome:
        op = OPPOSITE[op]
    if COMPARISONS[op](left, right):
        return True
    return False if COMPARISONS[OPPOSITE[op]](left, right) else None
