"""The symbolic check, instruction by instruction: sympy's derivative of each, and the chain rule.

What sympy derives depends on the instruction alone, and which constants it has; so it is kept, as
code, and so is the way of the chain rule through a trace of the same structure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from gradcalc.checks.straight import Code, code_of
from gradcalc.checks.sympy_values import REFUSALS, Evaluation, NotEvaluatedError
from gradcalc.numbers.system import Numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import symbolic_numbers
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Exact, Trace

MAX_KEPT_INSTRUCTIONS = 1_000  # of a trace whose way is kept
# A constant in a function that is larger is a symbol to sympy, which computes gamma(10^10) exactly:
# in integers of C, where no event is counted.
MAX_CONSTANT = 10_000


@lru_cache(maxsize=1024)
def symbol(name: str) -> Any:
    """A real symbol, the same for all traces: sympy keeps what it learned of `sin(v0)`.

    Most of the time of a derivative goes into asking whether its parts are 0, positive, integers.
    """
    import sympy

    return sympy.Dummy(name, real=True)


class Structure(NamedTuple):
    """What sympy's derivative of a trace depends on, to be known again at other points."""

    rules: tuple[Rule, ...]
    arguments: tuple[tuple[int, ...], ...]
    constants: tuple[tuple[int, Any], ...]
    active: tuple[bool, ...]
    result: int
    wrt: tuple[int, ...]


def structure(trace: Trace, wrt: tuple[str, ...]) -> Structure:
    return Structure(
        tuple(trace.rules),
        tuple(trace.arguments),
        tuple(trace.constants.items()),
        tuple(trace.active),
        trace.result,
        tuple(trace.inputs[name] for name in wrt),
    )


def is_small(row: Rule, constant: Exact) -> bool:
    """Is it a number that a row may have in sympy's exact arithmetic?"""
    named = not isinstance(constant, Fraction)
    return row.kind == "arithmetic" or named or abs(constant) <= MAX_CONSTANT


def applied(system: Numbers, row: Rule, arguments: list[Any]) -> Any:
    """A row of sympy's expressions; NotEvaluatedError where sympy refuses them."""
    try:
        return getattr(system, row.name)(*arguments)
    except REFUSALS as error:
        raise NotEvaluatedError(f"sympy has no {row.name} of such an expression") from error


def slope(expression: Any, symbol: Any) -> Any:
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


def by_instruction(trace: Structure, values: list[Any], numbers: Numbers) -> list[Any]:
    """The derivatives of a trace's result by the inputs of the structure, as big numbers.

    NotEvaluatedError where sympy gives no number.
    """
    zero = numbers.context.mpf(0)
    cotangents: list[Any] = [None] * len(trace.rules)
    cotangents[trace.result] = zero + 1
    walk = _steps if len(trace.rules) <= MAX_KEPT_INSTRUCTIONS else _steps.__wrapped__
    for step in walk(trace):
        cotangent = cotangents[step.slot]
        if cotangent is None:
            continue
        partial = step.partial(numbers, [values[a] for a in trace.arguments[step.slot]])
        if partial == 0:
            continue
        before = cotangents[step.argument]
        term = cotangent if type(partial) is int and partial == 1 else cotangent * partial
        cotangents[step.argument] = term if before is None else before + term
    return [zero + (cotangents[slot] or 0) for slot in trace.wrt]


class RowPartial(NamedTuple):
    """sympy's derivative of a row by one argument, in symbols for those that are not constant."""

    symbols: tuple[Any, ...]
    derivative: Any
    code: Code | None

    def __call__(self, numbers: Numbers, arguments: Sequence[Any]) -> Any:
        """Its value; NotEvaluatedError where that is no real number."""
        value = None if self.code is None else self.code(numbers, arguments)
        if value is not None:
            return value
        pairs = zip(self.symbols, arguments, strict=True)
        known = {symbol: number for symbol, number in pairs if symbol is not None}
        return Evaluation(numbers, known)(self.derivative)


@dataclass(frozen=True, eq=False)
class Step:
    """One link of the chain rule: from a slot to one of its arguments."""

    slot: int
    argument: int
    row: Rule
    which: int
    constants: tuple[Exact | None, ...]

    @cached_property
    def partial(self) -> RowPartial:
        """sympy's derivative; NotEvaluatedError where it has none."""
        return partial_of_row(self.row, self.which, self.constants)


@lru_cache(maxsize=64)
def _steps(trace: Structure) -> tuple[Step, ...]:
    """The links of the chain rule from the result down to the inputs."""
    constants = exact_constants(trace.rules, trace.arguments, dict(trace.constants))
    reached, steps = {trace.result}, []
    for slot in range(trace.result, -1, -1):
        if slot not in reached or not trace.active[slot]:
            continue
        row, arguments = trace.rules[slot], trace.arguments[slot]
        known = (constants.get(a) for a in arguments)
        small = tuple(c if c is not None and is_small(row, c) else None for c in known)
        for which, argument in enumerate(arguments):
            if trace.active[argument]:
                steps.append(Step(slot, argument, row, which, small))
                reached.add(argument)
    return tuple(steps)


@lru_cache(maxsize=4096)
def partial_of_row(row: Rule, which: int, constants: tuple[Exact | None, ...]) -> RowPartial:
    """sympy's derivative of a row by one argument; constants by position, None what varies."""
    system = symbolic_numbers()
    parameters = row.parameters_of(len(constants))
    symbols = tuple(
        symbol(p) if c is None else None for p, c in zip(parameters, constants, strict=True)
    )
    filled = [
        exact_number(c, system) if s is None else s for s, c in zip(symbols, constants, strict=True)
    ]
    derivative = slope(applied(system, row, filled), symbols[which])
    return RowPartial(symbols, derivative, code_of(derivative, symbols))
