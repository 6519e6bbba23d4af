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
from gradcalc.checks.integrals import NotIntegratedError, integral
from gradcalc.numbers.system import Numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import symbolic_numbers
from gradcalc.rules.table import SCALAR
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
LEAST_BITS = 110  # bits that the evaluation must keep for 30 digits to be compared

# Our names, which are mpmath's too, of functions that sympy spells another way.
ROW_NAMES = {row.sympy: row.name for row in SCALAR.values() if row.sympy}

# What mpmath's context has no function of the same name for; the arguments are big numbers.
OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "Mul": lambda context, *factors: context.fprod(factors),
    "Pow": lambda context, base, exponent: base**exponent,
    "Abs": lambda context, x: abs(x),
    "Max": lambda context, *numbers: max(numbers),
    "Min": lambda context, *numbers: min(numbers),
    "Heaviside": lambda context, x, at_zero: at_zero if x == 0 else context.mpf(x > 0),
    "DiracDelta": lambda context, x: context.inf if x == 0 else context.mpf(0),
    "polygamma": lambda context, order, x: context.psi(int(order), x),
}


class NotEvaluatedError(ValueError):
    """sympy's derivative holds something that can't be evaluated."""


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

    def __init__(self, trace: Trace, wrt: tuple[str, ...]) -> None:
        self.trace = trace
        self.wrt = wrt
        work = tree_size(trace) * max(1, len(wrt) // FREE_INPUTS)
        flat = work <= MAX_TREE_NODES and tree_depth(trace) <= MAX_TREE_DEPTH
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

    What does not vary is a symbol too: sympy computes constants exactly, which doesn't end for the
    like of 2^1000000000 or gamma(1000000000).
    """
    import sympy

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
            expressions.append(getattr(system, row.name)(*[expressions[a] for a in arguments]))
    return symbols, [sympy.diff(expressions[trace.result], symbols[slot]) for slot in trace.wrt]


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
    """sympy's partial derivatives of single instructions, each taken once."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self.taken: dict[Any, tuple[list[Any], Any]] = {}

    def __call__(
        self, trace: Trace, slot: int, which: int, values: list[Any], constants: Mapping[int, Exact]
    ) -> Any:
        arguments = trace.arguments[slot]
        exact = tuple(constants.get(a) for a in arguments)
        key = trace.rules[slot], which, exact
        if key not in self.taken:
            self.taken[key] = self._take(trace.rules[slot], which, exact)
        dummies, derivative = self.taken[key]
        known = {d: values[a] for d, a in zip(dummies, arguments, strict=True) if d is not None}
        return Evaluation(self.numbers, known)(derivative)

    def at(self, row: Rule, which: int, arguments: list[Any]) -> Any:
        """One partial derivative of a row at numbers."""
        key = row, which, (None,) * row.arity
        if key not in self.taken:
            self.taken[key] = self._take(*key)
        dummies, derivative = self.taken[key]
        return Evaluation(self.numbers, dict(zip(dummies, arguments, strict=True)))(derivative)

    def _take(self, row: Rule, which: int, constants: tuple[Any, ...]) -> tuple[list[Any], Any]:
        import sympy

        system = symbolic_numbers()
        dummies = [
            _symbol(p) if c is None else None
            for p, c in zip(row.parameters, constants, strict=True)
        ]
        filled = [
            exact_number(c, system) if d is None else d
            for d, c in zip(dummies, constants, strict=True)
        ]
        return dummies, sympy.diff(getattr(system, row.name)(*filled), dummies[which])


class Evaluation:
    """Evaluates a sympy expression in big numbers, each shared part once."""

    def __init__(self, numbers: Numbers, known: Mapping[Any, Any]) -> None:
        self.context: Any = numbers.context
        self.numbers = numbers
        self.known = known
        self.seen: dict[Any, Any] = dict(known)
        self.bits: int = numbers.context.prec
        self.cancelled = 0  # bits lost by the worst of the sums

    def __call__(self, expression: Any) -> Any:
        """The real value of an expression."""
        value = self._value(expression)
        if isinstance(value, self.context.mpc):
            if abs(value.imag) > abs(value.real) * self.context.mpf(10) ** -30:
                raise NotEvaluatedError("sympy's derivative is not real here")
            value = value.real
        if self.context.isnan(value):
            raise NotEvaluatedError("sympy's derivative is not a number here")
        return self.context.mpf(value)

    def _value(self, node: Any) -> Any:
        if node not in self.seen:
            try:
                self.seen[node] = self._fresh(node)
            except ZeroDivisionError:
                raise NotEvaluatedError("sympy's derivative divides by zero here") from None
        return self.seen[node]

    def _fresh(self, node: Any) -> Any:
        """The value of a node that was not met before."""
        if not node.args:
            return self._atom(node)
        match type(node).__name__:
            case "Piecewise":
                return self._piecewise(node)
            case "Derivative":
                return self._derivative(node)
            case "Subs":
                inner, variables, points = node.args
                known = {v: self._value(p) for v, p in zip(variables, points, strict=True)}
                return self._inner(known)(inner)
            case "Integral":
                return self._integral(node)
            case "hyper":
                (a, b), (c,), x = node.args
                return self.context.hyp2f1(*map(self._value, (a, b, c, x)))
            case name:
                return self._applied(name, node, [self._value(part) for part in node.args])

    def _applied(self, name: str, node: Any, arguments: list[Any]) -> Any:
        """A function of sympy, by its class's name, of big numbers."""
        context = self.context
        if name == "Add":
            return self._sum(arguments)
        if name in OPERATIONS:
            return OPERATIONS[name](context, *arguments)
        function = getattr(context, name, None) or getattr(context, ROW_NAMES.get(name, ""), None)
        return self._by_sympy(node, arguments) if function is None else function(*arguments)

    def _piecewise(self, node: Any) -> Any:
        for value, condition in node.args:
            if bool(condition.subs({k: self._as_sympy(k) for k in condition.free_symbols})):
                return self._value(value)
        raise NotEvaluatedError("sympy's derivative has no branch here")

    def _sum(self, terms: list[Any]) -> Any:
        """A sum, and how many bits it cancels."""
        total = self.context.fsum(terms)
        largest = max(map(abs, terms))
        if largest and self.context.isfinite(largest):
            left = self.context.mag(total) if total else self.context.mag(largest) - self.bits
            self.cancelled = max(self.cancelled, self.context.mag(largest) - left)
        return total

    def _inner(self, known: Mapping[Any, Any]) -> Evaluation:
        return Evaluation(self.numbers, {**self.known, **known})

    def _integral(self, node: Any) -> Any:
        """What sympy leaves as an integral, by quadrature."""
        function, (variable, low, high) = node.args
        try:
            return integral(
                self.context,
                lambda t: self._inner({variable: t})(function),
                self._value(low),
                self.context.inf if high.is_infinite else self._value(high),
            )
        except NotIntegratedError as error:
            raise NotEvaluatedError("sympy's integral was not computed here") from error

    def _derivative(self, node: Any) -> Any:
        """What sympy leaves unevaluated, by mpmath's own numerical differentiation."""
        (variable, order), *others = node.variable_count
        if others:
            raise NotEvaluatedError("sympy's derivative is a mixed one of an unknown function")
        return self.context.diff(
            lambda x: self._inner({variable: x})(node.expr),
            self._value(variable),
            int(self._value(order)),
        )

    def _atom(self, node: Any) -> Any:
        if node.is_Rational:
            return self.context.mpf(node.p) / node.q
        if node.is_number and node.is_finite:
            return self.context.mpf(node.evalf(self.context.dps)._mpf_)
        raise NotEvaluatedError(f"sympy's derivative holds {type(node).__name__}")

    def _as_sympy(self, node: Any) -> Any:
        import sympy

        return sympy.Float(str(self._value(node)), self.context.dps)

    def _by_sympy(self, node: Any, arguments: list[Any]) -> Any:
        """A function that mpmath calls otherwise, evaluated by sympy at numbers."""
        import sympy

        exact = [
            sympy.Integer(int(a)) if a == int(a) else sympy.Float._new(a._mpf_, self.context.prec)
            for a in arguments
        ]
        value = node.func(*exact).evalf(self.context.dps)
        if not value.is_Float and not value.is_Rational:
            raise NotEvaluatedError(f"sympy gives no number for {type(node).__name__}")
        return self.context.mpf(value.evalf(self.context.dps)._mpf_)
