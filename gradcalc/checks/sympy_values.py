"""The values of sympy's expressions in big numbers, by walking them, shared parts once.

Not by `evalf`, which takes minutes for nested functions. What has no real number (a complex
infinity, bounds, a set, an unknown function) is a NotEvaluatedError that names it, never a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gradcalc.checks.integrals import NotIntegratedError, integral
from gradcalc.numbers.system import Numbers
from gradcalc.rules.table import SCALAR

# Of derivatives that sympy leaves unevaluated: each takes more digits, and more values.
MAX_QUOTIENT_ORDER = 6

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


# What sympy and mpmath raise where they have no answer: which of them is an accident of how far
# they got before a complex number or a set was in their way.
REFUSALS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


class NotEvaluatedError(ValueError):
    """sympy's derivative holds something that can't be evaluated."""


class Evaluation:
    """Evaluates a sympy expression in big numbers, each shared part once."""

    def __init__(self, numbers: Numbers, known: Mapping[Any, Any], bits: int = 0) -> None:
        self.context: Any = numbers.context
        self.numbers = numbers
        self.known = known
        self.seen: dict[Any, Any] = dict(known)
        self.bits: int = bits or numbers.context.prec  # which differences raise meanwhile
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
            except NotEvaluatedError:
                raise
            except (*REFUSALS, self.context.NoConvergence) as error:
                name = type(node).__name__
                raise NotEvaluatedError(f"sympy's {name} has no number here") from error
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
        function = partial(OPERATIONS[name], context) if name in OPERATIONS else None
        row = SCALAR.get(name)
        # Faster than mpmath's, some a hundred times, but of the numbers' digits and no more.
        if row and row.slow and row.arity == len(arguments) and context.prec == self.bits:
            function = getattr(self.numbers, name)
        function = function or getattr(context, name, None)
        function = function or getattr(context, ROW_NAMES.get(name, ""), None)
        if function is None and name in SCALAR and SCALAR[name].variadic:
            function = getattr(self.numbers, name)
        function = function or partial(self._by_sympy, node)
        return function(*arguments)

    def _piecewise(self, node: Any) -> Any:
        for value, condition in node.args:
            if bool(condition.subs({k: self._as_sympy(k) for k in condition.free_symbols})):
                return self._value(value)
        raise NotEvaluatedError("sympy's derivative has no branch here")

    def _sum(self, terms: list[Any]) -> Any:
        """A sum, and how many bits it cancels."""
        total = self.context.fsum(terms)
        self._count_cancelled(max(map(abs, terms)), total)
        return total

    def _count_cancelled(self, largest: Any, left: Any) -> None:
        """Bits that are lost where of numbers so large so little is left."""
        if largest and self.context.isfinite(largest):
            size = self.context.mag(largest)
            kept = self.context.mag(left) if left else size - self.bits
            self.cancelled = max(self.cancelled, size - kept)

    def _inner(self, known: Mapping[Any, Any]) -> Evaluation:
        return Evaluation(self.numbers, {**self.known, **known}, self.bits)

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
        if order > MAX_QUOTIENT_ORDER:
            raise NotEvaluatedError(f"sympy's derivative of order {order} is left to differences")

        def function(x: Any) -> Any:
            return self._inner({variable: x})(node.expr)

        point = self._value(variable)
        slope = self.context.diff(function, point, int(self._value(order)))
        self._count_cancelled(abs(function(point)), slope)
        return slope

    def _atom(self, node: Any) -> Any:
        if node.is_Rational:
            return self.context.mpf(node.p) / node.q
        if getattr(node, "is_finite", False) and node.is_real:
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
            raise NotEvaluatedError(f"sympy's {type(node).__name__} has no number here")
        return self._atom(value) if value.is_Rational else self.context.mpf(value._mpf_)
