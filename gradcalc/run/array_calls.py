"""Calls of functions of arrays: `sum(A, axis=0)`, `norm(v, 1)`, `reshape(v, 2, 3)`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import syntax as ast
from gradcalc.numbers.shapes import described
from gradcalc.rules.compositions import COMPOSITIONS, REDUCING
from gradcalc.run.arguments import Parameter, matched
from gradcalc.run.arrays import ArrayExpressions
from gradcalc.run.expressions import Code, Scope
from gradcalc.run.forms import functions

# norm(A, fro): of all arguments only this one is a word.
NORM_ORDER, FROBENIUS = "p", "fro"


class ArrayCalls(ArrayExpressions):
    """Compiles calls of compositions, and of max and min along an axis."""

    def composition(self, node: ast.Call) -> Code:
        name, span = node.function, node.span
        entry = COMPOSITIONS.get(name)
        if entry is not None:
            formula, texts, signature = entry.formula, entry.parameters, entry.signature
        elif name in REDUCING:
            formula, texts, signature = REDUCING[name], ("x", "[axis]"), f"{name}(x, axis=0)"
        elif name not in functions():
            raise self._unknown_function(node)
        else:
            raise GradcalcError("keyword", f"{name} works element by element and has no axis", span)
        parameters = [Parameter.of(text) for text in texts]
        by_name = any(p.repeated for p in parameters)  # the optional argument of the formula
        codes = [(p, self._argument(p, a)) for p, a in matched(node, parameters, signature)]

        def run(scope: Scope) -> int:
            numbers: list[Any] = []
            statics: list[Any] = []
            named: dict[str, Any] = {}
            for parameter, code in codes:
                argument = code(scope) if callable(code) else code
                if not parameter.static:
                    numbers.append(argument)
                elif parameter.optional and by_name:
                    named[parameter.name] = self._static(parameter, argument, span)
                else:
                    statics.append(self._static(parameter, argument, span))
            return self.composed(partial(_applied, formula, statics, named), numbers, span)

        return run

    def _argument(self, parameter: Parameter, node: ast.Expr | None) -> Code | str | None:
        """The closure of an argument, the word that it is, or None where it is left out."""
        if node is None:
            return None
        if parameter.name == NORM_ORDER and isinstance(node, ast.Name) and node.name == FROBENIUS:
            return FROBENIUS
        return self.expression(node)

    def _static(self, parameter: Parameter, argument: Any, span: Span) -> Any:
        """The value of what shapes the computation: a size, an axis, the order of a norm."""
        if argument is None or isinstance(argument, str):
            return argument
        if parameter.name == NORM_ORDER:
            return self._norm_order(argument, span)
        return self.integer(argument, span, "axis" if parameter.name == "axis" else "size")

    def _norm_order(self, slot: int, span: Span) -> Fraction | float:
        """The p of a norm, exact where it is typed, for the formula then knows it is even."""
        shape = self.shape(slot)
        if shape:
            raise GradcalcError(
                "shape",
                f"the order of a norm must be a number, not {described(shape)}",
                span,
                hint="write norm(v), norm(v, 1)",
            )
        if self.differentiable(slot):
            raise GradcalcError(
                "not-constant",
                "norm can't be differentiated by its order",
                span,
                hint="write detach(p) to treat p as a constant",
            )
        self.settled(slot, span)
        exact = self.trace.constants.get(slot)
        return exact if isinstance(exact, Fraction) else float(self.trace.values[slot])


def _applied(
    formula: Callable[..., Any], statics: list[Any], named: dict[str, Any], n: Any, *numbers: Any
) -> Any:
    return formula(n, *numbers, *statics, **named)
