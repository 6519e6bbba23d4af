"""How a formula stands on paper: fractions, powers, roots, brackets where they are needed.

One walk over the tree decides about brackets, signs and the order of things, which is that of the
text; what comes out are boxes of a few kinds, which `latex` and `mathml` write down. How a function
is written is said in its row of the table (`Rule.notation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gradcalc.formulas.partials import row_of
from gradcalc.formulas.trees import fold
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import (
    Binary,
    Call,
    Compare,
    Conditional,
    Expr,
    Index,
    Keyword,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Slice,
    Transpose,
    Unary,
    Vector,
)

Kind = Literal[
    "number", "name", "word", "text", "sign", "row", "fraction", "superscript", "subscript",
    "radical", "fenced", "cases", "matrix",
]  # fmt: skip

# From loosest to tightest, as in the text, but for mod: on paper it takes all that is beside it for
# its own, so that it has brackets in sums and products. A fraction and a signed number need
# brackets only under a power.
CONDITION, MODULO, SUM, PRODUCT, FRACTION, POWER, ATOM = range(7)

SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "and": "∧", "or": "∨"}
INVISIBLE = "\u2062"  # the product sign that is not written


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a formula on paper.

    `text` is the sign, the numeral, the name of a variable, the `word` that names a function, other
    `text`, and the two brackets of what is `fenced`. Parts are
    those of a row; above and below of a fraction; base and exponent, base and index; what stands
    under a root and, where it is no square root, which; branch and condition of each case, the
    last without one; the rows of a matrix.
    """

    kind: Kind
    parts: tuple[Box, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A box, how tightly it holds together, and the head and arguments of a function."""

    box: Box
    level: int
    call: tuple[Box, Box] | None = None
    negative: bool = False  # begins with a minus


def laid_out(root: Expr) -> Box:
    """The formula as boxes."""
    return fold(root, _placed).box


def row(*boxes: Box) -> Box:
    """Boxes side by side, rows among them opened."""
    parts = [part for box in boxes for part in (box.parts if box.kind == "row" else (box,))]
    return parts[0] if len(parts) == 1 else Box("row", tuple(parts))


def sign(text: str) -> Box:
    """An operator or a comma."""
    return Box("sign", (), text)


def fenced(inner: Box, brackets: str = "()") -> Box:
    """A box between two brackets."""
    return Box("fenced", (inner,), brackets)


def _within(one: Placed, level: int) -> Box:
    """The box, in brackets where it holds together less tightly than that."""
    return one.box if one.level >= level else fenced(one.box)


def _placed(node: Node, below: list[Placed]) -> Placed:
    match node:
        case Number():
            return _number(node.text)
        case Name():
            return Placed(_name(node.name), ATOM)
        case Unary():
            inner = _within(below[0], PRODUCT)
            if below[0].negative:
                inner = fenced(below[0].box)
            return Placed(row(sign("−" if node.op == "-" else "+"), inner), PRODUCT, None, True)
        case Binary():
            return _binary(node, below[0], below[1])
        case Call():
            return _call(node, below)
        case Conditional():
            test, then, other = below
            return Placed(Box("cases", (then.box, test.box, other.box)), CONDITION)
        case Compare() | Logic() | Not():
            return _condition(node, below)
        case Vector():
            return Placed(_matrix(node, below), ATOM)
        case Index():
            return Placed(Box("subscript", (_within(below[0], ATOM), _listed(below[1:]))), ATOM)
        case Transpose():
            return Placed(
                Box("superscript", (_within(below[0], ATOM), Box("text", (), "T"))), POWER
            )
        case Keyword():
            return Placed(row(Box("text", (), node.name), sign("="), below[0].box), CONDITION)
        case Slice():
            return Placed(Box("text", (), to_text(node)), ATOM)
    raise TypeError(type(node).__name__)


def _number(text: str) -> Placed:
    """A numeral; 2.5e-3 is 2.5·10^-3."""
    digits, _, power = text.lower().partition("e")
    if not power or text.lower().startswith("0x"):
        return Placed(Box("number", (), text), ATOM)
    exponent = Box("number", (), power.lstrip("+").replace("-", "−"))
    scale = Box("superscript", (Box("number", (), "10"), exponent))
    if digits == "1":
        return Placed(scale, POWER)
    return Placed(row(Box("number", (), digits), sign("·"), scale), PRODUCT)


def _name(name: str) -> Box:
    """A name; what follows an underscore, digits at its end and indices stand below."""
    if name.endswith("]"):
        stem, _, index = name[:-1].partition("[")
        return Box("subscript", (_name(stem), Box("text", (), index)))
    stem, _, below = name.partition("_")
    if stem and below:
        return Box("subscript", (_name(stem), Box("text", (), below)))
    stem = name.rstrip("0123456789")
    if stem and stem != name:
        return Box("subscript", (_name(stem), Box("number", (), name[len(stem) :])))
    return Box("name", (), name)


# Operators ------------------------------------------------------------------------------------


def _binary(node: Binary, left: Placed, right: Placed) -> Placed:
    match node.op:
        case "+" | "-":
            mark = sign("+" if node.op == "+" else "−")
            after = _within(right, SUM if node.op == "+" else PRODUCT)
            if right.negative or _is_sum(node.right):
                after = fenced(right.box)
            return Placed(row(_within(left, SUM), mark, after), SUM, None, left.negative)
        case "*" | "@":
            return _product(left, right)
        case "/":
            return _fraction(left, right)
        case "^":
            return _power(node, left, right)
        case _:
            parts = _within(left, PRODUCT), sign("mod"), _within(right, FRACTION)
            return Placed(row(*parts), MODULO, None, left.negative)


def _is_sum(node: Node) -> bool:
    return isinstance(node, Binary) and node.op in "+-"


def _product(left: Placed, right: Placed) -> Placed:
    """Factors side by side; a dot where the second begins with a digit."""
    before = _within(left, PRODUCT)
    after = fenced(right.box) if right.negative else _within(right, PRODUCT)
    dot = _starts_with_digit(after) or (_is_fraction(after) and _ends_in_digit(before))
    return Placed(row(before, sign("·" if dot else INVISIBLE), after), PRODUCT, None, left.negative)


def _starts_with_digit(box: Box) -> bool:
    while box.kind in ("row", "superscript", "subscript"):
        box = box.parts[0]
    return box.kind == "number"


def _ends_in_digit(box: Box) -> bool:
    """Would a fraction behind it look like a mixed number, or like the rest of a fraction?"""
    last = box.parts[-1] if box.kind == "row" else box
    return last.kind in ("number", "fraction")


def _is_fraction(box: Box) -> bool:
    return (box.parts[0] if box.kind == "row" else box).kind == "fraction"


def _fraction(above: Placed, below: Placed) -> Placed:
    """A fraction; the minus of what stands above goes in front of it."""
    if not above.negative or above.level < PRODUCT:
        return Placed(Box("fraction", (above.box, below.box)), FRACTION)
    minus, *rest = above.box.parts
    inner = Box("fraction", (row(*rest), below.box))
    return Placed(row(minus, inner), PRODUCT, None, True)


def _power(node: Binary, base: Placed, exponent: Placed) -> Placed:
    """A power; that of a function by a whole number stands behind the function's name."""
    if base.call and isinstance(node.right, Number) and node.right.text.isdecimal():
        head, arguments = base.call
        return Placed(row(Box("superscript", (head, exponent.box)), arguments), POWER)
    return Placed(Box("superscript", (_within(base, ATOM), exponent.box)), POWER)


def _condition(node: Compare | Logic | Not, below: list[Placed]) -> Placed:
    if isinstance(node, Not):
        return Placed(row(sign("¬"), _within(below[0], ATOM)), CONDITION)
    ops = node.ops if isinstance(node, Compare) else (node.op,)
    inner = [_within(one, MODULO) if isinstance(node, Compare) else one.box for one in below]
    parts = [inner[0]]
    for op, one in zip(ops, inner[1:], strict=True):
        parts += [sign(SIGNS.get(op, op)), one]
    return Placed(row(*parts), CONDITION)


def _matrix(node: Vector, below: list[Placed]) -> Box:
    """A vector as a column; a vector of vectors as a matrix, whose cells may be matrices."""
    if _axes_of(node) % 2 == 0:
        return Box("matrix", tuple(_as_row(one.box) for one in below))
    return Box("matrix", tuple(Box("matrix", (one.box,), "row") for one in below))


def _axes_of(node: Expr) -> int:
    return 1 + min(map(_axes_of, node.items), default=0) if isinstance(node, Vector) else 0


def _as_row(column: Box) -> Box:
    return Box("matrix", tuple(part.parts[0] for part in column.parts), "row")


# Functions ------------------------------------------------------------------------------------


def _call(node: Call, below: list[Placed]) -> Placed:
    if node.function == "D" and len(below) == 2:
        above, under = Box("name", (), "d"), row(Box("name", (), "d"), below[1].box)
        return Placed(row(Box("fraction", (above, under)), fenced(below[0].box)), PRODUCT)
    if node.function == "where" and len(below) == 3:
        return Placed(Box("cases", (below[1].box, below[0].box, below[2].box)), CONDITION)
    entry = row_of(node)
    notation = entry.notation if entry is not None else ""
    if "#" in notation or not notation:
        return _by_template(notation or f"{node.function}", node, below)
    return _applied(_head(notation), below)


def _applied(head: Box, arguments: list[Placed]) -> Placed:
    """A function before its arguments; one that has an exponent already takes no other."""
    inner = fenced(_listed(arguments))
    return Placed(row(head, inner), ATOM, None if head.kind == "superscript" else (head, inner))


def _head(text: str) -> Box:
    """A function's name: a single letter is a name like any other, longer ones stand upright."""
    stem, _, below = text.partition("_")
    if below.isdecimal():
        return Box("subscript", (_head(stem), Box("number", (), below)))
    return Box("name" if len(text) == 1 else "word", (), text)


def _by_template(notation: str, node: Call, below: list[Placed]) -> Placed:
    """The forms of `Rule.notation` that say where the first argument stands."""
    first, rest = below[0], below[1:]
    before, _, after = notation.partition("#")
    match before, after:
        case ("|", "|") | ("⌊", "⌋") | ("⌈", "⌉"):
            return Placed(fenced(first.box, before + after), ATOM)
        case ("√", ""):
            return Placed(Box("radical", (first.box,)), ATOM)
        case ("∛", ""):
            return Placed(Box("radical", (first.box, Box("number", (), "3"))), ATOM)
        case ("e^", ""):
            return Placed(Box("superscript", (Box("name", (), "e"), first.box)), POWER)
        case ("2^", ""):
            return Placed(Box("superscript", (Box("number", (), "2"), first.box)), POWER)
        case ("", "!"):
            return Placed(row(_within(first, ATOM), sign("!")), POWER)
        case (_, "") if before.endswith("_"):
            return _applied(Box("subscript", (_head(before[:-1]), first.box)), rest)
        case (_, ")") if before.endswith("^("):
            return _applied(Box("superscript", (_head(before[:-2]), fenced(first.box))), rest)
        case (_, "last") if before.endswith("_"):
            return _applied(Box("subscript", (_head(before[:-1]), below[-1].box)), below[:-1])
    return _applied(_head(node.function), below)


def _listed(arguments: Sequence[Placed]) -> Box:
    parts: list[Box] = []
    for one in arguments:
        parts += [sign(","), one.box] if parts else [one.box]
    return row(*parts) if parts else Box("row")
