"""Which names a program reads before it assigns them: decided from the text alone.

The walk keeps its own stack, since a sum of 100,000 terms is a tree 100,000 deep.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple

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
    Leave,
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
    is_solver,
)


class _Bind(NamedTuple):
    name: str


class _Scope:
    """The names assigned in a part of the text: on every way through it, or on some."""

    __slots__ = ("left", "parent", "perhaps", "surely")

    def __init__(self, parent: _Scope | None) -> None:
        self.parent = parent
        self.surely: set[str] = set()
        self.perhaps: set[str] = set()
        self.left = False  # by `break` or `continue`: what follows is not reached from here

    def bind(self, name: str) -> None:
        self.surely.add(name)
        self.perhaps.add(name)

    def binds(self, name: str, *, surely: bool) -> bool:
        """Is a name assigned before this place: on every way here, or on some?"""
        scope: _Scope | None = self
        while scope is not None:
            if name in (scope.surely if surely else scope.perhaps):
                return True
            scope = scope.parent
        return False


class _Join(NamedTuple):
    """The place where ways meet again: behind a branch, behind a loop that may not run at all."""

    ways: tuple[_Scope, ...]


FRO = Name("fro")
_Item = Expr | Slice | Statement | _Bind


def inputs(
    program: Program, constants: Container[str] = frozenset(), given: Container[str] = ()
) -> dict[str, Span]:
    """The names read before they are assigned, in order of first appearance, each with its place.

    Each branch is a way of its own, from what was assigned before it; one that leaves a loop does
    not meet the others. Behind branches and loops a
    name that only some ways assign counts as assigned, unless it is `given` a value: then it is an
    input, for the other ways read it. Parameters and names local to a function are not inputs.
    """
    found: dict[str, Span] = {}
    stack: list[tuple[_Item | _Join, _Scope]] = []

    def follow(items: Iterable[_Item], scope: _Scope) -> None:
        stack.extend((item, scope) for item in reversed(tuple(items)))

    own = {node.name for node in program.body if isinstance(node, Function)}
    follow(program.body, _Scope(None))
    while stack:
        node, scope = stack.pop()
        match node:
            case Name():
                known = node.name in constants
                if not known and not scope.binds(node.name, surely=node.name in given):
                    found.setdefault(node.name, node.span)
            case _Bind():
                scope.bind(node.name)
            case _Join(ways):
                reached = [way.surely for way in ways if not way.left]
                scope.left = not reached
                scope.surely |= set.intersection(*reached) if reached else set()
                scope.perhaps |= set.union(*(way.perhaps for way in ways))
            case Leave():
                scope.left = True
            case If():
                then, other = _Scope(scope), _Scope(scope)
                stack.append((_Join((then, other)), scope))
                follow(node.other, other)
                follow(node.then, then)
                follow((node.test,), scope)
            case While() | For():
                turn = _Scope(scope)
                stack.append((_Join((turn, _Scope(scope))), scope))
                follow(_parts(node), turn)
            case Call() if is_solver(node) and node.function not in own:
                sought, variable, first = node.arguments
                inner = _Scope(scope)
                if isinstance(variable, Name):
                    inner.bind(variable.name)
                follow((sought,), inner)
                follow((first,), scope)
            case Function():
                local = _Scope(scope)
                for parameter in node.parameters:
                    local.bind(parameter)
                follow(node.body, local)
            case _:
                follow(_parts(node), scope)
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
        case While():
            return (node.test, *node.body)
        case For():
            bounds = (node.start,) if node.stop is None else (node.start, node.stop)
            return (*bounds, _Bind(node.name), *node.body)
        case Evaluate():
            return (node.value,)
        case If() | Function() | Leave():
            raise AssertionError("followed way by way")
