"""Which names a program reads before it assigns them: decided from the text alone.

The walk keeps its own stack, since a sum of 100,000 terms is a tree 100,000 deep.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from gradcalc.errors import Span
from gradcalc.language.syntax import (
    Assign,
    Binary,
    Call,
    Compare,
    Conditional,
    Evaluate,
    Expr,
    For,
    Function,
    If,
    Index,
    Keyword,
    Logic,
    Name,
    Not,
    Number,
    Program,
    Slice,
    Statement,
    Transpose,
    Unary,
    Vector,
    While,
)


@dataclass(frozen=True, slots=True)
class _Bind:
    name: str


FRO = Name("fro")
_Item = Expr | Slice | Statement | _Bind
# The names a function body has for itself; None at the top level.
_Scope = set[str] | None


def inputs(
    program: Program, constants: Container[str] = frozenset(), functions: Container[str] = ()
) -> dict[str, Span]:
    """The names read before they are assigned, in order of first appearance, each with its place.

    Branches and loop bodies are taken in the order of the text; a name assigned in one branch
    counts as assigned. Parameters and names local to a function are not inputs.
    """
    found: dict[str, Span] = {}
    assigned: set[str] = set()
    stack: list[tuple[_Item, _Scope]] = [(node, None) for node in reversed(program.body)]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, Name):
            local = scope is not None and node.name in scope
            known = node.name in constants or node.name in functions
            if not (local or known or node.name in assigned):
                found.setdefault(node.name, node.span)
        elif isinstance(node, _Bind):
            (assigned if scope is None else scope).add(node.name)
        else:
            inner = set(node.parameters) if isinstance(node, Function) else scope
            stack.extend((child, inner) for child in reversed(_parts(node)))
    return found


def _parts(node: _Item) -> tuple[_Item, ...]:
    """What a node is made of, in the order of reading and binding."""
    match node:
        case Unary() | Not() | Transpose():
            return (node.operand,)
        case Keyword():
            return (node.value,)
        case Binary() | Logic():
            return (node.left, node.right)
        case Compare():
            return node.operands
        case Conditional():
            return (node.then, node.test, node.other)
        case Call():
            # norm(A, fro): the name of a norm is no variable.
            return tuple(a for a in node.arguments if node.function != "norm" or a != FRO)
        case Slice():
            return tuple(end for end in (node.start, node.stop) if end is not None)
        case Index():
            return (node.target, *node.indices)
        case Vector():
            return node.items
        case Number() | Name() | _Bind():
            return ()
        case _:
            return _parts_of_statement(node)


def _parts_of_statement(node: Statement) -> tuple[_Item, ...]:
    match node:
        case Assign(target=Name(name)):
            read = () if node.op == "=" else (node.target,)
            return (*read, node.value, _Bind(name))
        case Assign():
            return (node.target, node.value)
        case If():
            return (node.test, *node.then, *node.other)
        case While():
            return (node.test, *node.body)
        case For():
            bounds = (node.start,) if node.stop is None else (node.start, node.stop)
            return (*bounds, _Bind(node.name), *node.body)
        case Function():
            return node.body
        case Evaluate():
            return (node.value,)
