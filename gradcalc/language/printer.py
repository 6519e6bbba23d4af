"""The canonical text of a tree: every product sign written, brackets where it was not obvious.

Parsing the text gives the tree again. The printer keeps its own stack of what is still to be
written, since a sum of 100,000 terms is a tree 100,000 deep.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

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
)
from gradcalc.language.tokens import KEYWORDS

_ELEMENT = re.compile(r"\w+\[[0-9, ]+\]|·\w+")  # of an array; and what formulas never show


class _End:
    """Stands behind the part whose place is asked for."""


_Part = str | Expr | Slice | Statement
_SUMS = ("+", "-")
_ATOMS = (Name, Call, Vector, Index, Transpose)
# Brackets around the left part of `a/b*c/…` are a courtesy; in long chains they would only nest.
_COURTESY = 16
MAX_KEPT_CHARACTERS = 2_000  # of a program whose canonical text is kept


def to_text(node: Program | Expr | Statement | Slice) -> str:
    """The canonical text of a program, a statement, an expression or a slice."""
    return _written(node, None)[0]


def canonical(program: Program) -> str:
    """The canonical text of a program that may be run at many points: of a short one it is kept."""
    if len(program.source) > MAX_KEPT_CHARACTERS:
        return to_text(program)
    return _kept_text(_Same(program))


class _Same:
    """A key for this very program: programs are equal, and hashed, by all that they mean."""

    __slots__ = ("program",)

    def __init__(self, program: Program) -> None:
        self.program = program

    def __hash__(self) -> int:
        return id(self.program)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.program is other.program


@lru_cache(maxsize=64)
def _kept_text(key: _Same) -> str:
    return to_text(key.program)


def with_place(node: Expr, part: Expr) -> tuple[str, Span]:
    """The canonical text of an expression, and where the text of a part of it stands there.

    The part is the very node, not one that is equal to it.
    """
    return _written(node, part)


def _written(node: Program | Expr | Statement | Slice, marked: Expr | None) -> tuple[str, Span]:
    out: list[str] = []
    start = end = 0
    stack: list[_Part | _End]
    stack = list(reversed(_joined(node.body, "\n"))) if isinstance(node, Program) else [node]
    courtesy = _COURTESY
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            out.append(part)
            continue
        if isinstance(part, _End):
            end = sum(map(len, out))
            continue
        if part is marked:
            start = sum(map(len, out))
            stack.append(_End())
        if isinstance(part, Binary):
            left_bracketed = _is_mixed(part) and courtesy > 0
            courtesy = courtesy - 1 if left_bracketed else courtesy
            stack.extend(reversed(_binary(part, left_bracketed)))
            continue
        if not isinstance(part, Number | Name):
            courtesy = _COURTESY
        stack.extend(reversed(_parts(part)))
    return "".join(out), Span(start, end)


def _bracketed(node: _Part, needed: bool) -> list[_Part]:
    return ["(", node, ")"] if needed else [node]


def _joined(nodes: Sequence[_Part], separator: str) -> list[_Part]:
    parts: list[_Part] = []
    for i, node in enumerate(nodes):
        parts += [separator, node] if i else [node]
    return parts


def _block(body: tuple[Statement, ...]) -> list[_Part]:
    return ["{ ", *_joined(body, "; "), " }"] if body else ["{ }"]


def _is_atom(node: Expr) -> bool:
    return isinstance(node, (Number, *_ATOMS))


def _is_condition(node: Expr) -> bool:
    return isinstance(node, Compare | Logic | Not | Conditional)


def _is_sum(node: Expr) -> bool:
    return isinstance(node, Binary) and node.op in _SUMS


def _is_product(node: Expr) -> bool:
    return isinstance(node, Binary) and node.op not in (*_SUMS, "^")


def _is_mixed(node: Binary) -> bool:
    left = node.left
    if not (_is_product(node) and isinstance(left, Binary) and _is_product(left)):
        return False
    return not left.op == node.op == "*"


def _is_first_power(node: Binary) -> bool:
    """`(x^1)/2`, which is seldom meant by who writes `x^1/2`."""
    power = node.left
    if node.op != "/" or not isinstance(power, Binary) or power.op != "^":
        return False
    return isinstance(power.right, Number) and power.right.value == 1


def _binary(node: Binary, left_bracketed: bool) -> list[_Part]:
    left, right = node.left, node.right
    if node.op == "^":
        return [*_bracketed(left, not _is_atom(left)), "^", *_bracketed(right, not _is_atom(right))]
    if node.op in _SUMS:
        before = _is_condition(left)
        after = _is_condition(right) or _is_sum(right) or isinstance(right, Unary)
        return [*_bracketed(left, before), f" {node.op} ", *_bracketed(right, after)]
    before = _is_condition(left) or _is_sum(left) or left_bracketed or _is_first_power(node)
    after = _is_condition(right) or isinstance(right, Unary) or _is_sum(right)
    sign = f" {node.op} " if node.op in "@%" else node.op
    return [*_bracketed(left, before), sign, *_bracketed(right, after or _is_product(right))]


def _typed(name: str) -> str:
    """A name in backquotes where a formula can't have it without them."""
    if name.isidentifier() and name not in KEYWORDS:
        return name
    return name if _ELEMENT.fullmatch(name) else f"`{name}`"


def _parts(node: _Part) -> list[_Part]:
    """What is written for a node: texts, and nodes still to be written."""
    match node:
        case Number():
            return [node.text]
        case Name():
            return [_typed(node.name)]
        case Unary():
            return [node.op, *_bracketed(node.operand, not _is_atom(node.operand))]
        case Call():
            return [node.function, "(", *_joined(node.arguments, ", "), ")"]
        case Vector():
            return ["[", *_joined(node.items, ", "), "]"]
        case Index():
            target = _bracketed(node.target, not isinstance(node.target, _ATOMS))
            return [*target, "[", *_joined(node.indices, ", "), "]"]
        case Keyword():
            return [f"{node.name}=", node.value]
        case Transpose():
            return [*_bracketed(node.operand, not isinstance(node.operand, _ATOMS)), ".T"]
        case Slice():
            return [node.start or "", ":", node.stop or ""]
        case Compare() | Logic() | Not() | Conditional():
            return _condition(node)
        case _:
            assert not isinstance(node, str | Binary)
            return _statement(node)


def _condition(node: Compare | Logic | Not | Conditional) -> list[_Part]:
    match node:
        case Compare():
            parts = _bracketed(node.operands[0], _is_condition(node.operands[0]))
            for op, operand in zip(node.ops, node.operands[1:], strict=True):
                parts += [f" {op} ", *_bracketed(operand, _is_condition(operand))]
            return parts
        case Logic():
            left, right = node.left, node.right
            same = isinstance(left, Logic) and left.op == node.op
            before = isinstance(left, Logic | Conditional) and not same
            after = isinstance(right, Logic | Conditional)
            return [*_bracketed(left, before), f" {node.op} ", *_bracketed(right, after)]
        case Not():
            return ["not ", *_bracketed(node.operand, not _is_atom(node.operand))]
        case Conditional():
            then = _bracketed(node.then, isinstance(node.then, Conditional))
            test = _bracketed(node.test, isinstance(node.test, Conditional))
            return [*then, " if ", *test, " else ", node.other]


def _statement(node: Statement) -> list[_Part]:
    match node:
        case Evaluate():
            return [node.value]
        case Assign():
            return [node.target, f" {node.op} ", node.value]
        case If():
            return ["if ", node.test, " ", *_block(node.then), *_otherwise(node.other)]
        case While():
            return ["while ", node.test, " ", *_block(node.body)]
        case For():
            stop: list[_Part] = [] if node.stop is None else ["..", node.stop]
            return [f"for {node.name} in ", node.start, *stop, " ", *_block(node.body)]
        case Leave():
            return [node.word]
        case Function():
            head = f"{node.name}({', '.join(node.parameters)}) = "
            if len(node.body) == 1 and isinstance(node.body[0], Evaluate):
                return [head, node.body[0]]
            return [head, *_block(node.body)]


def _otherwise(other: tuple[Statement, ...]) -> list[_Part]:
    if not other:
        return []
    if len(other) == 1 and isinstance(other[0], If):
        return [" else ", other[0]]
    return [" else ", *_block(other)]
