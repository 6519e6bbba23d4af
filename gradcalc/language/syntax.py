"""The syntax tree. Nodes are equal when they mean the same; spans do not take part.

A number keeps its exact value: what a person types is exact, so `0.1` is 1/10.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar, Self, dataclass_transform

from gradcalc.errors import Span

NOWHERE = Span(0, 0)


# Annotations of fields without nodes in them.
PLAIN = ("str", "int", "Span", "Fraction", "tuple[str, ...]", "tuple[tuple[str, int], ...]")
SPANS = (
    "span",
    "name_span",
    "source",
    "notes",
    "calls",
)  # say where a node stands, not what it means


@dataclass_transform(frozen_default=True)
class Node:
    """A frozen record of its annotated fields; nodes are equal when they mean the same.

    What a frozen dataclass would be, but that twenty of those cost every command 7 ms.
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()
    _below: ClassVar[tuple[str, ...]] = ()  # fields that hold nodes, the last one first

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = tuple(cls.__annotations__)  # type: ignore[misc]
        below = [name for name, kind in cls.__annotations__.items() if kind not in PLAIN]
        cls._below = tuple(reversed(below))

    def __init__(self, *given: Any, **named: Any) -> None:
        self.__dict__.update(zip(self.__match_args__, given, strict=False), **named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change")

    def replaced(self, **changes: Any) -> Self:
        """The same node with some fields changed."""
        return type(self)(**{**self.__dict__, **changes})

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the text, without recursion."""
        waiting: list[Any] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, tuple):
                waiting += reversed(item)
            elif item is not None:
                yield item
                waiting += [getattr(item, name) for name in item._below]

    def _meaning(self) -> list[Any]:
        return [getattr(self, name) for name in self.__match_args__ if name not in SPANS]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash((type(self), *self._meaning()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._meaning()))})"


class Number(Node):
    """A numeral; `text` is its normalised spelling (no underscores), `value` exact."""

    text: str
    value: Fraction
    span: Span = NOWHERE


class Name(Node):
    """A variable, an input or a named constant: which, is decided when running."""

    name: str
    span: Span = NOWHERE


class Unary(Node):
    """`op` is `-` or `+`."""

    op: str
    operand: Expr
    span: Span = NOWHERE


class Binary(Node):
    """`op` is one of `+ - * / @ % ^`; implicit multiplication is `*`."""

    op: str
    left: Expr
    right: Expr
    span: Span = NOWHERE


class Compare(Node):
    """A chain such as `0 < x <= 1`: `len(operands) == len(ops) + 1`; ops from `< <= > >= == !=`."""

    ops: tuple[str, ...]
    operands: tuple[Expr, ...]
    span: Span = NOWHERE


class Logic(Node):
    """`op` is `and` or `or`, of two conditions; the right one is looked at only if it matters."""

    op: str
    left: Expr
    right: Expr
    span: Span = NOWHERE


class Not(Node):
    operand: Expr
    span: Span = NOWHERE


class Conditional(Node):
    """`then if test else other`: only the branch taken is evaluated."""

    test: Expr
    then: Expr
    other: Expr
    span: Span = NOWHERE


class Call(Node):
    """A function of the table or of the program; `x!` is a call of `factorial`."""

    function: str
    arguments: tuple[Expr, ...]
    span: Span = NOWHERE
    name_span: Span = NOWHERE


SOLVERS = ("root", "argmin")


def is_solver(call: Call) -> bool:
    """Is it `root(f, x, start)` or `argmin(f, v, start)`? Their x is a name that f alone sees.

    With fewer arguments they are functions: the n-th root, the place of the least element.
    """
    return call.function in SOLVERS and len(call.arguments) == 3


class Slice(Node):
    """`start:stop` inside an index, either end left out, or both (`:`)."""

    start: Expr | None
    stop: Expr | None
    span: Span = NOWHERE


class Index(Node):
    """`target[i, j]`, each index an expression or a slice."""

    target: Expr
    indices: tuple[Expr | Slice, ...]
    span: Span = NOWHERE


class Vector(Node):
    """`[a, b, c]`; a matrix is a vector of vectors."""

    items: tuple[Expr, ...]
    span: Span = NOWHERE


class Transpose(Node):
    """`A.T`."""

    operand: Expr
    span: Span = NOWHERE


class Keyword(Node):
    """`axis=0` among the arguments of a call."""

    name: str
    value: Expr
    span: Span = NOWHERE


Expr = (
    Number
    | Name
    | Unary
    | Binary
    | Compare
    | Logic
    | Not
    | Conditional
    | Call
    | Index
    | Vector
    | Transpose
    | Keyword
)


class Assign(Node):
    """`target op value`, where op is `=`, or `+= -= *= /= ^= %=`."""

    target: Name | Index
    op: str
    value: Expr
    span: Span = NOWHERE


class If(Node):
    """`if test { then } else { other }`; `else if` nests one `If` in `other`."""

    test: Expr
    then: tuple[Statement, ...]
    other: tuple[Statement, ...]
    span: Span = NOWHERE


class While(Node):
    test: Expr
    body: tuple[Statement, ...]
    span: Span = NOWHERE


class For(Node):
    """`for name in start..stop { body }` counts; with `stop` None, `start` is a vector to walk."""

    name: str
    start: Expr
    stop: Expr | None
    body: tuple[Statement, ...]
    span: Span = NOWHERE


class Leave(Node):
    """`word` is `break`, which ends the loop around it, or `continue`, which ends its turn."""

    word: str
    span: Span = NOWHERE


class Function(Node):
    """`f(a, b) = expression`, or `f(a, b) = { statements }` whose value is that of the last one."""

    name: str
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]
    span: Span = NOWHERE


class Evaluate(Node):
    """An expression standing as a statement."""

    value: Expr
    span: Span = NOWHERE


Statement = Assign | If | While | For | Leave | Function | Evaluate


class Program(Node):
    """A whole program; its value is that of its last statement.

    `notes` say how parts were read that some would read otherwise; `calls` are the names that are
    called, or defined, each with the number of arguments.
    """

    body: tuple[Statement, ...]
    source: str = ""
    notes: tuple[str, ...] = ()
    calls: tuple[tuple[str, int], ...] = ()
