"""The syntax tree. Nodes are equal when they mean the same; spans do not take part.

A number keeps its exact value: what a person types is exact, so `0.1` is 1/10.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from gradcalc.errors import Span


def _span() -> Span:
    return Span(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral; `text` is its normalised spelling (no underscores), `value` exact."""

    text: str
    value: Fraction
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, an input or a named constant: which, is decided when running."""

    name: str
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`op` is `-` or `+`."""

    op: str
    operand: Expr
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`op` is one of `+ - * / @ % ^`; implicit multiplication is `*`."""

    op: str
    left: Expr
    right: Expr
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain such as `0 < x <= 1`: `len(operands) == len(ops) + 1`; ops from `< <= > >= == !=`."""

    ops: tuple[str, ...]
    operands: tuple[Expr, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`op` is `and` or `or`, of two conditions; the right one is looked at only if it matters."""

    op: str
    left: Expr
    right: Expr
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if test else other`: only the branch taken is evaluated."""

    test: Expr
    then: Expr
    other: Expr
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the table or of the program; `x!` is a call of `factorial`."""

    function: str
    arguments: tuple[Expr, ...]
    span: Span = field(default_factory=_span, compare=False)
    name_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Slice:
    """`start:stop` inside an index, either end left out, or both (`:`)."""

    start: Expr | None
    stop: Expr | None
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """`target[i, j]`, each index an expression or a slice."""

    target: Expr
    indices: tuple[Expr | Slice, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Vector:
    """`[a, b, c]`; a matrix is a vector of vectors."""

    items: tuple[Expr, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Transpose:
    """`A.T`."""

    operand: Expr
    span: Span = field(default_factory=_span, compare=False)


Expr = (
    Number | Name | Unary | Binary | Compare | Logic | Not | Conditional
    | Call | Index | Vector | Transpose
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assign:
    """`target op value`, where op is `=`, or `+= -= *= /= ^= %=`."""

    target: Name | Index
    op: str
    value: Expr
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """`if test { then } else { other }`; `else if` nests one `If` in `other`."""

    test: Expr
    then: tuple[Statement, ...]
    other: tuple[Statement, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class While:
    test: Expr
    body: tuple[Statement, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class For:
    """`for name in start..stop { body }` counts; with `stop` None, `start` is a vector to walk."""

    name: str
    start: Expr
    stop: Expr | None
    body: tuple[Statement, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """`f(a, b) = expression`, or `f(a, b) = { statements }` whose value is that of the last one."""

    name: str
    parameters: tuple[str, ...]
    body: tuple[Statement, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression standing as a statement."""

    value: Expr
    span: Span = field(default_factory=_span, compare=False)


Statement = Assign | If | While | For | Function | Evaluate


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program; its value is that of its last statement."""

    body: tuple[Statement, ...]
    source: str = field(default="", compare=False)
