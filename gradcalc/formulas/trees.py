"""Trees of formulas, taken apart and put together: folds, substitution, exact numbers.

A fold visits a tree from its leaves to its root with a stack of its own, since a sum of 1,000 terms
is a tree 1,000 deep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar, cast

from gradcalc.language.syntax import Binary, Call, Expr, Name, Node, Number, Unary

T = TypeVar("T")

MAX_POWER_BITS = 256  # of an exact power of numbers that is computed, not left standing
ZERO = Number("0", Fraction(0))
ONE = Number("1", Fraction(1))
TWO = Number("2", Fraction(2))


def children(node: Node) -> list[Node]:
    """The nodes right below a node, in the order of the text."""
    below: list[Node] = []
    for name in node.__match_args__:
        part = getattr(node, name)
        if isinstance(part, Node):
            below.append(part)
        elif type(part) is tuple:
            below += [one for one in part if isinstance(one, Node)]
    return below


def rebuilt(node: Node, below: Sequence[Node]) -> Node:
    """The node with other nodes right below it, as many as there were."""
    waiting = iter(below)

    def changed(part: Any) -> Any:
        if type(part) is tuple:
            return tuple(changed(one) for one in part)
        return next(waiting) if isinstance(part, Node) else part

    return type(node)(*(changed(getattr(node, name)) for name in node.__match_args__))


def fold(root: Node, combine: Callable[[Node, list[T]], T]) -> T:
    """What `combine` makes of each node and of what it made of the nodes right below it."""
    results: list[T] = []
    waiting: list[tuple[Node, int]] = [(root, -1)]
    while waiting:
        node, count = waiting.pop()
        if count < 0:
            below = children(node)
            waiting.append((node, len(below)))
            waiting += [(child, -1) for child in reversed(below)]
        else:
            start = len(results) - count
            results[start:] = [combine(node, results[start:])]
    return results[0]


def substituted(root: Expr, formulas: Mapping[str, Expr]) -> Expr:
    """The tree with formulas in the place of names."""

    def combine(node: Node, below: list[Node]) -> Node:
        if isinstance(node, Name):
            return formulas.get(node.name, node)
        return rebuilt(node, below)

    return cast(Expr, fold(root, combine))


def names_in(root: Node) -> frozenset[str]:
    """The names that a tree reads."""
    return frozenset(node.name for node in root.walk() if isinstance(node, Name))


def exact_value(root: Node) -> Fraction | None:
    """The rational number that a tree without names is; None for any other."""

    def combine(node: Node, below: list[Fraction | None]) -> Fraction | None:
        match node, below:
            case Number(), _:
                return node.value
            case Unary(op), [Fraction() as inner]:
                return -inner if op == "-" else inner
            case Binary(op), [Fraction() as left, Fraction() as right]:
                return _computed(op, left, right)
        return None

    return fold(root, combine)


def _computed(op: str, left: Fraction, right: Fraction) -> Fraction | None:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else None
        case "^":
            return power_of(left, right)
    return None


def power_of(base: Fraction, exponent: Fraction) -> Fraction | None:
    """An integer power of a rational number; None where it is none, or has very many digits."""
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent.denominator != 1 or (base == 0 and exponent < 0):
        return None
    if abs(exponent) * size > MAX_POWER_BITS:
        return None
    return base ** int(exponent)


def called(function: str, *arguments: Expr) -> Call:
    """A call as a tree."""
    return Call(function, arguments)
