"""Expressions as closures that record: how a value comes about.

Compiling a node answers a closure; running the closure appends the node's instructions to the
trace and answers the slot of its value. Arrays and derivatives inside the language are what
`ArrayExpressions` and `DerivativeExpressions` add.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Mapping
from fractions import Fraction
from typing import Any

from gradcalc.errors import Exit, GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.numbers.system import COMPARISONS, CONSTANTS, Numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import INFIX, TABLE
from gradcalc.run.failures import condition_as_value, outside, unknown_name
from gradcalc.run.limits import Limits
from gradcalc.trace.replay import exact_number
from gradcalc.trace.trace import Guard, Trace
from gradcalc.trace.walk import varying

Scope = dict[str, int]
Code = Callable[[Scope], int]
Test = Callable[[Scope], Any]


class NotFollowedError(Exception):
    """What shaped the run is more than guards can tell."""


class Expressions(ABC):
    """Compiles expressions of numbers."""

    def __init__(
        self, numbers: Numbers, typed: bool, limits: Limits, variables: Container[str] = ()
    ) -> None:
        self.variables = variables
        self.numbers = numbers
        self.typed = typed
        self.limits = limits
        self.trace = Trace()
        self.program = ast.Program(())
        self.read: set[str] = set()  # names that the text reads anywhere
        self.follows = False  # are guards to tell all that decides the run's course?
        self.rounds = False  # do the numbers of other points round as these do?
        self.varying: list[bool] = []  # of a run that is followed: does a slot depend on an input?
        self.kernels: Mapping[str, Callable[..., Any]] = vars(numbers)  # by the name of the row
        self.derived_by: set[str] = set()  # names that the text differentiates by anywhere
        self.fixed: set[int] = set()  # slots that don't vary, though their arguments may
        self.variables_bound: set[int] = set()  # slots bound to such names that are constants
        self._of_variables: list[bool] = []  # by slot: is it computed from one of those?

    @abstractmethod
    def array(self, node: ast.Vector | ast.Index | ast.Transpose | ast.Keyword) -> Code:
        """The closure of a node that makes an array or takes one apart."""

    @abstractmethod
    def product(self, left: int, right: int, span: Span) -> int:
        """Record the product of matrices; its slot."""

    @abstractmethod
    def call(self, node: ast.Call) -> Code:
        """The closure of a call."""

    @abstractmethod
    def test(self, node: ast.Expr) -> Test:
        """The closure that decides a condition and records its guards."""

    @abstractmethod
    def choice(self, node: ast.Expr, then: Code, other: Code, span: Span) -> Code:
        """The closure of one value or another, as a condition decides."""

    # values -------------------------------------------------------------------------------

    def expression(self, node: ast.Expr) -> Code:
        """The closure that records a node and answers its slot."""
        match node:
            case ast.Number():
                return self._number(node)
            case ast.Name():
                return self._name(node)
            case ast.Unary("-", operand):
                return self.unary(TABLE["neg"], self.expression(operand), node.span)
            case ast.Unary(_, operand):
                return self.expression(operand)
            case ast.Binary():
                return self._spine(node)
            case ast.Conditional(test, then, other):
                return self.choice(test, self.expression(then), self.expression(other), node.span)
            case ast.Call():
                return self.call(node)
            case ast.Compare() | ast.Logic() | ast.Not():
                raise condition_as_value(node, self.program.source)
            case _:
                return self.array(node)

    def _number(self, node: ast.Number) -> Code:
        exact = node.value if self.typed else _as_float64(node.value)
        value = self.numbers.number(exact)
        trace, span = self.trace, node.span
        return lambda scope: trace.constant(exact, value, span)

    def _name(self, node: ast.Name) -> Code:
        name, span = node.name, node.span
        self.read.add(name)

        def read(scope: Scope) -> int:
            try:
                return scope[name]
            except KeyError:
                if name in CONSTANTS:
                    value = exact_number(name, self.numbers)
                    return self.trace.constant(name, value, span)
                raise unknown_name(node, scope) from None

        return read

    def _spine(self, node: ast.Binary) -> Code:
        """A left-leaning chain, a + b - c …, as one loop: it may be as long as the text."""
        chain: list[tuple[Callable[[int, int, Span], int], Code, Span]] = []
        left: ast.Expr = node
        while isinstance(left, ast.Binary):
            chain.append((self.operator(left.op), self.expression(left.right), left.span))
            left = left.left
        first = self.expression(left)
        chain.reverse()
        if len(chain) == 1:
            record, right, span = chain[0]
            return lambda scope: record(first(scope), right(scope), span)

        def run(scope: Scope) -> int:
            slot = first(scope)
            for record, right, span in chain:
                slot = record(slot, right(scope), span)
            return slot

        return run

    def operator(self, op: str) -> Callable[[int, int, Span], int]:
        """What records an operation on two slots."""
        if op == "^":
            return self._power
        if op == "@":
            return self.product
        return self.binary(INFIX[op])

    def _power(self, base: int, exponent: int, span: Span) -> int:
        """One of three rows: by a constant integer, by a constant, by a number that varies."""
        trace = self.trace
        power = trace.values[exponent]
        if hasattr(power, "shape") or self.varies(exponent) or self.differentiable(exponent):
            return self.record(TABLE["pow"], (base, exponent), span)
        row = TABLE["ipow" if power % 1 == 0 else "cpow"]
        slot = self.record(row, (base, exponent), span)
        if power == 0:  # x^0 is 1, whatever x
            trace.active[slot] = False
            self.fixed.add(slot)
        return slot

    def binary(self, row: Rule) -> Callable[[int, int, Span], int]:
        """`record` for two arguments, spelt out: this is where the time of a run goes."""
        trace, kernel = self.trace, self.kernels[row.name]
        values, active = trace.values, trace.active
        rules, arguments, spans = trace.rules, trace.arguments, trace.spans

        def record(left: int, right: int, span: Span) -> int:
            try:
                value = kernel(values[left], values[right])
            except (ValueError, ArithmeticError) as error:
                raise outside(trace, row, (left, right), span) from error
            rules.append(row)
            arguments.append((left, right))
            spans.append(span)
            values.append(value)
            active.append(active[left] or active[right])
            return len(values) - 1

        return record

    def unary(self, row: Rule, operand: Code, span: Span) -> Code:
        """`record` for one argument, spelt out likewise."""
        trace, kernel = self.trace, self.kernels[row.name]
        values, active = trace.values, trace.active
        rules, arguments, spans = trace.rules, trace.arguments, trace.spans

        def run(scope: Scope) -> int:
            slot = operand(scope)
            try:
                value = kernel(values[slot])
            except (ValueError, ArithmeticError) as error:
                raise outside(trace, row, (slot,), span) from error
            rules.append(row)
            arguments.append((slot,))
            spans.append(span)
            values.append(value)
            active.append(active[slot])
            return len(values) - 1

        return run

    def record(
        self, row: Rule, arguments: tuple[int, ...], span: Span, statics: tuple[Any, ...] = ()
    ) -> int:
        """Compute and append one instruction; its slot."""
        trace = self.trace
        try:
            value = self.kernels[row.name](*[trace.values[a] for a in arguments])
        except (ValueError, ArithmeticError) as error:
            raise outside(trace, row, arguments, span) from error
        active = any(trace.active[a] for a in arguments)
        return trace.append(row, arguments, span, value, active)

    def detached(self, slot: int, span: Span) -> int:
        """Record a slot's value again, as something that does not vary; the new slot."""
        constant = self.record(TABLE["identity"], (slot,), span)
        self.trace.active[constant] = False
        self.fixed.add(constant)
        return constant

    def bound(self, name: str, slot: int, span: Span, *, fresh: bool = False) -> int:
        """The slot that a name is bound to, whose value is in `slot`.

        A name that the text differentiates by gets a slot of its own: a copy, unless the slot is
        `fresh` and no other name has it. So what is computed from y is told from what is computed
        from x, though y = x.
        """
        if name not in self.derived_by:
            return slot
        if not fresh:
            slot = self.record(TABLE["identity"], (slot,), span)
        if not self.trace.active[slot]:
            self.variables_bound.add(slot)
            if slot < len(self._of_variables):
                self._of_variables[slot] = True
        return slot

    def differentiable(self, slot: int) -> bool:
        """May a derivative be taken through a slot: by an input, or by a name of the program?"""
        if self.trace.active[slot]:
            return True
        if not self.variables_bound:
            return False
        marks, variables = self._of_variables, self.variables_bound
        for k in range(len(marks), len(self.trace)):
            marks.append(k in variables or any(marks[a] for a in self.trace.arguments[k]))
        return marks[slot]

    # what decides the run -------------------------------------------------------------------

    def compared(self, op: str, left: int, right: int, span: Span) -> bool:
        """Decide a comparison of two numbers and record its guard."""
        trace = self.trace
        ends = trace.values[left], trace.values[right]
        if any(end != end for end in ends):  # noqa: PLR0124 - nan, as of 0/0
            raise GradcalcError(
                "undefined",
                "the condition is undefined: it compares nan",
                span,
                hint="check first that both sides are defined",
                exit=Exit.NO_ANSWER,
            )
        outcome = bool(COMPARISONS[op](*ends))
        varies = any(trace.active[end] or self.varies(end) for end in (left, right))
        # Constants decide alike at every point, but rounding may have decided: 0.1 + 0.2 > 0.3.
        rounded = not self.rounds and not all(float(end).is_integer() for end in ends)
        if varies or rounded:
            trace.guards.append(Guard(op, left, right, outcome, span))
        return outcome

    def varies(self, slot: int) -> bool:
        """In a run that is followed: would another point give another value?"""
        if not self.follows:
            return False
        return varying(self.trace, self.trace.inputs, self.varying)[slot]

    def settled(self, slot: int, span: Span) -> None:
        """A value has shaped the run: one that is followed gets a guard, that it is the same."""
        if not self.varies(slot):
            return
        value = self.trace.values[slot]
        if (hasattr(value, "shape") and value.shape) or not abs(value) < float("inf"):
            raise NotFollowedError
        same = self.trace.constant(Fraction(float(value)), value, span)
        self.trace.guards.append(Guard("is", slot, same, True, span))


def _as_float64(exact: Fraction) -> Fraction:
    return Fraction(exact.numerator / exact.denominator)
