"""The symbolic check: sympy differentiates the same computation, from its values alone.

Whole, where the tree that the trace unfolds to is small and sympy keeps to its budget of work; else
instruction by instruction, with sympy's own derivative of each primitive, joined by the chain rule.
Either way the derivative is evaluated in big numbers by walking the expression, shared parts once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.checks.instructions import (
    Structure,
    applied,
    by_instruction,
    exact_constants,
    is_small,
    slope,
    structure,
    symbol,
)
from gradcalc.checks.sympy_values import Evaluation
from gradcalc.numbers.system import Numbers
from gradcalc.rules.systems import symbolic_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import INPUT, Trace

MAX_TREE_NODES = (
    300  # nodes of the unfolded tree, or fewer where there are more than FREE_INPUTS inputs
)
FREE_INPUTS = 8
MAX_TREE_DEPTH = 60  # of that tree: sympy recurses several frames a level
# Larger trees, and all that hold functions in pieces, are worked on within a budget: sympy's work
# on those may grow exponentially (abs of maxima). Counting costs as much as the work of small ones.
MAX_UNCOUNTED_NODES = 60
MAX_EVENTS = 5_000_000  # for one task: about a second
LEAST_BITS = 110  # bits that the evaluation must keep for 30 digits to be compared


def tree_size(trace: Trace) -> int:
    """How many nodes the trace unfolds to when nothing is shared; in O(n)."""
    sizes: list[int] = []
    for arguments in trace.arguments:
        sizes.append(1 + sum([sizes[a] for a in arguments]))
    return sizes[trace.result]


def tree_depth(trace: Trace) -> int:
    """How deep that tree is: sympy recurses over it."""
    depths: list[int] = []
    for arguments in trace.arguments:
        depths.append(1 + max((depths[a] for a in arguments), default=0))
    return depths[trace.result]


Derivatives = tuple[dict[int, Any], list[Any]]  # symbols by slot, and derivatives in them


class SymbolicGradient:
    """sympy's derivatives of a trace's result, to be evaluated at any precision."""

    def __init__(self, trace: Trace, wrt: tuple[str, ...], *, whole: bool = True) -> None:
        """With `whole`, the whole expression is differentiated where it is small enough."""
        self.trace = trace
        self.wrt = wrt
        self.exact = True  # False where sums cancelled nearly all digits of the last evaluation
        self.counted = False
        self.whole = self._whole() if whole else None
        self.method = "instruction" if self.whole is None else "whole"

    def _whole(self) -> Derivatives | None:
        """The derivatives of the whole expression; None where it is too large."""
        work = tree_size(self.trace) * max(1, len(self.wrt) // FREE_INPUTS)
        if work > MAX_TREE_NODES or tree_depth(self.trace) > MAX_TREE_DEPTH:
            return None
        self.counted = work > MAX_UNCOUNTED_NODES or _in_pieces(self.trace)
        return _differentiated(structure(self.trace, self.wrt), self.counted)

    def __call__(self, values: list[Any], numbers: Numbers) -> dict[str, Any]:
        """Derivatives as big numbers; `values` are the trace's own in `numbers`.

        NotEvaluatedError where sympy gives no number.
        """
        if self.whole is not None:
            evaluate = partial(self._evaluated, *self.whole, values, numbers)
            try:
                return _budgeted(evaluate) if self.counted else evaluate()
            except OverBudgetError:
                self.whole, self.method, self.exact = None, "instruction", True
        found = by_instruction(structure(self.trace, self.wrt), values, numbers)
        return dict(zip(self.wrt, found, strict=True))

    def _evaluated(
        self,
        dummies: Mapping[int, Any],
        derivatives: list[Any],
        values: list[Any],
        numbers: Numbers,
    ) -> dict[str, Any]:
        """The derivatives of the whole expression, and whether they were evaluated exactly."""
        evaluate = Evaluation(numbers, {d: values[slot] for slot, d in dummies.items()})
        known = dict(zip(self.wrt, map(evaluate, derivatives), strict=True))
        self.exact = evaluate.cancelled < numbers.context.prec - LEAST_BITS
        return known


def _in_pieces(trace: Trace) -> bool:
    return any(row.kind == "piecewise" for row in set(trace.rules))


def _budgeted(work: Callable[[], Any]) -> Any:
    return within_budget(MAX_EVENTS, work)


@lru_cache(maxsize=64)
def _differentiated(trace: Structure, counted: bool) -> Derivatives | None:
    """Symbols by slot, and sympy's derivatives in them; None where that took too much work."""
    symbolic_numbers()  # importing sympy is no part of the work
    differentiate = partial(_derivatives, trace)
    try:
        return _budgeted(differentiate) if counted else differentiate()
    except OverBudgetError:
        return None


def _derivatives(trace: Structure) -> Derivatives:
    """Symbols by slot, and sympy's derivatives in them.

    What does not vary is a symbol too, and so are large constants in functions: sympy computes
    constants exactly, which doesn't end for the like of 2^1000000000 or gamma(1000000000).
    """
    system = symbolic_numbers()
    constants = exact_constants(trace.rules, trace.arguments, dict(trace.constants))
    symbols: dict[int, Any] = {}
    expressions: list[Any] = []
    for slot, (row, arguments) in enumerate(zip(trace.rules, trace.arguments, strict=True)):
        if slot in constants:
            expressions.append(exact_number(constants[slot], system))
        elif row is INPUT or not trace.active[slot]:
            symbols[slot] = symbol(f"v{slot}")
            expressions.append(symbols[slot])
        else:
            for a in arguments:
                if a in constants and not is_small(row, constants[a]):
                    symbols[a] = symbol(f"v{a}")
            filled = [symbols.get(a, expressions[a]) for a in arguments]
            expressions.append(applied(system, row, filled))
    return symbols, [slope(expressions[trace.result], symbols[slot]) for slot in trace.wrt]
