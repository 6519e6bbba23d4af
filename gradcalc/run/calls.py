"""Calls: of the program's own functions, of rows of the table, of forms like `where`.

Calls of functions of arrays are what `ArrayCalls` adds, `D`, `grad`, `jac` and `hess` what
`DerivativeExpressions` does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.language.parser import is_latex
from gradcalc.language.suggest import nearest
from gradcalc.numbers.system import CONSTANTS
from gradcalc.rules.compositions import COMPOSITIONS
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import CALLABLE, TABLE
from gradcalc.run.expressions import Code, Expressions, Scope
from gradcalc.run.forms import SPECIAL_FORMS, functions, reduces
from gradcalc.run.readable import accepts


class Defined(NamedTuple):
    """A function of the text: how many arguments it takes, and what runs it on their slots."""

    arity: int
    call: Callable[[list[int], Span], int]


class Calls(Expressions):
    """Compiles calls."""

    def __init__(self, *settings: Any) -> None:
        super().__init__(*settings)
        self.functions: dict[str, Defined] = {}  # by name, as the definitions were run
        self.defined: set[str] = set()  # the functions that the text defines anywhere
        self.steps = 0  # turns of loops, and calls
        self.depth = 0  # of calls

    @abstractmethod
    def composition(self, node: ast.Call) -> Code:
        """The closure of a call of a function of arrays."""

    @abstractmethod
    def form(self, node: ast.Call) -> Code:
        """The closure of one of the forms `len`, `D`, `grad`, `jac`, `hess`, `root`, `argmin`."""

    def turn(self, span: Span) -> None:
        """Count a turn of a loop, or a call; GradcalcError where a limit is reached."""
        self.steps += 1
        if self.steps > self.limits.steps:
            raise GradcalcError(
                "too-many-steps",
                f"the loop did not end within {self.limits.steps:,} iterations",
                span,
                hint="check its condition, or raise the limit with --max-steps",
            )
        if len(self.trace) > self.limits.trace:
            raise GradcalcError(
                "trace-too-long",
                f"the run takes more than {self.limits.trace:,} instructions",
                span,
                hint="does the loop end? check its condition, or raise the limit with --max-trace",
            )

    def call(self, node: ast.Call) -> Code:
        name, count = node.function, len(node.arguments)
        if name in self.defined:  # the program's own functions come before all others
            codes, span = [self.expression(argument) for argument in node.arguments], node.span
            return lambda scope: self._definition(node).call([code(scope) for code in codes], span)
        if ast.is_solver(node):
            return self.form(node)
        if name in SPECIAL_FORMS:
            self.expect(node, SPECIAL_FORMS[name].arity)
            return self._special(node)
        if name in COMPOSITIONS or reduces(name, count) or _has_axis(node):
            return self.composition(node)
        row = CALLABLE.get(name)
        if row is None:
            raise self._unknown_function(node)
        return self._row(TABLE[row.variants.get(count, row.name)], node)

    def _special(self, node: ast.Call) -> Code:
        """A call of a form, whose arguments have been counted."""
        span = node.span
        match node.function, node.arguments:
            case "where", (test, then, other):
                return self.choice(test, self.expression(then), self.expression(other), span)
            case "detach", (operand,):
                code = self.expression(operand)
                return lambda scope: self.detached(code(scope), span)
            case _:
                return self.form(node)

    def _definition(self, node: ast.Call) -> Defined:
        """The definition that was run last, if it takes as many arguments."""
        function = self.functions.get(node.function)
        if function is None:
            raise GradcalcError(
                "unknown-name",
                f"{node.function} is called before it is defined",
                node.name_span,
                hint="define it first, outside of functions, branches and loops",
            )
        self.expect(node, function.arity)
        return function

    def _row(self, row: Rule, node: ast.Call) -> Code:
        """A call of a row of the table."""
        span, count = node.span, len(node.arguments)
        codes = [self.expression(argument) for argument in node.arguments]
        if row.folds and count > 2:
            return self._folded(self.binary(row), codes, span)
        left_out = max(0, row.arity - count)
        given = row.defaults[len(row.defaults) - left_out :] if left_out else ()
        codes += [self._default(exact, span) for exact in given]
        if len(codes) != row.arity:
            self.expect(node, row.arity)
        if row.arity == 1:
            return self.unary(row, codes[0], span)
        return lambda scope: self.record(row, tuple([code(scope) for code in codes]), span)

    def _default(self, exact: Fraction, span: Span) -> Code:
        value = self.numbers.number(exact)
        return lambda scope: self.trace.constant(exact, value, span)

    @staticmethod
    def _folded(record: Callable[[int, int, Span], int], codes: list[Code], span: Span) -> Code:
        def run(scope: Scope) -> int:
            slot = codes[0](scope)
            for code in codes[1:]:
                slot = record(slot, code(scope), span)
            return slot

        return run

    def expect(self, node: ast.Call, wanted: int) -> None:
        """Raise where a call has another number of arguments."""
        given = len(node.arguments)
        if given != wanted:
            row, form = CALLABLE.get(node.function), SPECIAL_FORMS.get(node.function)
            parameters = ", ".join(row.parameters) if row else ", ".join("abcdefgh"[:wanted])
            signature = form.signature if form else f"{node.function}({parameters})"
            plural = "" if wanted == 1 else "s"
            raise GradcalcError(
                "arity",
                f"{node.function} takes {wanted} argument{plural}, not {given}",
                node.span,
                hint=f"write {signature}",
            )

    def _unknown_function(self, node: ast.Call) -> GradcalcError:
        variable = node.function in self.trace.inputs or node.function in self.variables
        if (variable or node.function in CONSTANTS) and len(node.arguments) == 1:
            from gradcalc.language.readings import as_products

            span, readings = as_products(self.program, node)
            source = self.program.source
            texts = [span.rewritten(source, f"({text})") for text in readings]
            return GradcalcError(
                "ambiguous-product",
                f"'{node.function}' is a {'variable' if variable else 'constant'}, not a function",
                node.span,
                hint=f"for a product, write {' or '.join(readings)}",
                proposals=() if is_latex(source) else tuple(texts),
            )
        count = len(node.arguments)
        fitting = {name for name in functions() if accepts(name, count)}
        known = nearest(node.function, sorted(fitting | self.defined))
        return GradcalcError(
            "unknown-name",
            f"unknown function '{node.function}'",
            node.name_span,
            hint=f"did you mean {known}?" if known else "run gradcalc functions for a list",
        )


def _has_axis(node: ast.Call) -> bool:
    return any(isinstance(argument, ast.Keyword) for argument in node.arguments)
