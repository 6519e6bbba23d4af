"""Are two formulas the same function? sympy's answer, where it has one."""

from __future__ import annotations

from typing import Any

from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.checks.symbolic import tree_size
from gradcalc.rules.systems import symbolic_numbers
from gradcalc.trace.replay import replay
from gradcalc.trace.trace import Trace

MAX_NODES = 120  # of both trees together: simplifying larger ones may never end
MAX_EVENTS = 6_000_000  # of sympy's work on smaller ones: a few seconds


def identical(trace: Trace, by: str, claim: Trace) -> bool:
    """Is the derivative of a trace by an input the function that another trace computes?

    False says no more than that sympy did not find it so, or not within its budget of work.
    """
    if tree_size(trace) + tree_size(claim) > MAX_NODES:
        return False
    symbolic_numbers()  # importing sympy is no part of the work
    try:
        return within_budget(MAX_EVENTS, lambda: _identical(trace, by, claim))
    except OverBudgetError:
        return False


def _identical(trace: Trace, by: str, claim: Trace) -> bool:
    import sympy

    names = dict.fromkeys([*trace.inputs, *claim.inputs])
    symbols = {name: sympy.Dummy(name, real=True) for name in names}
    true, claimed = (_expression(t, symbols) for t in (trace, claim))
    difference = sympy.diff(true, symbols[by]) - claimed
    if sympy.expand(difference) == 0:
        return True
    if difference.has(sympy.Integral, sympy.Sum):  # simplifying would look for closed forms
        return False
    return bool(sympy.simplify(difference) == 0)


def _expression(trace: Trace, symbols: dict[str, Any]) -> Any:
    inputs = {name: symbols[name] for name in trace.inputs}
    return replay(trace, symbolic_numbers(), inputs)[trace.result]
