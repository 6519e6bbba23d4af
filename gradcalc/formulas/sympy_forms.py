"""Between trees and sympy's expressions, and the forms that sympy gives a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from gradcalc.checks.budget import OverBudgetError, within_budget
from gradcalc.formulas.partials import completed, row_of
from gradcalc.formulas.trees import ONE, fold, names_in
from gradcalc.language.spelling import number
from gradcalc.language.syntax import Binary, Call, Expr, Name, Node, Number, Unary
from gradcalc.numbers.system import CONSTANTS
from gradcalc.rules.systems import symbolic_numbers
from gradcalc.rules.table import CALLABLE

MAX_EVENTS = 300_000  # calls of functions that one form may take: some 0.1 s
# sympy's simplify tries these and much else, and would seldom end within the budget.
FORMS = ("factor", "expand", "together", "cancel", "trigsimp", "powsimp")


class NotInSympyError(Exception):
    """The formula, or sympy's form of it, has a part that the other side can't say."""


def forms(root: Expr) -> Iterator[Expr]:
    """What sympy makes of a formula: factored, expanded, over one denominator, simplified.

    A form that takes too long, or that the language can't say, is left out.
    """
    import sympy

    symbols = {name: sympy.Dummy(name, real=True) for name in sorted(names_in(root))}
    back = {symbol: Name(name) for name, symbol in symbols.items()}
    try:
        expression = to_sympy(root, symbols)
    except NotInSympyError:
        return
    for name in FORMS:
        try:
            yield from_sympy(_budgeted(_transform(name), expression), back)
        except (NotInSympyError, OverBudgetError):
            continue


@cache
def _transform(name: str) -> Callable[[Any], Any]:
    """A transformation of sympy's, with the modules loaded that it takes: they are no work of the
    formula that happens to be the first."""
    import sympy

    transform: Callable[[Any], Any] = getattr(sympy, name)
    x = sympy.Dummy("x", real=True)
    transform((1 + x) / (x**2 - 1) + sympy.sin(x) ** 2 * sympy.exp(x))
    return transform


def _budgeted(transform: Callable[[Any], Any], expression: Any) -> Any:
    """sympy's form of an expression. What sympy fails with says nothing of the formula.

    It begins with empty caches, so that it takes as much work whatever was asked before.
    """
    from sympy.core.cache import clear_cache

    clear_cache()
    try:
        return within_budget(MAX_EVENTS, lambda: transform(expression))
    except Exception as error:
        raise NotInSympyError from error


def to_sympy(root: Expr, symbols: Mapping[str, Any]) -> Any:
    """A formula as sympy's expression; names that are not among the symbols are constants."""
    system = symbolic_numbers()

    def combine(node: Node, below: list[Any]) -> Any:
        match node:
            case Number():
                return system.number(node.value)
            case Name(name):
                return symbols[name] if name in symbols else system.constant(name)
            case Unary(op):
                return -below[0] if op == "-" else below[0]
            case Binary("+"):
                return below[0] + below[1]
            case Binary("-"):
                return below[0] - below[1]
            case Binary("*"):
                return below[0] * below[1]
            case Binary("/"):
                return below[0] / below[1]
            case Binary("^"):
                return below[0] ** below[1]
            case Call() if (row := row_of(node)) is not None and len(below) <= row.arity:
                more = completed(row, node.arguments)[len(below) :]
                return getattr(system, row.name)(*below, *(to_sympy(one, {}) for one in more))
        raise NotInSympyError

    return fold(root, combine)


@cache
def _functions() -> Mapping[Any, str]:
    """By sympy's function the name that the language has for it."""
    import sympy

    system = symbolic_numbers()
    named: dict[Any, str] = {sympy.Max: "max", sympy.Min: "min"}
    for row in CALLABLE.values():
        if row.hidden or row.array is not None or (row.kind == "piecewise" and row.arity > 1):
            continue
        arguments = tuple(sympy.Dummy(p, real=True) for p in row.parameters)
        try:
            call = getattr(system, row.name)(*arguments)
        except Exception:  # some rows take no symbol where they want an integer
            continue
        if isinstance(call, sympy.Function) and call.args == arguments:
            named.setdefault(type(call), row.name)
    return named


def from_sympy(expression: Any, names: Mapping[Any, Name]) -> Expr:
    """sympy's expression as a formula. NotInSympyError where the language has no word for it."""
    import sympy

    taken = {name.name for name in names.values()}

    def constant(name: str) -> Expr:
        if name in taken:
            raise NotInSympyError
        return Name(name)

    def read(node: Any) -> Expr:
        if node in names:
            return names[node]
        if node.is_Rational:
            return number(Fraction(int(node.p), int(node.q)))
        if node is sympy.E:
            return Call("exp", (ONE,))
        for name in CONSTANTS:
            if node == symbolic_numbers().constant(name) and node.is_finite:
                return constant(name)
        if node.is_Add:
            return _chained("+", [read(term) for term in node.as_ordered_terms()])
        if node.is_Mul:
            return _chained("*", [read(factor) for factor in node.as_ordered_factors()])
        if isinstance(node, sympy.exp):
            return Call("exp", (read(node.args[0]),))
        if node.is_Pow:
            return Binary("^", read(node.base), read(node.exp))
        function = _functions().get(type(node))
        if function is None:
            raise NotInSympyError
        arguments = [read(argument) for argument in node.args]
        if isinstance(node, sympy.Max | sympy.Min):
            return _nested(function, arguments)
        return Call(function, tuple(arguments))

    return read(expression)


def _chained(op: str, parts: list[Expr]) -> Expr:
    tree = parts[0]
    for part in parts[1:]:
        tree = Binary(op, tree, part)
    return tree


def _nested(name: str, arguments: list[Expr]) -> Expr:
    tree = arguments[0]
    for argument in arguments[1:]:
        tree = Call(name, (tree, argument))
    return tree
