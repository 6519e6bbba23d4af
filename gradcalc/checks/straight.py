"""sympy's expressions as straight-line code: what a derivative is evaluated with again and again.

`sympy_values.Evaluation` walks an expression and asks each node what it is. Code has asked once: it
is a list of operations on registers, each shared part computed once. Only what always has a plain
real number has code: sums, products, powers, and functions that mpmath has by the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul
from typing import Any, NamedTuple

from gradcalc.checks.sympy_values import REFUSALS
from gradcalc.numbers.system import Numbers
from gradcalc.rules.table import SCALAR

Operation = Callable[..., Any]  # of a system of big numbers and the operands
CONSTANTS = {"Pi": "pi", "Exp1": "e"}


class Code(NamedTuple):
    """Operations with the registers that they read; the first registers are the arguments.

    The last operation gives the value.
    """

    operations: tuple[tuple[Operation, tuple[int, ...]], ...]

    def __call__(self, numbers: Numbers, arguments: Sequence[Any]) -> Any:
        """The value, an integer where it is one for all arguments; None where there is no plain
        real number."""
        context: Any = numbers.context
        registers = list(arguments)
        try:
            for operation, operands in self.operations:
                registers.append(operation(numbers, *[registers[k] for k in operands]))
        except (*REFUSALS, context.NoConvergence):
            return None
        value = registers[-1]
        is_plain = type(value) is int or (type(value) is context.mpf and not context.isnan(value))
        return value if is_plain else None


def code_of(expression: Any, symbols: Sequence[Any]) -> Code | None:
    """The code of an expression in symbols, the arguments (None: one that it does not hold).

    None where it holds what has no code.
    """
    from sympy import postorder_traversal

    registers = {symbol: k for k, symbol in enumerate(symbols) if symbol is not None}
    if expression in registers:
        return Code(((lambda numbers, x: x, (registers[expression],)),))
    operations: list[tuple[Operation, tuple[int, ...]]] = []
    for node in postorder_traversal(expression):
        if node in registers:
            continue
        operation = _operation(node)
        if operation is None:
            return None
        registers[node] = len(symbols) + len(operations)
        operations.append((operation, tuple(registers[part] for part in node.args)))
    return Code(tuple(operations))


def _operation(node: Any) -> Operation | None:
    """What a node does to its parts; None where that is not plain."""
    name = type(node).__name__
    if node.is_Integer:
        whole = int(node)
        return lambda numbers: whole
    if node.is_Rational:
        above, below = int(node.p), int(node.q)
        return lambda numbers: numbers.context.mpf(above) / below
    if name in CONSTANTS:
        return lambda numbers: +getattr(numbers.context, CONSTANTS[name])
    return ARITHMETIC.get(name) or _function(name, len(node.args))


def _function(name: str, count: int) -> Operation | None:
    """A function of the table that sympy and mpmath call by the same name as we do."""
    from mpmath import mp

    row = SCALAR.get(name)
    if row is None or row.arity != count:
        return None
    if row.slow:  # faster than mpmath's, some a hundred times
        return lambda numbers, *operands: getattr(numbers, name)(
            *map(numbers.context.mpf, operands)
        )
    if not hasattr(mp, name):
        return None
    return lambda numbers, *operands: getattr(numbers.context, name)(*operands)


def _sum(numbers: Numbers, *terms: Any) -> Any:
    return terms[0] + terms[1] if len(terms) == 2 else numbers.context.fsum(terms)


ARITHMETIC: dict[str, Operation] = {
    "Add": _sum,
    "Mul": lambda numbers, *factors: reduce(mul, factors),
    "Pow": lambda numbers, base, exponent: numbers.context.mpf(base) ** exponent,
    "Abs": lambda numbers, x: abs(x),
}
