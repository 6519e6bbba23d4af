"""The symbolic check: sympy differentiates the same computation, from its values alone.

Whole, where the tree that the trace unfolds to is small and sympy keeps to its budget of work; else
instruction by instruction, with sympy's own derivative of each primitive, joined by the chain rule.
Either way the derivative is evaluated in big numbers by walking the expression, shared parts once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.checks.sympy_values import REFUSALS, Evaluation, NotEvaluatedError
from gradcalc.numbers.system import Numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import symbolic_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import INPUT, Exact, Trace

MAX_TREE_NODES = (
    300  # nodes of the unfolded tree, or fewer where there are more than FREE_INPUTS inputs
)
FREE_INPUTS = 8
MAX_TREE_DEPTH = 60  # of that tree: sympy recurses several frames a level
# Larger trees, and all that hold functions in pieces, are worked on within a budget: sympy's work
# on those may grow exponentially (abs of maxima). Counting costs as much as the work of small ones.
MAX_UNCOUNTED_NODES = 60
MAX_EVENTS = 5_000_000  # for one task: about a second
# A constant in a function that is larger is a symbol to sympy, which computes gamma(10^10) exactly:
# in integers of C, where no event is counted.
MAX_CONSTANT = 10_000
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


class SymbolicGradient:
    """sympy's derivatives of a trace's result, to be evaluated at any precision."""

    def __init__(self, trace: Trace, wrt: tuple[str, ...], *, whole: bool = True) -> None:
        """With `whole`, the whole expression is differentiated where it is small enough."""
        self.trace = trace
        self.wrt = wrt
        work = tree_size(trace) * max(1, len(wrt) // FREE_INPUTS)
        flat = whole and work <= MAX_TREE_NODES and tree_depth(trace) <= MAX_TREE_DEPTH
        self.exact = True  # False where sums cancelled nearly all digits of the last evaluation
        self.counted = work > MAX_UNCOUNTED_NODES or _in_pieces(trace)
        self.whole = _differentiated(_structure(trace, wrt), self.counted) if flat else None
        self.method = "instruction" if self.whole is None else "whole"

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
        return _by_instruction(self.trace, values, numbers, self.wrt)

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


@lru_cache(maxsize=1024)
def _symbol(name: str) -> Any:
    """A real symbol, the same for all traces: sympy keeps what it learned of `sin(v0)`.

    Most of the time of a derivative goes into asking whether its parts are 0, positive, integers.
    """
    import sympy

    return sympy.Dummy(name, real=True)


def _in_pieces(trace: Trace) -> bool:
    return any(row.kind == "piecewise" for row in set(trace.rules))


def _budgeted(work: Callable[[], Any]) -> Any:
    return within_budget(MAX_EVENTS, work)


@dataclass(frozen=True)
class Structure:
    """What sympy's derivative of a trace depends on, to be known again at other points."""

    rules: tuple[Rule, ...]
    arguments: tuple[tuple[int, ...], ...]
    constants: tuple[tuple[int, Any], ...]
    active: tuple[bool, ...]
    result: int
    wrt: tuple[int, ...]


def _structure(trace: Trace, wrt: tuple[str, ...]) -> Structure:
    return Structure(
        tuple(trace.rules),
        tuple(trace.arguments),
        tuple(trace.constants.items()),
        tuple(trace.active),
        trace.result,
        tuple(trace.inputs[name] for name in wrt),
    )


@lru_cache(maxsize=64)
def _differentiated(trace: Structure, counted: bool) -> tuple[dict[int, Any], list[Any]] | None:
    """Symbols by slot, and sympy's derivatives in them; None where that took too much work."""
    symbolic_numbers()  # importing sympy is no part of the work
    differentiate = partial(_derivatives, trace)
    try:
        return _budgeted(differentiate) if counted else differentiate()
    except OverBudgetError:
        return None


def _derivatives(trace: Structure) -> tuple[dict[int, Any], list[Any]]:
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
            symbols[slot] = _symbol(f"v{slot}")
            expressions.append(symbols[slot])
        else:
            for a in arguments:
                if a in constants and not _is_small(row, constants[a]):
                    symbols[a] = _symbol(f"v{a}")
            filled = [symbols.get(a, expressions[a]) for a in arguments]
            expressions.append(_applied(system, row, filled))
    return symbols, [_slope(expressions[trace.result], symbols[slot]) for slot in trace.wrt]


def _is_small(row: Rule, constant: Exact) -> bool:
    """Is it a number that a row may have in sympy's exact arithmetic?"""
    named = not isinstance(constant, Fraction)
    return row.kind == "arithmetic" or named or abs(constant) <= MAX_CONSTANT


def _applied(system: Numbers, row: Rule, arguments: list[Any]) -> Any:
    """A row of sympy's expressions; NotEvaluatedError where sympy refuses them."""
    try:
        return getattr(system, row.name)(*arguments)
    except REFUSALS as error:
        raise NotEvaluatedError(f"sympy has no {row.name} of such an expression") from error


def _slope(expression: Any, symbol: Any) -> Any:
    """sympy's derivative; NotEvaluatedError where it has none."""
    import sympy

    if expression in (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):  # sympy's derivative of it is 0
        raise NotEvaluatedError("sympy's expression is not finite")
    try:
        return sympy.diff(expression, symbol)
    except REFUSALS as error:
        raise NotEvaluatedError("sympy can't differentiate the expression") from error


def exact_constants(
    rules: Sequence[Rule], arguments: Sequence[tuple[int, ...]], constants: Mapping[int, Exact]
) -> dict[int, Exact]:
    """By slot the constants of a trace, and what sums and products of them come to.

    So the exponent k - 1 that the derivative of x^k holds is a number to sympy: x^1, whose
    derivative is 1 at 0, and not x^c, whose derivative sympy writes as c*x^c/x.
    """
    known = dict(constants)
    for slot, row in enumerate(rules):
        # Sums and products keep exact numbers short; they are formulas, which a power is not.
        if row.kind == "arithmetic" and row.formula is not None:
            parts = [known.get(a) for a in arguments[slot]]
            if all(isinstance(part, Fraction) for part in parts):
                known[slot] = row.formula(None, *parts)
    return known


def _by_instruction(
    trace: Trace, values: list[Any], numbers: Numbers, wrt: tuple[str, ...]
) -> dict[str, Any]:
    zero = numbers.context.mpf(0)
    partials = Partials(numbers)
    constants = exact_constants(trace.rules, trace.arguments, trace.constants)
    cotangents: list[Any] = [None] * len(trace)
    cotangents[trace.result] = zero + 1
    for slot in range(trace.result, -1, -1):
        cotangent, arguments = cotangents[slot], trace.arguments[slot]
        if cotangent is None or not trace.active[slot]:
            continue
        for which, argument in enumerate(arguments):
            if not trace.active[argument]:
                continue
            partial = partials(trace, slot, which, values, constants)
            if partial == 0:
                continue
            before = cotangents[argument]
            term = cotangent * partial
            cotangents[argument] = term if before is None else before + term
    return {name: zero + (cotangents[trace.inputs[name]] or 0) for name in wrt}


class Partials:
    """sympy's partial derivatives of single instructions, in numbers."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers

    def __call__(
        self, trace: Trace, slot: int, which: int, values: list[Any], constants: Mapping[int, Exact]
    ) -> Any:
        arguments = trace.arguments[slot]
        row = trace.rules[slot]
        exact = tuple(
            c if c is not None and _is_small(row, c) else None
            for c in map(constants.get, arguments)
        )
        dummies, derivative = _partial_of_row(row, which, exact)
        known = {d: values[a] for d, a in zip(dummies, arguments, strict=True) if d is not None}
        return Evaluation(self.numbers, known)(derivative)

    def at(self, row: Rule, which: int, arguments: list[Any]) -> Any:
        """One partial derivative of a row at numbers."""
        dummies, derivative = _partial_of_row(row, which, (None,) * row.arity)
        return Evaluation(self.numbers, dict(zip(dummies, arguments, strict=True)))(derivative)


@lru_cache(maxsize=4096)
def _partial_of_row(
    row: Rule, which: int, constants: tuple[Exact | None, ...]
) -> tuple[list[Any], Any]:
    """sympy's derivative of a row by one argument, in symbols for those that are not constant."""
    system = symbolic_numbers()
    parameters = row.parameters_of(len(constants))
    dummies = [
        _symbol(p) if c is None else None for p, c in zip(parameters, constants, strict=True)
    ]
    filled = [
        exact_number(c, system) if d is None else d for d, c in zip(dummies, constants, strict=True)
    ]
    return dummies, _slope(_applied(system, row, filled), dummies[which])
